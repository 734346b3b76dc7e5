"""Basic Access Control (ICAO 9303-11, 4.3; worked example: appendix D): a session from what the MRZ says."""

import secrets

from eidbridge.apdu.channel import CardChannel
from eidbridge.apdu.command import CommandApdu, Ins
from eidbridge.apdu.secure_messaging import Des3Suite, SecureMessaging, secured
from eidbridge.crypto.ciphers import des3_decrypt, des3_encrypt, equal, padded_retail_mac
from eidbridge.crypto.kdf import Use, hashed, key_sha1
from eidbridge.errors import UnexpectedAnswerError


def open_session(channel: CardChannel, mrz_information: bytes) -> CardChannel:
    """A secured channel to the travel document's application, which must be selected.

    mrz_information: as `crypto.kdf.mrz_information` makes it. Raises StatusError (6300: the MRZ is another card's),
    UnexpectedAnswerError where the chip does not prove that it knows the MRZ.
    """
    theirs = channel.send(CommandApdu(ins=Ins.GET_CHALLENGE, ne=8))
    if len(theirs) != 8:
        raise UnexpectedAnswerError("a challenge of another length")
    seed = hashed(mrz_information)[:16]
    k_enc, k_mac = key_sha1(seed, Use.ENCRYPTION), key_sha1(seed, Use.MAC)
    ours, our_key = secrets.token_bytes(8), secrets.token_bytes(16)
    cryptogram = des3_encrypt(k_enc, ours + theirs + our_key)
    data = cryptogram + padded_retail_mac(k_mac, cryptogram)
    answer = channel.send(CommandApdu(ins=Ins.EXTERNAL_AUTHENTICATE, data=data, ne=40))
    if len(answer) != 40 or not equal(padded_retail_mac(k_mac, answer[:32]), answer[32:]):
        raise UnexpectedAnswerError("the chip's answer to BAC is not made with these keys")
    clear = des3_decrypt(k_enc, answer[:32])
    if not equal(clear[:16], theirs + ours):
        raise UnexpectedAnswerError("the chip's answer to BAC belongs to another exchange")
    shared = bytes(mine ^ other for mine, other in zip(our_key, clear[16:], strict=True))
    suite = Des3Suite(key_sha1(shared, Use.ENCRYPTION), key_sha1(shared, Use.MAC))
    return secured(channel, SecureMessaging(suite, int.from_bytes(theirs[4:] + ours[4:], "big")))
