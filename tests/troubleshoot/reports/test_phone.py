"""Answers from the phone: a link used once, a place and nothing more, and a PC that asks before it believes."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from tests.troubleshoot.conftest import OWN_PAGE
from troubleshoot.core.keys import hashed
from troubleshoot.reports import phone
from troubleshoot.reports.models import PhoneLink
from troubleshoot.reports.phone import Phone, phone_of
from troubleshoot.reports.phone_views import advice_for

pytestmark = pytest.mark.django_db
PC = "/it/telefono/cie-inps/phone-card/?phone-app=inps-mobile&road=phone"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36"
)


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


@pytest.fixture
def waiting(client) -> tuple[str, str]:
    """A PC that waits: its address, and the phone's."""
    url = client.post(PC, **OWN_PAGE)["Location"]
    shown = page_of(client.get(url)).select_one(".short").get_text(strip=True)
    return url, shown.partition("testserver")[2]


def send(address: str, **answers: str):
    return Client(headers={"user-agent": ANDROID}).post(address, answers, **OWN_PAGE)


def test_the_phone_answers_and_the_pc_goes_on_with_its_answers(client, waiting):
    url, address = waiting
    on_phone = page_of(Client(headers={"user-agent": ANDROID}).get(address))
    assert "Android, Chrome" in on_phone.get_text()
    assert {field["name"] for field in on_phone.select("input[type=radio]")} == {
        "phone-app",
        "phone-card",
        "phone-tried",
    }
    assert "guarda il PC" in send(address, **{"phone-card": "nothing", "phone-tried": "nothing"}).content.decode()
    shown = page_of(client.get(url))
    assert "Un telefono risponde: Android, Chrome" in shown.get_text()
    target = client.post(url, {"mine": "yes"}, **OWN_PAGE)["Location"]
    assert (
        target == "/it/guida/cie-inps/nfc-on/?phone-app=inps-mobile&phone-card=nothing&phone-tried=nothing&road=phone"
    )


def test_a_phone_that_is_not_hers_changes_nothing(client, waiting):
    url, address = waiting
    send(address, **{"phone-card": "nothing"})
    said = client.post(url, {"mine": "no"}, **OWN_PAGE).content.decode()
    assert "Non è il tuo telefono" in said
    assert "phone-card=nothing" not in said


def test_the_link_holds_the_place_and_nothing_else(waiting):
    url, address = waiting
    assert "inps-mobile" not in address
    assert url.split("attesa=")[1] not in address
    link = PhoneLink.objects.get()
    assert (link.flow, link.step, link.said) == ("cie-inps", "phone-card", None)
    assert url.split("attesa=")[1] not in (link.screen, link.code)


def test_looking_uses_nothing_up_and_sending_does(waiting):
    _url, address = waiting
    for _ in range(3):
        assert Client().get(address).status_code == 200
    assert send(address, **{"phone-card": "nothing"}).status_code == 200
    assert send(address, **{"phone-card": "breaks-off"}).status_code == 410
    assert Client().get(address).status_code == 410
    assert PhoneLink.objects.get().said["answers"] == {"phone-card": "nothing"}


def test_two_phones_at_once_one_is_taken(waiting, real_flow):
    link = PhoneLink.objects.get()
    first = phone.answer(link, real_flow, {"phone-card": "nothing"}, Phone("android", "chrome"))
    second = phone.answer(link, real_flow, {"phone-card": "breaks-off"}, Phone("android", "chrome"))
    assert (first, second) == (True, False)


@pytest.fixture
def real_flow():
    from troubleshoot.flows import library  # noqa: PLC0415

    return library.current().content.flows["cie-inps"]


def test_after_ten_minutes_the_link_is_over(client, waiting):
    url, address = waiting
    PhoneLink.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert Client().get(address).status_code == 410
    assert send(address, **{"phone-card": "nothing"}).status_code == 410
    assert "Creane uno nuovo" in client.get(url).content.decode()


def test_yesterdays_links_are_deleted(waiting):
    assert phone.forget_old(timezone.now()) == 0
    assert phone.forget_old(timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        {"phone-card": "<script>"},
        {"nfc-on": "yes"},
        {"road": "codes"},
        {"boxes": "inside", "attesa": "x"},
        {"phone-card": "nothing" * 1_000},
    ],
)
def test_only_answers_of_the_guide_to_its_own_questions_are_kept(waiting, hostile):
    """Never the result of a remedy, and never another question than those that a phone is asked."""
    _url, address = waiting
    assert send(address, **hostile).status_code == 200
    assert PhoneLink.objects.get().said["answers"] == {}


def test_i_do_not_know_leads_to_the_safe_branch(client, waiting):
    url, address = waiting
    send(address, **{"phone-card": "unknown"})
    assert "Non lo so" in page_of(client.get(url)).get_text()
    assert "/card-position/" in client.post(url, {"mine": "yes"}, **OWN_PAGE)["Location"]


