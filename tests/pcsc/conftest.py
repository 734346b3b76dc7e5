import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard
from eidbridge.simulator.profiles import PROFILES
from eidbridge.simulator.vpcd import VirtualCard
from eidbridge.transport.child import Pcsc, PcscConnection
from tests.card_stack import has_card, until
from tests.pcsc.stack import Stack, missing

__all__ = ["has_card", "until"]
#: Puts a card on the first reader and connects to it.
LayDown = Callable[..., AbstractContextManager[tuple[PcscConnection, VirtualCard]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a daemon these tests fail in CI, and are skipped by name elsewhere."""
    lacks = missing()
    for item in items:
        if "tests/pcsc" in item.nodeid and lacks and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=lacks))


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
