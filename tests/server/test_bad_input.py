"""Bad input through the real server: a clear answer, no crash, nothing stored, nothing in the log."""

from pathlib import Path

import pytest

from eidbridge.report import encode
from tests.eidbridge.report.examples import NO_READER, report
from tests.server import raw

pytestmark = pytest.mark.server
STEP = b"/it/guida/imi/type-by-hand/?password-state=refused&sign-in-page=refused&tries-before=none&where=password"
OWN = b"Sec-Fetch-Site: same-origin"
FORM = b"Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _still_alive(site):
    """Whatever was sent, the next person is served."""
    yield
    assert raw.status(raw.get(site.url, STEP)) == 200
    assert site.process.poll() is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/it/guida/imi/where/?" + b"a" * 100_000, 414),
        (b"/" + b"a" * 100_000, 414),
        (b"/it/guida/imi/where/?where=" + b"a" * 5_000, 404),
    ],
)
def test_a_huge_address_is_refused_and_leads_on(site, path, expected):
    answer = raw.get(site.url, path)
    assert raw.status(answer) == expected
    assert b'href="/it/"' in answer
    assert b"aaaaaaaaaa" not in answer


@pytest.mark.parametrize(
    "data",
    [
        b"HELLO\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: <script>alert(1)</script>\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_a_broken_request_is_answered_in_both_languages(site, data):
    answer = raw.send(site.url, data)
    assert raw.status(answer) == 400
    assert "La richiesta non si può leggere".encode() in answer
    assert b'<div lang="en">' in answer
    assert b"<script>" not in answer


def test_too_many_headers_are_refused_and_lead_on(site):
    answer = raw.get(site.url, b"/it/", *(b"X-%d: y" % number for number in range(200)))
    assert raw.status(answer) in (400, 431)
    assert b'href="/it/"' in answer


@pytest.mark.parametrize("host", [b"evil.example", b"a b", b"<script>", b""])
def test_a_host_that_is_not_ours_is_refused(site, host):
    answer = raw.send(site.url, b"GET /it/ HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert raw.status(answer) == 400
    assert b"<script>" not in answer


@pytest.mark.parametrize(
    "query",
    [
        b"where=password%00",
        b"where=%E2%80%AEpassword",
        b"where=password&where=request",
        b"where=%0d%0aSet-Cookie:%20x=1",
        b"where=%ff%fe",
        b"%00=%00",
        b"where=password&sign-in-page=refused&reset-password=yes",
        b"&&&===;;;",
        b"where[]=password",
    ],
)
def test_what_does_not_hold_in_an_address_is_dropped(site, query):
    answer = raw.get(site.url, b"/it/guida/imi/where/?" + query)
    assert raw.status(answer) in (200, 302)
    assert b"Set-Cookie" not in answer
    assert b"\x00" not in answer


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/it/guida/ghost/where/", 404),
        (b"/it/guida/imi/ghost/?where=password", 404),
        (b"/xx/guida/imi/where/", 404),
        (b"/it/v/imi-zzzzz", 404),
        (b"/it/guida/imi/wait-a-day/?where=password", 302),
        (b"/it/guida/imi/where/?where=an-answer-of-long-ago", 302),
        (b"/it/guida/imi/reset-password/?where=request&sign-in-page=refused", 302),
    ],
    ids=["flow", "step", "language", "short address", "not reached", "stale", "contradictory"],
)
def test_an_unknown_or_stale_place_leads_on(site, path, expected):
    answer = raw.get(site.url, path)
    assert raw.status(answer) == expected
    assert b"Location: /it/guida/imi/" in answer if expected == 302 else b"<a " in answer


@pytest.mark.parametrize(
    "path", [b"/it/guida/imi/%00/", b"/it/guida/%E2%80%AEimi/where/", b"/it/%0a/", b"/it/guida/imi/..%2f..%2fetc/"]
)
def test_signs_no_page_has_are_not_found(site, path):
    assert raw.status(raw.get(site.url, path)) == 404


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (b"Origin: http://evil.example",),
        (b"Sec-Fetch-Site: cross-site", b"Origin: http://evil.example"),
        (b"Sec-Fetch-Site: same-site",),
    ],
)
def test_an_answer_from_another_origin_is_refused_and_not_counted(site, headers):
    answer = raw.get(site.url, STEP, FORM, *headers, method=b"POST", body=b"result=no")
    assert raw.status(answer) == 403
    assert "La tua risposta non è arrivata".encode() in answer
    counted = site.shell("from troubleshoot.flows.models import Tally; print(Tally.objects.count())")
    assert counted.strip() == "0"


