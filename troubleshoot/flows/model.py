"""What a flow is: steps, texts, sources and the names of other people's buttons. Plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from types import MappingProxyType

#: The answer of *I still can't tell*; every question has it.
UNKNOWN = "unknown"
#: The answers of a remedy, and of a check that cannot be done.
YES, NO, CANNOT = "yes", "no", "cannot"
#: On a remedy that costs something: she has read what is lost and wants the instructions.
READY = "ready"
#: On a remedy that waits first: she has waited, and where it costs something, read what is lost.
WAITED = "waited"
#: The label of the link by which an outcome leads on.
GO = "go"
#: The answers of a check beside the codes that a report can hold.
NOTHING, OTHER = "nothing", "other"

#: Names in an address that are no answers, so no step has them: the language of her screens; the unfolded help of *I
#: don't know*; sign-in tries on a way she has left; that her message stands in no list; answers that wait.
SCREENS, HELP, FORGOTTEN, MESSAGE, LATER = "schermi", "aiuto", "tentativi", "messaggio", "poi"
RESERVED = frozenset({SCREENS, HELP, FORGOTTEN, MESSAGE, LATER})


class Kind(StrEnum):
    QUESTION = "question"
    REMEDY = "remedy"
    CHECK = "check"
    BRANCH = "branch"
    OUTCOME = "outcome"


class Harm(IntEnum):
    """What following a remedy can cost."""

    NOTHING = 0
    UNDOABLE = 1
    LOSES_SOMETHING = 2
    FINAL = 3


class Tries(StrEnum):
    """What an attempt spends."""

    NONE = "none"
    LOGIN = "login"
    PIN = "pin"
    PUK = "puk"


class SourceStatus(StrEnum):
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    MOVED = "moved"
    LEAFLET_ONLY = "leaflet-only"


class Topic(StrEnum):
    """What a request is about; decides who takes it and what they must know."""

    ACCESS = "access"
    IMI_RESET = "imi-reset"
    IMI_DELETION = "imi-deletion"
    NEW_REGISTRATION = "new-registration"
    CHANGE = "change"
    TRAINING = "training"
    OUTAGE = "outage"
    CIE_INPS = "cie-inps"
    OTHER = "other"


#: What a page can look at by itself, in her browser.
LOOKS = ("browser", "cookies", "clock", "authenticator")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the content: where it is, what it is, how to mend it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} Mend: {self.mend}"


class Tells(StrEnum):
    """What the answer to a question tells a reviewer at a glance, in the list of requests."""

    FACTOR = "factor"
    EXTERNAL = "external"
    ADDRESSES = "addresses"


@dataclass(frozen=True, slots=True)
class Rule:
    """when: a fact's name; None always applies and stands last."""

    to: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of ours, `templates/flows/pictures/<name>.svg`, with the place `mark` marked."""

    name: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom she writes to when nothing helps.

    mail: key of the outside term, empty where only she knows the address; names: by language, with the *to*.
    """

    id: str
    mail: str
    names: Mapping[str, str]
    line: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One page, or for a branch one turn.

    next: where each answer leads. earlier: for a question about tries made before, how many tries each
    answer stands for. pause_minutes: how long the page asks her to wait before the instructions go on.
    milder: the remedies that must have been answered *no* or *can't* before this one opens.
    part_of: the remedy whose own harm already counts this step. instead: the outcome shown while this
    one is suspended. desks: whom an outcome sends her to, the first owner first, where it is not the flow's own.
    topic: what a ticket from this step is about. goes_on: where an outcome leads on, `<flow>?<step>=<answer>&…`.
    words: the step whose words this one shows. tells: what a question's answer decides, for the list of requests.
    by_phone: a question that can be answered on the phone it is about, for a person who reads the guide on a PC.
    looks: what the page of a remedy looks at in her browser, some of LOOKS.
    lines: line in flow.toml by key, "" for the step's header.
    """

    id: str
    kind: Kind
    next: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[Rule, ...] = ()
    cause: str = ""
    solves: tuple[str, ...] = ()
    harm: Harm = Harm.NOTHING
    milder: tuple[str, ...] = ()
    part_of: str = ""
    tries: Tries = Tries.NONE
    earlier_tries: Tries = Tries.NONE
    earlier: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    pause_minutes: int = 0
    takes_minutes: int = 0
    sources: tuple[str, ...] = ()
    picture: Picture | None = None
    words: str = ""
    looks: tuple[str, ...] = ()
    instead: str = ""
    solved: bool = False
    desks: tuple[str, ...] = ()
    topic: Topic = Topic.ACCESS
    goes_on: str = ""
    tells: Tells | None = None
    by_phone: bool = False
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that lead on, in the order they are offered."""
        return tuple(self.next)

    @property
    def remedy_answers(self) -> tuple[str, ...]:
        """What a remedy must lead on from; a page that only waits is waited for or not."""
        return (YES, CANNOT) if self.only_waits else (YES, NO, CANNOT)

    @property
    def opens_after_warning(self) -> bool:
        return self.kind is Kind.REMEDY and self.harm >= Harm.LOSES_SOMETHING

    @property
    def only_waits(self) -> bool:
        """A pause without a try of its own: *yes* says that she waited."""
        return self.pause_minutes > 0 and self.tries is Tries.NONE

    @property
    def can_be_suspended(self) -> bool:
        return self.kind in (Kind.REMEDY, Kind.CHECK, Kind.OUTCOME)

    def targets(self) -> Iterator[str]:
        yield from self.next.values()
        yield from (rule.to for rule in self.rules)
        if self.instead:
            yield self.instead

    def line(self, key: str = "") -> int:
        return self.lines.get(key, self.lines.get("", 1))


