"""Whoever attacks the joint: each attack, and the refusal that meets it."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from eidbridge import net
from eidbridge.agent.link import Link, RefusedError
from eidbridge.agent.sites import Site, site_at
from eidbridge.net import AddressError
from eidbridge.report.encode import as_document
from eidbridge.report.pairing import (
    CODE_LENGTH,
    CODE_SIGNS,
    MAX_MESSAGE,
    MESSAGE_TYPE,
    PATH,
    Answer,
    Hello,
    Kind,
    Message,
    MessageError,
    Problem,
    read_hello,
    read_message,
    shown_code,
    write_hello,
    write_message,
)
from eidbridge.report.seal import SealError, SigningKey, open_sealed
from tests.troubleshoot.conftest import OWN_PAGE
from tests.troubleshoot.reports.program import CHECK, ORIGIN, give_key, new_link, post_by, report
from troubleshoot.core.keys import hashed
from troubleshoot.reports import pairing_api, pairings
from troubleshoot.reports.models import KeptReport, Pairing

pytestmark = pytest.mark.django_db
KEY = "k" * 43


@pytest.fixture
def code() -> str:
    pairing = pairings.start(KEY)
    return pairings.code_of(KEY, pairing.public_id)


@pytest.fixture
def joined(code) -> Link:
    return join(code)


def join(code: str) -> Link:
    """A program whose word was picked."""
    link = new_link()
    word = link.pair(code, "it").word
    assert pairings.pick(Pairing.objects.latest("pk"), word)
    return link


def refusal(call, *arguments) -> Problem:
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value.refusal.problem


def sent(link: Link, payload: dict | bytes, *, key: SigningKey | None = None, to: str = "") -> tuple[int, str]:
    """Send what no honest program would, under a good seal; status and problem."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    sealed = (key or link._key).seal(body)
    return raw(to or link._pairing, sealed)


def raw(pairing: str, sealed: bytes, content_type: str = MESSAGE_TYPE) -> tuple[int, str]:
    answer = Client().post(f"{PATH}/{pairing}", data=sealed, content_type=content_type)
    problem = str(answer.json().get("type", "")).rpartition("#")[2]
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, problem


def payload(link: Link, of: Kind = Kind.LISTEN, /, **changed: object) -> dict:
    message = Message(of, link._pairing, ORIGIN, link._nonce, link._sequence + 1, report=as_document(report()))
    return {**json.loads(write_message(message)), **changed}


# Codes.


def test_a_guessed_code_and_a_used_one_get_the_same_answer(code):
    wrong = next(sign * CODE_LENGTH for sign in CODE_SIGNS if sign * CODE_LENGTH != code)
    new_link().pair(code, "it")
    assert refusal(new_link().pair, code, "it") is Problem.CODE_UNKNOWN
    assert refusal(new_link().pair, wrong, "it") is Problem.CODE_UNKNOWN
    assert Pairing.objects.get().state == "compare"


def test_guessing_at_speed_is_stopped_network_by_network(code):
    for _ in range(pairing_api.WRONG_AN_HOUR):
        assert refusal(new_link().pair, "AAAAAAAA", "it") is Problem.CODE_UNKNOWN
    with pytest.raises(RefusedError) as caught:
        new_link().pair(code, "it")  # even the right one
    assert caught.value.refusal.problem is Problem.SLOW_DOWN
    assert caught.value.retry_after_s > 60
    other = Client(REMOTE_ADDR="198.51.100.7")  # another network is not hit
    Link(Site(ORIGIN, "x"), post=post_by(other)).pair(code, "it")


