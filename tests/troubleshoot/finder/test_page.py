"""The page of the search, its JSON, and what it keeps: nothing."""

import json
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.languages import LANGUAGES
from tests.troubleshoot.conftest import OWN_PAGE
from troubleshoot.core.secrets import COVER
from troubleshoot.flows.models import Tally

SEARCH = "/it/cerca/"
SURE = "il lettore vede la carta e dopo pochi secondi la perde"
CLOSE = "PUN errato"
NOTHING = "zxqj wvkp"
PERSON = "Buongiorno, il PIN 48273651 non va, password: Estate2024! Il mio codice fiscale è RSSMRA80A01H501U"


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content.decode(), "html.parser")


def post(client, text: str, path: str = SEARCH):
    return client.post(path, {"q": text}, **OWN_PAGE)


def as_json(client, text: str, path: str = SEARCH) -> dict:
    answer = client.post(path, {"q": text}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.content)


@pytest.mark.usefixtures("without_database")
class TestWithoutDatabase:
    def test_a_link_of_ours_searches_by_get_and_counts_nothing(self, client):
        answer = client.get(f"{SEARCH}?{urlencode({'q': SURE})}")
        page = soup(answer)
        assert page.h2.get_text(strip=True) == "Sembra questo…"
        assert page.select_one(".found a.first")["href"].startswith("/it/guida/cie-inps/pc-check/?poi=")

    def test_it_may_be_kept_nowhere(self, client):
        for answer in (client.get(SEARCH), client.get(f"{SEARCH}?q=pin"), client.head(SEARCH)):
            assert "no-store" in answer["Cache-Control"]
            assert "noindex" in answer.content.decode() or not answer.content
            assert not answer.cookies

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_json_names_label_step_address_and_score(self, client, method):
        headers = {"accept": "application/json"}
        answer = getattr(client, method)(SEARCH, {"q": SURE}, headers=headers)
        found = json.loads(answer.content)
        assert set(found) == {"confident", "results"}
        assert found["confident"] is True
        assert 1 <= len(found["results"]) <= 3
        for result in found["results"]:
            assert set(result) == {"label", "step", "url", "score"}
            assert 0 < result["score"] <= 1
            reached = client.get(result["url"])
            assert reached.status_code == 200
            assert f"/{result['step']}/" in result["url"]
        scores = [result["score"] for result in found["results"]]
        assert scores == sorted(scores, reverse=True)
        assert found["results"][0]["label"] == "cie.reader.card_drops"
        assert "no-store" in answer["Cache-Control"]

    def test_json_is_not_sure_where_the_page_asks(self, client):
        assert as_json(client, CLOSE)["confident"] is False
        assert as_json(client, NOTHING) == {"confident": False, "results": []}
        assert as_json(client, "") == {"confident": False, "results": []}

    def test_a_program_is_answered_json_alone(self):
        """A POST that says nothing of where it comes from was sent by no browser."""
        client = Client(enforce_csrf_checks=True)
        assert client.post(SEARCH, {"q": SURE}).status_code == 403
        assert client.post(SEARCH, {"q": SURE}, headers={"accept": "text/html"}).status_code == 403
        assert client.post(SEARCH, {"q": SURE}, headers={"accept": "application/json"}).status_code == 200

    @pytest.mark.parametrize(
        "accept", ["application/json;charset=utf-8", "application/json;version=1, text/html;q=0.5"]
    )
    def test_parameters_of_the_type_do_not_matter(self, accept):
        answer = Client(enforce_csrf_checks=True).post(SEARCH, {"q": SURE}, headers={"accept": accept})
        assert answer["Content-Type"] == "application/json"

    def test_what_is_refused_is_kept_nowhere_either(self):
        client = Client(enforce_csrf_checks=True)
        for answer in (client.post(SEARCH, {"q": SURE}), client.put(SEARCH), client.delete(SEARCH)):
            assert answer.status_code in (403, 405)
            assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
        ],
    )
    def test_another_site_cannot_search_for_her(self, headers):
        client = Client(enforce_csrf_checks=True)
        for accept in ("text/html", "application/json"):
            assert client.post(SEARCH, {"q": SURE}, headers={**headers, "accept": accept}).status_code == 403

    def test_what_is_not_our_problem_is_said_with_its_owner(self, client):
        for text, step, label in (
            ("l'app PosteID non mi manda la notifica per lo SPID", "spid", "network.other_identity_provider"),
            (
                "Purtroppo non è stato possibile accedere al servizio, ti consigliamo di rivolgerti al tuo comune",
                "registry",
                "network.other_service_record",
            ),
            ("il portale del comune è fermo per tutti da stamattina", "outage", "network.service_down"),
            ("il sito della scuola non mostra Entra con CIE", "other-site", "network.method_not_offered"),
        ):
            first = as_json(client, text)["results"][0]
            assert (first["label"], first["step"]) == (label, step)
            page = soup(client.get(first["url"]))
            assert "Di chi è" in page.get_text()
            assert "Come raggiunger" in page.get_text()
            assert page.select_one(".outcome a.button")["href"].startswith("/it/scrivi/elsewhere/")

    def test_the_same_trouble_leads_where_it_happens(self, client):
        for text, flow in (
            ("IMI non si apre per nessuno in ufficio da stamattina, errore del server", "imi"),
            ("il sito INPS è giù per tutti da stamattina, errore del server", "cie-inps"),
            ("il portale della regione è giù per tutti da stamattina, errore del server", "elsewhere"),
        ):
            urls = {result["label"]: result["url"] for result in as_json(client, text)["results"]}
            assert urls["network.service_down"].startswith(f"/it/guida/{flow}/"), text


