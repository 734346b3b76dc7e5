"""The worked examples on both sides, byte for byte: terminal against recording, chip against commands."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest

from eidbridge.apdu.channel import CardChannel, plain_channel
from eidbridge.apdu.command import CommandApdu
from eidbridge.apdu.secure_messaging import AesSuite, Des3Suite, SecureMessaging, secured
from eidbridge.card import bac, device_authentication, ias, pace
from eidbridge.card.files import EF_SERIAL
from eidbridge.crypto import ciphers, kdf
from eidbridge.crypto.agreement import RFC5114_1024_160, RFC5114_2048_256
from eidbridge.crypto.kdf import Use
from eidbridge.crypto.rsa import PublicKey
from eidbridge.errors import PinBlockedError, PinWrongError
from eidbridge.simulator.authority import ChipKey, Holder
from eidbridge.simulator.chip import Chip
from eidbridge.simulator.commands import read_command
from eidbridge.simulator.mrtd import PaceSetup
from eidbridge.simulator.profiles import PROFILES, Profile
from eidbridge.simulator.protection import Session
from eidbridge.tlv import encode
from tests.eidbridge.vectors import Exchange, Vectors, expand, read
from tests.eidbridge.wire import Replay, numbers, queue

OK = b"\x90\x00"
CIE = read("cie_application")
BAC, BAC_TD1 = read("bac_icao"), read("bac_td1")
PIN, PUK = "12345678", "87654321"


def script(exchanges: Iterable[Exchange]) -> list[tuple[bytes, bytes]]:
    """What travels. Piece 2 of a chain follows piece 1 in the recordings too."""
    return [(each.command, each.response) for each in exchanges]


# Primitives.


def test_primitives():
    key = bytes.fromhex("2288AABBCCDDEEFF00AABBCCDDEEFF00")
    data = bytes.fromhex("0A141E28323C4650")
    assert ciphers.retail_mac(key, data).hex().upper() == "F75023ACD9265635"
    assert ciphers.des3_encrypt(key, data * 3).hex().upper() == "F75023ACD9265635CE017B5B2476C3F88E452D7B4A433F3D"
    assert kdf.key_sha1(b"123456", Use.PASSWORD).hex().upper() == "591468CDA83D65219CCCB8560233600F"


@pytest.mark.parametrize("vectors", [BAC, BAC_TD1], ids=["icao", "td1"])
def test_keys_of_bac(vectors: Vectors):
    information = vectors.values.get("MRZ information") or b"CA00000AA480040153404012"
    seed = kdf.hashed(information)[:16]
    assert seed == vectors["Kseed"]
    for name, use in (("Kenc", Use.ENCRYPTION), ("Kmac", Use.MAC)):
        assert without_parity(kdf.key_sha1(seed, use)) == without_parity(vectors[name])


def without_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE for byte in key)


# BAC.


def bac_script(vectors: Vectors, command: bytes, answer: bytes) -> list[tuple[bytes, bytes]]:
    return [(bytes.fromhex("0084000008"), vectors["RND.IC"] + OK), (command, answer + OK), *script(vectors.exchanges)]


BAC_CASES = [
    pytest.param(BAC, b"L898902C<369080619406236", "command", "answer", id="icao"),
    pytest.param(BAC_TD1, b"CA00000AA480040153404012", "C", ("EIC", "MIC"), id="td1"),
]


@pytest.mark.parametrize(("vectors", "information", "command", "answer"), BAC_CASES)
def test_terminal_opens_bac(monkeypatch, vectors, information, command, answer):
    whole = vectors[answer] if isinstance(answer, str) else b"".join(vectors[name] for name in answer)
    monkeypatch.setattr(bac.secrets, "token_bytes", queue(vectors["RND.IFD"], vectors["K.IFD"]))
    connection = Replay(bac_script(vectors, vectors[command], whole))
    session = bac.open_session(plain_channel(connection), information)
    for exchange in vectors.exchanges:
        assert session.exchange(clear_command(exchange)).sw == exchange.status
    connection.close()


def clear_command(exchange: Exchange) -> CommandApdu:
    """What the recording's plain header asks; the data of SELECT is the file's id."""
    cla, ins, p1, p2 = exchange.header
    data = {"SELECT EF.COM": bytes.fromhex("011E"), "SELECT DG1": bytes.fromhex("0101")}.get(exchange.name, b"")
    return CommandApdu(cla=cla, ins=ins, p1=p1, p2=p2, data=data, ne=exchange.ne)


def test_chip_answers_bac():
    """The chip of the example of ICAO is a passport of 1969; only the exchange before the files is its own."""
    profile = replace(PROFILES["passport"], holder=Holder(document_number="L898902C", born="690806", expires="940623"))
    assert profile.mrz_information == b"L898902C<369080619406236"
    chip = Chip(profile, random=queue(BAC["RND.IC"], BAC["K.IC"]))
    assert chip.transmit(bytes.fromhex("00A4040C07A0000002471001")) == OK
    assert chip.transmit(bytes.fromhex("0084000008")) == BAC["RND.IC"] + OK
    assert chip.transmit(BAC["command"]) == BAC["answer"] + OK
    assert chip.transmit(BAC.exchanges[0].command) == BAC.exchanges[0].response


def test_chip_answers_bac_and_reads_to_the_last_byte_of_dg1():
    chip = Chip(PROFILES["cie-bit4id"], random=queue(BAC_TD1["RND.IC"], BAC_TD1["K.IC"]))
    assert chip.transmit(bytes.fromhex("00A4040C07A0000002471001")) == OK
    assert chip.transmit(bytes.fromhex("0084000008")) == BAC_TD1["RND.IC"] + OK
    assert chip.transmit(BAC_TD1["C"]) == BAC_TD1["EIC"] + BAC_TD1["MIC"] + OK
    for exchange in BAC_TD1.exchanges:
        assert chip.transmit(exchange.command) == exchange.response, exchange.name


# PACE.


def _setup(oid: str, parameter: int, nonce_size: int) -> PaceSetup:
    return PaceSetup(bytes.fromhex(oid), parameter, nonce_size)


def _point(vectors: Vectors, name: str) -> bytes:
    return b"\x04" + vectors[f"{name}.x"] + vectors[f"{name}.y"] if f"{name}.x" in vectors.values else vectors[name]


def _private(vectors: Vectors, name: str) -> bytes:
    return vectors.values.get(name) or expand(f"cie-vectors {name}", 32)


@pytest.mark.parametrize(
    ("name", "setup"),
    [
        ("pace_ecdh_icao", _setup("04007F00070202040202", 13, 16)),
        ("pace_dh_icao", _setup("04007F00070202040102", 0, 16)),
        ("pace_cie_16", _setup("04007F00070202040101", 2, 16)),
        ("pace_cie_8", _setup("04007F00070202040101", 2, 8)),
    ],
)
def test_terminal_opens_pace(monkeypatch, name, setup):
    """The terminal is given its private keys; the chip's side is a recording."""
    vectors = read(name)
    other = read("pace_cie_16") if name == "pace_cie_8" else vectors
    information = b"T22000129364081251010318"
    assert kdf.hashed(information) == bytes.fromhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    password, secret = (pace.Password.MRZ, information) if name.endswith("icao") else (pace.Password.CAN, b"123456")
    info = pace.PaceInfo(setup.oid, setup.parameter)
    privates = [int.from_bytes(_private(other, each), "big") for each in ("t1", "t2")]
    numbers(monkeypatch, *privates)
    connection = Replay(_pace_script(vectors, other, setup, password))
    session = pace.open_session(plain_channel(connection), info, password, secret)
    for exchange in vectors.exchanges:
        data = bytes.fromhex("A0000002471001") if exchange.name.startswith("SELECT") else b""
        cla, ins, p1, p2 = exchange.header
        assert session.exchange(CommandApdu(cla=cla, ins=ins, p1=p1, p2=p2, data=data, ne=exchange.ne)).is_ok
    connection.close()
    assert pace.password_key(info, password, secret) == (vectors.values.get("K_pi") or vectors["Kpi"])