def test_many_networks_that_guess_are_slowed_and_honest_ones_are_not(code, monkeypatch):
    monkeypatch.setattr(pairing_api, "WRONG_IN_ALL", 20)
    for number in range(40):
        client = Client(REMOTE_ADDR=f"198.51.{number % 10}.7")
        link = Link(Site(ORIGIN, "x"), post=post_by(client))
        assert refusal(link.pair, "AAAAAAAA", "it") in (Problem.CODE_UNKNOWN, Problem.SLOW_DOWN)
    monkeypatch.setattr(pairing_api.random, "random", lambda: 1.0)
    guesser = Link(Site(ORIGIN, "x"), post=post_by(Client(REMOTE_ADDR="198.51.1.7")))
    with pytest.raises(RefusedError) as caught:
        guesser.pair("AAAAAAAA", "it")
    assert (caught.value.refusal.problem, caught.value.retry_after_s) == (Problem.SLOW_DOWN, 3)
    Link(Site(ORIGIN, "x"), post=post_by(Client(REMOTE_ADDR="203.0.113.9"))).pair(code, "it")


def test_a_hit_takes_longer_than_anybody_waits(capsys):
    """Printed: the time until one guess in two hits, with a thousand codes open and a thousand networks guessing."""
    space = len(CODE_SIGNS) ** CODE_LENGTH
    guesses_an_hour = 1_000 * pairing_api.WRONG_AN_HOUR
    hours = space / 2 / 1_000 / guesses_an_hour
    with capsys.disabled():
        sys.stdout.write(
            f"\n{space:.1e} codes; 1000 open, 1000 networks guessing: a hit in {hours / 24:.0f} days on average"
        )
    assert hours > 24 * 7


def test_a_code_is_over_after_ten_minutes_and_on_a_new_one(code):
    Pairing.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    assert refusal(new_link().pair, code, "it") is Problem.CODE_UNKNOWN
    fresh = pairings.start(KEY)
    pairings.start(KEY)
    assert refusal(new_link().pair, pairings.code_of(KEY, fresh.public_id), "it") is Problem.CODE_UNKNOWN


def test_the_code_stands_nowhere_in_the_database(code):
    row = Pairing.objects.values().get()
    assert code not in repr(row)
    assert KEY not in repr(row)
    assert row["code"] == hashed(code)


# The browser.


def test_another_browsers_cookie_opens_nothing(code):
    other = pairings.start("o" * 43)
    assert pairings.of_browser(KEY) != other
    assert pairings.of_browser("") is None
    assert pairings.kept_of("x" * 43) == []


def test_another_browser_sees_its_own_pairing_and_cannot_act_on_this_one(code):
    hers, other = Client(), Client()
    give_key(hers, KEY)
    own = other.post(CHECK, {"begin": "1"}, follow=True, **OWN_PAGE).content.decode()
    assert shown_code(code) not in own
    word = new_link().pair(code, "it").word
    pairing = pairings.of_browser(KEY)
    assert word in hers.get(CHECK).content.decode()
    assert word not in other.get(CHECK).content.decode()
    for pressed in ({"word": word}, {"end": "1"}, {"again": "1"}):
        other.post(CHECK, {"pairing": pairing.public_id, **pressed}, **OWN_PAGE)
    assert pairings.state_of(pairings.of_browser(KEY))[0] == "compare"


def test_a_wrong_word_ends_it_and_the_right_one_comes_too_late(code):
    link = new_link()
    word = link.pair(code, "it").word
    pairing = Pairing.objects.get()
    wrong = next(each for each in pairings.words_of(pairing) if each != word)
    assert not pairings.pick(pairing, wrong)
    assert not pairings.pick(Pairing.objects.get(), word)
    with pytest.raises(RefusedError) as caught:
        link.listen()
    assert (caught.value.refusal.problem, caught.value.refusal.why) == (Problem.PAIRING_OVER, "wrong-word")


def test_two_picks_at_once_count_as_one(code):
    link = new_link()
    word = link.pair(code, "it").word
    first, second = Pairing.objects.get(), Pairing.objects.get()
    assert pairings.pick(first, word)
    assert not pairings.pick(second, "")
    assert Pairing.objects.get().state == "open"


# Before the word.


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.PROGRESS])
def test_nothing_is_taken_before_the_word(code, kind):
    link = new_link()
    link.pair(code, "it")
    more = {"done": 1, "of": 2} if kind is Kind.PROGRESS else {}
    assert sent(link, payload(link, kind, **more)) == (409, "word-not-picked")
    assert KeptReport.objects.count() == 0
    assert Pairing.objects.get().sequence == 0


