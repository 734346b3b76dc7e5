"""The reviewer's day in the real browser: by keyboard alone, with a colleague, on a phone, without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.pages import Walker, press, scrolls_sideways, violations
from tests.journeys.test_request import links, until
from tests.serving import Served, served, working
from tests.smtp import Mailbox

pytestmark = pytest.mark.browser
LIST = "/it/redazione/richieste/"
#: A session with a second factor, for somebody made on the spot: signing in itself is walked in `test_staff`.
_SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from troubleshoot.accounts.models import User
from troubleshoot.accounts.services import make_reviewer
user = User.objects.filter(email={email!r}).first()
if user is None:
    user = make_reviewer(email={email!r}, name={name!r}, password="una-lunga-password", role={role!r}).user
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@contextmanager
def demo_desk(folder: Path, smtp: Mailbox) -> Iterator[Served]:
    """A site with its worker and the demo's requests."""
    more = {"EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}", "TROUBLESHOOT_UNDO_S": "2"}
    with served(folder, **more) as running, working(running.env, folder / "worker.log"):
        running.manage("demo_requests")
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox) -> Iterator[Served]:
    """Each test has requests of its own on it, by their names."""
    with demo_desk(tmp_path_factory.mktemp("desk"), smtp) as running:
        yield running


def desk_of(
    browser: Browser, site: Served, name: str = "Rosa", role: str = "reviewer", **options: object
) -> BrowserContext:
    """A browser in which somebody of the staff is signed in."""
    code = _SESSION.format(email=f"{name.lower()}@nimic.example", name=name, role=role)
    key = site.shell(code).split()[-1]
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "it-IT"} | options)
    context.add_cookies([{"name": "session", "value": key, "url": site.url}])
    return context


@pytest.fixture
def rosa(browser: Browser, site: Served) -> Iterator[Walker]:
    context = desk_of(browser, site)
    walker = Walker(context.new_page(), site.url)
    yield walker
    walker.assert_quiet()
    context.close()


def reference_of(site: Served, name: str) -> str:
    found = f"Ticket.objects.get(name__startswith={name!r}).reference"
    return site.shell(f"from troubleshoot.tickets.models import Ticket; print({found})").split()[-1]


def state_of(site: Served, reference: str) -> str:
    code = f"from troubleshoot.tickets.models import Ticket; print(Ticket.objects.get(reference={reference!r}).state)"
    return site.shell(code).split()[-1]


def page_of(reference: str) -> str:
    return f"{LIST}{reference}/"


# By keyboard alone.


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def go(page: Page, key: str) -> None:
    """A key that leads to another page; an act begins in its first field."""
    with page.expect_navigation():
        page.keyboard.press(key)
    if page.url.endswith("#act"):
        page.locator(".act-form :focus").wait_for(state="attached")


def open_next(page: Page, done: set[str]) -> str:
    """From the list to the first request that was not looked at yet."""
    while True:
        keys(page, "j")
        reference = page.evaluate("document.activeElement.querySelector('strong').textContent")
        if reference not in done:
            go(page, "Enter")
            return reference


