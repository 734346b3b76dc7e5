"""A flow page as text with holes: the templates run once for each shape of a page, not for each address.

Two people at the same step see the same words; what differs are the addresses behind the links, the page's
number, the trail and the hour. So a page is rendered once with a hole for each of these, kept by the process,
and filled in at every request. A shape depends on all that its key names, and on nothing else.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from html import escape
from threading import Lock

from django.utils.safestring import SafeString, mark_safe

from troubleshoot.flows.pages import Page

#: Shapes kept by a process, about 8 kB each.
MAX_SHAPES = 2_000
#: Properties of a page that differ between two people at the same step.
_DIFFERENT = (
    "url",
    "current_url",
    "start_url",
    "other_road_url",
    "write_url",
    "continue_url",
    "print_url",
    "report_url",
    "check_url",
    "phone_url",
    "ready_url",
    "help_url",
    "number",
    "trail_length",
    "trail_rows",
    "now_hour",
    "now_stamp",
    "resume_hour",
    "resume_moment",
)

_NAMES = "|".join((*_DIFFERENT, "waited_url", "check_again_url", "after", "desk", "screens", "language"))
#: Signs of the private use area, which no text of ours holds.
_HOLE = re.compile(f"\ue000({_NAMES})(?: ([a-z0-9.-]+))?\ue001")


def hole(name: str, which: str = "") -> SafeString:
    return mark_safe(f"\ue000{name} {which}\ue001" if which else f"\ue000{name}\ue001")  # noqa: S308 - our own signs


class Shape(Page):
    """A page with a hole wherever an address of hers stands."""

    __slots__ = ()

    def url_after(self, answer: str) -> str:
        return hole("after", answer)

    def desk_url(self, desk_id: str) -> str:
        return hole("desk", desk_id)

    def screens_url(self, language: str) -> str:
        return hole("screens", language)

    @property
    def check_again_url(self) -> str:
        return hole("check_again_url") if super().check_again_url else ""

    @property
    def waited_url(self) -> str:
        return hole("waited_url") if super().waited_url else ""


def _as_hole(name: str) -> property:
    return property(lambda _page: hole(name))


for _name in _DIFFERENT:
    setattr(Shape, _name, _as_hole(_name))


def shape_of(page: Page) -> Shape:
    return Shape(**{part.name: getattr(page, part.name) for part in fields(page)})


def key_of(page: Page) -> Hashable:
    """All that the words of a page depend on, beside its template and the notices shown."""
    return (
        page.flow.id,
        page.flow.version,
        page.step.id,
        page.place.language,
        page.place.screens,
        page.helps,
        page.visit.answer if page.visit else None,
        page.has_tried_enough,
        min(page.trail_length, 2),
        bool(page.waited_url),
        bool(page.check_again_url),
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A rendered shape, cut at its holes: texts[0], hole 0, texts[1], …"""

    texts: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]

    def fill(self, page: Page, language_urls: dict[str, str]) -> str:
        """The page's HTML. language_urls: the same page by language."""
        known: dict[tuple[str, str], str] = {}
        parts = [self.texts[0]]
        for place, text in zip(self.holes, self.texts[1:], strict=True):
            if place not in known:
                value = _value(page, *place, language_urls)
                known[place] = str(value) if isinstance(value, SafeString) else escape(str(value))
            parts += (known[place], text)
        return "".join(parts)


def _value(page: Page, name: str, which: str, language_urls: dict[str, str]) -> object:
    match name:
        case "after":
            return page.url_after(which)
        case "desk":
            return page.desk_url(which)
        case "screens":
            return page.screens_url(which)
        case "language":
            return language_urls.get(which, "")
    return getattr(page, name)


def cut(html: str) -> Cut:
    parts = _HOLE.split(html)
    return Cut(tuple(parts[0::3]), tuple(zip(parts[1::3], (which or "" for which in parts[2::3]), strict=True)))


class Shapes:
    """The shapes last used by a process. Safe between threads."""

    def __init__(self, max_shapes: int = MAX_SHAPES) -> None:
        self._shapes: OrderedDict[Hashable, Cut] = OrderedDict()
        self._max_shapes = max_shapes
        self._lock = Lock()

    def get(self, key: Hashable, render: Callable[[], str]) -> Cut:
        """The shape kept under `key`, else the one that `render` makes, kept from now on."""
        with self._lock:
            shape = self._shapes.get(key)
            if shape is not None:
                self._shapes.move_to_end(key)
                return shape
        shape = cut(render())
        with self._lock:
            self._shapes[key] = shape
            while len(self._shapes) > self._max_shapes:
                self._shapes.popitem(last=False)
        return shape

    def __len__(self) -> int:
        return len(self._shapes)
