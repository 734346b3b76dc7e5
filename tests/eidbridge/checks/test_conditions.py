"""Each condition and the code that names it; which codes nobody can make here, and why."""

from dataclasses import replace

import pytest

from eidbridge.card.atr import Family
from eidbridge.checks.base import REGISTERED
from eidbridge.checks.facts import Browser, Host, Sandbox, Snapshot
from eidbridge.checks.order import in_order
from eidbridge.errors import (
    CardInUseError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    CardUnresponsiveError,
    Code,
    LinkBrokenError,
    ReaderGoneError,
    ServiceDeniedError,
    ServiceStoppedError,
    WrongProtocolError,
)
from eidbridge.net import Reach
from eidbridge.report import SystemFamily, as_text, decode, encode
from eidbridge.report.schema import FAMILIES, may_stand_in
from eidbridge.results import Outcome
from eidbridge.simulator.faults import Fault, Kind
from eidbridge.texts import LANGUAGES, texts
from tests.eidbridge.checks.desk import IN_ORDER, NOW, Table, card, changed, codes, report_of, usb

STOPPED = {"trouble": ServiceStoppedError}
CIE = "cie-bit4id"


def on_linux(**service: object) -> dict[str, object]:
    return {"snapshot": changed(service=service)}


#: By name: what lies on the readers, how the PC is, and the codes that must be found, gravest first.
CONDITIONS: dict[str, tuple[Table, dict[str, object], list[Code]]] = {
    "all in order": (Table(card(CIE)), {}, []),
    "every maker": (Table(card("cie-stm2")), {}, []),
    "remote session": (Table(card(CIE)), {"snapshot": changed(host={"is_remote": True})}, [Code.HOST_REMOTE]),
    "virtual machine, and all is well": (Table(card(CIE)), {"snapshot": changed(host={"is_virtual": True})}, []),
    "virtual machine that breaks chains": (
        Table(card(CIE, Fault(Kind.ASKS_IN_CHAIN))),
        {"snapshot": changed(host={"is_virtual": True})},
        [Code.READER_BREAKS_CHAINS, Code.HOST_VIRTUAL],
    ),
    "virtual machine, a copied card": (
        Table(card("cloned")),
        {"snapshot": changed(host={"is_virtual": True})},
        [Code.CARD_NOT_GENUINE],
    ),
    "virtual machine, no card": (Table(None), {"snapshot": changed(host={"is_virtual": True})}, [Code.CARD_NONE]),
    "one wrong answer of a genuine card": (
        Table(card(CIE, Fault(Kind.STATUS, 0x6A82, after=0, times=1))),
        {},
        [],
    ),
    "PUK with four tries left": (Table(card(CIE, puk_tries=4)), {}, []),
    "no browser was ever opened": (Table(card(CIE)), {"snapshot": changed(browsers=())}, []),
    "newer CIE, a version told in three parts": (
        Table(card("cie-newer")),
        {"snapshot": changed(software={"version": (1, 4, 3)})},
        [],
    ),
    "system left behind": (Table(card(CIE)), {"snapshot": changed(host={"is_old": True})}, [Code.HOST_SYSTEM]),
    "system that does not tell": (Table(card(CIE)), {"snapshot": changed(host={"is_old": None})}, []),
    "clock of 1970": (Table(card(CIE)), {"snapshot": changed(host={"now": 0.0})}, [Code.HOST_CLOCK]),
    "clock of 2050": (Table(card(CIE)), {"snapshot": changed(host={"now": 2.6e9})}, [Code.HOST_CLOCK]),
    "no library": (Table(), on_linux(has_library=False), [Code.SERVICE_LIBRARY_MISSING]),
    "service not installed": (Table(**STOPPED), on_linux(is_installed=False), [Code.SERVICE_NOT_INSTALLED]),
    "service masked": (Table(**STOPPED), on_linux(is_disabled=True), [Code.SERVICE_DISABLED]),
    "service stopped": (Table(**STOPPED), {}, [Code.SERVICE_STOPPED]),
    "service stopped for this account": (Table(**STOPPED), on_linux(is_denied=True), [Code.SERVICE_DENIED]),
    "service denied": (Table(trouble=ServiceDeniedError), {}, [Code.SERVICE_DENIED]),
    "no reader": (Table(), {}, [Code.READER_NONE]),
    "reader without driver": (Table(), {"snapshot": changed(usb=usb(("072f", "2200")))}, [Code.READER_NO_DRIVER]),
    "reader taken by the kernel": (
        Table(),
        {"snapshot": changed(usb=usb(("072f", "2200"), claimed=True))},
        [Code.READER_CLAIMED],
    ),
    "reader with a slot": (
        Table(None, name="OMNIKEY 3x21"),
        {"snapshot": changed(usb=usb(("076b", "3031")))},
        [Code.READER_CONTACT_ONLY],
    ),
    "only a key store and a security key": (
        Table(None, name="Windows Hello for Business"),
        {},
        [Code.READER_NONE],
    ),
    "a slot beside a plate": (
        Table(None, name="ACME CL"),
        {"snapshot": changed(usb=usb(("076b", "3031")))},
        [Code.CARD_NONE],
    ),
    "empty reader": (Table(None), {}, [Code.CARD_NONE]),
    "reader unplugged": (Table(ReaderGoneError), {}, [Code.READER_GONE]),
    "card held by another program": (Table(CardInUseError), {}, [Code.CARD_IN_USE]),
    "card lies badly": (Table(CardUnresponsiveError), {}, [Code.CARD_UNRESPONSIVE]),
    "card that no reader understands": (Table(WrongProtocolError), {}, [Code.CARD_WRONG_PROTOCOL]),
    "card reset by another": (Table(CardResetError), {}, [Code.CARD_RESET]),
    "card gone at once": (Table(CardRemovedError), {}, [Code.CARD_REMOVED]),
    "link broken at once": (Table(LinkBrokenError), {}, [Code.CARD_LINK_BROKEN]),
    "mute at once": (Table(CardMuteError), {}, [Code.CARD_MUTE]),
    "card taken away half-way": (Table(card(CIE, Fault(Kind.REMOVED, after=20))), {}, [Code.CARD_REMOVED]),
    "card mute half-way": (Table(card(CIE, Fault(Kind.MUTE, after=20))), {}, [Code.CARD_MUTE]),
    "link broken half-way": (
        Table(card(CIE, Fault(Kind.TRUNCATED, 1, after=20))),
        {},
        [Code.CARD_LINK_BROKEN],
    ),
    "health card": (Table(card("ts-cns")), {}, [Code.CARD_HEALTH]),
    "old identity card": (Table(card("cie2")), {}, [Code.CARD_OLD_CIE]),
    "passport": (Table(card("passport")), {}, [Code.CARD_PASSPORT]),
    "bank card": (Table(card("bank-card")), {}, [Code.CARD_BANK]),
    "badge": (Table(card("mifare")), {}, [Code.CARD_STORAGE]),
    "unknown card": (Table(card("generic")), {}, [Code.CARD_UNKNOWN]),
    "newer CIE, program of unknown age": (Table(card("cie-newer")), {}, [Code.CARD_NEWER]),
    "newer CIE, old program": (
        Table(card("cie-newer")),
        {"snapshot": changed(software={"version": (1, 4, 2)})},
        [Code.CARD_NEWER],
    ),
    "newer CIE, newest program": (
        Table(card("cie-newer")),
        {"snapshot": changed(software={"version": (1, 4, 3, 11)})},
        [],
    ),
    "newer CIE, no program": (
        Table(card("cie-newer")),
        {"snapshot": changed(software={"is_installed": False})},
        [Code.SOFTWARE_MISSING],
    ),
    "number unreadable": (Table(card("short-nis")), {}, [Code.CARD_UNEXPECTED]),
    "data changed": (Table(card("tampered")), {}, [Code.CARD_NOT_GENUINE]),
    "copy": (Table(card("cloned")), {}, [Code.CARD_NOT_GENUINE]),
    "reader breaks chains": (Table(card(CIE, Fault(Kind.ASKS_IN_CHAIN))), {}, [Code.READER_BREAKS_CHAINS]),
    "tries unknown": (Table(card("silent-counter")), {}, [Code.PIN_TRIES_UNKNOWN]),
    "one try left": (Table(card("last-try")), {}, [Code.PIN_LAST_TRY]),
    "PIN blocked": (Table(card("pin-blocked")), {}, [Code.PIN_BLOCKED]),
    "PIN and PUK blocked": (Table(card("puk-blocked")), {}, [Code.PUK_BLOCKED]),
    "PIN blocked, one PUK left": (Table(card("puk-few-tries")), {}, [Code.PUK_FEW_TRIES]),
    "few PUK left, PIN not": (Table(card("puk-few-tries", pin_tries=3)), {}, [Code.PUK_FEW_TRIES]),
    "PUK blocked, PIN not": (Table(card("puk-blocked", pin_tries=3)), {}, [Code.PUK_BLOCKED]),
    "PIN blocked, not paired": (
        Table(card("pin-blocked")),
        {"snapshot": changed(software={"caches": frozenset()})},
        [Code.PIN_BLOCKED],
    ),
    "one try left, not paired": (
        Table(card("last-try")),
        {"snapshot": changed(software={"caches": frozenset()})},
        [Code.PIN_LAST_TRY],
    ),
    "tries unknown, not paired": (
        Table(card("silent-counter")),
        {"snapshot": changed(software={"caches": frozenset()})},
        [Code.PIN_TRIES_UNKNOWN],
    ),
    "mute at the counter of the PIN": (Table(card(CIE, Fault(Kind.MUTE, after=40))), {}, [Code.CARD_MUTE]),
    "6F00 to the first SELECT": (Table(card(CIE, Fault(Kind.STATUS, 0x6F00, after=0))), {}, [Code.CARD_UNEXPECTED]),
    "6982 to the first SELECT": (Table(card("cie-stm2", Fault(Kind.STATUS, 0x6982))), {}, [Code.CARD_UNEXPECTED]),
    "health card in one reader, CIE in the other": (
        Table(card("ts-cns"), card(CIE)),
        {},
        [Code.READER_SEVERAL],
    ),
    "CIE in one reader, health card in the other": (Table(card(CIE), card("ts-cns")), {}, [Code.READER_SEVERAL]),
    "two CIEs": (Table(card(CIE), card("cie-stm")), {}, [Code.READER_SEVERAL]),
    "held in one reader, health card in the other": (Table(CardInUseError, card("ts-cns")), {}, [Code.CARD_IN_USE]),
    "bank card in one reader, badly placed in the other": (
        Table(card("bank-card"), CardUnresponsiveError),
        {},
        [Code.CARD_UNRESPONSIVE],
    ),
    "two cards and no CIE": (Table(card("ts-cns"), card("bank-card")), {}, [Code.CARD_HEALTH]),
    "a reader in use, a CIE in the other": (Table(CardInUseError, card(CIE)), {}, [Code.READER_SEVERAL]),
    "no Software CIE": (
        Table(card(CIE)),
        {"snapshot": changed(software={"is_installed": False})},
        [Code.SOFTWARE_MISSING],
    ),
    "no Java": (Table(card(CIE)), {"snapshot": changed(software={"has_java": False})}, [Code.SOFTWARE_NO_JAVA]),
    "home folder of a domain": (
        Table(card(CIE)),
        {"snapshot": changed(host={"home_depth": 3})},
        [Code.SOFTWARE_HOME],
    ),
    "never paired": (
        Table(card(CIE)),
        {"snapshot": changed(software={"caches": frozenset()})},
        [Code.SOFTWARE_NOT_PAIRED],
    ),
    "another card paired": (
        Table(card(CIE)),
        {"snapshot": changed(software={"caches": frozenset({"999999999999"})})},
        [Code.SOFTWARE_OTHER_CARD],
    ),
    "no module": (
        Table(card(CIE)),
        {"snapshot": changed(browsers=(Browser("firefox", has_module=False),))},
        [Code.BROWSER_NO_MODULE],
    ),
    "browser in a snap": (
        Table(card(CIE)),
        {"snapshot": changed(browsers=(Browser("firefox", has_module=True, sandbox=Sandbox.SNAP),))},
        [Code.BROWSER_SANDBOXED],
    ),
    "a site that does not answer": (
        Table(card(CIE)),
        {"sites": lambda site: Reach.NOTHING if "inps" in site else Reach.ANSWERED},
        [Code.NETWORK_UNREACHABLE],
    ),
    "somebody in between": (
        Table(card(CIE)),
        {"sites": lambda site: Reach.NOT_ITS_OWN if "inps" in site else Reach.NOTHING},
        [Code.NETWORK_INTERCEPTED],
    ),
    "one site whose certificate has run out": (
        Table(card(CIE)),
        {"sites": lambda site: Reach.NOT_NOW if "inps" in site else Reach.ANSWERED},
        [],
    ),
    "no certificate is valid at the date of this PC": (
        Table(card(CIE)),
        {"sites": lambda site: Reach.NOT_NOW},
        [Code.HOST_CLOCK],
    ),
    "a proxy that wants a sign-in": (Table(card(CIE)), {"sites": lambda site: Reach.CANNOT_TELL}, []),
    "sites answer": (Table(card(CIE)), {"sites": lambda site: Reach.ANSWERED}, []),
}
#: Codes that a run of the checks cannot lead to, and why.
ELSEWHERE = {
    Code.PIN_WRONG: "only a rehearsal presents a PIN",
    Code.CERTIFICATE_EXPIRED: "only a rehearsal reads the certificate",
    Code.CERTIFICATE_EARLY: "only a rehearsal reads the certificate",
    Code.PROGRAM_FAULT: "a mistake of this program; made in a test of its own below",
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition(name):
    table, options, expected = CONDITIONS[name]
    report = report_of(table, **options)
    assert codes(report) == expected
    assert decode(encode(report)) == report
    assert len(report.checks) == len(in_order()) - ("sites" not in options)


def test_every_code_is_made_here_or_has_its_reason():
    made = {code for _table, _options, found in CONDITIONS.values() for code in found}
    assert made | set(ELSEWHERE) == set(Code)
    assert not made & set(ELSEWHERE)


def test_connections_are_closed_whatever_happens():
    table = Table(card("ts-cns"), card("cie-bit4id"))
    report_of(table)
    assert [opened.is_closed for opened in table.opened] == [True, True]


def test_a_mistake_of_ours_is_a_finding_and_the_rest_goes_on(monkeypatch):
    broken = replace(REGISTERED["card.chip"], judge=lambda run: 1 / 0)
    monkeypatch.setitem(REGISTERED, "card.chip", broken)
    report = report_of(Table(card(CIE)))
    assert codes(report) == [Code.PROGRAM_FAULT]
    fault = next(each for each in report.checks if each.code is Code.PROGRAM_FAULT)
    assert dict(fault.facts) == {"check": "card.chip"}
    after = {each.check: each.outcome for each in report.checks}
    assert after["card.pin-tries"] is Outcome.SKIPPED
    assert after["software.installed"] is Outcome.PASSED


def test_the_tries_are_asked_of_the_card_only_where_the_person_wants_it():
    quiet = card("silent-counter")
    report_of(Table(quiet))
    assert quiet.chip.received_ins(0x20) == []
    asked = card("silent-counter")
    report_of(Table(asked), ask_card=True)
    assert asked.chip.received_ins(0x20) == [(0x0C, 0x20, 0x00, 0x81)]


def test_no_check_presents_or_changes_anything():
    """READ, SELECT, GET DATA and authentication: no VERIFY, CHANGE, RESET, UPDATE or WRITE is ever sent."""
    lying = card(CIE)
    report_of(Table(lying))
    assert {header[1] for header in lying.chip.received} <= {0xA4, 0xB0, 0xC0, 0xCB, 0x22, 0x2A, 0x82, 0x84, 0x88}


@pytest.mark.parametrize("family", [SystemFamily.WINDOWS, SystemFamily.MACOS, SystemFamily.OTHER])
def test_a_system_where_nobody_has_seen_it_is_never_proven(family):
    snapshot = replace(IN_ORDER, host=Host(family, now=NOW), proven=False, browsers=())
    report = report_of(Table(card("pin-blocked")), snapshot)
    assert codes(report) == [Code.PIN_BLOCKED]
    assert not any(each.proven for each in report.checks)


def test_facts_that_are_worth_it_reach_the_report():
    report = report_of(Table(card(CIE)))
    facts = {each.check: dict(each.facts) for each in report.checks if each.facts}
    assert facts == {
        "reader.present": {"readers": 1},
        "card.present": {"cards": 1},
        "card.kind": {"family": "cie-bit4id"},
        "card.chip": {"issuer_checked": False},
        "card.pin-tries": {"tries_left": 3},
        "software.paired": {"paired": "this-card"},
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_has_its_name_in_every_language(language):
    named = {key.removeprefix("checks.") for key in texts(language) if key.startswith("checks.")}
    assert named == set(REGISTERED)


def test_both_languages_say_the_same_things():
    keys = [set(texts(language)) for language in LANGUAGES]
    assert keys[0] == keys[1]
    for key in keys[0]:
        holes = [sorted(part.split("}")[0] for part in texts(language)[key].split("{")[1:]) for language in LANGUAGES]
        assert holes[0] == holes[1], key


#: Rows of the table of conditions of the chip's reference, and what names each; a text says why nothing does.
ROWS: dict[int, Code | str] = {
    1: Code.SERVICE_STOPPED,
    2: Code.SERVICE_STOPPED,
    3: Code.SERVICE_DENIED,
    4: Code.READER_NONE,
    5: Code.READER_CLAIMED,
    6: Code.READER_CONTACT_ONLY,
    7: Code.READER_SEVERAL,
    8: Code.CARD_NONE,
    9: Code.CARD_IN_USE,
    10: Code.CARD_IN_USE,
    11: Code.CARD_UNRESPONSIVE,
    12: Code.CARD_REMOVED,
    13: Code.CARD_UNRESPONSIVE,
    14: Code.CARD_NONE,
    15: Code.CARD_HEALTH,
    16: Code.CARD_BANK,
    17: Code.CARD_PASSPORT,
    18: Code.CARD_STORAGE,
    19: Code.CARD_OLD_CIE,
    20: Code.CARD_NEWER,
    21: Code.CARD_UNEXPECTED,
    22: Code.CARD_NOT_GENUINE,
    23: Code.SOFTWARE_NOT_PAIRED,
    24: Code.SOFTWARE_OTHER_CARD,
    25: "paired already: nothing is wrong",
    26: "digits are counted in a rehearsal, before the card is asked",
    27: "what is typed into a browser cannot be seen here; its result is a wrong PIN",
    28: Code.PIN_WRONG,
    29: Code.PIN_LAST_TRY,
    30: Code.PIN_BLOCKED,
    31: Code.PUK_BLOCKED,
    32: Code.CERTIFICATE_EXPIRED,
    33: "the date is printed on the card, and reading it takes CAN or MRZ, which no check asks for",
    34: "nothing of it is on the card",
    35: "signing in does not need extended lengths",
    36: Code.READER_BREAKS_CHAINS,
    37: Code.READER_GONE,
    38: Code.CARD_RESET,
    39: Code.BROWSER_SANDBOXED,
    40: Code.SOFTWARE_HOME,
    41: Code.NETWORK_INTERCEPTED,
    42: "test cards are not given to people",
    43: "which certificate is chosen happens in the browser",
}


def test_every_row_of_the_table_of_conditions_is_named_or_has_its_reason():
    assert sorted(ROWS) == list(range(1, 44))
    told = {code for _table, _options, found in CONDITIONS.values() for code in found} | set(ELSEWHERE)
    assert all(row in told if isinstance(row, Code) else len(row) > 20 for row in ROWS.values())


@pytest.mark.parametrize("after", range(44))
@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.MUTE, Kind.TRUNCATED, Kind.REMOVED])
def test_one_fault_is_told_once_wherever_it_comes(kind, after):
    fault = Fault(kind, 0x6F00 if kind is Kind.STATUS else 1, after=after, times=1 if kind is Kind.STATUS else None)
    assert len(codes(report_of(Table(card(CIE, fault))))) <= 1