def take_to_its_end(page: Page) -> None:
    """Look at what it is about, then do what it needs, with keys."""
    go(page, "m")
    title = page.locator("h1").inner_text().lower()
    if page.locator(".standing", has_text="Casella non confermata").count() and "cancellazione" in title:
        go(page, "e")  # an account is changed for nobody who has not confirmed: it ends unsolved
        keys(page, "ArrowDown")
        _write_and_send(page, tabs=2, words="Scrivi di nuovo dalla tua casella.")
        return
    if page.locator(".lost", has_text="Identità non ancora verificata").count():
        go(page, "i")
        keys(page, "Space")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    if "accesso" in title:  # an answer from the guide, put in with keys too
        go(page, "a")
        page.keyboard.type("Buongiorno.")
        keys(page, "Escape", "r")
        page.keyboard.type("Apri")
        keys(page, "Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert len(page.locator("#id_text").input_value()) > len("Buongiorno.") + 20
        page.locator("#id_text").focus()
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        page.locator(".on-its-way").wait_for()
        until(lambda: _is_out(page))
    go(page, "e")
    _write_and_send(page, tabs=2, words="Risolto, come d'accordo.")


def _is_out(page: Page) -> bool:
    page.reload()
    return page.locator(".on-its-way").count() == 0


def _write_and_send(page: Page, *, tabs: int, words: str) -> None:
    keys(page, *["Tab"] * tabs)
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.locator(".error-box:visible").count() == 0, page.locator(".error-box").inner_text()


def test_ten_requests_are_taken_to_their_end_by_keyboard_alone(browser, tmp_path, smtp):
    """On a desk of its own: it ends whatever comes first."""
    with demo_desk(tmp_path, smtp) as own:
        context, done = desk_of(browser, own), set()
        rosa = Walker(context.new_page(), own.url)
        rosa.open(LIST)
        while len(done) < 10:
            done.add(open_next(rosa.page, done))
            take_to_its_end(rosa.page)
            go(rosa.page, "l")
        until(lambda: all(state_of(own, reference) in ("solved", "closed") for reference in sorted(done)), 40)
        rosa.assert_quiet()
        context.close()


# One fact, asked and given.


def test_one_missing_fact_is_asked_and_given(rosa, site, browser, smtp):
    page, reference = rosa.page, reference_of(site, "Lina")
    rosa.open(f"{page_of(reference)}fai/chiedi/")
    page.get_by_label("Quale dato manca").select_option("user_id")
    press(page.get_by_role("button", name="Invia la domanda"))
    until(
        lambda: any(f"domanda sulla tua richiesta {reference}" in str(mail["Subject"]) for mail in smtp.messages()), 30
    )
    context = browser.new_context(locale="it-IT")
    hers = Walker(context.new_page(), site.url)
    hers.page.goto(links(smtp)[-1])
    press(hers.page.locator("main form button"))
    hers.look()
    assert hers.title == "Una domanda"
    assert hers.page.locator("main input:visible, main textarea:visible").count() == 1
    hers.page.get_by_label("codice utente").fill("n00z9y8x")
    press(hers.page.get_by_role("button", name="Invia", exact=True))
    hers.look()
    hers.assert_quiet()
    context.close()
    rosa.open(page_of(reference))
    assert "n00z9y8x" in page.locator(".paper").inner_text()
    assert "aggiunto dopo" in page.locator(".paper").inner_text()


# One answer to many, and a note that stays.

#: More people of the outage, until there are twenty.
_TWENTY = """
from troubleshoot.tickets.models import Entry, Ticket
pattern = Ticket.objects.filter(topic="outage").first()
for number in range(20 - Ticket.objects.filter(topic="outage").count()):
    pattern.pk, pattern.reference = None, "AF-AAAA-" + "ACDEFGHJKMNPQRTW"[number] + "AAA"
    pattern.submission, pattern.email = f"many-{number}", f"u{number}@ente{number}.example"
    pattern.confirmed_email = pattern.email if pattern.confirmed_at else ""
    pattern.save(force_insert=True)
    Entry.objects.create(ticket=pattern, kind=Entry.Kind.SENT, created_at=pattern.created_at)
print(Ticket.objects.filter(topic="outage").count())
"""


def words_of(mail: EmailMessage) -> str:
    """All its texts, decoded."""
    return "\n".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")


def test_one_answer_goes_to_twenty_requests_of_an_outage(browser, tmp_path, smtp):
    with demo_desk(tmp_path, smtp) as own:
        assert own.shell(_TWENTY).split()[-1] == "20"
        context = desk_of(browser, own)
        rosa = Walker(context.new_page(), own.url)
        rosa.open(f"{LIST}?argomento=outage")
        keys(rosa.page, "A")
        go(rosa.page, "b")
        rosa.look()
        assert rosa.page.locator("input[name=r]:checked").count() == 20
        for field in rosa.page.locator("textarea").all():
            field.fill("Il guasto di stamattina è risolto.")
        press(rosa.page.get_by_role("button", name="Invia a tutte"))
        rosa.look()
        assert "Partono 20 risposte" in rosa.page.locator("main").inner_text()
        until(lambda: sum("guasto di stamattina" in words_of(mail) for mail in smtp.messages()) == 20, 60)
        rosa.assert_quiet()
        context.close()


def test_a_note_is_written_and_no_mail_holds_it(rosa, site, smtp):
    page, reference = rosa.page, reference_of(site, "Grace")
    rosa.open(page_of(reference))
    go(page, "n")
    assert page.locator(".act-form [name=insert]").count() == 0  # nothing that goes out can be put in
    page.keyboard.type("Il dirigente è in ferie: aspettare.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "dirigente è in ferie" in page.locator(".entry-note").inner_text()
    go(page, "a")
    _write_and_send(page, tabs=0, words="Good morning, the days are fixed.")
    until(lambda: any("days are fixed" in words_of(mail) for mail in smtp.messages()), 30)
    assert not any("dirigente" in words_of(mail) for mail in smtp.messages())
    rosa.look()


# Two reviewers.


def test_two_reviewers_see_each_other_and_cannot_overwrite(rosa, site, browser):
    reference = reference_of(site, "Fonte")
    context = desk_of(browser, site, "Ugo")
    ugo = Walker(context.new_page(), site.url)
    ugo.open(page_of(reference))
    ugo.page.wait_for_load_state("networkidle")
    rosa.open(page_of(reference))
    rosa.page.locator("#others", has_text="Ugo").wait_for()
    rosa.page.locator("#id_text").fill("La risposta di Rosa.")
    press(rosa.page.get_by_role("button", name="Invia la risposta"))
    ugo.page.locator("#id_text").fill("La risposta di Ugo.")
    press(ugo.page.get_by_role("button", name="Invia la risposta"))
    assert (
        "Rosa" in ugo.page.locator(".error-box:visible").inner_text()
        or "aggiunto qualcosa" in ugo.page.locator(".error-box:visible").inner_text()
    )
    assert ugo.page.locator("#id_text").input_value() == "La risposta di Ugo."
    assert violations(ugo.page) == []
    context.close()


# Undo, drafts.


def test_what_was_sent_can_be_called_back(rosa, site):
    page, reference = rosa.page, reference_of(site, "Elmo")
    rosa.open(page_of(reference))
    page.locator("#id_text").fill("Partita per sbaglio.")
    with page.expect_navigation():
        page.locator("#id_text").press("Control+Enter")
    rosa.look()
    go(page, "u")
    assert page.locator("#id_text").input_value() == "Partita per sbaglio."
    assert state_of(site, reference) != "waiting"


def test_a_draft_keeps_itself(rosa, site):
    page, reference = rosa.page, reference_of(site, "Doria")
    rosa.open(page_of(reference))
    page.locator("#id_text").press_sequentially("Una bozza a metà")
    page.locator(".kept", has_text="Bozza salvata").wait_for()
    rosa.open(LIST)
    rosa.open(page_of(reference))
    assert page.locator("#id_text").input_value() == "Una bozza a metà"


# Every page, on a phone too, and without JavaScript.


def test_axe_finds_nothing_on_any_page_of_the_desk(browser, site):
    context = desk_of(browser, site, "Carla", "coordinator")
    walker = Walker(context.new_page(), site.url)
    reference = reference_of(site, "Corte")
    acts = ("rispondi", "chiedi", "nota", "attesa", "identita", "assegna", "argomento", "chiudi")
    paths = [
        LIST,
        f"{LIST}?stato=tutte&q=prova",
        f"{LIST}?q=%3F%3F",
        *(f"{page_of(reference)}fai/{act}/" for act in acts),
        f"{page_of(reference)}percorso/",
        f"{page_of(reference_of(site, 'Dario'))}",
        f"{LIST}insieme/?r={reference}&r={reference_of(site, 'Alba')}",
        f"{LIST}nuova/",
        f"{LIST}nuova/?argomento=access",
        *(f"/it/redazione/{page}/" for page in ("tasti", "mia", "persone", "ufficio", "testi", "avvisi")),
    ]
    for width in (1280, 360):
        walker.page.set_viewport_size({"width": width, "height": 800})
        walker.looked_at.clear()
        for path in paths:
            walker.open(path)
    walker.open("/en/redazione/richieste/")
    walker.assert_quiet()
    context.close()


def test_a_request_is_answered_on_a_phone(browser, site, smtp):
    context = desk_of(browser, site, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page, reference = context.new_page(), reference_of(site, "Brina")
    page.goto(site.url + LIST)
    page.get_by_label("Riferimento").fill(reference.lower())
    press(page.get_by_role("button", name="Mostra"))
    press(page.locator(".row a", has_text=reference))
    assert not scrolls_sideways(page)
    page.locator("#id_text").fill("Ora va.")
    press(page.get_by_role("button", name="Invia la risposta"))
    assert not scrolls_sideways(page)
    until(lambda: state_of(site, reference) == "waiting", 30)
    context.close()


def test_reading_and_answering_need_no_javascript(browser, site):
    context = desk_of(browser, site, java_script_enabled=False)
    page, reference = context.new_page(), reference_of(site, "Corte")
    page.goto(site.url + LIST)
    press(page.locator(".row a", has_text=re.compile(reference)))
    page.locator("#id_text").fill("Senza script.")
    page.locator("#remedy").select_option(index=3)
    press(page.get_by_role("button", name="Inserisci il testo"))
    assert page.locator("#id_text").input_value().startswith("Senza script.")
    assert len(page.locator("#id_text").input_value()) > 40
    press(page.get_by_role("button", name="Tieni come bozza"))
    press(page.get_by_role("button", name="Invia la risposta"))
    press(page.get_by_role("button", name="Annulla l'invio"))
    press(page.get_by_role("button", name="Invia la risposta"))
    until(lambda: state_of(site, reference) == "waiting", 30)
    context.close()