# Seals.


def test_another_key_seals_nothing(joined):
    assert sent(joined, payload(joined), key=SigningKey()) == (403, "seal-refused")


def encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def forged(header: dict, body: dict, sign) -> bytes:
    signed = encoded(json.dumps(header, separators=(",", ":")).encode()) + b"." + encoded(json.dumps(body).encode())
    return signed + b"." + encoded(sign(signed))


def public_key(link: Link) -> ec.EllipticCurvePublicKey:
    numbers = [int.from_bytes(base64.urlsafe_b64decode(link._key.public[name] + "="), "big") for name in ("x", "y")]
    return ec.EllipticCurvePublicNumbers(*numbers, ec.SECP256R1()).public_key()


@pytest.mark.parametrize("encoding", [serialization.Encoding.PEM, serialization.Encoding.DER])
def test_the_public_key_is_no_hmac_secret(joined, encoding):
    secret = public_key(joined).public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    for kind in ("eidbridge+jws", "JWT"):
        token = forged(
            {"alg": "HS256", "typ": kind}, payload(joined), lambda data: hmac.digest(secret, data, hashlib.sha256)
        )
        assert raw(joined._pairing, token) == (403, "seal-refused")


@pytest.mark.parametrize("algorithm", ["none", "None", "", "ES384", "RS256", "HS512"])
def test_no_other_algorithm_is_believed(joined, algorithm):
    token = forged({"alg": algorithm, "typ": "eidbridge+jws"}, payload(joined), lambda _data: b"\0" * 64)
    assert raw(joined._pairing, token) == (403, "seal-refused")
    assert raw(joined._pairing, token.rpartition(b".")[0] + b".") == (403, "seal-refused")


@pytest.mark.parametrize(
    "more",
    [{"jwk": "own"}, {"kid": "1"}, {"crit": ["b64"], "b64": False}, {"x5c": []}, {"jku": "https://a.example/"}],
    ids=lambda more: next(iter(more)),
)
def test_a_header_names_no_key(joined, more):
    own = SigningKey()
    if "jwk" in more:
        more = {"jwk": dict(own.public)}
    header = {"alg": "ES256", **more, "typ": "eidbridge+jws"}
    signer = ec.generate_private_key(ec.SECP256R1())
    token = forged(
        header,
        payload(joined),
        lambda data: signer.sign(data, ec.ECDSA(__import__("cryptography").hazmat.primitives.hashes.SHA256()))[
            :64
        ].ljust(64, b"\0"),
    )
    assert raw(joined._pairing, token) == (403, "seal-refused")


def test_the_seal_comes_from_python_jose_and_ecdsa_is_not_read():
    code = "import sys; import eidbridge.report.seal; print('ecdsa' in sys.modules, 'jose' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == [
        "False",
        "True",
    ]


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_bytes_break_the_seal(data):
    key = SigningKey()
    with pytest.raises(SealError):
        open_sealed(data, key.public)
    header = key.seal(b"{}").partition(b".")[0]
    with pytest.raises(SealError):
        open_sealed(header + b"." + data, key.public)


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        {},
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
        {"kty": "EC", "crv": "P-384", "x": "A" * 43, "y": "A" * 43},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "EC", "crv": "P-256", "x": "A" * 42, "y": "A" * 43},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
    ],
)
def test_a_key_that_is_none_is_refused(code, jwk):
    body = json.dumps({"protocol": 1, "code": code, "program": "0.1.0", "language": "it", "key": jwk})
    answer = Client().post(PATH, data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["where"]) == (400, "key")
    extra = json.loads(write_hello(Hello(code, SigningKey().public, "0.1.0", "it")))
    extra["key"]["d"] = "secret"
    assert Client().post(PATH, data=json.dumps(extra), content_type="application/json").status_code == 400
    assert Pairing.objects.get().state == "waiting"


# Order.