def test_a_guest_is_never_called_a_real_computer():
    report = report_of(Table(card(CIE)), changed(host={"is_virtual": True}))
    assert {each.check: each.outcome for each in report.checks}["host.machine"] is Outcome.SKIPPED


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_code_stands_in_a_check_that_may_hold_it(name):
    table, options, _expected = CONDITIONS[name]
    for result in report_of(table, **options).checks:
        assert result.code is None or may_stand_in(result.code, result.check)


def test_what_was_not_looked_at_is_not_said_to_be_fine():
    """On a system whose files nobody reads, a check that has nothing to go by is left out of what is fine."""
    snapshot = Snapshot(host=Host(SystemFamily.MACOS, now=NOW), proven=False)
    outcomes = {each.check: each.outcome for each in report_of(Table(card(CIE)), snapshot).checks}
    for check in (
        "host.machine",
        "software.installed",
        "software.version",
        "software.java",
        "software.home",
        "software.paired",
        "browser.module",
    ):
        assert outcomes[check] is Outcome.SKIPPED, check


def test_the_families_and_sites_of_the_schema_are_those_of_the_checks():
    assert set(FAMILIES) == {family.value for family in Family}


#: Everything that belongs to a person, a PC or a card and must never leave.
PLANTED = ["123456789012", "CA00000AA", "ROSSI", "MARIA", "RSSMRA80A01H501U", "12345678", "ACME CL 0123456789"]


