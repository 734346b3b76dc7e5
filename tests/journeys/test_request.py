"""From a symptom to a request that is answered and closed: the real browser, server, worker and SMTP server."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.pages import Walker, html_faults, press
from tests.journeys.signing_in import new_reviewer, sign_in
from tests.journeys.walking import walk_by_words
from tests.serving import Served, served, working
from tests.smtp import Mailbox
from troubleshoot.flows import library

pytestmark = pytest.mark.browser
#: Three remedies that do not help.
TRIED = {
    "where": "page-broken",
    "other-network": "certificate",
    "clock-and-wait": "no",
    "colleagues": "no",
    "fresh-browser": "no",
    "site-data": "no",
}
SIZE, SECRET = (800, 400), (500, 200, 700, 300)
_LINK = re.compile(r"http://localhost:\d+/\w\w/richiesta/apri/[A-Za-z0-9_-]{43}/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("request")
    with (
        served(folder, EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}", TROUBLESHOOT_UNDO_S="1") as running,
        working(running.env, folder / "worker.log"),
    ):
        yield running


def screenshot() -> bytes:
    """White, with a message in black and a secret in red."""
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    pen.text((40, 40), "Authentication failed", fill="black")
    pen.rectangle(SECRET, fill="red")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def until(holds: Callable[[], bool], limit_s: float = 60) -> None:
    """Wait for another process."""
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def links(smtp: Mailbox) -> list[str]:
    texts = [message.get_body(preferencelist=("plain",)).get_content() for message in smtp.messages()]
    return [link for text in texts for link in _LINK.findall(text)]


def paste_picture(page: Page) -> None:
    """Put a picture on the clipboard, then press Ctrl + V as she would."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async (data) => {
            const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
            await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
        }""",
        base64.b64encode(screenshot()).decode(),
    )
    page.keyboard.press("Control+V")
    page.locator(".editor").wait_for()


def cover_secret(page: Page) -> None:
    """Draw over the red part with the mouse."""
    box = page.locator("canvas").bounding_box()
    scale = box["width"] / SIZE[0]
    left, top, right, bottom = (side * scale for side in SECRET)
    page.mouse.move(box["x"] + left - 4, box["y"] + top - 4)
    page.mouse.down()
    page.mouse.move(box["x"] + (left + right) / 2, box["y"] + (top + bottom) / 2)
    page.mouse.move(box["x"] + right + 4, box["y"] + bottom + 4)
    page.mouse.up()


def fill_in(page: Page, request: str = "La pagina resta bianca.") -> None:
    page.get_by_label("Nome e cognome").fill("Anna Prova")
    page.get_by_label("Amministrazione e ufficio").fill("Comune di Prova, SUAP")
    page.get_by_label("La tua e-mail d'ufficio").fill("anna@comune.example")
    page.get_by_label("Che cosa stavi facendo").fill(request)


def colours(content: bytes) -> set[tuple[int, int, int]]:
    image = Image.open(BytesIO(content)).convert("RGB")
    return {colour for _count, colour in image.getcolors(1_000_000)}


def press_button(walker: Walker, words: str) -> None:
    press(walker.page.locator("main button", has_text=words))
    walker.look()


def test_the_whole_journey(browser: Browser, context: BrowserContext, site: Served, smtp: Mailbox):
    anna = Walker(context.new_page(), site.url)
    before = len(smtp.mails)
    anna.open("/it/")
    walk_by_words(anna, library.current().content, "imi", TRIED, "it")
    anna.follow("Scrivi a NIMIC")
    assert "cookie" not in str(anna.page.context.cookies())
    assert anna.page.get_by_text("Colleghi della tua amministrazione").count() == 0  # she has answered that
    fill_in(anna.page)
    press_button(anna, "Continua")

    paste_picture(anna.page)
    anna.looked_at.clear()
    anna.look()  # the page with the editor open
    cover_secret(anna.page)
    anna.page.get_by_role("button", name="Aggiungi questa immagine").click()
    anna.page.locator(".pictures img").wait_for()
    anna.page.locator("input[type=file]:focus").wait_for(state="attached")  # the editor has closed behind it
    assert anna.page.locator(".upload-said").inner_text() == "L'immagine è aggiunta."
    anna.looked_at.clear()
    anna.look()
    anna.follow("Continua")
    text = anna.page.locator(".paper").inner_text()
    for words in ("Comune di Prova", "La pagina resta bianca.", "Rimedi provati", "Manca ancora"):
        assert words in text
    press_button(anna, "Invia")
    assert "non è ancora confermata" in anna.page.locator("main").inner_text()
    reference = anna.page.locator(".reference strong").inner_text()

    until(lambda: len(smtp.mails) == before + 1)
    link = links(smtp)[-1]
    scanner = context.request.get(link)  # a mail scanner is first
    assert scanner.status == 200
    anna.page.goto(link)
    anna.look()
    assert reference in anna.page.locator("main").inner_text()
    press_button(anna, "Conferma e apri")
    assert anna.page.url == f"{site.url}/it/richiesta/{reference}/"

    office = browser.new_context(locale="it-IT")
    rosa = Walker(office.new_page(), site.url)
    sign_in(rosa.page, site, new_reviewer(site, "rosa@nimic.example"))
    rosa.follow("Richieste")
    assert "non confermata" not in rosa.page.locator(".row", has_text=reference).inner_text()
    rosa.follow(reference)
    arrived = office.request.get(site.url + rosa.page.locator(".pictures img").get_attribute("src")).body()
    assert Image.open(BytesIO(arrived)).size == SIZE
    seen = colours(arrived)
    assert (0, 0, 0) in seen
    assert not [colour for colour in seen if colour[0] > 150 and colour[1] < 100]  # nothing red is left under the cover
    rosa.page.get_by_label("La tua risposta").fill("Il certificato del sito è scaduto: riprova domani.")
    press_button(rosa, "Invia la risposta")
    assert "riprova domani" in rosa.page.locator(".on-its-way").inner_text()

    until(lambda: len(smtp.mails) == before + 2)
    anna.page.goto(links(smtp)[-1])
    press_button(anna, "Apri")
    assert "riprova domani" in anna.page.locator(".history").inner_text()
    anna.page.get_by_label("Che cosa vuoi aggiungere").fill("Grazie, ora entro.")
    press(anna.page.get_by_role("button", name="Invia", exact=True))
    anna.look()
    assert "Grazie, ora entro." in anna.page.locator(".history").inner_text()
    press_button(anna, "È risolto")
    assert anna.page.locator(".standing strong").inner_text() == "Risolta."
    rosa.page.reload()
    assert "Grazie, ora entro." in rosa.page.locator(".history").inner_text()
    office.close()
    anna.assert_quiet()
    rosa.assert_quiet()


def test_without_javascript(browser: Browser, site: Served, smtp: Mailbox, tmp_path: Path):
    context = browser.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    page.set_default_timeout(30_000)
    before = len(smtp.mails)
    page.goto(f"{site.url}/it/")
    press(page.get_by_role("link", name="Scrivo subito a NIMIC"))
    press(page.get_by_role("link", name="Accesso che non riesce"))
    fill_in(page, "Il mio PIN è 48151623 e non va")
    press(page.get_by_role("button", name="Continua"))
    assert "48151623" not in page.locator(".doubts").inner_text()
    press(page.get_by_role("button", name="Continua"))
    (tmp_path / "shot.png").write_bytes(screenshot())
    page.set_input_files("#pictures-file", tmp_path / "shot.png")
    press(page.get_by_role("button", name="Aggiungi"))
    press(page.get_by_role("link", name="Ritaglia i bordi"))
    page.get_by_label("Da destra, %").fill("40")
    press(page.get_by_role("button", name="Taglia"))
    image = context.request.get(site.url + page.locator("img.whole").get_attribute("src")).body()
    assert Image.open(BytesIO(image)).size == (480, 400)
    press(page.get_by_role("link", name="Va bene così"))
    press(page.get_by_role("link", name="Continua"))
    assert "PIN è ••••••••" in page.locator(".paper").inner_text()
    press(page.get_by_role("button", name="Invia"))
    until(lambda: len(smtp.mails) == before + 1)
    page.goto(links(smtp)[-1])
    press(page.get_by_role("button", name="Conferma e apri"))
    page.get_by_label("Che cosa vuoi aggiungere").fill("Ancora fuori.")
    press(page.get_by_role("button", name="Invia", exact=True))
    assert "Ancora fuori." in page.locator(".history").inner_text()
    press(page.get_by_role("button", name="È risolto"))
    press(page.get_by_role("button", name="Non è risolto"))
    press(page.get_by_role("button", name="Esci"))
    assert page.url == f"{site.url}/it/"
    context.close()


def test_what_is_typed_survives_a_server_that_is_gone(browser: Browser, tmp_path: Path):
    """The server ends while she types; she presses the button, goes back, the server is there again."""
    context = browser.new_context(locale="it-IT")
    page = context.new_page()
    with served(tmp_path / "site") as site:
        page.goto(f"{site.url}/it/scrivi/imi/?argomento=access")
        fill_in(page, "Una lunga storia.")
        port = site.url.rpartition(":")[2]
    page.get_by_role("button", name="Continua").click()
    page.wait_for_url("chrome-error://**")
    with served(tmp_path / "site", prepare=False, port=int(port)):
        page.go_back()
        page.wait_for_url("**/scrivi/imi/**")
        assert page.get_by_label("Che cosa stavi facendo").input_value() == "Una lunga storia."
        press(page.get_by_role("button", name="Continua"))
        assert "/immagini/" in page.url
        page.go_back()
        assert page.get_by_label("Che cosa stavi facendo").input_value() == "Una lunga storia."
        press(page.get_by_role("button", name="Continua"))
        press(page.get_by_role("link", name="Continua"))
        assert "Una lunga storia." in page.locator(".paper").inner_text()
    context.close()


@pytest.mark.parametrize(
    ("typed", "is_kept"),
    [
        ("Il mio PIN è 4711 e non va", False),
        ("12345678", False),
        ("RSSMRA85T10A562S", False),
        ("password: Segreta", False),
        ("CA 12345 AA", False),
        ("Il PIN non funziona da ieri, il telefono interno è 123", True),
    ],
)
def test_a_secret_is_not_even_kept_in_the_tab(context, site, typed, is_kept):
    page = context.new_page()
    page.goto(f"{site.url}/it/scrivi/imi/?argomento=access")
    page.get_by_label("Che cosa stavi facendo").fill(typed)
    page.get_by_label("Nome e cognome").fill("Anna Prova")
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    assert "Anna Prova" in kept
    assert (typed in kept) == is_kept


def test_words_from_a_spreadsheet_are_pasted_as_words(context, site):
    """A spreadsheet puts a picture of the cells beside their words."""
    page = context.new_page()
    page.goto(f"{site.url}/it/scrivi/imi/?argomento=access")
    fill_in(page)
    press(page.get_by_role("button", name="Continua"))
    paste = """(element) => {
        const transfer = new DataTransfer();
        transfer.setData("text/plain", "a b");
        transfer.items.add(new File([new Uint8Array(9)], "cells.png", {type: "image/png"}));
        const event = new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true});
        element.dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    words = page.evaluate_handle("document.body.appendChild(document.createElement('textarea'))").as_element()
    assert not words.evaluate(paste)
    assert page.locator("body").evaluate(paste)  # with no field for words, the picture is meant