def test_a_forged_result_changes_nothing(site):
    answer = raw.get(site.url, STEP, FORM, OWN, method=b"POST", body=b"result=%00yes&result=<script>")
    assert raw.status(answer) == 302
    assert b"Location: " + STEP in answer


def upload(data: bytes, name: bytes = b"report.json") -> tuple[bytes, bytes]:
    edge = b"edge"
    body = b"--" + edge + b'\r\nContent-Disposition: form-data; name="report"; filename="' + name + b'"\r\n\r\n' + data
    return b"Content-Type: multipart/form-data; boundary=" + edge, body + b"\r\n--" + edge + b"--\r\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[" * 250_000, "non è un rapporto"),
        (b"\x00" * 1000, "non è un rapporto"),
        (b" " * 1_000_000, "troppo grande"),
        (encode(report(NO_READER)).replace(b"reader.present", b"<script>alert(1)</script>"), "non conosce"),
        (encode(report(NO_READER)).replace(b'"schema_version": 1', b'"schema_version": 2'), "altra versione"),
        (encode(report(NO_READER)).replace(b'"facts": {', b'"facts": {"serial": "CA00000AA", '), "non conosce"),
    ],
    ids=["deep", "zeros", "huge", "script in a name", "wrong version", "unknown field"],
)
def test_a_hostile_report_file_is_refused_with_a_sentence(site, data, words):
    kind, body = upload(data, b"<script>x</script>.json")
    answer = raw.get(site.url, b"/it/rapporto/cie-inps/pc-check/?road=reader", kind, OWN, method=b"POST", body=body)
    assert raw.status(answer) == 422
    assert words.encode() in answer
    assert b"<script>alert" not in answer
    assert b"<script>x" not in answer


def test_a_hundred_megabytes_are_refused_before_they_are_read(site):
    head = b"POST /it/rapporto/cie-inps/pc-check/?road=reader HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += OWN + b"\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: 100000000\r\n\r\n--edge"
    answer = raw.send(site.url, head)
    assert raw.status(answer) == 422
    assert b"troppo grande" in answer


def test_a_good_report_file_moves_the_flow(site):
    kind, body = upload(encode(report(NO_READER)))
    answer = raw.get(site.url, b"/it/rapporto/cie-inps/pc-check/?road=reader", kind, OWN, method=b"POST", body=body)
    assert raw.status(answer) == 200
    assert b"/it/guida/cie-inps/plug-in-reader/?pc-check=reader.none&amp;road=reader" in answer


def test_no_answer_and_no_address_of_a_person_stands_in_a_log(site):
    raw.get(site.url, STEP)
    raw.get(site.url, b"/it/guida/imi/where/?secret=CODICE123")
    raw.send(site.url, b"GET /it/?secret=CODICE123 HTTP/9.9\r\nHost: localhost\r\n\r\n")
    raw.send(site.url, b"NO\x00 /it/?secret=CODICE123 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    access = Path(site.env["TROUBLESHOOT_ACCESS_LOG"]).read_text()
    assert "/it/guida/imi/type-by-hand/" in access
    for log in (access, site.log.read_text()):
        assert "password-state" not in log
        assert "CODICE123" not in log
        assert "127.0.0.1" not in log.replace("http://127.0.0.1", "")  # where it listens
