"""Flow pages as the server answers them."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.languages import LANGUAGES
from tests.troubleshoot.conftest import OWN_PAGE
from tests.troubleshoot.flows.walks import few_walks
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import UNKNOWN, Kind
from troubleshoot.notices import snapshot

pytestmark = pytest.mark.usefixtures("without_database")
REFUSED = {"where": "password", "sign-in-page": "refused", "tries-before": "none", "password-state": "refused"}


def address(step: str, answers: dict[str, str], *, language: str = "it", flow: str = "imi") -> str:
    query = "&".join(f"{name}={answers[name]}" for name in sorted(answers))
    return f"/{language}/guida/{flow}/{step}/" + (f"?{query}" if query else "")


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow_id", ["imi", "cie-inps", "message", "elsewhere"])
def test_every_edge_leads_where_the_graph_says(client, real, language, flow_id):
    """Each page that a path passes is fetched once per set of earlier answers that fits; its links are the edges."""
    flow = real.flows[flow_id]
    passed: set[tuple[str, str]] = set()
    for answers in few_walks(flow):
        walked = walk(flow, answers)
        before: dict[str, str] = {}
        for visit in walked.visits:
            if (visit.step.id, visit.answer) not in passed:
                passed.add((visit.step.id, visit.answer))
                after = walk(flow, before | {visit.step.id: visit.answer})
                url = address(visit.step.id, before, language=language, flow=flow_id)
                target = address(after.current.id, dict(after.answers), language=language, flow=flow_id)
                _take(client, url, visit, target)
            before[visit.step.id] = visit.answer
    assert passed == {(step.id, answer) for step in flow.steps.values() for answer in step.next}


def _take(client, url, visit, target):
    if visit.step.kind is Kind.REMEDY:
        first = soup_of(client.get(url))
        if not first.select(".results"):  # a page that waits, or says what is lost, comes before
            refused = client.post(url, {"result": visit.answer}, **OWN_PAGE)
            assert (refused.status_code, refused["Location"]) == (302, url)
            url = first.select_one(".choices a.ready")["href"]
        response = client.post(url, {"result": visit.answer}, **OWN_PAGE)
        paused = "=waited" in url.split(visit.step.id)[-1]
        said = f"{visit.step.id}=waited-{visit.answer}" if paused else f"{visit.step.id}={visit.answer}"
        assert response.status_code == 303
        assert said in response["Location"]
        assert response["Location"].replace("=waited-", "=") == target
        return
    if visit.step.kind is Kind.CHECK and visit.answer != "cannot":
        return  # answered by a report: tests/troubleshoot/reports
    unfolded = f"{url}{'&' if '?' in url else '?'}aiuto=1" if visit.answer == UNKNOWN else url
    response = client.get(unfolded)
    assert response.status_code == 200, unfolded
    assert target in [link["href"] for link in soup_of(response).select(".choices a")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_shown(client, real, language):
    for flow in real.flows.values():
        shown = set()
        for answers in few_walks(flow):
            step = walk(flow, answers).current
            if step.id in shown:
                continue
            shown.add(step.id)
            response = client.get(address(step.id, answers, language=language, flow=flow.id))
            assert response.status_code == 200
            assert flow.text(step.id, language).title in unescape(response.content.decode())


def test_a_flow_page_sets_no_cookie_and_carries_no_store_of_its_own(client):
    response = client.get(address("type-by-hand", REFUSED))
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.django_db
def test_a_flow_page_asks_the_database_once_every_five_seconds(client, monkeypatch):
    monkeypatch.undo()
    snapshot.forget()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address("type-by-hand", REFUSED))
        first = len(queries)
        client.get(address("type-by-hand", REFUSED))
        client.get(address("where", {}))
    assert (first, len(queries)) == (1, 1)


def test_without_answers_a_step_shows_the_way_in_and_no_instructions(client):
    page = client.get(address("reset-password", {})).content.decode()
    assert "Comincia da qui" in page
    assert "/it/guida/imi/where/" in page
    assert "Password perduta" not in page
    assert "<ol>" not in page


def test_a_step_not_reached_yet_redirects_to_the_first_open_one(client):
    response = client.get(address("reset-password", {"where": "password"}))
    assert response["Location"] == address("sign-in-page", {"where": "password"})


def test_an_answered_step_is_shown_with_its_answer(client):
    page = soup_of(client.get(address("tries-before", REFUSED)))
    chosen = page.select_one(".choices [aria-current]")
    assert chosen.get_text().startswith("Nessuna")
    assert page.select_one(".answered a")["href"] == address("type-by-hand", REFUSED)


def test_changing_an_answer_keeps_the_later_ones_that_still_hold(client):
    answers = REFUSED | {"type-by-hand": "no", "by-hand-stopped": "password"}
    page = soup_of(client.get(address("tries-before", answers)))
    once = next(link["href"] for link in page.select(".choices a") if link.get_text().startswith("Una volta"))
    assert once == address("reset-password", answers | {"tries-before": "one"})
    assert "Aspetta prima di riprovare" in client.get(once).content.decode()
    more = next(link["href"] for link in page.select(".choices a") if link.get_text().startswith("Due"))
    kept = {"where": "password", "sign-in-page": "refused", "tries-before": "more"}
    assert more == address("pause-first", kept | {"tentativi": "1"})  # the try by hand is not forgotten


def test_the_trail_leads_back_to_every_answer(client):
    page = soup_of(client.get(address("type-by-hand", REFUSED)))
    links = [link["href"] for link in page.select(".trail li a")]
    assert links == [address(step, REFUSED) for step in ("where", "sign-in-page", "tries-before", "password-state")]
    assert all(link.get_text().startswith("Cambia ") for link in page.select(".trail li a"))


def test_i_do_not_know_unfolds_the_help_and_asks_again(client):
    first = soup_of(
        client.get(address("password-state", {k: REFUSED[k] for k in ("where", "sign-in-page", "tries-before")}))
    )
    unknown = first.select_one(".choices .unknown")["href"]
    second = soup_of(client.get(unknown))
    assert second.select_one("h1").get_text() == "Come capirlo: Che cosa sai della tua password?"
    assert second.select_one("title").get_text().startswith("Come capirlo: ")
    assert second.select_one(".choices .unknown").get_text() == "Ancora non lo so"
    assert len(second.select(".choices a")) == len(first.select(".choices a"))


def test_the_language_switch_stays_at_the_step(client):
    page = soup_of(client.get(address("type-by-hand", REFUSED)))
    assert page.select_one(".languages a[lang=en]")["href"] == address("type-by-hand", REFUSED, language="en")


def test_the_language_of_the_screens_changes_names_and_stays(client):
    page = soup_of(client.get(address("type-by-hand", REFUSED, language="en")))
    italian = page.select_one(".screens a[lang=it]")["href"]
    assert dict(parse_qsl(urlsplit(italian).query))["schermi"] == "it"
    changed = client.get(italian)
    assert "Il mio account" in changed.content.decode()
    links = [link["href"] for link in soup_of(changed).select(".trail li a, .ways a")]
    assert all("schermi=it" in link for link in links)


def test_a_remedy_asks_whether_it_worked_and_says_what_it_costs(client):
    page = soup_of(
        client.get(address("reset-password", REFUSED | {"type-by-hand": "no", "by-hand-stopped": "password"}))
    )
    assert [button["value"] for button in page.select(".results button")] == ["yes", "no", "cannot"]
    assert page.select_one(".facts").get_text() == "Ci vogliono 10 minuti. Si può annullare."


def test_after_three_failed_remedies_the_page_says_stop(client):
    answers = {"where": "password", "sign-in-page": "refused", "tries-before": "one", "password-state": "refused"}
    answers |= {"type-by-hand": "no", "by-hand-stopped": "password", "reset-password": "no", "reset-stopped": "no-mail"}
    answers |= {"look-for-mail": "no"}
    page = soup_of(client.get(address("ask-mail-again", answers)))
    assert page.select_one(".stop a")["href"].startswith("/it/scrivi/imi/?")
    assert not soup_of(client.get(address("type-by-hand", REFUSED))).select(".stop")


def test_who_could_not_wait_finds_the_way_back_to_the_step(client):
    answers = {"where": "password", "sign-in-page": "refused", "tries-before": "more", "pause-first": "cannot"}
    page = soup_of(client.get(address("come-back-later", answers)))
    back = page.select_one(".outcome .button")
    assert (back.get_text(), back["href"]) == ("Ho aspettato: torna al passo", address("pause-first", answers))
    assert [button["value"] for button in soup_of(client.get(back["href"])).select(".results button")] == [
        "yes",
        "cannot",
    ]


def test_an_outcome_can_name_its_own_desk(client):
    answers = REFUSED | {
        "type-by-hand": "no",
        "by-hand-stopped": "password",
        "reset-password": "no",
        "reset-stopped": "picture-code",
    }
    page = soup_of(client.get(address("ask-eulogin-support", answers)))
    assert page.select_one(".outcome .button").get_text().startswith("Scrivi all'assistenza EU Login")
    write = client.get(page.select_one(".outcome .button")["href"]).content.decode()
    assert "mailto:EU-LOGIN-EXTERNAL-SUPPORT@ec.europa.eu" in write


def test_a_pause_says_from_when_to_go_on(client, time_machine_at):
    page = client.get(address("pause-first", {"where": "password", "sign-in-page": "refused", "tries-before": "more"}))
    text = " ".join(soup_of(page).select_one(".pause").get_text().split())
    assert "Ora sono le 10:30. Se hai appena smesso, vai avanti dalle 10:45." in text


@pytest.fixture
def time_machine_at():
    import datetime as dt  # noqa: PLC0415

    import time_machine  # noqa: PLC0415

    with time_machine.travel(dt.datetime(2031, 11, 22, 9, 30, tzinfo=dt.UTC), tick=False):
        yield


def test_a_harmful_remedy_stands_behind_a_page_that_says_what_is_lost(client, tiny_site):
    answers = {"where": "door", "tries-before": "none", "knock": "no"}
    warning = client.get(address("break-in", answers, flow="tiny"))
    page = soup_of(warning)
    assert "The door is gone for good." in page.select_one(".lost").get_text()
    assert "Pulsante grande" not in page.get_text()
    write, another, ready = (link["href"] for link in page.select(".choices a"))
    assert write.startswith("/it/scrivi/tiny/")
    assert another == address("ask", answers | {"break-in": "cannot"}, flow="tiny")
    opened = soup_of(client.get(ready))
    assert "Pulsante grande" in opened.get_text()
    assert len(opened.select(".results button")) == 3


def test_a_harmful_remedy_cannot_be_answered_before_it_was_opened(client, tiny_site):
    url = address("break-in", {"where": "door", "tries-before": "none", "knock": "no"}, flow="tiny")
    response = client.post(url, {"result": "yes"}, **OWN_PAGE)
    assert (response.status_code, response["Location"]) == (302, url)


def test_a_harmful_remedy_cannot_be_reached_by_a_forged_address(client, tiny_site):
    response = client.get(address("break-in", {"where": "door", "break-in": "ready"}, flow="tiny"))
    assert response["Location"] == address("tries-before", {"where": "door"}, flow="tiny")


HOSTILE = {
    "an unknown step among the answers": ("where=password&ghost=yes", {"where": "password"}),
    "an unknown answer": ("where=password&sign-in-page=maybe", {"where": "password"}),
    "an answer given twice": ("where=password&where=request", {}),
    "contradictory answers": ("where=request&sign-in-page=refused", {"where": "request"}),
    "null and control signs": ("where=password%00&sign-in-page=refused%07", {}),
    "signs that turn the text around": ("where=%E2%80%AEpassword", {}),
    "script": ("where=%3Cscript%3Ealert(1)%3C/script%3E", {}),
    "a language of screens that is none": ("where=password&schermi=xx", {"where": "password"}),
    "help that is none": ("where=password&aiuto=7", {"where": "password"}),
    "an answer to a branch": ("who-else=service-down&where=password", {"where": "password"}),
    "a stranger's mark": ("where=password&fbclid=abc", {"where": "password"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_does_not_hold_in_an_address_is_dropped(client, real, name):
    query, kept = HOSTILE[name]
    response = client.get(f"/it/guida/imi/sign-in-page/?{query}")
    assert response.status_code == 302
    expected = walk(real.flows["imi"], kept)
    assert response["Location"] == address(expected.current.id, kept)
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/it/guida/ghost/",
        "/it/guida/ghost/where/",
        "/it/guida/imi/where/?" + "a" * 5000,
        "/xx/guida/imi/where/",
        "/it/scrivi/ghost/",
    ],
)
def test_an_unknown_flow_or_language_or_a_huge_query_is_not_found_and_leads_on(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert soup_of(response).select("main .links a")


@pytest.mark.parametrize("step", ["ghost", "who-else"])
def test_a_step_that_is_gone_leads_on_with_the_answers_that_hold(client, step):
    response = client.get(f"/it/guida/imi/{step}/?where=password&ghost=x")
    assert response.status_code == 404
    assert soup_of(response).select_one("main .button")["href"] == address("sign-in-page", {"where": "password"})


@pytest.mark.parametrize("result", ["", "maybe", "ready", "<script>", "yes\x00"])
def test_a_forged_result_changes_nothing(client, result):
    url = address("type-by-hand", REFUSED)
    response = client.post(url, {"result": result}, **OWN_PAGE)
    assert response["Location"] == url


def test_the_short_address_leads_to_the_same_place(client):
    page = soup_of(client.get(f"/it/continua/imi/type-by-hand/?{address('', REFUSED).split('?')[1]}"))
    short = page.select_one(".short").get_text()
    assert re.fullmatch(r"http://testserver/it/v/imi-[a-z0-9]{6}", short)
    assert client.get(urlsplit(short).path)["Location"] == address("type-by-hand", REFUSED)


def test_the_qr_holds_the_short_address(client):
    import io  # noqa: PLC0415
    import xml.etree.ElementTree as ET  # noqa: PLC0415

    import zxingcpp  # noqa: PLC0415
    from PIL import Image, ImageDraw  # noqa: PLC0415

    page = soup_of(client.get("/it/continua/imi/sign-in-page/?where=password"))
    svg = ET.fromstring(str(page.select_one("svg.qr")))
    size = int(float(svg.attrib["viewbox"].split()[2]))
    image = Image.new("L", (size * 10, size * 10), 255)
    draw = ImageDraw.Draw(image)
    path = next(element for element in svg.iter() if element.tag.endswith("path")).attrib["d"]
    for x, y in re.findall(r"M([\d.]+),([\d.]+)H", path):
        left, top = float(x) * 10, float(y) * 10
        draw.rectangle((left, top, left + 9, top + 9), fill=0)
    image.save(io.BytesIO(), "PNG")
    [code] = zxingcpp.read_barcodes(image)
    assert code.text == page.select_one(".short").get_text()


@pytest.mark.parametrize("code", ["imi-", "imi-zzzz", "xyz-bcd", "imi-" + "b" * 70, "imi"])
def test_a_mistyped_short_address_says_so(client, code):
    response = client.get(f"/it/v/{code}")
    assert response.status_code == 404
    assert "indirizzo breve" in response.content.decode()


def test_the_printed_page_has_boxes_to_tick_and_the_way_back(client):
    page = soup_of(client.get(f"/it/stampa/imi/type-by-hand/?{address('', REFUSED).split('?')[1]}"))
    assert [item.get_text() for item in page.select(".tick li")] == [
        "Sì, ha funzionato",
        "No, non ancora",
        "Non posso farlo",
    ]
    assert page.select_one(".short").get_text().startswith("http://testserver/it/v/imi-")


def test_a_harmful_remedy_is_not_printed_before_it_was_opened(client, tiny_site):
    query = "knock=no&tries-before=none&where=door"
    response = client.get(f"/it/stampa/tiny/break-in/?{query}")
    assert response["Location"] == f"/it/guida/tiny/break-in/?{query}"


@pytest.mark.parametrize(
    "path",
    [
        "/it/",
        "/it/testi/",
        "/it/testi/eidas-node/",
        "/it/guida/imi/where/",
        "/it/guida/imi/reset-password/",
        "/it/privacy/",
    ],
)
def test_only_start_and_error_text_pages_may_be_indexed(client, path):
    robots = soup_of(client.get(path)).select_one('meta[name="robots"]')
    assert (robots is None) == (path in ("/it/", "/it/testi/", "/it/testi/eidas-node/"))


@pytest.mark.parametrize(
    ("wanted", "language"), [("it", "it"), ("en-GB,en;q=0.8", "en"), ("fr", "it"), ("", "it"), ("\u202e", "it")]
)
def test_the_root_leads_to_the_browser_s_language(client, wanted, language):
    response = client.get("/", headers={"accept-language": wanted})
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


def test_a_suspended_remedy_is_stepped_over_and_says_so(client, monkeypatch, notice_on):
    monkeypatch.setattr(snapshot, "_open_notices", lambda: (notice_on("imi", "type-by-hand", suspends=True),))
    snapshot.forget()
    response = client.get(address("type-by-hand", REFUSED))
    assert response["Location"] == address("reset-password", REFUSED)
    page = soup_of(client.get(response["Location"]))
    assert "per ora sospeso" in page.select_one(".trail").get_text()
    assert "Non serve oggi" in client.get(address("type-by-hand", {})).content.decode()


@pytest.fixture
def notice_on():
    from django.utils import timezone  # noqa: PLC0415

    from troubleshoot.notices.models import Notice  # noqa: PLC0415

    def make(flow: str = "", step: str = "", **values: object) -> Notice:
        now = timezone.now()
        words = {"text_it": "Non serve oggi", "text_en": "Not needed today", "pk": 1}
        return Notice(flow=flow, step=step, starts_at=now, created_at=now, **words, **values)

    return make