@pytest.mark.django_db
class TestPage:
    def test_a_sure_answer_shows_what_matched_and_what_is_filled_in(self, client):
        page = soup(post(client, SURE))
        first = page.select_one(".found li")
        assert page.h2.get_text(strip=True) == "Sembra questo…"
        assert first.a.get_text(strip=True) == "Il lettore vede la carta e poi la perde"
        assert first.q.get_text()
        assert "Con il PC e un lettore di carte" in first.get_text()
        reached = client.get(first.a["href"])
        assert reached.status_code == 200
        assert "/it/guida/cie-inps/road/" in reached.content.decode()  # shown in the trail, to be changed

    def test_close_ones_are_asked_about(self, client):
        page = soup(post(client, "non ricordo il PIN"))
        assert page.h2.get_text(strip=True).endswith("?")
        links = page.select(".found > li > a")
        assert 2 <= len(links) <= 3
        assert len({link.get_text() for link in links}) == len(links)

    def test_a_text_of_the_screen_leads_to_its_page_too(self, client):
        page = soup(post(client, "Carta bloccata"))
        link = page.select_one(".found .why a")
        assert link["href"] == "/it/testi/card-blocked/"
        assert page.select_one(".found .why q").get_text() == "Carta bloccata"

    def test_nothing_found_leads_on(self, client):
        page = soup(post(client, NOTHING))
        assert "non si è trovato nulla" in page.h2.get_text()
        assert [button["value"] for button in page.select(".none-of-these button")] == ["imi", "cie-inps"]
        assert page.select_one("a[href='/it/testi/']")
        assert page.select_one("a[href^='/it/guida/message/']")

    def test_none_of_these_leads_to_the_first_question_and_is_counted(self, client):
        buttons = soup(post(client, SURE)).select(".none-of-these button")
        assert [button["value"] for button in buttons] == ["cie-inps"]
        answer = client.post(SEARCH, {"none": "cie-inps"}, **OWN_PAGE)
        assert (answer.status_code, answer["Location"]) == (303, "/it/guida/cie-inps/road/")
        assert Tally.objects.get(event="none-of-these").step == "cie-inps"

    def test_an_unknown_guide_is_none(self, client):
        assert client.post(SEARCH, {"none": "ghost"}, **OWN_PAGE).status_code == 200
        assert not Tally.objects.exists()

    def test_counted_is_only_whether_it_was_found(self, client):
        for text in (SURE, CLOSE, NOTHING, PERSON):
            post(client, text)
        rows = list(Tally.objects.values_list("flow", "step", "event"))
        assert set(rows) <= {
            ("finder", flow, event)
            for flow in ("imi", "cie-inps", "elsewhere", "")
            for event in ("sure", "asked", "nothing")
        }
        assert sum(Tally.objects.values_list("count", flat=True)) == 4

    def test_only_a_page_that_was_sent_counts(self, client):
        client.get(f"{SEARCH}?q=pin")
        as_json(client, SURE)
        client.post(SEARCH, {"q": SURE}, headers={"hx-request": "true", "sec-fetch-site": "same-origin"})
        post(client, "  ")
        assert not Tally.objects.exists()

    def test_a_secret_is_covered_before_anything_else_and_the_page_says_so(self, client, caplog):
        page = soup(post(client, PERSON))
        shown = page.select_one("textarea").get_text()
        assert COVER in shown
        for secret in ("48273651", "Estate2024", "RSSMRA80A01H501U"):
            assert secret not in page.get_text()
            assert secret not in caplog.text
        assert "È stato coperto prima di essere letto" in page.get_text()
        assert soup(post(client, SURE)).select_one(".covered") is None

    @pytest.mark.parametrize(
        "text",
        [
            "cf RSSMRA80A0\u00ad1H501U",
            "cf RSSMRA80A0\u200b1H501U",
            "pass\u00adword: Estate2024!",
            "password: Estate\u200b2024!",
            "PIN \u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467",
            "x " * 992 + "RSSMRA80A01H501U fine",
            "x\r\n" * 660 + "il PIN 48273651 non va",
        ],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_no_sign_and_no_limit_uncovers_a_secret(self, client, text, method):
        answer = client.get(SEARCH, {"q": text}) if method == "get" else post(client, text)
        html = answer.content.decode()
        for secret in ("RSSMRA80A", "1H501U", "Estate", "2024!", "48273651", "12345678"):
            assert secret not in html

    def test_the_address_of_the_other_language_holds_none_of_her_words(self, client):
        html = client.get(SEARCH, {"q": "PIN 48273651 e password: Estate2024!"}).content.decode()
        assert 'href="/en/cerca/"' in html
        for secret in ("48273651", "Estate2024"):
            assert secret not in html
        assert client.get(SEARCH)["Referrer-Policy"] == "strict-origin"

    def test_new_lines_are_counted_once(self, client):
        text = "\r\n".join(["x" * 20] * 95)  # 1 994 signs as she sees them
        assert "primi 2 000 caratteri" not in soup(post(client, text)).get_text()

    def test_json_writes_nothing(self, client):
        client.post(SEARCH, {"none": "imi", "q": SURE}, headers={"accept": "application/json"})
        assert not Tally.objects.exists()

    def test_a_text_that_is_no_error_is_called_so(self, client):
        page = soup(post(client, "IMI le chiede di autenticarsi"))
        assert "Questo testo non è un errore" in page.get_text()
        assert page.select_one("a[href='/it/testi/asks-to-authenticate/']")

    def test_answers_to_the_question_stand_apart_from_the_rest(self, client):
        lists = soup(post(client, "non ricordo il PIN")).select("ul.found")
        assert 1 <= len(lists) <= 2

    def test_a_text_too_long_is_cut_and_the_page_says_so(self, client):
        page = soup(post(client, f"{SURE}. " + "parole a caso " * 8_000))
        assert "primi 2 000 caratteri" in page.get_text()
        assert len(page.select_one("textarea").get_text()) <= 2_000
        assert "primi 2 000 caratteri" not in soup(post(client, "x" * 2_000)).get_text()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_language_has_its_words(self, client, language):
        page = soup(post(client, CLOSE, f"/{language}/cerca/"))
        for link in page.select(".found > li > a"):
            assert link["href"].startswith(f"/{language}/guida/")
        assert page.html["lang"] == language

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script> PIN errato",
            "{{ settings.SECRET_KEY }} {% load i18n %}",
            "'; DROP TABLE flows_tally; --",
            "\u202edroworssap\u202c \u200b PIN",
            "😀" * 500,
            "a" * 2_000,
            "(a+)+$" * 300,
            "%00%0d%0aSet-Cookie: x=1",
            "\x00\x01\x02",
        ],
    )
    def test_hostile_words_are_words(self, client, text):
        answer = post(client, text)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "<script>alert" not in html
        assert not answer.cookies
        assert "\u202e" not in html
        assert "SECRET_KEY" not in html or "{{ settings.SECRET_KEY }}" in html

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=300))
    def test_any_text_is_answered(self, client, text):
        assert client.post(SEARCH, {"q": text}, headers={"accept": "application/json"}).status_code == 200

    def test_suggestions_are_a_part_of_a_page(self, client):
        headers = {"hx-request": "true", "sec-fetch-site": "same-origin"}
        part = soup(client.post(SEARCH, {"q": SURE}, headers=headers))
        assert part.html is None
        said = part.select_one("[data-said]")["data-said"]
        assert "qui sotto." in said
        assert part.select_one(".found a").get_text() in said
        assert part.select(".found a")
        assert client.post(SEARCH, {"q": " "}, headers=headers).content.strip() == b""

    def test_who_hears_the_page_is_told_what_the_others_see(self, client):
        headers = {"hx-request": "true", "sec-fetch-site": "same-origin"}
        part = soup(client.post(SEARCH, {"q": NOTHING}, headers=headers))
        assert not part.get_text().strip()
        assert "nulla" in part.select_one("[data-said]")["data-said"]
        covered = soup(client.post(SEARCH, {"q": "il PIN 48273651 non va"}, headers=headers))
        assert "coperto" in covered.select_one("[data-said]")["data-said"]

    @pytest.mark.parametrize("kind", ["application/json", "text/plain"])
    def test_what_is_no_form_is_refused_and_not_taken_for_nothing(self, client, kind):
        answer = client.post(SEARCH, '{"q": "PIN bloccato"}', content_type=kind, headers={"accept": "application/json"})
        assert answer.status_code == 415
        assert "form field" in answer.json()["error"]


def test_the_start_page_has_the_field(client, without_database):
    for path in ("/it/", "/it/testi/"):
        page = soup(client.get(path))
        form = page.select_one("form[role=search]")
        assert (form["method"], form["action"]) == ("post", "/it/cerca/")
        assert page.select_one(f"label[for={form.textarea['id']}]")
        assert not page.select("script[src*=htmx]")  # loaded when the field gets the focus
