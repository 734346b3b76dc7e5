"""A card that knows the protocol and lies at one place: each lie is seen, by its own error."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from eidbridge.apdu.channel import CardChannel, StatusError, plain_channel
from eidbridge.apdu.command import CommandApdu, ResponseApdu
from eidbridge.card import bac, cie, device_authentication, ias, mrtd, pace, sod
from eidbridge.card.atr import Family, family_of
from eidbridge.card.files import EF_CARD_ACCESS, EF_DG1
from eidbridge.card.reading import read_file
from eidbridge.crypto.agreement import AgreementError, PrimeGroup
from eidbridge.crypto.ciphers import des3_encrypt, padded_retail_mac
from eidbridge.crypto.kdf import Use, hashed, key_sha1
from eidbridge.crypto.rsa import PublicKey
from eidbridge.errors import NotGenuineError, PinWrongError, UnexpectedAnswerError
from eidbridge.simulator import authority
from eidbridge.simulator.card import SimulatedConnection
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.faults import FaultyCard
from eidbridge.simulator.mrtd import PaceSetup
from eidbridge.simulator.profiles import PROFILES, Profile
from eidbridge.simulator.store import StoredFile
from eidbridge.tlv import encode

OK = b"\x90\x00"
MRZ = PROFILES["cie-bit4id"].mrz_information


class Between:
    """Somebody between terminal and card who changes one answer: the n-th with this instruction."""

    def __init__(self, chip: Chip, ins: int, change: Callable[[bytes], bytes], nth: int = 1) -> None:
        self._chip, self._ins, self._change, self._left = chip, ins, change, nth
        self.atr = chip.atr

    def transmit(self, command: bytes) -> bytes:
        answer = self._chip.transmit(command)
        if command[1] == self._ins:
            self._left -= 1
            if self._left == 0:
                return self._change(answer)
        return answer

    def reset(self) -> None:
        self._chip.reset()

    def close(self) -> None: ...


def between(ins: int, change: Callable[[bytes], bytes], nth: int = 1, profile: str = "cie-bit4id") -> CardChannel:
    return plain_channel(Between(Chip(PROFILES[profile]), ins, change, nth))


# BAC.


@pytest.mark.parametrize("size", [0, 7, 9])
def test_a_challenge_of_another_length(size):
    channel = between(0x84, lambda answer: bytes(size) + OK)
    with pytest.raises(UnexpectedAnswerError, match="challenge"):
        mrtd.open_with_bac(channel, MRZ)


def bac_answer(theirs: bytes, ours: bytes, *, damage: int = 0) -> bytes:
    """An answer of BAC by somebody who knows the keys."""
    seed = hashed(MRZ)[:16]
    cryptogram = des3_encrypt(key_sha1(seed, Use.ENCRYPTION), theirs + ours + bytes(16))
    mac = padded_retail_mac(key_sha1(seed, Use.MAC), cryptogram)
    return cryptogram + bytes((mac[0] ^ damage,)) + mac[1:] + OK


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (bac_answer(bytes(8), bytes(8), damage=1), "not made with these keys"),
        (bac_answer(bytes(8), bytes(8))[:-3] + OK, "not made with these keys"),
        (bac_answer(bytes(8), bytes(8)), "another exchange"),
    ],
)
def test_an_answer_of_bac_from_another_time(answer, said):
    channel = between(0x82, lambda _answer: answer)
    with pytest.raises(UnexpectedAnswerError, match=said):
        mrtd.open_with_bac(channel, MRZ)


def test_bac_echoes_both_challenges_in_their_order(monkeypatch):
    ours, theirs = b"O" * 8, b"T" * 8
    monkeypatch.setattr(bac.secrets, "token_bytes", lambda size: b"O" * size)

    class Answering:
        atr = b""

        def transmit(self, command: bytes) -> bytes:
            return theirs + OK if command[1] == 0x84 else bac_answer(*self.order)

        def reset(self) -> None: ...

        def close(self) -> None: ...

    card = Answering()
    card.order = (theirs, ours)
    assert bac.open_session(plain_channel(card), MRZ)
    card.order = (ours, theirs)
    with pytest.raises(UnexpectedAnswerError, match="another exchange"):
        bac.open_session(plain_channel(card), MRZ)


# PACE.


def open_pace(channel: CardChannel) -> CardChannel:
    return mrtd.open_with_pace(channel, pace.Password.CAN, b"123456")


@pytest.mark.parametrize("size", [0, 7, 9, 15, 17, 24])
def test_a_nonce_of_another_length(size):
    channel = between(0x86, lambda answer: encode(0x7C, encode(0x80, bytes(size))) + OK)
    with pytest.raises(UnexpectedAnswerError, match="nonce of another length"):
        open_pace(channel)


def test_a_short_nonce_is_for_3des_alone():
    setup = PaceSetup(bytes.fromhex("04007F00070202040202"), 13, 16)
    chip = Chip(replace(PROFILES["cie-bit4id"], pace=setup))
    connection = Between(chip, 0x86, lambda answer: encode(0x7C, encode(0x80, bytes(8))) + OK)
    with pytest.raises(UnexpectedAnswerError, match="nonce of another length"):
        open_pace(plain_channel(connection))


@pytest.mark.parametrize("key", [bytes(256), bytes(255) + b"\x01", b"\xff" * 256, b""])
@pytest.mark.parametrize("step", [2, 3])
def test_a_trivial_public_key(key, step):
    tag = {2: 0x82, 3: 0x84}[step]
    channel = between(0x86, lambda answer: encode(0x7C, encode(tag, key)) + OK, nth=step)
    with pytest.raises(UnexpectedAnswerError, match="cannot be read"):
        open_pace(channel)


def test_our_own_key_given_back():
    sent: list[bytes] = []

    class Mirror(Between):
        def transmit(self, command: bytes) -> bytes:
            sent.append(command)
            return super().transmit(command)

    connection = Mirror(
        Chip(PROFILES["cie-bit4id"]), 0x86, lambda answer: encode(0x7C, encode(0x84, sent[-1][-258:-2])) + OK, nth=3
    )
    with pytest.raises(UnexpectedAnswerError, match="our own key"):
        open_pace(plain_channel(connection))


def test_a_token_that_proves_nothing():
    channel = between(0x86, lambda answer: encode(0x7C, encode(0x86, bytes(8))) + OK, nth=4)
    with pytest.raises(UnexpectedAnswerError, match="does not prove"):
        open_pace(channel)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("31143012060A04007F00070202040101020102020102", 1),
        ("31143012060A04007F00070202040101020102020101", 0),  # a group that is not known
        ("31143012060A04007F0007020204010102010202010D", 0),  # a curve for the mapping of a prime field
        ("31143012060A04007F0007020204020202010202010D", 1),
        ("31143012060A04007F00070202040102020102020102", 1),
        ("31143012060A04007F00070202040105020102020102", 0),  # a cipher that is not known
        ("31143012060A04007F00070202040301020102020102", 0),  # integrated mapping
        ("3111300F060A04007F00070202040101020102", 0),  # no parameter
        ("3100", 0),
    ],
)
def test_ways_of_pace_that_can_be_followed(content, found):
    assert len(pace.read_pace_infos(bytes.fromhex(content))) == found


def test_a_card_without_a_known_way_is_said():
    chip = Chip(PROFILES["cie-bit4id"])
    files = {**chip.directories[b""].files, 0x011C: StoredFile(bytes.fromhex("3100"), sfi=0x1C)}
    chip.directories[b""] = replace(chip.directories[b""], files=files)
    with pytest.raises(UnexpectedAnswerError, match="no way of PACE"):
        open_pace(plain_channel(SimulatedConnection(FaultyCard(chip))))


@pytest.mark.parametrize(("last", "size"), [(1, 16), (2, 16), (3, 24), (4, 32)])
def test_the_size_of_a_key_goes_by_the_cipher(last, size):
    info = pace.PaceInfo(bytes.fromhex("04007F000702020402") + bytes((last,)), 13)
    assert len(pace.password_key(info, pace.Password.CAN, b"123456")) == size
    assert info.is_des == (last == 1)


# Device authentication and keys.


def opened(connection: Between) -> CardChannel:
    channel = plain_channel(connection)
    ias.select(channel)
    key, _content = ias.read_public_key(channel)
    return cie.open_session(channel, key)


def with_other_key(reference: int) -> Chip:
    chip = Chip(PROFILES["cie-bit4id"])
    chip.ias._keys = {**chip.ias._keys, reference: chip.ias._keys[0x81]}
    return chip


def test_a_proof_by_another_key():
    with pytest.raises(NotGenuineError, match="no signature of its key"):
        opened(Between(with_other_key(0x82), 0, lambda answer: answer))


def test_a_proof_over_something_else():
    """The chip signs with its own key, and names another serial number than it signed."""
    chip = Chip(PROFILES["cie-bit4id"])
    prove = chip.ias._prove

    def lying(theirs: bytes) -> tuple[bytes, int]:
        answer, status = prove(theirs)
        return bytes(8) + answer[8:], status

    chip.ias._prove = lying
    with pytest.raises(NotGenuineError, match="signed something else"):
        opened(Between(chip, 0, lambda answer: answer))


@pytest.mark.parametrize("numbers", [(15, 2, 7), (2**1024 + 1, 1, 2**200), (2**1024 + 1, 2, 5), (2**1024, 2, 2**200)])
def test_a_group_that_no_card_has(numbers):
    with pytest.raises(AgreementError):
        PrimeGroup(*numbers).check()


def test_names_of_another_length_in_the_key_of_terminals():
    profile = replace(PROFILES["cie-bit4id"], car=b"SHORT")
    channel = plain_channel(SimulatedConnection(FaultyCard(Chip(profile))))
    ias.select(channel)
    with pytest.raises(UnexpectedAnswerError, match="another length"):
        device_authentication.read_terminal_ca(channel)


# Tries.


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (encode(0x9A, b"\x03") + encode(0x9B, b"\x02"), 2),
        (encode(0x9A, b"\x03") + encode(0x9B, b"\x00"), 0),
        (encode(0x9B, b"\x04"), None),  # more than a PIN can have
        (encode(0x9B, b"\xff"), None),
        (encode(0x9B, b"\x00\x02"), None),
        (encode(0x9B, b""), None),
        (encode(0x9A, b"\x03"), None),
        (b"\x9b", None),
    ],
)
def test_only_a_number_that_can_be_is_believed(answer, tries):
    class Telling:
        def exchange(self, command: CommandApdu) -> ResponseApdu:
            assert bytes(command).hex().upper() == "00CB3FFF0A4D087006BF810102A080"
            return ResponseApdu(0x9000, encode(0x70, encode(0xBF8101, encode(0xA0, answer))))

    assert ias.pin_tries_left(CardChannel(Telling())) == tries


@pytest.mark.parametrize(
    ("sw", "tries"),
    [
        (0x63C3, 3),
        (0x63C1, 1),
        (0x6983, 0),
        (0x9000, 3),
        (0x63C4, None),
        (0x63CF, None),
        (0x6700, None),
        (0x6982, None),
    ],
)
def test_only_status_words_that_can_be_are_believed(sw, tries):
    class Telling:
        def exchange(self, command: CommandApdu) -> ResponseApdu:
            assert bytes(command).hex().upper() == "00200081"
            return ResponseApdu(sw)

    assert ias.pin_tries_by_empty_verify(CardChannel(Telling())) == tries


@pytest.mark.parametrize(("sw", "tries"), [(0x6300, None), (0x6700, None), (0x63C1, 1)])
def test_a_pin_that_is_refused_without_a_number(sw, tries):
    class Refusing:
        def exchange(self, command: CommandApdu) -> ResponseApdu:
            return ResponseApdu(sw)

    with pytest.raises(PinWrongError) as error:
        ias.verify_pin(CardChannel(Refusing()), "12345678")
    assert error.value.tries_left == tries


# Which card.


def asked_of(name: str) -> list[str]:
    chip = Chip(PROFILES[name])
    sent: list[str] = []

    class Noting(Between):
        def transmit(self, command: bytes) -> bytes:
            sent.append(command.hex().upper())
            return super().transmit(command)

    cie.identify(plain_channel(Noting(chip, 0, lambda answer: answer)), chip.atr)
    return sent


CIE_FIRST = "00A4040C06A00000000039"
PASSPORT = "00A4040C07A0000002471001"
BANK = ["00A4040C0E325041592E5359532E4444463031", "00A4040C0E315041592E5359532E4444463031"]
CNS = ["00A4000C023F00", "00A4000C021000", "00A4000C021003"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("cie-stm2", [CIE_FIRST]),
        ("passport", [CIE_FIRST, PASSPORT]),
        ("bank-card", [CIE_FIRST, PASSPORT, BANK[0]]),
        ("ts-cns", [CIE_FIRST, PASSPORT, *BANK, *CNS]),
        ("generic", [CIE_FIRST, PASSPORT, *BANK, CNS[0]]),
    ],
)
def test_a_card_is_asked_what_it_is_and_nothing_else(name, asked):
    assert asked_of(name) == asked


def test_a_health_card_is_known_by_its_files_where_its_atr_says_nothing():
    profile = replace(PROFILES["ts-cns"], atr=bytes.fromhex("3B80800101"))
    channel = plain_channel(SimulatedConnection(FaultyCard(Chip(profile))))
    assert cie.identify(channel, profile.atr).kind is cie.Kind.CNS


def test_a_health_card_is_known_by_its_atr_where_it_answers_nothing():
    profile = replace(PROFILES["generic"], atr=PROFILES["ts-cns"].atr)
    channel = plain_channel(SimulatedConnection(FaultyCard(Chip(profile))))
    assert cie.identify(channel, profile.atr).kind is cie.Kind.CNS


def test_half_a_tree_of_files_is_no_health_card():
    files = {b"": {0x1000: StoredFile(b"")}}
    profile = replace(PROFILES["ts-cns"], atr=bytes.fromhex("3B80800101"), other_files=files)
    channel = plain_channel(SimulatedConnection(FaultyCard(Chip(profile))))
    assert cie.identify(channel, profile.atr).kind is cie.Kind.UNKNOWN


@pytest.mark.parametrize(
    ("atr", "family"),
    [
        ("3B8E80018031806549544E5850120FFFFFFFE2", Family.NXP),
        ("3B8F80018031806549544A3458120FFF82900091", Family.NEWER),
        ("3B8F80010000000000000000000000FF829000E3", Family.ZEROS),
        ("3B8F80018091E1319865B0850300EF739441FFB2", Family.PASSPORT),  # the official rule takes it for a Gemalto
        ("3B8F8001804F0CA000000306030002000000006A", Family.STORAGE),
        ("3BDF18008131FE7D006B020C0182011101434E53103180FC", Family.TS_CNS),
        ("3B8C8001503BF0330B30ABAB017781B7DE", Family.TS_CNS),
        ("3BFF1800FF8131FE55006B0209130301000150534510318094", Family.OLD_CIE),
        ("3BFF1800008131FE45006B04050100011101485043103180", Family.HEALTH_PROFESSIONAL),
        ("3B0834E5300000000000", Family.UNKNOWN),  # the digits of CNS, half a byte off
        ("", Family.UNKNOWN),
    ],
)
def test_families(atr, family):
    assert family_of(bytes.fromhex(atr)) is family


@pytest.mark.parametrize("family", Family)
def test_what_is_a_cie_by_its_atr(family):
    assert family.is_cie == (family.value.startswith("cie-") and family is not Family.OLD_CIE)


# The travel document.


@pytest.mark.parametrize(
    "change",
    [
        lambda zone: zone[:14] + "0" + zone[15:],  # check digit of the number
        lambda zone: zone[:44] + "0" + zone[45:],  # check digit of the expiry
        lambda zone: zone[:38] + "349909" + zone[44:],
        lambda zone: zone + "<",
        lambda zone: zone[:-1],
        lambda zone: "",
    ],
)
def test_a_zone_that_does_not_add_up(change):
    chip = Chip(PROFILES["cie-bit4id"])
    directory = chip.directories[mrtd.EMRTD.aid]
    zone = change(Profile._zone(chip.profile))
    content = encode(0x61, encode(0x5F1F, zone.encode()))
    files = {**directory.files, 0x0101: replace(directory.files[0x0101], content=content)}
    chip.directories[mrtd.EMRTD.aid] = replace(directory, files=files)
    session = mrtd.open_with_bac(plain_channel(SimulatedConnection(FaultyCard(chip))), MRZ)
    with pytest.raises(UnexpectedAnswerError, match="zone cannot be read"):
        mrtd.read_mrz(session)


def test_the_travel_document_says_what_it_holds():
    chip = Chip(PROFILES["cie-bit4id"])
    session = open_pace(plain_channel(SimulatedConnection(FaultyCard(chip))))
    assert mrtd.read_data_groups(session) == {1}
    found = mrtd.read_mrz(session)
    assert (found.document_number, found.expires.isoformat()) == ("CA00000AA", "2034-04-01")


def test_data_groups_are_closed_without_a_session():
    channel = plain_channel(SimulatedConnection(FaultyCard(Chip(PROFILES["cie-bit4id"]))))
    assert channel.exchange(CommandApdu(ins=0xA4, p1=4, p2=12, data=mrtd.EMRTD.aid)).is_ok
    with pytest.raises(StatusError, match="6982"):
        read_file(channel, EF_DG1)
    channel.send(CommandApdu(ins=0xA4))
    assert read_file(channel, EF_CARD_ACCESS).hex().upper().startswith("3114")


# What a run of mutations showed to be unseen.


@pytest.mark.parametrize("signature", [b"", b"short", bytes(255), bytes(257), b"\xff" * 256])
def test_a_signature_of_another_length_or_beyond_the_modulus_is_wrong(signature):
    key = PROFILES["cie-bit4id"].public_keys()[0x83]
    assert not PublicKey(key.n, key.e).verifies(signature, b"challenge")


def test_a_file_that_the_sod_does_not_name_is_not_covered():
    read = sod.read_sod(authority.sod({0xA1: b"123456789012"}, newer=True))
    assert read.covers(0xA1, b"123456789012")
    assert not read.covers(0xA2, b"CA00000AA")


@pytest.mark.parametrize(("left", "tries"), [(10, 10), (11, None)])
def test_a_puk_has_ten_tries_at_most(left, tries):
    class Telling:
        def exchange(self, command: CommandApdu) -> ResponseApdu:
            assert command.data[4:7] == bytes.fromhex("BF8102")
            return ResponseApdu(0x9000, encode(0x70, encode(0xBF8102, encode(0xA0, encode(0x9B, bytes((left,)))))))

    assert ias.pin_tries_left(CardChannel(Telling()), reference=0x82) == tries


@pytest.mark.parametrize("size", [254, 255, 256, 300])
def test_a_step_of_pace_is_long_only_beyond_255_bytes(size):
    sent: list[bytes] = []

    class Taking:
        atr = b""

        def transmit(self, command: bytes) -> bytes:
            sent.append(command)
            return encode(0x7C, encode(0x82, b"x")) + OK

        def reset(self) -> None: ...

        def close(self) -> None: ...

    content = bytes(size - len(encode(0x7C, bytes(size))) + size)
    wrapped = encode(0x7C, content)
    assert pace._step(plain_channel(Taking()), content, 0x82) == b"x"
    assert (sent[0][4] == 0) == (len(wrapped) > 255)
