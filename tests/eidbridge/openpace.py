"""OpenPACE (`libeac3`) as an independent peer: the whole of PACE by somebody else's code, called with ctypes."""

import ctypes
import ctypes.util
from collections.abc import Callable

_FOUND = ctypes.util.find_library("eac")


def missing() -> str:
    return "" if _FOUND else "the independent peer is not installed: apt-get install libeac3"


class _Buffer(ctypes.Structure):
    """BUF_MEM of OpenSSL."""

    _fields_ = (
        ("length", ctypes.c_size_t),
        ("data", ctypes.POINTER(ctypes.c_ubyte)),
        ("max", ctypes.c_size_t),
        ("flags", ctypes.c_ulong),
    )


class PeerError(Exception):
    """The library refused a step."""


class OpenPace:
    """One side of one run. kind: 1 MRZ, 2 CAN."""

    def __init__(self, card_access: bytes, secret: bytes, kind: int) -> None:
        assert _FOUND
        self._eac = ctypes.CDLL(_FOUND)
        self._eac.EAC_init()
        self._eac.EAC_CTX_new.restype = ctypes.c_void_p
        self._eac.PACE_SEC_new.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._eac.EAC_CTX_new())
        if not self._eac.EAC_CTX_init_ef_cardaccess(card_access, ctypes.c_uint(len(card_access)), self._context):
            raise PeerError("EF.CardAccess")
        self._secret = ctypes.c_void_p(self._eac.PACE_SEC_new(secret, ctypes.c_size_t(len(secret)), kind))

    def close(self) -> None:
        self._eac.PACE_SEC_clear_free(self._secret)
        self._eac.EAC_CTX_clear_free(self._context)

    # Chip.

    def encrypted_nonce(self) -> bytes:
        return self._bytes("PACE_STEP1_enc_nonce", self._context, self._secret)

    # Terminal.

    def take_nonce(self, nonce: bytes) -> None:
        self._true("PACE_STEP2_dec_nonce", self._context, self._secret, self._buffer(nonce))

    # Both.

    def mapping_data(self) -> bytes:
        return self._bytes("PACE_STEP3A_generate_mapping_data", self._context)

    def map(self, theirs: bytes) -> None:
        self._true("PACE_STEP3A_map_generator", self._context, self._buffer(theirs))

    def ephemeral_key(self) -> bytes:
        return self._bytes("PACE_STEP3B_generate_ephemeral_key", self._context)

    def agree(self, theirs: bytes) -> None:
        self._true("PACE_STEP3B_compute_shared_secret", self._context, self._buffer(theirs))
        self._true("PACE_STEP3C_derive_keys", self._context)

    def token(self, theirs: bytes) -> bytes:
        """Over the other side's ephemeral key."""
        return self._bytes("PACE_STEP3D_compute_authentication_token", self._context, self._buffer(theirs))

    def is_right(self, token: bytes) -> bool:
        return self._call("PACE_STEP3D_verify_authentication_token", self._context, self._buffer(token)) == 1

    # Secure messaging, counter from zero.

    def start_messages(self) -> None:
        self._true("EAC_CTX_set_encryption_ctx", self._context, 0)

    def count(self) -> None:
        self._true("EAC_increment_ssc", self._context)

    def encrypt(self, padded: bytes) -> bytes:
        return self._bytes("EAC_encrypt", self._context, self._buffer(padded))

    def decrypt(self, encrypted: bytes) -> bytes:
        return self._bytes("EAC_decrypt", self._context, self._buffer(encrypted))

    def mac(self, padded: bytes) -> bytes:
        """The library puts the counter in front by itself."""
        return self._bytes("EAC_authenticate", self._context, self._buffer(padded))

    def _function(self, name: str, restype: object) -> Callable[..., object]:
        function = getattr(self._eac, name)
        function.restype = restype
        return function

    def _call(self, name: str, *values: object) -> object:
        return self._function(name, ctypes.c_int)(*values)

    def _true(self, name: str, *values: object) -> None:
        if self._call(name, *values) != 1:
            raise PeerError(name)

    def _bytes(self, name: str, *values: object) -> bytes:
        answer = self._function(name, ctypes.POINTER(_Buffer))(*values)
        if not answer:
            raise PeerError(name)
        return bytes(answer.contents.data[: answer.contents.length])

    def _buffer(self, data: bytes) -> object:
        create = self._function("BUF_MEM_create_init", ctypes.POINTER(_Buffer))
        return create(data, ctypes.c_size_t(len(data)))
