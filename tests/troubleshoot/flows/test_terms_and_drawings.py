"""Names of outside buttons, and the drawings that show them."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.utils.translation import override

from tests.languages import LANGUAGES
from troubleshoot.flows.library import PICTURES, read
from troubleshoot.flows.model import Picture
from troubleshoot.flows.render import Renderer

SCREENS = ("it", "en", "de")
#: What the ways into IMI and INPS must be able to show, and what each drawing can mark.
DRAWINGS = {
    "imi-entry": {"login", "notice"},
    "eulogin-address": {"address", "create-account"},
    "eulogin-sign-in": {
        "asks",
        "language",
        "lost-password",
        "methods",
        "my-account",
        "numbers",
        "other-email",
        "password",
        "user-id",
    },
    "method-lists": {"imi-pin", "imi-qr", "account-password"},
    "device-menu": {"add", "delete", "change-pin"},
    "account-page": {"devices", "keys", "link-eid", "delete"},
    "genuine-app": set(),
    "app-two-ways": {"pin", "qr"},
    "reset-page": {"picture-code"},
    "which-page": set(),
    "app-states": set(),
    "card-sides": {"can", "mrz", "serial"},
    "card-kinds": set(),
    "codes-papers": {"pin-both", "pin-second", "puk-both", "puk-first"},
    "phone-places": {"antenna", "nfc"},
    "reader-kinds": {"plate", "slot"},
    "inps-mask": {"card"},
    "cie-sign-in": {"enter", "numbers", "tab"},
    "cie-qr": {"code", "qr"},
}
CASES = [(name, mark) for name, marks in DRAWINGS.items() for mark in ("", *sorted(marks))]


@pytest.fixture(scope="module")
def renderer(content_dir) -> Renderer:
    return Renderer(read(content_dir)[0])


def drawn(renderer: Renderer, name: str, mark: str, language: str, screens: str) -> ET.Element:
    html = renderer._picture(Picture(name, mark), language, screens)
    return ET.fromstring(html.replace("<!-- star -->", ""))


def text_of(element: ET.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_every_drawing_of_the_list_is_there():
    assert {file.stem for file in PICTURES.glob("[!_]*.svg")} == set(DRAWINGS)


@pytest.mark.parametrize("screens", SCREENS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "mark"), CASES)
def test_a_drawing_has_words_for_who_does_not_see_it_and_says_what_is_marked(renderer, name, mark, language, screens):
    figure = drawn(renderer, name, mark, language, screens)
    svg = next(element for element in figure if element.tag.endswith("svg"))
    parts = {element.tag.split("}")[-1]: element for element in svg}
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"].split() == [parts["title"].attrib["id"], parts["desc"].attrib["id"]]
    assert parts["title"].attrib["lang"] == parts["desc"].attrib["lang"] == language
    assert len(text_of(parts["desc"])) > 80
    unmarked = text_of(drawn(renderer, name, "", language, screens))
    assert (text_of(figure) != unmarked) == bool(mark)


@pytest.mark.parametrize(("name", "mark"), [case for case in CASES if case[1]])
def test_a_mark_is_a_shape_not_only_a_colour(renderer, name, mark):
    marked, plain = (ET.tostring(drawn(renderer, name, which, "it", "it")) for which in (mark, ""))
    assert marked.count(b"path") + marked.count(b"circle") > plain.count(b"path") + plain.count(b"circle")


def test_the_same_drawing_speaks_the_language_of_the_screen(renderer):
    names = {screens: text_of(drawn(renderer, "eulogin-sign-in", "", "it", screens)) for screens in SCREENS}
    assert "Il mio account" in names["it"]
    assert "My account" in names["en"]
    assert "Mein Konto" in names["de"]


def test_a_drawing_says_which_names_were_seen_in_another_language(renderer):
    with override("it"):
        html = renderer._picture(Picture("eulogin-sign-in"), "it", "de")
    assert "Password perduta? *" in html
    assert "* Nome visto su schermi in un'altra lingua: sul tuo può essere un altro." in html.replace("&#x27;", "'")
    assert "altra lingua" not in renderer._picture(Picture("which-page"), "it", "it")


def test_every_name_on_eu_login_and_imi_says_where_it_was_seen(real):
    for term in real.terms.values():
        if term.key.startswith(("eulogin.", "imi.")):
            assert term.seen_at, term.key
            assert "any" in term.names or set(SCREENS) <= term.names.keys() | term.unknown, term.key


def test_no_drawing_types_the_name_of_a_button(real):
    names = {name for term in real.terms.values() for name in term.names.values() if len(name) > 8 and "@" not in name}
    for file in PICTURES.glob("*.svg"):
        typed = re.sub(r'{% translate "[^"]*"( as \w+)? %}', "", file.read_text(encoding="utf-8"))
        assert not [name for name in names if name in typed], file.name