def test_a_replay_changes_nothing(joined):
    said = payload(joined, Kind.REPORT)
    assert sent(joined, said)[0] == 200
    assert sent(joined, said) == (409, "stale")
    assert KeptReport.objects.count() == 1


def test_a_gap_a_step_back_and_a_stale_nonce_are_refused(joined):
    old = joined._nonce
    for sequence in (0, 2, 3, 10**8):
        assert sent(joined, payload(joined, sequence=sequence)) == (409, "stale")
    joined.listen()
    assert sent(joined, payload(joined, nonce=old)) == (409, "stale")
    assert sent(joined, payload(joined, nonce="A" * 22)) == (409, "stale")
    joined.listen()


def test_a_lost_answer_is_no_second_report(joined):
    """The site took it, the program does not know: it asks, and learns that it was taken."""
    post, lost = joined._post, []

    def losing(*arguments, **named):
        said = post(*arguments, **named)
        if not lost:
            lost.append(said)
            raise net.TroubleError(net.Trouble.NOTHING)
        return said

    joined._post = losing
    with pytest.raises(net.TroubleError):
        joined.report(report())
    assert joined.report(report()).reports == 1
    assert KeptReport.objects.count() == 1
    assert joined.listen().reports == 1


ARRIVES, ANSWER_IS_LOST, IS_LOST = "arrives", "its answer is lost", "is lost"
COMES_TWICE = "comes twice"  # something between posts it once more, and passes on the second answer


def over_a_bad_network(joined: Link, fates: Iterator[str]) -> None:
    """Each message meets the next of `fates`; then all arrive."""
    post = joined._post

    def posting(*arguments: object, **named: object) -> net.Said:
        fate = next(fates, ARRIVES)
        if fate == IS_LOST:
            raise net.TroubleError(net.Trouble.NOTHING)
        said = post(*arguments, **named)
        if fate == COMES_TWICE:
            return post(*arguments, **named)
        if fate == ANSWER_IS_LOST:
            raise net.TroubleError(net.Trouble.NOTHING)
        return said

    joined._post = posting


def until_it_is_taken(act: Callable[[], Answer]) -> Answer:
    """As `Joint` does: what was in the way is met by another try."""
    while True:
        with suppress(net.TroubleError, RefusedError):
            return act()


@pytest.mark.parametrize("report_is", [ARRIVES, ANSWER_IS_LOST, IS_LOST, COMES_TWICE])
def test_a_lost_answer_of_another_message_is_no_report(joined, report_is):
    """A *listen* whose answer was lost has used the number that the report comes with: the report is sent anew."""
    over_a_bad_network(joined, iter([ANSWER_IS_LOST, report_is]))
    with pytest.raises(net.TroubleError):
        joined.listen()
    assert until_it_is_taken(lambda: joined.report(report())).reports == 1
    assert KeptReport.objects.count() == 1


@settings(max_examples=300)
@given(data=st.data())
def test_over_any_network_a_report_that_is_said_to_be_there_is_there_once(data):
    """Also where she sends another one before the first is known to have arrived."""
    KeptReport.objects.all().delete()
    joined = join(pairings.code_of(KEY, pairings.start(KEY).public_id))
    fates = data.draw(st.lists(st.sampled_from([ARRIVES, ANSWER_IS_LOST, IS_LOST, COMES_TWICE]), max_size=12))
    over_a_bad_network(joined, iter(fates))
    for number, does in enumerate(data.draw(st.lists(st.sampled_from(["listen", "report", "gives up"]), max_size=6))):
        made = replace(report(), made_at=report().made_at + timedelta(seconds=number))
        if does == "listen":
            until_it_is_taken(joined.listen)
        elif does == "gives up":
            with suppress(net.TroubleError, RefusedError):
                joined.report(made)
        else:
            until_it_is_taken(lambda made=made: joined.report(made))
            assert KeptReport.objects.latest("pk").report == made
    held = [kept.said for kept in KeptReport.objects.all()]
    assert all(held.count(each) == 1 for each in held)


