"""Hostile words through the real server: answered, shown escaped, kept nowhere. Their time: `tests.bench.hostile`."""

import json
import time
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.server import raw

pytestmark = pytest.mark.server
OWN = b"Sec-Fetch-Site: same-origin"
FORM = b"Content-Type: application/x-www-form-urlencoded"
PLAIN = "il lettore vede la carta e dopo pochi secondi la perde " * 36
HOSTILE = {
    "one letter": "a" * 2_000,
    "words of one letter": "a " * 1_000,
    "expression bomb": "(a+)+$" * 333,
    "longest words": ("x" * 60 + " ") * 32,
    "mistyped words": "autenticazzione conessione abinamento certifcato " * 40,
    "known texts": "errore inaspettato durante la comunicazione con la smart card " * 32,
    "many lines": "PIN errato\n" * 180,
    "gaps": "a … " * 500,
    "quotes": '"a ' * 660,
    "direction marks": "\u202edroworssap\u202c " * 150,
    "emoji": "😀" * 2_000,
    "signs that grow": "\ufdfa" * 2_000,
    "accents upon accents": "a" + "\u0301" * 1_999,
    "SQL": "'; DROP TABLE flows_tally; -- " * 66,
    "script": "<script>alert(1)</script>" * 80,
    "numbers": "12345678 " * 222,
    "a hundred thousand": "il lettore perde la carta " * 4_000,
}


def search(site, text: str, *headers: bytes) -> tuple[bytes, float]:
    body = b"q=" + quote_plus(text).encode()
    began = time.perf_counter()
    answer = raw.get(site.url, b"/it/cerca/", FORM, OWN, *headers, method=b"POST", body=body)
    return answer, time.perf_counter() - began


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_words_are_answered_and_shown_escaped(site, what):
    answer, _seconds = search(site, HOSTILE[what])
    assert raw.status(answer) == 200
    assert b"no-store" in answer.split(b"\r\n\r\n", 1)[0]
    for never in (b"<script>alert", "\u202e".encode(), b"Traceback"):
        assert never not in answer


def test_json_of_all_of_them_is_well_formed(site):
    for text in HOSTILE.values():
        answer, _seconds = search(site, text, b"Accept: application/json")
        assert raw.status(answer) == 200
        found = json.loads(answer.split(b"\r\n\r\n", 1)[1])
        assert set(found) == {"confident", "results"}


def test_nothing_of_it_is_in_a_log(site, tmp_path_factory):
    for text in ("la mia parola segretissima zanzibar 48273651", "PIN 48273651"):
        search(site, text)
        raw.get(site.url, b"/it/cerca/?q=" + quote_plus(text).encode())
    folder = Path(site.env["TROUBLESHOOT_ACCESS_LOG"]).parent
    time.sleep(0.3)
    for file in folder.rglob("*.log"):
        logged = file.read_text(errors="replace")
        assert "zanzibar" not in logged
        assert "48273651" not in logged


@pytest.mark.parametrize(
    "body",
    [b"q=%ff%fe%00", b"q=" + b"%F0%9F%98%80" * 5_000, b"q=a&q=b", b"none=../../etc", b"none=imi%00", b"=", b"q", b""],
)
def test_broken_forms_are_answered(site, body):
    answer = raw.get(site.url, b"/it/cerca/", FORM, OWN, method=b"POST", body=body or b"x=1")
    assert raw.status(answer) in (200, 303, 400)
    assert site.process.poll() is None


@pytest.mark.parametrize("body", [b"q=" + b"a" * 4_000_000, b"&".join(b"q=a" for _ in range(300))])
def test_too_much_is_refused_in_words_that_fit_and_kept_nowhere(site, body):
    answer = raw.get(site.url, b"/it/cerca/", FORM, OWN, method=b"POST", body=body)
    head, _, page = answer.partition(b"\r\n\r\n")
    assert raw.status(answer) == 400
    assert b"no-store" in head
    assert "Quello che è stato inviato non si può leggere".encode() in page