def _pace_script(
    vectors: Vectors, other: Vectors, setup: PaceSetup, password: pace.Password
) -> list[tuple[bytes, bytes]]:
    mse = bytes.fromhex("0022C1A40F") + encode(0x80, setup.oid) + encode(0x83, bytes((password,)))
    t1, c1 = (_point(other, each) for each in ("T1", "C1"))
    t2, c2 = (_point(vectors, each) for each in ("T2", "C2"))

    def step(tag: int, value: bytes, *, is_last: bool = False) -> bytes:
        content = encode(0x7C, encode(tag, value) if tag else b"")
        head = bytes((0 if is_last else 0x10, 0x86, 0, 0))
        if len(content) > 255:
            return head + b"\x00" + len(content).to_bytes(2, "big") + content + b"\x00\x00"
        return head + bytes((len(content),)) + content + b"\x00"

    def answer(tag: int, value: bytes) -> bytes:
        return encode(0x7C, encode(tag, value)) + OK

    return [
        (mse, OK),
        (step(0, b""), answer(0x80, vectors["z"])),
        (step(0x81, t1), answer(0x82, c1)),
        (step(0x83, t2), answer(0x84, c2)),
        (step(0x85, vectors["T_IFD"], is_last=True), answer(0x86, vectors["T_IC"])),
        *script(vectors.exchanges),
    ]