def test_two_messages_at_once_one_is_taken(joined, monkeypatch):
    said = payload(joined, Kind.REPORT)
    opened, meanwhile = pairings._opened, []

    def slow(*arguments):
        if not meanwhile:
            meanwhile.append(True)
            joined.listen()  # another one is quicker, between reading and writing
        return opened(*arguments)

    monkeypatch.setattr(pairings, "_opened", slow)
    assert sent(joined, said)[0] == 409
    assert KeptReport.objects.count() == 0


# Where it belongs.


def test_a_message_for_another_pairing_or_site_is_refused(joined):
    other = pairings.start("o" * 43)
    link = new_link()
    link.pair(pairings.code_of("o" * 43, other.public_id), "it")
    assert sent(joined, payload(joined), to=link._pairing) == (403, "seal-refused")
    assert sent(joined, payload(joined, pairing=link._pairing)) == (403, "other-pairing")
    assert sent(joined, payload(joined, site="https://evil.example")) == (403, "other-site")
    assert sent(joined, payload(joined, site="http://testserver:81")) == (403, "other-site")
    assert raw("A" * 22, joined._key.seal(b"{}")) == (404, "pairing-unknown")
    waiting = pairings.start("w" * 43)
    assert raw(waiting.public_id, joined._key.seal(b"{}")) == (404, "pairing-unknown")


def test_a_relay_with_its_own_host_is_refused(joined):
    answer = Client(headers={"host": "evil.example"}).post(
        f"{PATH}/{joined._pairing}",
        data=joined._key.seal(json.dumps(payload(joined)).encode()),
        content_type=MESSAGE_TYPE,
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["https://evil.example", "http://192.0.2.1", "ftp://localhost", "http://", "x y"])
def test_the_program_speaks_to_no_other_site(address):
    with pytest.raises(AddressError):
        site_at(address, (Site("https://site.example", "Site"),))


def test_plain_http_is_for_this_computer_alone():
    assert site_at("http://127.0.0.1:8000", ()).origin == "http://127.0.0.1:8000"
    with pytest.raises(AddressError) as caught:
        site_at("http://site.example", (Site("http://site.example", "by mistake"),))
    assert caught.value.is_plain


# Contents.


def test_a_body_that_says_it_is_too_large_is_not_read(joined, rf):
    class Unread:
        def read(self, *_size):
            raise AssertionError("it was read")

    request = rf.post(f"{PATH}/{joined._pairing}", data=b"x", content_type=MESSAGE_TYPE)
    request.META["CONTENT_LENGTH"] = str(MAX_MESSAGE + 1)
    request._stream = Unread()
    answer = pairing_api.pairing_message(request, public_id=joined._pairing)
    assert (answer.status_code, json.loads(answer.content)["max_bytes"]) == (413, MAX_MESSAGE)
    assert raw(joined._pairing, b"x" * (MAX_MESSAGE + 1)) == (413, "too-large")
    answer = Client().post(PATH, data=b"x" * 5_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 9_000 + b"]" * 9_000,
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        b'{"kind":"listen","kind":"report"}',
        b'{"kind": NaN}',
        b'{"sequence": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
        b"[]",
        b"",
        b'{"kind":"listen"',
    ],
    ids=["deep list", "deep object", "twice", "NaN", "long number", "no text", "list", "empty", "cut off"],
)
def test_hostile_json_is_refused_before_it_is_parsed(joined, body):
    assert sent(joined, body) in ((400, "malformed"), (403, "seal-refused"))
    joined.listen()


