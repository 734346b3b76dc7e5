"""A person writes to the desk, with the test client: the form, its pictures, sending, the mail and its link."""

import re
from io import BytesIO

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.troubleshoot.conftest import OWN_PAGE
from troubleshoot.mail.models import OutgoingMail
from troubleshoot.mail.outbox import deliver_next
from troubleshoot.tickets.models import Ticket

FORM = "/it/scrivi/imi/?argomento=access"
ANNA = {
    "name": "Anna Prova",
    "authority": "Comune di Prova, SUAP",
    "email": "anna@comune.example",
    "request": "Entravo in IMI e dopo la password la pagina resta bianca.",
}
_LINK = re.compile(r"https?://[^/\s]+(/\w\w/richiesta/apri/[A-Za-z0-9_-]{43}/)")


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


def token_of(client: Client, path: str = FORM) -> str:
    return soup(client.get(path)).select_one("input[name=token]")["value"]


def post(client: Client, path: str, data: dict | None = None):
    """A POST as a browser sends it from one of our pages."""
    return client.post(path, data or {}, **OWN_PAGE)


def begin(client: Client, path: str = FORM, **values: str):
    """Fill in the form and send it; the answer."""
    return post(client, path, {"token": token_of(client, path), **ANNA, **values})


def draft_url(answer) -> str:
    """`/it/bozza/<id>/` of a form that was taken."""
    assert answer.status_code == 302, answer.content.decode()
    return re.match(r"/\w\w/bozza/[^/]+/", answer["Location"])[0]


def picture(colour: str = "red", format_: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, format_)
    return out.getvalue()


def upload(client: Client, draft: str, *contents: bytes):
    files = [SimpleUploadedFile(f"{number}.png", content) for number, content in enumerate(contents)]
    return post(client, f"{draft}immagini/", {"pictures": files})


def send(client: Client, path: str = FORM, pictures: tuple[bytes, ...] = (), **values: str) -> Ticket:
    """A request, sent and not confirmed."""
    draft = draft_url(begin(client, path, **values))
    if pictures:
        assert upload(client, draft, *pictures).status_code == 302
    sent = post(client, f"{draft}invia/")
    assert sent["Location"] == f"{draft}inviata/"
    reference = soup(client.get(sent["Location"])).select_one(".reference strong").get_text()
    return Ticket.objects.get(reference=reference)


def deliver(mailbox: list) -> list[str]:
    """Send what is queued; the paths of the private links that are new in the mailbox."""
    before = len(mailbox)
    while deliver_next():
        pass
    return [link for mail in mailbox[before:] for link in _LINK.findall(mail.body)]


def confirm(client: Client, mailbox: list) -> str:
    """Open the newest link and press its button; the path of the request's page."""
    answer = post(client, deliver(mailbox)[-1])
    assert answer.status_code == 302
    return answer["Location"]


def add(client: Client, path: str, data: dict):
    """Send the form of something to add, on the page of a request."""
    return post(client, f"{path}aggiungi/", {"token": token_of(client, path), **data})


def hidden(client: Client, path: str) -> dict[str, str]:
    """What the form of a page sends along unseen."""
    return {field["name"]: field["value"] for field in soup(client.get(path)).select("main form input[type=hidden]")}


def waiting() -> int:
    return OutgoingMail.objects.filter(sent_at__isnull=True, failed_at__isnull=True).count()
