"""Signs people type into a field that asks for another one: told apart by their shape."""

import re
import secrets
from enum import StrEnum

#: Letters and digits that are not taken for one another, spoken or printed: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CLEAR = "ACDEFGHJKMNPQRTWXY34679"
_LETTERS = "".join(sign for sign in CLEAR if sign.isalpha())

_REFERENCE = re.compile(rf"AF-?([{CLEAR}]{{4}})-?([{CLEAR}]{{4}})\Z")
_PAIRING = re.compile(r"[A-Z]{4}-[A-Z]{4}\Z")
_USER_ID = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z][a-z0-9]{7}\Z", re.IGNORECASE)
_PIN = re.compile(r"\d{8}\Z")
_MAIL = re.compile(r"[^@]+@[^@]+\.[^@]+\Z")


class Typed(StrEnum):
    REFERENCE = "reference"
    PAIRING_CODE = "pairing-code"
    USER_ID = "user-id"
    PIN = "pin"
    EMAIL = "email"
    OTHER = "other"


class ReferenceConverter:
    """A reference in an address, as we write it."""

    regex = rf"AF-[{CLEAR}]{{4}}-[{CLEAR}]{{4}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def new_reference() -> str:
    """A random `AF-XXXX-XXXX` with a letter in it; 23 signs in 8 places, 7.8e10 of them."""
    while True:
        signs = "".join(secrets.choice(CLEAR) for _ in range(8))
        if any(sign in _LETTERS for sign in signs):
            return f"AF-{signs[:4]}-{signs[4:]}"


def reference_in(text: str) -> str:
    """The reference that `text` is, however it was typed; empty where it is none."""
    found = _REFERENCE.match(_bare(text).upper())
    return f"AF-{found[1]}-{found[2]}" if found else ""


def kind_of(text: str) -> Typed:
    """What `text` looks like."""
    bare = _bare(text)
    if reference_in(bare):
        return Typed.REFERENCE
    for kind, pattern in (
        (Typed.PIN, _PIN),
        (Typed.EMAIL, _MAIL),
        (Typed.USER_ID, _USER_ID),
        (Typed.PAIRING_CODE, _PAIRING),
    ):
        if pattern.match(bare.upper() if kind is Typed.PAIRING_CODE else bare):
            return kind
    return Typed.OTHER


def _bare(text: str) -> str:
    """Without spaces, and with one kind of hyphen."""
    return re.sub(r"[\u2010-\u2015]", "-", "".join(text.split()))
