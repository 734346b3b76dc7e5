"""The card service of the tests, one for each process that runs them: whoever speaks to PC/SC finds it by its
environment, so there cannot be two.
"""

import time
from collections.abc import Callable, Iterator

import pytest

from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc
from tests.pcsc.stack import Stack, missing


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert not missing(), missing()
    made = Stack(tmp_path_factory.mktemp("pcsc"))
    made.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(made.socket_path))
        yield made
    made.stop()


@pytest.fixture(scope="session")
def pcsc(stack: Stack) -> Iterator[Pcsc]:
    """One child process for all tests; those that end it get a new one by themselves."""
    with Pcsc(limit_s=2.0) as made:
        _warm_up(stack, made)
        yield made


def _warm_up(stack: Stack, pcsc: Pcsc) -> None:
    """A first card that comes and goes: one that lies there at the daemon's first look is not noted in its log."""
    until(lambda: len(pcsc.readers()) == 2)  # answered once the readers are loaded and their ports open
    with VirtualCard(FaultyCard(Chip(PROFILES["generic"])), stack.port):
        until(lambda: has_card(pcsc, stack.first))
    until(lambda: f"Card Removed From {stack.first}" in stack.log())


def has_card(pcsc: Pcsc, reader: str) -> bool:
    return any(each.name == reader and each.has_card for each in pcsc.readers())


def until(holds: Callable[[], bool], limit_s: float = 60) -> None:
    """Wait for the daemon to see what happened: it looks every 0.4 s."""
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "the daemon did not see it"
        time.sleep(0.02)