@pytest.mark.parametrize(
    ("name", "setup"),
    [
        ("pace_ecdh_icao", _setup("04007F00070202040202", 13, 16)),
        ("pace_dh_icao", _setup("04007F00070202040102", 0, 16)),
        ("pace_cie_16", _setup("04007F00070202040101", 2, 16)),
        ("pace_cie_8", _setup("04007F00070202040101", 2, 8)),
    ],
)
def test_chip_answers_pace(name, setup):
    """The chip is given its side's numbers (for the example of ICAO: those of its terminal, mirrored)."""
    vectors = read(name)
    other = read("pace_cie_16") if name == "pace_cie_8" else vectors
    is_icao = name.endswith("icao")
    ours = "t" if is_icao else "c"
    holder = Holder(document_number="T22000129", born="640812", expires="101031") if is_icao else Holder()
    profile = replace(PROFILES["cie-bit4id"], pace=setup, holder=holder)
    size = 20 if name == "pace_dh_icao" else 32
    privates = [_private(other, f"{ours}{number}") for number in (1, 2)]
    chip = Chip(profile, random=queue(vectors["s"], *(each.rjust(size, b"\x00") for each in privates)))
    password = pace.Password.MRZ if is_icao else pace.Password.CAN
    told = _pace_script(vectors, other, setup, password)
    if is_icao:  # the recording seen from the other side
        told = _mirrored(vectors, setup)
    for command, answer in told:
        assert chip.transmit(command) == answer


def _mirrored(vectors: Vectors, setup: PaceSetup) -> list[tuple[bytes, bytes]]:
    """Terminal and chip change places: what is symmetric in PACE stays, public keys and tokens are exchanged."""
    other = {"T": "C", "C": "T"}
    swapped = {name: value for name, value in vectors.values.items() if name[0] not in other}
    swapped |= {other[name[0]] + name[1:]: value for name, value in vectors.values.items() if name[:2] in _PUBLIC}
    swapped |= {"T_IFD": vectors["T_IC"], "T_IC": vectors["T_IFD"]}
    mirror = Vectors(swapped, [])
    return _pace_script(mirror, mirror, setup, pace.Password.MRZ)


_PUBLIC = ("T1", "T2", "C1", "C2")


# AES secure messaging.


def test_terminal_speaks_aes():
    vectors = read("aes_messaging")
    connection = Replay(script(vectors.exchanges))
    session = SecureMessaging(AesSuite(vectors["KSenc"], vectors["KSmac"]))
    channel = secured(plain_channel(connection), session)
    assert channel.send(CommandApdu(ins=0xA4, p1=4, p2=0x0C, data=bytes.fromhex("A0000002471001"))) == b""
    assert channel.send(CommandApdu(ins=0xB0, ne=0x14)) == bytes(range(0x30, 0x44))
    connection.close()


def test_chip_speaks_aes():
    vectors = read("aes_messaging")
    chip = Chip(PROFILES["passport"])
    chip.session = Session(vectors["KSenc"], vectors["KSmac"], 0, 16)
    select, reading = vectors.exchanges
    assert chip.transmit(select.command) == select.response
    command = chip.session.open(read_command(reading.command))
    assert (command.ins, command.expected) == (0xB0, 0x14)
    assert chip.session.seal(bytes(range(0x30, 0x44)), 0x9000) + OK == reading.response