@pytest.mark.parametrize("name", ["cie-bit4id", "pin-blocked", "ts-cns", "short-nis", "cloned"])
def test_nothing_planted_is_in_report_text_or_json(name):
    report = report_of(Table(card(name), name="ACME CL 0123456789"))
    written = [encode(report).decode(), *(as_text(report, language) for language in LANGUAGES), repr(report)]
    for secret in PLANTED:
        assert not any(secret in text for text in written), secret


#: Rows of the table of failures of the PC/SC stack, and what a person is told; a text says why she meets none.
FAILURES: dict[str, Code | str] = {
    "library missing": Code.SERVICE_LIBRARY_MISSING,
    "daemon stopped, dead socket": Code.SERVICE_STOPPED,
    "no permission for the socket": Code.SERVICE_DENIED,
    "monitors of pyscard": "pyscard's monitors are not used",
    "200 contexts, or polkit": Code.SERVICE_DENIED,
    "no reader": Code.READER_NONE,
    "no card in a request": Code.CARD_NONE,
    "reader gone before connect": Code.READER_GONE,
    "reader empty": Code.CARD_NONE,
    "direct mode": "direct mode is not used",
    "never connected": "a mistake of ours that the types rule out",
    "no answer to the ATR poll": Code.CARD_NONE,
    "power-up fails": Code.CARD_UNRESPONSIVE,
    "reset or negotiation fails": Code.CARD_UNRESPONSIVE,
    "nonsense for an ATR": Code.CARD_WRONG_PROTOCOL,
    "wrong check byte": "accepted by the stack, and nothing depends on it",
    "another protocol": Code.CARD_WRONG_PROTOCOL,
    "held exclusively": Code.CARD_IN_USE,
    "we want it exclusively": "cards are shared, in a transaction",
    "holder killed": "free at once: no failure",
    "transaction of another": Code.CARD_IN_USE,
    "removed, not polled yet": Code.CARD_REMOVED,
    "removed during an exchange": Code.CARD_REMOVED,
    "swapped": Code.CARD_REMOVED,
    "swapped within 0.4 s": "unseen by the virtual reader alone; real ones notice",
    "reset by another": Code.CARD_RESET,
    "unpowered by another": Code.CARD_UNRESPONSIVE,
    "fewer than two bytes": Code.CARD_LINK_BROKEN,
    "mute": Code.CARD_MUTE,
    "time-out of a real driver": Code.CARD_LINK_BROKEN,
    "reader fails or is unplugged": Code.READER_GONE,
    "reader comes back": Code.READER_GONE,
    "daemon killed between calls": Code.SERVICE_STOPPED,
    "daemon killed during a call": Code.SERVICE_STOPPED,
    "time-out or cancel of waiting": "no failure",
    "too long, empty or wrong command": "mistakes of ours, refused before they are sent",
    "attribute not offered": "no attribute is asked for",
}


def test_every_row_of_the_table_of_failures_is_named_or_has_its_reason():
    told = {code for _table, _options, found in CONDITIONS.values() for code in found}
    for row, outcome in FAILURES.items():
        assert outcome in told if isinstance(outcome, Code) else len(outcome) > 9, row
