"""Readers with simulated cards in this process, and PCs as they are described: what a run of the checks works on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from eidbridge.agent.check import make_report
from eidbridge.checks.facts import Browser, Host, Service, Snapshot, Software, UsbDevice
from eidbridge.checks.run import Run
from eidbridge.errors import Code, EidError
from eidbridge.net import Reach, Site
from eidbridge.report import Report, SystemFamily
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard
from eidbridge.simulator.profiles import PROFILES, Profile
from eidbridge.transport.states import ReaderState, State

#: A Linux PC in order, seconds of the clock in 2026.
NOW = 1_798_000_000.0
IN_ORDER = Snapshot(
    host=Host(SystemFamily.LINUX, now=NOW, is_old=False),
    service=Service(has_library=True, is_installed=True, is_disabled=False, is_denied=False),
    usb=(),
    software=Software(is_installed=True, has_java=True, caches=frozenset({"123456789012"})),
    browsers=(Browser("firefox", has_module=True),),
)
#: What lies on a reader: a card, nothing, or an error that connecting raises.
Lying = FaultyCard | type[EidError] | None


class Opened(SimulatedConnection):
    """A connection that remembers whether it was given back."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True
        super().close()


class Table:
    """PC/SC with these readers; `trouble` is raised instead of a list."""

    def __init__(self, *lying: Lying, trouble: type[EidError] | None = None, name: str = "ACME CL") -> None:
        self._lying = {f"{name} 0{number} 00": card for number, card in enumerate(lying)}
        self._trouble = trouble
        self.opened: list[Opened] = []

    def list_readers(self) -> list[ReaderState]:
        if self._trouble is not None:
            raise self._trouble("told by a test")
        return [self._state(name, card) for name, card in self._lying.items()]

    def _state(self, name: str, card: Lying) -> ReaderState:
        if card is None:
            return ReaderState(name)
        atr = card.atr if isinstance(card, FaultyCard) else b"\x3b\x80\x80\x01\x01"
        return ReaderState(name, frozenset({State.PRESENT}), atr)

    def connect(self, reader: str) -> Opened:
        card = self._lying[reader]
        if not isinstance(card, FaultyCard):
            assert card is not None
            raise card("told by a test")
        self.opened.append(Opened(card))
        return self.opened[-1]


def card(name: str, *faults: Fault, **changed: object) -> FaultyCard:
    profile: Profile = replace(PROFILES[name], **changed) if changed else PROFILES[name]
    return FaultyCard(Chip(profile), faults)


def report_of(
    table: Table,
    snapshot: Snapshot = IN_ORDER,
    *,
    ask_card: bool = False,
    sites: Callable[[str], Reach] | None = None,
) -> Report:
    run = Run(snapshot, table, ask_card=ask_card, wants_reach=sites is not None)
    if sites is not None:
        run.reach_site = lambda site: Site(sites(site), "Ente", "Autorità")
    return make_report(run)


def codes(report: Report) -> list[Code]:
    return [result.code for result in report.findings if result.code is not None]


def changed(**parts: object) -> Snapshot:
    """A PC in order but for these parts: `usb=…`, `software=…`; a dict changes fields of the part that is there."""
    made = {
        name: replace(getattr(IN_ORDER, name), **part) if isinstance(part, dict) else part
        for name, part in parts.items()
    }
    return replace(IN_ORDER, **made)


def usb(*ids: Sequence[str], claimed: bool = False) -> tuple[UsbDevice, ...]:
    return tuple(UsbDevice(vendor, product, claimed) for vendor, product in ids)
