"""Block ciphers and MACs of secure messaging (ICAO 9303-11, 9.8.6 and 9.8.7).

DES keys have 16 bytes (two-key 3DES); parity bits are not looked at. AES keys have 16, 24 or 32 bytes.
"""

from hmac import compare_digest

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from eidbridge.crypto.padding import pad

#: Block sizes in bytes.
DES_BLOCK, AES_BLOCK = 8, 16

equal = compare_digest
"""Whether two byte strings are the same, in a time that does not tell where they differ."""


def des3_encrypt(key: bytes, data: bytes, *, iv: bytes = bytes(8)) -> bytes:
    """3DES in CBC; data: whole blocks of 8 bytes."""
    return _encrypt(_des3(key), modes.CBC(iv), data)


def des3_decrypt(key: bytes, data: bytes, *, iv: bytes = bytes(8)) -> bytes:
    """Raises ValueError where data is no whole number of blocks."""
    return _decrypt(_des3(key), modes.CBC(iv), data)


def aes_encrypt(key: bytes, data: bytes, *, iv: bytes = bytes(16)) -> bytes:
    """AES in CBC; data: whole blocks of 16 bytes."""
    return _encrypt(AES(key), modes.CBC(iv), data)


def aes_decrypt(key: bytes, data: bytes, *, iv: bytes = bytes(16)) -> bytes:
    """Raises ValueError where data is no whole number of blocks."""
    return _decrypt(AES(key), modes.CBC(iv), data)


def aes_encrypt_block(key: bytes, block: bytes) -> bytes:
    """One block of 16 bytes by itself (ECB)."""
    return _encrypt(AES(key), modes.ECB(), block)  # noqa: S305 - the standard makes an IV so


def retail_mac(key: bytes, data: bytes) -> bytes:
    """MAC algorithm 3 of ISO/IEC 9797-1 with DES, 8 bytes; data: padded by the caller, whole blocks of 8 bytes.

    Single DES in CBC with the first half of the key, then the last block through the second half and back.
    """
    first, second = key[:8], key[8:16]
    chained = _encrypt(TripleDES(first * 3), modes.CBC(bytes(8)), data)[-8:]
    between = _decrypt(TripleDES(second * 3), modes.ECB(), chained)  # noqa: S305 - one block
    return _encrypt(TripleDES(first * 3), modes.ECB(), between)  # noqa: S305 - one block


def padded_retail_mac(key: bytes, data: bytes) -> bytes:
    """`retail_mac` of `data` padded by method 2."""
    return retail_mac(key, pad(data))


def aes_cmac(key: bytes, data: bytes) -> bytes:
    """AES-CMAC (NIST SP 800-38B) cut to its first 8 bytes, as secure messaging and PACE use it."""
    mac = CMAC(AES(key))
    mac.update(data)
    return mac.finalize()[:8]


def _des3(key: bytes) -> TripleDES:
    if len(key) != 16:
        raise ValueError(f"a two-key 3DES key has 16 bytes, not {len(key)}")
    return TripleDES(key + key[:8])


def _encrypt(algorithm: CipherAlgorithm, mode: modes.CBC | modes.ECB, data: bytes) -> bytes:
    encryptor = Cipher(algorithm, mode).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _decrypt(algorithm: CipherAlgorithm, mode: modes.CBC | modes.ECB, data: bytes) -> bytes:
    decryptor = Cipher(algorithm, mode).decryptor()
    return decryptor.update(data) + decryptor.finalize()
