"""What both faces say of a pairing: keys of `eidbridge.texts` for what the site or the network answered."""

import re
from enum import StrEnum

from eidbridge import net
from eidbridge.net import AddressError
from eidbridge.report.pairing import Problem, Refusal, Why, is_code, tidy_code

_REFERENCE = re.compile(r"AF[A-Z0-9]{8}\Z")
_USER_ID = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{8}\Z")
_PIN = re.compile(r"\d{4,8}\Z")


class Typed(StrEnum):
    """What stands in the field for the code; each is a key of the texts."""

    CODE = "code"
    PIN = "joint.looks-like-pin"
    REFERENCE = "joint.looks-like-reference"
    USER_ID = "joint.looks-like-user"
    OTHER = "joint.not-a-code"


def typed(text: str) -> Typed:
    """Which of the signs people have at hand was typed."""
    tidy = tidy_code(text)
    if is_code(tidy):
        return Typed.CODE
    for kind, pattern in ((Typed.PIN, _PIN), (Typed.REFERENCE, _REFERENCE), (Typed.USER_ID, _USER_ID)):
        if pattern.match(tidy):
            return kind
    return Typed.OTHER


def key_of(what: Refusal | net.Trouble | Why | Problem | None) -> str:
    """The text for what was in the way; None is a fault of this program."""
    match what:
        case None:
            return "over.fault"
        case Refusal():
            return (
                f"over.{what.why}" if what.problem is Problem.PAIRING_OVER and what.why else f"problem.{what.problem}"
            )
        case net.Trouble():
            return f"trouble.{what}"
        case Why():
            return f"over.{what}"
        case Problem():
            return f"problem.{what}"


def key_of_site(error: AddressError) -> str:
    if not error.origin:
        return "site.no-address"
    return "site.plain-site" if error.is_plain else "site.unknown-site"
