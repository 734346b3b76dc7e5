"""Words of a step as safe HTML, with the names of outside buttons in the language of her screens.

Markdown is rendered without raw HTML and cleaned after; results are kept per step, language and screen
language, because they change only with the content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import nh3
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext, ngettext, override
from markdown_it import MarkdownIt

from eidbridge.errors import Code
from eidbridge.report import words_in
from troubleshoot.flows import model
from troubleshoot.flows.model import Content, ErrorText, Harm, Kind, Picture, Step, StepText, Term
from troubleshoot.flows.wording import OUR_LINK, PLACEHOLDER, SITES_LINK, TEXT_LINK

_TAGS = {"p", "ol", "ul", "li", "strong", "em", "code", "blockquote", "a", "h2", "h3", "br"}
#: Stands in a rendered trail for the query string; no text of ours holds it.
QUERY_HOLE = "\ue002"
_HREF = re.compile(r'href="((?:guida|testi|siti):[^"]*)"')
#: A telephone number as a term: digits in groups.
_PHONE = re.compile(r"[0-9]{2,4}(?: [0-9]{3,6}){1,3}")
_markdown = MarkdownIt("js-default", {"typographer": False})


@dataclass(frozen=True, slots=True)
class Words:
    """A step's words, ready to show. has_terms: whether the language of her screens matters here."""

    title: SafeString
    summary: SafeString
    body: SafeString
    help: SafeString
    lost: SafeString
    denies: SafeString
    picture: SafeString
    sources: SafeString
    cost: str
    options: Mapping[str, SafeString]
    has_terms: bool


