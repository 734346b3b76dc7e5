"""What must be true of the chip for the official clients to be content, and what no terminal may get past."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from eidbridge.apdu.channel import CardChannel, StatusError, plain_channel
from eidbridge.apdu.command import CommandApdu
from eidbridge.card import cie, device_authentication, ias, mrtd, pace
from eidbridge.card.files import EF_CERTIFICATE, EF_SERIAL
from eidbridge.card.reading import read_file
from eidbridge.card.sod import Trust, read_sod
from eidbridge.errors import NotGenuineError, PinBlockedError, PinWrongError
from eidbridge.simulator import authority
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import Fault, FaultyCard, Kind, read_fault
from eidbridge.simulator.profiles import PROFILES
from eidbridge.texts import LANGUAGES, texts
from eidbridge.tlv import find, length_of_first, parse

SELECT_CIE = bytes.fromhex("00A4040C06A00000000039")
OK = b"\x90\x00"


@pytest.fixture
def chip() -> Chip:
    made = Chip(PROFILES["cie-bit4id"])
    assert made.transmit(SELECT_CIE) == OK
    return made


def connected(chip: Chip) -> CardChannel:
    """A plain channel to a chip that has just been reset, its application selected."""
    channel = plain_channel(SimulatedConnection(FaultyCard(chip)))
    assert ias.select(channel)
    return channel


def session_with(chip: Chip) -> CardChannel:
    channel = connected(chip)
    return cie.open_session(channel, ias.read_public_key(channel)[0])


def send(chip: Chip, text: str) -> str:
    return chip.transmit(bytes.fromhex(text)).hex().upper()


# What the official clients need.


def test_reading_ends_with_6282_and_then_6B00(chip):
    assert send(chip, "00A4020C021001") == "9000"
    assert send(chip, "00B0000080") == b"123456789012".hex().upper() + "6282"
    assert send(chip, "00B0000C80") == "6B00"
    assert send(chip, "00B0000D80") == "6B00"
    assert send(chip, "00B000000C") == b"123456789012".hex().upper() + "9000"


def test_6100_stands_for_256_and_more(chip):
    """GET DATA on the key of terminals has 560 bytes or so."""
    answer = chip.transmit(bytes.fromhex("00CB3FFF0B4D097007BFA004037F4980"))
    assert answer[-2:] == b"\x61\x00"
    more = chip.transmit(bytes.fromhex("00C0000000"))
    assert more[-2] == 0x61
    assert 0 < more[-1] < 256
    last = chip.transmit(bytes.fromhex("00C00000") + more[-1:])
    assert last[-2:] == OK
    assert find(answer[:-2] + more[:-2] + last[:-2], 0x70, 0xBFA004, 0x7F49, 0x5F20)[4:] == b"CATEST01"


def test_no_answer_is_longer_than_258_bytes(chip):
    channel = connected(chip)
    longest = 0
    plain = chip.transmit

    def measured(raw: bytes) -> bytes:
        nonlocal longest
        answer = plain(raw)
        longest = max(longest, len(answer))
        return answer

    chip.transmit = measured
    cie.check_chip(channel)
    cie.open_session(channel, ias.read_public_key(channel)[0])
    assert longest == 258


@pytest.mark.parametrize("tag", ["97", "98", "99"])
def test_the_group_is_given_without_an_le(chip, tag):
    answer = chip.transmit(bytes.fromhex(f"00CB3FFF0C4D0A7008BFA10104A302{tag}00"))
    assert answer[-2] == 0x61 or answer[-2:] == OK
    assert answer.startswith(b"\x70")


def test_the_root_is_selected_with_four_bytes(chip):
    assert send(chip, "00A40000") == "9000"
    assert send(chip, "00A4020402D003").endswith("9000")
    assert send(chip, "00B0000080") == "5A0A9380001234567890125F6282"


def test_the_pieces_of_a_protected_chain_are_counted_one_by_one(chip):
    """Device authentication sends two chains under protection; it fails where a piece is counted wrongly."""
    session = session_with(chip)
    assert ias.pin_tries_left(session) == 3


def test_the_nis_is_the_same_in_both_places(chip):
    read = chip.transmit(bytes.fromhex("00B081000C"))
    assert send(chip, "00A40000") == "9000"
    send(chip, "00A4020402D003")
    digits = chip.transmit(bytes.fromhex("00B000000C"))[5:11].hex()
    assert read[:-2].decode() == digits


@pytest.mark.parametrize(("name", "newer"), [("cie-gemalto", False), ("cie-bit4id", True)])
def test_the_sod_has_the_form_of_its_age(name, newer):
    application = PROFILES[name].directories()[bytes.fromhex("A00000000039")].files
    content = application[0x1006].content
    signed = find(content, 0x77, 0x30, 0xA0, 0x30)
    lds = find(find(signed, 0x30), 0xA0, 0x04)
    assert find(lds, 0x30, 0x02) == (b"\x01" if newer else b"\x00")
    attributes = find(parse(signed)[-1].value, 0x30, 0xA0)
    assert attributes.index(bytes.fromhex("2A864886F70D010903")) < attributes.index(bytes.fromhex("2A864886F70D010904"))
    read = read_sod(content)
    assert read.algorithm == ("sha512" if newer else "sha256")
    assert set(read.hashes) == {0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0x1B}
    certificate = application[0x1003].content
    length = length_of_first(certificate)  # zeros follow it, and its own last byte may be one
    for number, content in ((0xA1, b"123456789012"), (0xA2, b"CA00000AA"), (0xA3, certificate[:length])):
        assert read.covers(number, content)
        assert not read.covers(number, content + b"x")


def test_the_certificate_names_the_holder_and_has_an_rsa_key(chip):
    session = session_with(chip)
    ias.verify_pin(session, "12345678")
    certificate = cie.read_certificate(session)
    assert certificate.version is x509.Version.v3
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    names = {name.oid: name.value for name in certificate.subject}
    assert (names[NameOID.GIVEN_NAME], names[NameOID.SURNAME]) == ("MARIA", "ROSSI")


def test_odd_read_binary_answers_with_its_object(chip):
    assert send(chip, "00B100010454020000" + "0E") == "530C" + b"123456789012".hex().upper() + "9000"
    assert send(chip, "00B100000454020006" + "0E") == "5306" + b"789012".hex().upper() + "6282"


def test_select_gives_a_template_where_it_is_asked_for(chip):
    template = chip.transmit(bytes.fromhex("00A40204021001"))
    assert find(template[:-2], 0x62, 0x80) == (12).to_bytes(2, "big")
    assert send(chip, "00A4020C021001") == "9000"
    assert send(chip, "00A40204021234") == "6A82"


# State.


def test_what_needs_the_pin_is_refused_without_it(chip):
    session = session_with(chip)
    for ef in (EF_SERIAL, EF_CERTIFICATE):
        with pytest.raises(StatusError, match="6982"):
            read_file(session, ef, ne=0x80)
    with pytest.raises(StatusError, match="6982"):
        ias.sign_login(session, bytes(32))
    ias.verify_pin(session, "12345678")
    assert read_file(session, EF_SERIAL, ne=0x80) == b"CA00000AA"


def test_the_pin_is_asked_only_after_device_authentication(chip):
    assert send(chip, "0020008108" + b"12345678".hex()) == "6982"
    channel = connected(chip)
    agreement = device_authentication.agree_keys(channel)
    with pytest.raises(StatusError, match="6982"):
        ias.verify_pin(agreement.channel, "12345678")
    assert chip.ias.tries[0x81].left == 3


def test_a_plain_command_ends_the_session_and_forgets_the_pin(chip):
    session = session_with(chip)
    ias.verify_pin(session, "12345678")
    assert send(chip, "00A4020C021001") == "9000"
    with pytest.raises(StatusError, match="6882"):
        session.send(CommandApdu(ins=0xB0, ne=12))
    assert not chip.ias.pin_verified


def test_a_wrong_mac_is_6988_and_ends_the_session(chip):
    session = session_with(chip)
    assert session
    assert send(chip, "0CB000000D9701048E08000000000000000000") == "6988"
    assert chip.session is None


def test_counters_live_across_resets_and_a_right_pin_gives_all_tries_back(chip):
    for left in (2, 1):
        with pytest.raises(PinWrongError) as error:
            ias.verify_pin(session_with(chip), "00000000")
        assert error.value.tries_left == left
        chip.reset()
    ias.verify_pin(session_with(chip), "12345678")
    assert ias.pin_tries_left(session_with(chip)) == 3


def test_three_wrong_pins_block_and_the_right_one_is_refused_then(chip):
    for expected in (PinWrongError, PinWrongError, PinBlockedError, PinBlockedError):
        with pytest.raises(expected):
            ias.verify_pin(session_with(chip), "00000000")
    with pytest.raises(PinBlockedError):
        ias.verify_pin(session_with(chip), "12345678")


def test_the_puk_gives_the_pin_its_tries_back(chip):
    chip.ias.tries[0x81].left = 0
    session = session_with(chip)
    with pytest.raises(StatusError, match="6982"):
        session.send(CommandApdu(ins=0x2C, p1=2, p2=0x81, data=b"11223344"))
    session.send(CommandApdu(ins=0x20, p2=0x82, data=b"87654321"))
    session.send(CommandApdu(ins=0x2C, p1=2, p2=0x81, data=b"11223344"))
    assert ias.pin_tries_left(session) == 3
    ias.verify_pin(session, "11223344")


def test_ten_wrong_puks_block_the_puk(chip):
    session = session_with(chip)
    answers = [session.exchange(CommandApdu(ins=0x20, p2=0x82, data=b"00000000")).sw for _ in range(11)]
    assert answers == [0x63C0 | left for left in range(9, -1, -1)] + [0x6983]


def test_a_chain_with_another_command_in_it_begins_anew(chip):
    send(chip, "102241A603800" + "19B")
    assert send(chip, "00A4020C021001") == "9000"
    assert send(chip, "002241A403840183") == "9000"


def test_a_public_key_with_a_leading_zero_is_padded_on_both_sides():
    """One key in 256 begins with a zero byte; some clients lose it, this terminal and this chip do not."""
    profile = PROFILES["cie-bit4id"]
    group = profile.group
    private = next(number for number in range(3, 100_001, 2) if group.public_key(number)[0] == 0)
    first = iter([private.to_bytes(32, "big")])
    chip = Chip(profile, random=lambda size: next(first, bytes(size)))
    assert ias.pin_tries_left(session_with(chip)) == 3


def test_the_chip_takes_a_key_that_lost_its_leading_zero(chip):
    """The official clients drop it; the chip hashes what it received."""
    send(chip, "002241A6FF" + "00" * 255)
    mse = bytes.fromhex("80019B830181") + b"\x91\x81\xff" + b"\x7f" * 255
    assert chip.transmit(bytes.fromhex("102241A6FF") + mse[:255]) == OK
    assert chip.transmit(bytes.fromhex("002241A6") + bytes((len(mse) - 255,)) + mse[255:]) == OK
    assert chip.transmit(bytes.fromhex("00CB3FFF064D04A6029100"))[-2] == 0x61


# Profiles.


def test_a_copy_is_told_by_its_keys_alone():
    channel = connected(Chip(PROFILES["cloned"]))
    with pytest.raises(NotGenuineError, match="does not hold the key"):
        cie.check_chip(channel)


def test_a_copy_with_the_anti_clone_key_fails_in_device_authentication():
    chip = Chip(PROFILES["cie-bit4id"])
    chip.ias._keys = {**chip.ias._keys, 0x82: authority.chip_key(authority.fresh_key("another"))}
    channel = connected(chip)
    found = cie.check_chip(channel)
    with pytest.raises(NotGenuineError):
        cie.open_session(channel, found.device_key)


def test_who_signed_is_told_where_the_csca_is_known():
    csca = authority.csca("test")
    assert cie.check_chip(connected(Chip(PROFILES["cie-bit4id"])), csca=csca).trust is Trust.ISSUED
    assert cie.check_chip(connected(Chip(PROFILES["cie-gemalto"])), csca=csca).trust is Trust.ISSUED
    assert cie.check_chip(connected(Chip(PROFILES["wrong-signer"]))).trust is Trust.CONSISTENT
    with pytest.raises(NotGenuineError, match="not from this CSCA"):
        cie.check_chip(connected(Chip(PROFILES["wrong-signer"])), csca=csca)


@pytest.mark.parametrize(("name", "is_valid"), [("expired", (True, False)), ("not-yet-valid", (False, True))])
def test_the_dates_of_the_certificate(name, is_valid):
    session = session_with(Chip(PROFILES[name]))
    ias.verify_pin(session, "12345678")
    certificate, now = cie.read_certificate(session), datetime.now(UTC)
    assert (certificate.not_valid_before_utc <= now, now <= certificate.not_valid_after_utc) == is_valid


def test_a_counter_that_is_not_told_is_unknown():
    session = session_with(Chip(PROFILES["silent-counter"]))
    assert ias.pin_tries_left(session) is None
    assert ias.pin_tries_by_empty_verify(session) is None


def test_the_tries_of_the_puk(chip):
    session = session_with(chip)
    assert ias.pin_tries_left(session, reference=0x82) == 10
    assert ias.pin_tries_by_empty_verify(session, reference=0x82) == 10
    assert chip.received_ins(0x20) == [(0x0C, 0x20, 0x00, 0x82)]


def test_the_counter_is_read_without_a_verify(chip):
    ias.pin_tries_left(session_with(chip))
    assert chip.received_ins(0x20) == []


@pytest.mark.parametrize("kind", [Kind.OUTER_STATUS, Kind.BARE_STATUS])
def test_a_wrong_pin_is_understood_in_all_three_outer_forms(kind):
    card = FaultyCard(Chip(PROFILES["cie-bit4id"]), [Fault(kind)])
    channel = plain_channel(SimulatedConnection(card))
    ias.select(channel)
    session = cie.open_session(channel, ias.read_public_key(channel)[0])
    with pytest.raises(PinWrongError) as error:
        ias.verify_pin(session, "00000000")
    assert error.value.tries_left == 2


def test_bac_opens_the_travel_document(chip):
    chip.reset()
    session = mrtd.open_with_bac(plain_channel(SimulatedConnection(FaultyCard(chip))), chip.profile.mrz_information)
    assert mrtd.read_mrz(session).document_number == "CA00000AA"


def test_another_mrz_opens_nothing(chip):
    chip.reset()
    with pytest.raises(StatusError, match="6300"):
        mrtd.open_with_bac(plain_channel(SimulatedConnection(FaultyCard(chip))), b"CA00000AB080040153404012")


def test_another_can_is_told_by_6300_at_the_last_step(chip):
    chip.reset()
    with pytest.raises(StatusError, match="6300"):
        mrtd.open_with_pace(plain_channel(SimulatedConnection(FaultyCard(chip))), pace.Password.CAN, b"654321")


def test_the_pin_is_no_password_of_pace(chip):
    assert send(chip, "0022C1A40F800A04007F00070202040101830103") == "6A88"


def test_every_profile_is_described():
    for language in LANGUAGES:
        described = {key.removeprefix("profiles.") for key in texts(language) if key.startswith("profiles.")}
        assert described == set(PROFILES)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("mute", Fault(Kind.MUTE)),
        ("mute@3", Fault(Kind.MUTE, after=3)),
        ("slow=5000", Fault(Kind.SLOW, 5_000)),
        ("status=0x6982@2/B0", Fault(Kind.STATUS, 0x6982, 2, 0xB0)),
    ],
)
def test_a_fault_is_read_from_a_command_line(text, fault):
    assert read_fault(text) == fault


@pytest.mark.parametrize("text", ["", "x", "mute@", "slow=five", "status=0x6982/B", "mute /20"])
def test_what_is_no_fault_is_said(text):
    with pytest.raises(ValueError, match=r"is no fault|invalid literal"):
        read_fault(text)
