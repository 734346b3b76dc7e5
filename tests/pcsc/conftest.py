import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc, PcscConnection
from tests.pcsc.stack import Stack, missing

#: Puts a card on the first reader and connects to it.
LayDown = Callable[..., AbstractContextManager[tuple[PcscConnection, VirtualCard]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a daemon these tests fail in CI, and are skipped by name elsewhere."""
    lacks = missing()
    for item in items:
        if "tests/pcsc" in item.nodeid and lacks and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=lacks))


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


@pytest.fixture
def lay_down(stack: Stack, pcsc: Pcsc) -> LayDown:
    @contextmanager
    def put(name: str = "cie-bit4id", *faults: Fault) -> Iterator[tuple[PcscConnection, VirtualCard]]:
        until(lambda: stack.saw_the_last_card_go(stack.first))
        with VirtualCard(FaultyCard(Chip(PROFILES[name]), faults), stack.port) as card:
            until(lambda: has_card(pcsc, stack.first))
            connection = pcsc.connect(stack.first)
            try:
                yield connection, card
            finally:
                connection.close()

    return put


def has_card(pcsc: Pcsc, reader: str) -> bool:
    return any(each.name == reader and each.has_card for each in pcsc.readers())


def until(holds: Callable[[], bool], limit_s: float = 10) -> None:
    """Wait for the daemon to see what happened: it looks every 0.4 s."""
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "the daemon did not see it"
        time.sleep(0.02)


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A daemon for one test, which may stop, kill and start it."""
    assert not missing(), missing()
    made = Stack(tmp_path / "own", name="Own reader")
    made.home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(made.socket_path))
        yield made
    made.stop(hard=True)