# The CIE application.


def cie_profile() -> Profile:
    """A chip with the keys of the example."""
    ca_p, ca_q = CIE.number("CA p"), CIE.number("CA q")
    ca = ChipKey(ca_p * ca_q, CIE.number("CA E"), 0)
    profile = replace(PROFILES["cie-bit4id"])
    object.__setattr__(profile, "terminal_ca", ca)
    keys = {0x81: key_of("sign"), 0x82: key_of("dapp"), 0x83: key_of("servizi", read("anti_clone"))}
    object.__setattr__(profile, "private_keys", lambda: keys)
    return profile


def key_of(name: str, vectors: Vectors = CIE) -> ChipKey:
    p, q = vectors.number(f"{name} p"), vectors.number(f"{name} q")
    return ChipKey(p * q, 65_537, pow(65_537, -1, (p - 1) * (q - 1)))


AGREEMENT = [(bytes.fromhex(f"00CB3FFF0C4D0A7008BFA10104A302{tag:02X}00"), tag) for tag in (0x97, 0x98, 0x99)]
DAPP = CIE.exchanges[:9]
AFTER = CIE.number("SSC after DAPP")


def group_part(tag: int) -> bytes:
    return {0x97: CIE["g"], 0x98: CIE["p"], 0x99: CIE["q"]}[tag]


def agreement_script() -> list[tuple[bytes, bytes]]:
    reading = [
        (command, encode(0x70, encode(0xBFA101, encode(0xA3, encode(tag, group_part(tag))))) + OK)
        for command, tag in AGREEMENT
    ]
    return [
        *reading,
        (CIE["MSE piece 1"], OK),
        (CIE["MSE piece 2"], OK),
        (CIE["GET DATA"], CIE["GET DATA answer data"] + OK),
        *script(DAPP),
    ]


def test_terminal_agrees_keys_and_authenticates(monkeypatch):
    chance = queue(expand("cie-vectors PRND1", 222), expand("cie-vectors RND.IFD", 8))
    monkeypatch.setattr(device_authentication.secrets, "token_bytes", chance)
    numbers(monkeypatch, CIE.number("x"))
    connection = Replay(agreement_script())
    agreement = device_authentication.agree_keys(plain_channel(connection))
    ca = device_authentication.TerminalCa(
        PublicKey(CIE.number("CA N"), CIE.number("CA E")), CIE["CAR"], bytes.fromhex("A00000000039")
    )
    chip = ias.public_key(CIE["EF1004"])
    device_authentication.authenticate(agreement, ca, chip)
    connection.close()
    assert agreement.session._counter == AFTER


def test_chip_agrees_keys_and_authenticates():
    chance = queue(CIE["y"], expand("cie-vectors RND.ICC", 8), expand("cie-vectors PRND2", 222))
    chip = Chip(cie_profile(), random=chance)
    assert chip.profile.group == RFC5114_2048_256
    chip.transmit(bytes.fromhex("00A4040C06A00000000039"))
    channel = plain_channel(chip_connection(chip))
    for command, answer in agreement_script():
        if len(answer) <= 258:
            assert chip.transmit(command) == answer
        else:
            assert raw_exchange(channel, command) == answer
    assert chip.session is not None
    assert chip.session.counter == AFTER


class chip_connection:
    atr = b""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def transmit(self, command: bytes) -> bytes:
        return self._chip.transmit(command)

    def reset(self) -> None:
        self._chip.reset()

    def close(self) -> None:
        pass


def raw_exchange(channel: CardChannel, raw: bytes) -> bytes:
    """The whole answer, fetched in parts."""
    ne = (raw[-1] or 256) if len(raw) == 6 + raw[4] else 0
    command = CommandApdu(cla=raw[0], ins=raw[1], p1=raw[2], p2=raw[3], data=raw[5 : 5 + raw[4]], ne=ne)
    response = channel.exchange(command)
    return response.data + response.sw.to_bytes(2, "big")


def session_at(ssc: int) -> SecureMessaging:
    return SecureMessaging(Des3Suite(CIE["KENC"], CIE["KMAC"]), ssc - 1)


