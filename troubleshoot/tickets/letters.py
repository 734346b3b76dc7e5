"""The message ready for whoever helps: the desk's own words around the fact sheet."""

from dataclasses import dataclass

from troubleshoot.flows.model import Desk
from troubleshoot.flows.pages import Page
from troubleshoot.tickets.sheet import FactSheet, as_text

#: Where the sheet stands in a letter.
SHEET = "{sheet}"


@dataclass(frozen=True, slots=True)
class Letter:
    """mailbox: empty where only she knows it. how: then where to find it, in words."""

    mailbox: str
    subject: str
    text: str
    how: str = ""


def letter_to(desk: Desk, page: Page, sheet: FactSheet) -> Letter:
    """The message to `desk` about the place `page`; a desk without a letter of its own gets the sheet alone."""
    content, renderer, place = page.library.content, page.library.renderer, page.place
    mailbox = content.terms[desk.mail].shown(place.language)[0] if desk.mail else ""
    words = content.letters.get((desk.id, place.language))
    if words is None:
        return Letter(mailbox, "", as_text(sheet))
    body = renderer.plain(words.body, place.screens_language)
    return Letter(mailbox, words.title, body.replace(SHEET, as_text(sheet)), words.summary)
