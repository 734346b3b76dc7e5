"""Addresses of flow pages: the flow, the step, and the answers by step id, sorted.

Names that are no answers: `schermi` is the language of her screens, `aiuto` unfolds the help of *I don't know*,
`tentativi` counts sign-in tries on a way she has left, `messaggio` says that her message stands in no list, `poi` holds
answers that wait for their question: it was not reached yet, and what it will ask she has said already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from django.http import QueryDict

from troubleshoot.flows.engine import may_wait
from troubleshoot.flows.model import FORGOTTEN, HELP, LATER, MESSAGE, SCREENS, Content, Step

#: Longest query string looked at; the longest path needs about 600 characters.
MAX_QUERY = 4_000


@dataclass(frozen=True, slots=True)
class Place:
    """What an address says.

    forgotten: sign-in tries on a way she has left. unknown_message: she came with a message that stands in no list.
    later: answers to questions that are not reached yet. exact: False where something in it was dropped.
    """

    language: str
    flow: str
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    screens: str = ""
    forgotten: int = 0
    unknown_message: bool = False
    later: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    exact: bool = True
    _own: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_own", self._query(dict(self.answers)))  # a page shows it a dozen times

    @property
    def screens_language(self) -> str:
        return self.screens or self.language

    def query(self, answers: Mapping[str, str] | None = None, **extra: str) -> str:
        """The query string with its `?`, or nothing. Values are names of ours and need no quoting."""
        if answers is None and not extra:
            return self._own
        return self._query(dict(self.answers if answers is None else answers) | extra)

    def _query(self, values: dict[str, str]) -> str:
        if self.screens:
            values[SCREENS] = self.screens
        if self.forgotten:
            values[FORGOTTEN] = str(self.forgotten)
        if self.unknown_message:
            values[MESSAGE] = "1"
        if self.later:
            values[LATER] = "_".join(f"{step}.{self.later[step]}" for step in sorted(self.later))
        return "?" + "&".join(f"{name}={values[name]}" for name in sorted(values)) if values else ""

    def url(self, step: str, answers: Mapping[str, str] | None = None, **extra: str) -> str:
        return f"/{self.language}/guida/{self.flow}/{step}/{self.query(answers, **extra)}"

    def page_url(self, prefix: str, step: str = "") -> str:
        """A page beside the step: `/it/<prefix>/<flow>/[<step>/]`."""
        tail = f"{step}/" if step else ""
        return f"/{self.language}/{prefix}/{self.flow}/{tail}{self.query()}"

    def with_screens(self, screens: str) -> "Place":
        return replace(self, screens="" if screens == self.language else screens)


def read_place(content: Content, flow_id: str, language: str, query: QueryDict) -> Place:
    """The place that `query` names. Unknown steps, unknown languages, and names given twice are dropped."""
    steps = content.flows[flow_id].steps
    answers, screens, forgotten, later, exact = {}, "", 0, {}, True
    for name, values in query.lists():
        if name == HELP and values == ["1"]:
            continue
        if len(values) == 1 and name in steps:
            answers[name] = values[0]
        elif len(values) == 1 and name == SCREENS and values[0] in screen_languages(content):
            screens = values[0]
        elif name == FORGOTTEN and values in (["1"], ["2"]):
            forgotten = int(values[0])
        elif name == MESSAGE and values == ["1"]:
            continue
        elif name == LATER and len(values) == 1:
            later = _later(steps, values[0])
            exact = exact and bool(later)
        else:
            exact = False
    has_message = query.getlist(MESSAGE) == ["1"]
    return Place(language, flow_id, answers, screens, forgotten, has_message, later, exact)


def _later(steps: Mapping[str, Step], said: str) -> dict[str, str]:
    """`phone.usual_which-method.app-qr`; nothing where one of them cannot wait."""
    pairs = [each.partition(".")[::2] for each in said.split("_")]
    holds = all(may_wait(steps, step, answer) for step, answer in pairs)
    return dict(pairs) if holds and len({step for step, _ in pairs}) == len(pairs) else {}


def screen_languages(content: Content) -> tuple[str, ...]:
    """Languages that some outside name is known or looked for in, ours first."""
    known = {language for term in content.terms.values() for language in term.names.keys() | term.unknown} - {"any"}
    return (*content.languages, *sorted(known - set(content.languages)))