def test_a_picture_is_dropped_covered_by_keyboard_and_sent_with_words(context, site, smtp, tmp_path):
    walker = Walker(context.new_page(), site.url)
    page = walker.page
    before = len(smtp.mails)
    page.goto(f"{site.url}/it/scrivi/imi/?argomento=access")
    fill_in(page)
    press(page.get_by_role("button", name="Continua"))
    press(page.get_by_role("link", name="Continua"))
    press(page.get_by_role("button", name="Invia"))
    until(lambda: len(smtp.mails) == before + 1)
    page.goto(links(smtp)[-1])
    press(page.get_by_role("button", name="Conferma e apri"))
    page.evaluate(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "schermo.png", {type: "image/png"}));
            document.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""",
        base64.b64encode(screenshot()).decode(),
    )
    page.locator(".editor").wait_for()
    walker.look()
    for label, value in (("da sinistra", "60"), ("dall'alto", "48"), ("larghezza", "30"), ("altezza", "30")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Copri l'area").press("Enter")
    page.get_by_role("button", name="Aggiungi questa immagine").press("Enter")
    page.locator(".chosen li").wait_for()
    assert page.evaluate("document.activeElement.type") == "file"  # not lost at the top of the page
    page.get_by_label("Che cosa vuoi aggiungere").fill("Ecco la schermata.")
    press(page.get_by_role("button", name="Invia", exact=True))
    image = context.request.get(site.url + page.locator(".history .pictures img").get_attribute("src")).body()
    assert not [colour for colour in colours(image) if colour[0] > 150 and colour[1] < 100]
    walker.assert_quiet()


PAGES = (
    "/it/scrivi/imi/",
    *(f"/it/scrivi/imi/?argomento={topic}" for topic in ("access", "change", "new-registration", "outage", "cie-inps")),
    "/it/richiesta/link/",
    "/it/posta/",
    "/it/scheda/imi/?where=request",
)


@pytest.mark.parametrize("language", ["it", "en"])
def test_pages_of_requests_pass_axe_and_the_validator_on_a_small_screen(context, site, language):
    walker = Walker(context.new_page(), site.url)
    walker.page.set_viewport_size({"width": 320, "height": 700})
    for path in PAGES:
        walker.open(f"/{language}{path[3:]}")
    assert html_faults(walker.looked_at) == ""
    walker.assert_quiet()
