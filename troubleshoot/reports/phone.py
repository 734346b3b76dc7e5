"""Answers from the phone that a question is about, for the PC on which the guide is read.

Only what a web page can know is claimed; the rest the person answers on the phone. What comes is checked as hostile: a
code that somebody guessed or read off a screen gives answers that the PC's page shows and asks about first.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ua_parser
from django.utils import timezone

from troubleshoot.core import keys
from troubleshoot.core.keys import hashed
from troubleshoot.core.typed import CLEAR
from troubleshoot.flows.model import Flow, Kind, Step
from troubleshoot.reports.models import LIVES, PhoneLink

_CODE_LENGTH, _LONGEST_HEADER = 10, 400
_KEPT = timedelta(days=1)
#: Systems a page can tell apart, by the names that browsers give them.
_SYSTEMS = {"android": "android", "ios": "iphone", "ipados": "ipad"}
_SYSTEMS |= dict.fromkeys(("windows", "mac os x", "macos", "linux"), "pc")
#: Browsers within an app, and relatives, that look like another one.
_WITHIN = re.compile(r"GSA/|FBA[NV]|Instagram|HuaweiBrowser|; wv\)|MiuiBrowser|DuckDuckGo|OP[RT]/", re.ASCII)
_BROWSERS = {
    "chrome mobile": "chrome",
    "chrome": "chrome",
    "chrome mobile ios": "chrome",
    "mobile safari": "safari",
    "safari": "safari",
    "firefox mobile": "firefox",
    "firefox": "firefox",
    "firefox ios": "firefox",
    "samsung internet": "samsung",
    "edge mobile": "edge",
    "edge": "edge",
    "brave": "brave",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """system: android, iphone, ipad, pc or other; browser: of `_BROWSERS`, or other."""

    system: str
    browser: str


def phone_of(headers: Mapping[str, str]) -> Phone:
    """What a phone tells by User-Agent (RFC 9110, 10.1.5) and Sec-CH-UA-Platform (User-Agent Client Hints)."""
    said = headers.get("User-Agent", "")[:_LONGEST_HEADER]
    found = ua_parser.parse(said)
    hint = headers.get("Sec-CH-UA-Platform", "").strip('"').casefold()
    system = _SYSTEMS.get(hint) or _SYSTEMS.get(found.os.family.casefold() if found.os else "", "other")
    browser = _BROWSERS.get(found.user_agent.family.casefold() if found.user_agent else "", "other")
    if "iPad" in said:
        system = "ipad"
    return Phone(system, "other" if _WITHIN.search(said) else browser)


def questions(flow: Flow) -> list[Step]:
    """Those that the phone may answer, in the order of the guide."""
    return [step for step in flow.steps.values() if step.kind is Kind.QUESTION and step.by_phone]


def offer(flow: Flow, step: Step) -> str:
    """A new link: the key for the PC's address, from which the phone's code follows and not the other way round."""
    key = secrets.token_urlsafe(16)
    PhoneLink.objects.create(screen=hashed(key), code=hashed(code_of(key)), flow=flow.id, step=step.id)
    return key


def code_of(key: str) -> str:
    """What the phone's link holds: ten signs that can be typed, made from the PC's key and the site's secret."""
    return keys.code_of(f"phone:{key}", CLEAR, _CODE_LENGTH)


def for_screen(key: str, flow_id: str, step_id: str) -> PhoneLink | None:
    return PhoneLink.objects.filter(screen=hashed(key), flow=flow_id, step=step_id).first()


def for_code(code: str) -> PhoneLink | None:
    """The link that still waits; the code as a person may type it."""
    plain = code.upper().replace("-", "").replace(" ", "")
    found = PhoneLink.objects.filter(code=hashed(plain)).first()
    return found if found is not None and found.is_open else None


def answer(link: PhoneLink, flow: Flow, given: Mapping[str, str], phone: Phone) -> bool:
    """Keep what the phone said, once; answers the guide does not have are dropped. False where it came too late."""
    answers = {step.id: given[step.id] for step in questions(flow) if given.get(step.id) in step.next}
    said = {"system": phone.system, "browser": phone.browser, "answers": answers}
    waiting = PhoneLink.objects.filter(pk=link.pk, said__isnull=True, created_at__gt=timezone.now() - LIVES)
    return waiting.update(said=said) == 1


def said_by(link: PhoneLink) -> tuple[Phone, dict[str, str]] | None:
    """What the phone said; None while it has said nothing."""
    if link.said is None:
        return None
    said: dict[str, Any] = link.said
    return Phone(said["system"], said["browser"]), dict(said["answers"])


def forget_old(now: datetime) -> int:
    """Delete links of yesterday; how many."""
    return PhoneLink.objects.filter(created_at__lt=now - _KEPT).delete()[0]