@dataclass(frozen=True, slots=True)
class StepText:
    """The words of one step in one language; bodies are Markdown. source: the whole file, to find lines in.

    help: how to find out, below a question when she does not know. lost: what is lost, on the page before a remedy
    of harm 2 or 3. denies: what an error text does not mean. options: a label for each answer; remedies may name
    their own.
    """

    language: str
    file: str
    source: str
    title: str
    summary: str = ""
    body: str = ""
    help: str = ""
    lost: str = ""
    denies: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def all_words(self) -> tuple[str, ...]:
        return (self.title, self.summary, self.body, self.help, self.lost, self.denies, *self.options.values())


@dataclass(frozen=True, slots=True)
class Flow:
    """last_resort: outcomes, in order, that stand in for a suspended outcome without an `instead`."""

    id: str
    file: str
    short: str
    start: str
    owner: str
    desk: str
    version: str
    last_resort: tuple[str, ...]
    steps: Mapping[str, Step]
    titles: Mapping[str, str]
    texts: Mapping[tuple[str, str], StepText]
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, step_id: str, language: str) -> StepText:
        return self.texts[step_id, language]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. read: the day somebody really read it."""

    id: str
    title: str
    address: str
    read: date
    status: SourceStatus
    line: int

    @property
    def is_weak(self) -> bool:
        """Whether nobody confirmed what it says."""
        return self.status in (SourceStatus.UNCONFIRMED, SourceStatus.LEAFLET_ONLY)

    @property
    def is_link(self) -> bool:
        return self.address.startswith("https://")


@dataclass(frozen=True, slots=True)
class Term:
    """The name of a button, menu or page on somebody else's site, by language.

    unknown: languages in which nobody has seen it. seen_at: ids of the sources that show it.
    """

    key: str
    names: Mapping[str, str]
    unknown: frozenset[str] = frozenset()
    seen_at: tuple[str, ...] = ()
    line: int = 1

    @property
    def varies(self) -> bool:
        """Whether it reads differently, or not yet known, in some language."""
        return "any" not in self.names

    def shown(self, language: str) -> tuple[str, str]:
        """The name in `language` and that language; where it is not known, a known one and its language."""
        for candidate in (language, *self.names):
            if candidate in self.names:
                return self.names[candidate], candidate
        raise ValueError(f"term {self.key} has no name")


@dataclass(frozen=True, slots=True)
class AdvisedBrowser:
    """fine_from: the oldest major version that a page calls fine. read: the day somebody looked it up."""

    id: str
    name: str
    fine_from: int
    read: date


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing an error text can mean. label: of the symptom list; to: `<flow>?<step>=<answer>&…`, where to go on."""

    id: str
    label: str
    to: str

    @property
    def flow(self) -> str:
        return self.to.partition("?")[0]

    @property
    def query(self) -> str:
        """With its `?`, or nothing."""
        return self.to[len(self.flow) :]


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Words on somebody else's screen. language: any where they are the same in all."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What stands on a screen word by word. texts: as seen; where: whose screen shows it.

    harmless: people take it for an error, but it is none.
    """

    id: str
    texts: tuple[ScreenText, ...]
    where: str
    causes: tuple[Cause, ...]
    sources: tuple[str, ...] = ()
    picture: Picture | None = None
    harmless: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class Content:
    """Everything under the content folder, of one moment."""

    root: Path
    languages: tuple[str, ...]
    flows: Mapping[str, Flow]
    sources: Mapping[str, Source]
    terms: Mapping[str, Term]
    desks: Mapping[str, Desk]
    letters: Mapping[tuple[str, str], StepText]
    errors: Mapping[str, ErrorText]
    error_words: Mapping[tuple[str, str], StepText]
    browsers: tuple[AdvisedBrowser, ...] = ()

    def checked(self, of: Step | ErrorText) -> date | None:
        """The day of the oldest source."""
        days = [self.sources[name].read for name in of.sources if name in self.sources]
        return min(days, default=None)

    def has_unconfirmed_source(self, of: Step | ErrorText) -> bool:
        """Whether a fact rests on something nobody confirmed."""
        return any(self.sources[name].is_weak for name in of.sources if name in self.sources)