PIN_GROUPS = {
    "wrong": ["VERIFY PIN wrong"],
    "blocked": ["VERIFY PIN blocked"],
    "status": ["VERIFY PIN status (empty body)"],
    "unblock": ["VERIFY PUK", "RESET RETRY COUNTER"],
    "change": ["VERIFY PIN", "CHANGE REFERENCE DATA"],
    "serial": ["VERIFY PIN right", "SELECT EF.Seriale", "READ BINARY EF.Seriale"],
    "sign": ["VERIFY PIN right", "MSE SET AT (sign)", "INTERNAL AUTHENTICATE (sign)"],
}


def group(name: str) -> list[Exchange]:
    """The exchanges of one group, each following the counter of the one before."""
    wanted = PIN_GROUPS[name]
    found = [next(each for each in CIE.exchanges if each.name == one) for one in wanted]
    assert all(later.ssc == earlier.ssc + 2 for earlier, later in pairwise(found))
    return found


def terminal(name: str) -> tuple[CardChannel, Replay]:
    exchanges = group(name)
    connection = Replay(script(exchanges))
    return secured(plain_channel(connection), session_at(exchanges[0].ssc)), connection


def test_terminal_presents_the_pin():
    channel, connection = terminal("wrong")
    with pytest.raises(PinWrongError) as error:
        ias.verify_pin(channel, "11111111")
    assert error.value.tries_left == 2
    connection.close()
    channel, connection = terminal("blocked")
    with pytest.raises(PinBlockedError):
        ias.verify_pin(channel, PIN)
    connection.close()
    channel, connection = terminal("status")
    assert ias.pin_tries_by_empty_verify(channel) == 3
    connection.close()


def test_terminal_signs():
    channel, connection = terminal("sign")
    ias.verify_pin(channel, PIN)
    assert ias.sign_login(channel, CIE["SHA256(msg)"]) == CIE["signature"]
    connection.close()


def test_terminal_wraps_as_the_official_client_does():
    """SELECT with a template and READ 80, which this terminal asks otherwise."""
    channel, connection = terminal("serial")
    ias.verify_pin(channel, PIN)
    assert channel.exchange(CommandApdu(ins=0xA4, p1=2, p2=4, data=EF_SERIAL.fid.to_bytes(2, "big"))).is_ok
    assert channel.exchange(CommandApdu(ins=0xB0, ne=0x80)).data == b"CA0000" + b"0AA"
    connection.close()


@pytest.mark.parametrize("name", PIN_GROUPS)
def test_chip_answers_after_authentication(name):
    chip = Chip(cie_profile())
    chip.transmit(bytes.fromhex("00A4040C06A00000000039"))
    exchanges = group(name)
    chip.session = Session(CIE["KENC"], CIE["KMAC"], exchanges[0].ssc - 1)
    chip.ias._level = 3
    if name == "blocked":
        chip.ias.tries[0x81].left = 0
    channel = plain_channel(chip_connection(chip))
    for exchange in exchanges:
        assert raw_exchange(channel, exchange.command) == exchange.response, exchange.name


def test_anti_clone_on_both_sides(monkeypatch):
    vectors = read("anti_clone")
    mse, asked = bytes.fromhex("002241A406800102840183"), vectors["C"]
    monkeypatch.setattr(ias.secrets, "token_bytes", queue(vectors["challenge"]))
    connection = Replay([(mse, OK), (asked, vectors["sig"] + OK)])
    assert ias.is_no_clone(plain_channel(connection), ias.public_key(vectors["EF1005"]))
    connection.close()
    chip = Chip(cie_profile())
    chip.transmit(bytes.fromhex("00A4040C06A00000000039"))
    assert chip.transmit(mse) == OK
    assert chip.transmit(asked) == vectors["sig"] + OK
    assert chip.transmit(bytes.fromhex("008800000C") + b"123456789012") == vectors["sig(NIS)"] + OK


def test_the_groups_are_those_of_the_standard():
    vectors = read("pace_dh_icao")
    assert [RFC5114_1024_160.p, RFC5114_1024_160.g, RFC5114_1024_160.q] == [vectors.number(each) for each in "pgq"]
    assert [RFC5114_2048_256.p, RFC5114_2048_256.g, RFC5114_2048_256.q] == [CIE.number(each) for each in "pgq"]