def test_a_poll_with_nothing_new_changes_nothing(client, waiting):
    """So that what she reads keeps its place, and its focus."""
    url, address = waiting
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 204
    send(address, **{"phone-card": "nothing"})
    answered = client.get(url, headers={"HX-Request": "true"})
    assert (answered.status_code, "Un telefono risponde" in answered.content.decode()) == (286, True)


@pytest.mark.parametrize("code", ["AAAAA-AAAAA", "x", "a" * 500, "%00", "../it"])
def test_a_guessed_code_opens_nothing(client, code):
    assert client.get(f"/it/t/{code}/").status_code in (404, 410)


def test_a_code_is_read_as_people_type_it(waiting):
    _url, address = waiting
    code = address.split("/")[3]
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert Client().get(f"/it/t/{typed}/").status_code == 200


def test_another_pcs_key_shows_nothing(client, waiting):
    url, _address = waiting
    assert client.get(url[:-3] + "xyz").status_code == 302
    assert client.get(url.replace("phone-card", "phone-tried")).status_code == 302


def test_from_another_site_nothing_is_taken():
    assert Client(enforce_csrf_checks=True).post(PC, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not PhoneLink.objects.exists()


def test_a_question_that_no_phone_can_answer_makes_no_link(client):
    assert client.post("/it/telefono/cie-inps/road/", **OWN_PAGE)["Location"].startswith("/it/guida/cie-inps/road/")
    assert not PhoneLink.objects.exists()


def test_one_network_makes_no_flood_of_links(client):
    codes = [client.post(PC, **OWN_PAGE).status_code for _ in range(61)]
    assert codes == [302] * 60 + [429]


def test_the_pc_looks_again_by_itself_and_by_a_button(client, waiting):
    url, address = waiting
    page = page_of(client.get(url))
    assert page.select_one(".phone-state")["data-hx-trigger"] == "every 2s"
    assert page.find("a", string="Ha risposto? Guarda di nuovo")["href"] == url
    fragment = client.get(url, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in fragment
    send(address, **{"phone-card": "nothing"})
    assert "data-hx-trigger" not in client.get(url, headers={"hx-request": "true"}).content.decode()


#: Ten common phones by what they send: User-Agent, Sec-CH-UA-Platform, and what may be told of them.
PHONES = {
    "Galaxy, Samsung Internet": (
        "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        '"Android"',
        Phone("android", "samsung"),
    ),
    "Galaxy, Chrome": (ANDROID, '"Android"', Phone("android", "chrome")),
    "Pixel, Chrome without hints": (ANDROID, "", Phone("android", "chrome")),
    "Xiaomi, Chrome": (
        "Mozilla/5.0 (Linux; Android 13; 22101316G) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Mobile Safari/537.36",
        '"Android"',
        Phone("android", "chrome"),
    ),
    "Motorola, Firefox": (
        "Mozilla/5.0 (Android 14; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
        "",
        Phone("android", "firefox"),
    ),
    "Oppo, Edge": (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Mobile Safari/537.36 EdgA/142.0.0.0",
        '"Android"',
        Phone("android", "edge"),
    ),
    "iPhone, Safari": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Mobile/15E148 Safari/604.1",
        "",
        Phone("iphone", "safari"),
    ),
    "iPhone, Chrome": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1",
        "",
        Phone("iphone", "chrome"),
    ),
    "iPhone, Firefox": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
        "",
        Phone("iphone", "firefox"),
    ),
    "old Huawei, Chrome": (
        "Mozilla/5.0 (Linux; Android 8.0.0; LDN-L21) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 "
        "Mobile Safari/537.36",
        '"Android"',
        Phone("android", "chrome"),
    ),
    "nothing told": ("", "", Phone("other", "other")),
    "nonsense": ("\x00" * 2_000 + "<script>", '"<b>"', Phone("other", "other")),
}


@pytest.mark.parametrize("name", PHONES)
def test_what_a_phone_tells_of_itself(name):
    agent, platform, expected = PHONES[name]
    assert phone_of({"User-Agent": agent, "Sec-CH-UA-Platform": platform}) == expected


@pytest.mark.parametrize("name", PHONES)
def test_no_word_says_that_a_phone_cannot_read_cards(name):
    said = advice_for(PHONES[name][2]).casefold()
    assert not any(word in said for word in ("manca", "non ha", "missing", "no nfc", "has no"))


def test_keys_are_stored_hashed(waiting):
    url, _address = waiting
    key = url.split("attesa=")[1]
    assert PhoneLink.objects.filter(screen=hashed(key), code=hashed(phone.code_of(key))).exists()