def test_unknown_fields_and_values_are_refused(joined):
    for changed in (
        {"more": 1},
        {"kind": "shell"},
        {"kind": 3},
        {"sequence": True},
        {"sequence": "1"},
        {"sequence": -1},
        {"nonce": "short"},
        {"site": "javascript:alert(1)"},
        {"done": 1},
    ):
        assert sent(joined, payload(joined, **changed)) == (400, "malformed"), changed
    assert sent(joined, payload(joined, Kind.PROGRESS, done=3, of=2)) == (400, "malformed")
    assert sent(joined, payload(joined, Kind.PROGRESS, done=1, of=100)) == (400, "malformed")
    assert sent(joined, payload(joined, Kind.END, why="<script>")) == (400, "malformed")
    joined.listen()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"schema_version": 2}, "report.version-unknown"),
        ({"schema_version": True}, "report.version-unknown"),
        ({"schema": "other"}, "report.not-a-report"),
        ({"owner": "Maria"}, "report.field-unknown"),
        ({"program": "<script>alert(1)</script>"}, "report.value-refused"),
        ({"system": "<script>"}, "report.value-refused"),
        ({"made_at": "<script>"}, "report.value-refused"),
        ({"end": {"checks": 99}}, "report.cut-off"),
    ],
)
def test_a_report_that_is_none_is_refused_and_the_pairing_goes_on(joined, change, fault):
    body = payload(joined, Kind.REPORT)
    body["report"] |= change
    answer = Client().post(
        f"{PATH}/{joined._pairing}", data=joined._key.seal(json.dumps(body).encode()), content_type=MESSAGE_TYPE
    )
    assert (answer.status_code, answer.json()["fault"]) == (422, fault)
    assert "script" not in answer.content.decode()
    assert KeptReport.objects.count() == 0
    assert joined.report(report()).reports == 1  # `stale` told what comes next


def test_script_in_every_string_is_refused(joined):
    """Wherever a report or a message holds a text, another text is none of ours."""
    bomb = "<img src=x onerror=alert(1)>"
    body = payload(joined, Kind.REPORT)
    places = 0
    for path in strings_in(body["report"]):
        places += 1
        broken = json.loads(json.dumps(body))
        target = broken["report"]
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = bomb
        broken["sequence"], broken["nonce"] = Pairing.objects.get().sequence + 1, Pairing.objects.get().nonce
        assert sent(joined, broken) == (422, "report-refused"), path
    assert places > 8
    assert KeptReport.objects.count() == 0


def strings_in(value, path=()):
    if isinstance(value, str):
        yield path
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    ):
        yield from strings_in(inner, (*path, name))


def test_only_posts_of_the_right_type_without_cookies(joined):
    assert raw(joined._pairing, b"{}", "application/json") == (415, "media-type")
    assert raw(joined._pairing, b"{}", "text/plain") == (415, "media-type")
    assert Client().get(PATH).status_code == 405
    answer = Client().get(f"{PATH}/{joined._pairing}")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "no-store" in answer["Cache-Control"]


def test_every_problem_has_its_place_in_the_list(client):
    said = client.get("/eidbridge/problems").content.decode()
    assert {line.split()[0] for line in said.splitlines()} == {f"#{problem}" for problem in Problem}


@pytest.mark.parametrize("program", ["0.0.9", "0.0"])
def test_a_program_that_is_too_old_is_told_and_the_page_too(code, program):
    hello = write_hello(Hello(code, SigningKey().public, program, "it"))
    answer = Client().post(PATH, data=hello, content_type="application/json")
    assert (answer.status_code, answer.json()["least"]) == (409, "0.1.0")
    pairing = Pairing.objects.get()
    assert (pairing.state, pairing.knocked) == ("waiting", program)
    browser = Client()
    give_key(browser, KEY)
    words = browser.get(CHECK).content.decode()
    assert f"troppo vecchio per questa pagina (versione {program})" in " ".join(words.split())
    assert shown_code(code) in words
    new_link().pair(code, "it")  # the code is still good
    assert Pairing.objects.get().knocked == ""


def test_another_protocol_is_told(code):
    hello = json.loads(write_hello(Hello(code, SigningKey().public, "0.1.0", "it"))) | {"protocol": 2, "future": 1}
    answer = Client().post(PATH, data=json.dumps(hello), content_type="application/json")
    assert (answer.status_code, answer.json()["protocols"]) == (400, [1])


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_bytes_break_the_reading_of_messages(data):
    for read in (read_hello, read_message):
        with pytest.raises(MessageError) as caught:
            read(data)
        assert re.fullmatch(r"[a-z-]*", caught.value.where)