class Renderer:
    """Rendered words of one content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.words = cache(self._words)
        self.error = cache(self._error)
        self.trail_row = cache(self._trail_row)

    def _words(self, flow_id: str, step_id: str, language: str, screens: str) -> Words:
        flow = self._content.flows[flow_id]
        step = flow.steps[step_id]
        return self._render(flow.text(step_id, language), step, screens, _cost(step, language))

    def _error(self, error_id: str, language: str, screens: str) -> Words:
        """The words of an error text."""
        return self._render(self._content.error_words[error_id, language], self._content.errors[error_id], screens)

    def _render(self, text: StepText, of: Step | ErrorText, screens: str, cost: str = "") -> Words:
        language = text.language
        keys = {key for words in text.all_words for key in PLACEHOLDER.findall(words)}
        return Words(
            title=self._line(text.title, language, screens),
            summary=self._line(text.summary, language, screens),
            body=self._block(text.body, language, screens),
            help=self._block(text.help, language, screens),
            lost=self._block(text.lost, language, screens),
            denies=self._block(text.denies, language, screens),
            picture=self._picture(of.picture, language, screens),
            sources=self._sources(of, language),
            cost=cost,
            options={answer: self._line(label, language, screens) for answer, label in text.options.items()},
            has_terms=of.picture is not None or any(self._content.terms[key].varies for key in keys),
        )

    def plain(self, text: str, screens: str) -> str:
        """A text without markup, such as a letter, with the names of outside buttons."""
        return PLACEHOLDER.sub(lambda found: self._content.terms[found[1]].shown(screens)[0], text)

    def _trail_row(self, flow_id: str, step_id: str, answer: str, suspended: bool, language: str, screens: str) -> str:
        """An answered step as a list item, with QUERY_HOLE where the answers of its link stand."""
        words = self.words(flow_id, step_id, language, screens)
        with override(language):
            return render_to_string(
                "flows/_trail_row.html",
                {
                    "title": words.title,
                    "answer": answer_label(answer, words, language),
                    "url": f"/{language}/guida/{flow_id}/{step_id}/{QUERY_HOLE}",
                    "was_suspended": suspended,
                },
            )

    def _line(self, text: str, language: str, screens: str) -> SafeString:
        return self._with_terms(escape(text), language, screens)

    def _block(self, text: str, language: str, screens: str) -> SafeString:
        html = nh3.clean(
            _markdown.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"guida", "testi"},
            link_rel=None,
        )
        html = _HREF.sub(lambda found: f'href="{_our_address(found[1], language)}"', html)
        return self._with_terms(html, language, screens) + self._footnote(text, language, screens)

    def _with_terms(self, html: str, language: str, screens: str) -> SafeString:
        with override(language):
            return mark_safe(  # noqa: S308 - cleaned or escaped above, terms are escaped in show_term
                PLACEHOLDER.sub(lambda found: show_term(self._content.terms[found[1]], language, screens), html)
            )

    def _footnote(self, text: str, language: str, screens: str) -> SafeString:
        """What the stars in a block mean: names that were seen on screens in another language only."""
        seen = {self._content.terms[key].shown(screens)[1] for key in PLACEHOLDER.findall(text)} - {"any", screens}
        if not seen:
            return mark_safe("")
        with override(language):
            spoken = ", ".join(get_language_info(code)["name_translated"].lower() for code in sorted(seen))
            note = gettext("Name seen on screens in another language (%(languages)s): on yours it may be another.")
            return format_html('<p class="term-note">* {}</p>', note % {"languages": spoken})

    def _sources(self, of: Step | ErrorText, language: str) -> SafeString:
        sources = [self._content.sources[name] for name in of.sources]
        with override(language):
            return render_to_string("flows/_sources.html", {"sources": sources, "checked": self._content.checked(of)})

    def _picture(self, picture: Picture | None, language: str, screens: str) -> SafeString:
        if picture is None:
            return mark_safe("")
        names = {
            key.replace(".", "_").replace("-", "_"): _drawn(*term.shown(screens), screens)
            for key, term in self._content.terms.items()
        }
        with override(language):
            template = f"flows/pictures/{picture.name}.svg"
            drawing = render_to_string(template, {"mark": picture.mark, "screens": screens, **names})
            note = (
                " " + gettext("* Name seen on screens in another language: on yours it may be another.")
                if " *<" in drawing
                else ""
            )
            return mark_safe(drawing.replace("<!-- star -->", note))  # noqa: S308 - our own drawing and words


def _drawn(name: str, spoken: str, screens: str) -> str:
    """A name in a drawing; the star says below it that it was seen in another language."""
    return name if spoken in ("any", screens) else f"{name} *"


def _cost(step: Step, language: str) -> str:
    """How long a remedy takes and what it can cost, in a line."""
    if step.kind is not Kind.REMEDY:
        return ""
    with override(language):
        minutes = ngettext("Takes %(n)s minute.", "Takes %(n)s minutes.", step.takes_minutes) % {
            "n": step.takes_minutes
        }
        return f"{minutes} {harm_words(step.harm)}" if step.takes_minutes else harm_words(step.harm)


def harm_words(harm: Harm) -> str:
    """What following a remedy can cost."""
    match harm:
        case Harm.NOTHING:
            return gettext("Nothing can be lost.")
        case Harm.UNDOABLE:
            return gettext("It can be undone.")
        case Harm.LOSES_SOMETHING:
            return gettext("Something is lost by it.")
        case Harm.FINAL:
            return gettext("It cannot be undone.")


def _our_address(link: str, language: str) -> str:
    """`guida:imi?where=password` or `testi:eidas-node` as an address of this site."""
    if link == SITES_LINK:
        return f"/{language}/siti/"
    if to_text := TEXT_LINK.fullmatch(link):
        return f"/{language}/testi/{to_text[1]}/" if to_text[1] else f"/{language}/testi/"
    found = OUR_LINK.fullmatch(link.replace("&amp;", "&"))
    if found is None:
        raise ValueError(f"no link of ours: {link}")
    query = f"?{escape(found[2])}" if found[2] else ""
    return f"/{language}/guida/{found[1]}/{query}"


def show_term(term: Term, language: str, screens: str) -> SafeString:
    """The term as it stands on her screen, marked as somebody else's words; addresses as links.

    A star marks a name that was seen only on screens in another language.
    """
    name, spoken = term.shown(screens)
    if name.startswith("https://"):
        return format_html('<a href="{}" rel="noreferrer">{}</a>', name, name)
    if _PHONE.fullmatch(name):
        return format_html('<a class="term" href="tel:{}">{}</a>', name.replace(" ", ""), name)
    if "@" in name and not name.startswith("no-reply"):
        return format_html('<a href="mailto:{}">{}</a>', name, name)
    lang = format_html(' lang="{}"', spoken) if spoken not in ("any", language) else ""
    star = "" if spoken in ("any", screens) else "*"
    return format_html('<span class="term"{}>{}</span>{}', lang, name, star)


def answer_label(answer: str, words: Words, language: str) -> str:
    """An answer in the person's words."""
    if answer in words.options:
        return words.options[answer]
    match answer:
        case model.YES:
            return gettext("Yes, it worked")
        case model.NO:
            return gettext("No, not yet")
        case model.CANNOT:
            return gettext("I can't do this")
        case model.UNKNOWN:
            return gettext("I don't know")
        case model.NOTHING:
            return gettext("Nothing found")
        case model.OTHER:
            return gettext("Something else found")
    return words_in(language)[Code(answer)].title if answer in set(Code) else answer
