"""Every card and every fault, in this process. `tests/pcsc` walks the same over the real stack."""

import pytest

from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.profiles import PROFILES
from tests.eidbridge.scenarios import CASES, TOLD, Case, walk


def test_every_profile_has_its_story():
    assert set(TOLD) == set(PROFILES)


@pytest.mark.parametrize("name", TOLD)
def test_profile(name):
    assert walk(SimulatedConnection(FaultyCard(Chip(PROFILES[name])))) == TOLD[name]


def test_another_program_that_resets_the_card():
    connection = SimulatedConnection(FaultyCard(Chip(PROFILES["cie-bit4id"])))
    assert walk(connection)[-1] == "signed"
    connection.reset_by_another_program()
    assert walk(connection) == ["CardResetError"]
    connection.reset()
    assert walk(connection)[-1] == "signed"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fault(case: Case):
    card = FaultyCard(Chip(PROFILES["cie-bit4id"]), [case.fault], sleep=lambda seconds: None)
    assert walk(SimulatedConnection(card))[-1] == case.ends
