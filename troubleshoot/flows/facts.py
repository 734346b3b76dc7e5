"""Named conditions for branches: each a function of the answers, and the steps it reads.

The validator walks every combination of the answers that facts read, so `reads` must be complete:
a fact is handed those answers alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    reads: frozenset[str]
    test: Callable[[Answers], bool]

    def holds(self, answers: Answers) -> bool:
        return self.test({step: answer for step, answer in answers.items() if step in self.reads})


FACTS: dict[str, Fact] = {}


def fact(*, reads: tuple[str, ...]) -> Callable[[Callable[[Answers], bool]], Callable[[Answers], bool]]:
    """Register the decorated function under its own name."""

    def register(test: Callable[[Answers], bool]) -> Callable[[Answers], bool]:
        FACTS[test.__name__] = Fact(test.__name__, frozenset(reads), test)
        return test

    return register


@fact(reads=("colleagues",))
def colleagues_get_in(answers: Answers) -> bool:
    """So the service stands, and it is her browser, PC or account."""
    return answers.get("colleagues") == "no"


@fact(reads=("other-network",))
def no_network_opens(answers: Answers) -> bool:
    """She tried from another network and it does not open there either."""
    return answers.get("other-network") == "no"


@fact(reads=("phone-app",))
def reads_in_the_browser(answers: Answers) -> bool:
    """She came by INPS's site, so the app CieID reads the card, not INPS's."""
    return answers.get("phone-app") == "browser"


@fact(reads=("phone-app",))
def reads_in_the_inps_app(answers: Answers) -> bool:
    """INPS's own app reads the card, which it asks the PIN for before."""
    return answers.get("phone-app") == "inps-mobile"


@fact(reads=("phone-tried",))
def cieid_reads_the_card(answers: Answers) -> bool:
    """So card and phone are fine."""
    return answers.get("phone-tried") == "cieid-reads"


@fact(reads=("road", "what-in-hand"))
def uses_a_reader(answers: Answers) -> bool:
    """Where the card is paired with a PC, its browser may ask half of the PIN."""
    return answers.get("road") == "reader" or answers.get("what-in-hand") == "pc-reader"
