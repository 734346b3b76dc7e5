"""What belongs to a person is found nowhere but in the hands it was given to: not in logs, traces, errors or `repr`."""

import logging
import traceback

import pytest

from eidbridge.apdu.channel import plain_channel
from eidbridge.apdu.command import CommandApdu, ResponseApdu
from eidbridge.card import bac, cie, ias, mrtd, pace
from eidbridge.card.files import EF_SERIAL
from eidbridge.card.reading import read_file
from eidbridge.errors import EidError
from eidbridge.simulator.authority import Holder
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind
from eidbridge.simulator.profiles import PROFILES, replace
from eidbridge.transport.trace import Trace, TracedConnection

HOLDER = Holder(
    surname="QUERCIOLI",
    name="ZENOBIA",
    tax_code="QRCZNB80A41H501K",
    document_number="ZX98765QW",
    nis="907856341278",
    born="770707",
    expires="340909",
)
PIN, CAN = "86420975", "314159"
PLANTED = [*(str(getattr(HOLDER, name)) for name in HOLDER.__dataclass_fields__), PIN, CAN]


def spellings(secret: str) -> list[str]:
    """As text, as hex, as a list of numbers, as bytes are shown."""
    raw = secret.encode()
    return [secret, raw.hex(), raw.hex().upper(), str(list(raw))[1:-1], raw.hex(" "), raw.hex(" ").upper()]


def leaks(text: str, certificate: bytes = b"") -> list[str]:
    found = [secret for secret in PLANTED for spelling in spellings(secret) if spelling in text]
    if certificate and (certificate[40:60].hex() in text.lower() or repr(certificate[40:60])[2:-1] in text):
        found.append("certificate")
    return list(dict.fromkeys(found))


def planted(*faults: Fault) -> tuple[TracedConnection, Chip]:
    chip = Chip(replace(PROFILES["cie-bit4id"], holder=HOLDER, pin=PIN.encode(), can=CAN.encode()))
    return TracedConnection(SimulatedConnection(FaultyCard(chip, faults)), Trace()), chip


def walk_all(connection: TracedConnection, shown: list[object]) -> bytes:
    """Everything a person's data passes through; what is left over is gathered in `shown`."""
    channel = plain_channel(connection)
    shown += [connection, channel, cie.identify(channel, connection.atr)]
    ias.select(channel)
    ias.read_nis(channel)
    chip = cie.check_chip(channel)
    session = cie.open_session(channel, chip.device_key)
    shown += [chip, session, session.link]
    ias.verify_pin(session, PIN)
    read_file(session, EF_SERIAL, ne=0x80)
    certificate = cie.read_certificate(session)
    connection.reset()
    document = mrtd.open_with_pace(channel, pace.Password.CAN, CAN.encode())
    shown += [document, mrtd.read_mrz(document)]
    connection.reset()
    information = b"ZX98765QW" + b"0" * 15
    with pytest.raises(EidError) as wrong:
        mrtd.open_with_bac(channel, information)
    shown += ["".join(traceback.format_exception(wrong.value))]
    return bytes(certificate.tbs_certificate_bytes)


def test_nothing_of_a_person_is_shown_kept_or_logged(caplog, capsys):
    caplog.set_level(logging.DEBUG)
    connection, chip = planted()
    shown: list[object] = []
    certificate = walk_all(connection, shown)
    shown += [chip, chip.profile, chip.ias.__dict__, chip.session, *connection.trace.rows]
    text = "\n".join([*map(repr, shown), *map(str, connection.trace.rows), caplog.text, *capsys.readouterr()])
    assert leaks(text, certificate) == []
    assert len(connection.trace.rows) >= 60


#: Where a fault makes each of the steps with a person's data fail.
INSTRUCTIONS = [0xA4, 0xB0, 0x20, 0x22, 0x88, 0xCB, 0x82, 0x84, 0x86, 0x2A]
KINDS = [Fault(Kind.STATUS, 0x6F00), Fault(Kind.RANDOM, 40), Fault(Kind.TRUNCATED, 12), Fault(Kind.WRONG_MAC)]


@pytest.mark.parametrize("ins", INSTRUCTIONS)
@pytest.mark.parametrize("fault", KINDS, ids=lambda fault: fault.kind)
def test_no_error_tells_what_a_card_said(ins, fault, caplog):
    caplog.set_level(logging.DEBUG)
    connection, _chip = planted(Fault(fault.kind, fault.value, after=2, ins=ins))
    shown: list[object] = []
    try:
        walk_all(connection, shown)
    except EidError as error:
        shown += [error, repr(error), "".join(traceback.format_exception(error))]
    text = "\n".join([*map(str, shown), *map(repr, shown), caplog.text])
    assert leaks(text) == []


def test_the_search_would_find_a_leak():
    for secret in (PIN, HOLDER.surname):
        assert leaks(f"... {secret} ...") == [secret]
        assert leaks(secret.encode().hex()) == [secret]
        assert leaks(repr(list(secret.encode()))) == [secret]


@pytest.mark.parametrize("wrong", ["1234567", "123456789", "1234567a", "１２３４５６７８", ""])
def test_a_pin_that_is_none_is_not_repeated_in_the_error(wrong):
    connection, _chip = planted()
    with pytest.raises(ValueError, match="eight digits") as error:
        ias.verify_pin(plain_channel(connection), wrong)
    assert wrong == "" or wrong not in str(error.value)
    assert connection.trace.rows == []


def test_objects_that_hold_secrets_do_not_show_them():
    shown = [CommandApdu(ins=0x20, data=PIN.encode()), ResponseApdu(0x9000, HOLDER.surname.encode()), HOLDER, bac]
    assert leaks(" ".join(map(repr, shown))) == []
