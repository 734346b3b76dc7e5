"""What attempts cost: counts kept on a walk, and when a step must wait before it opens.

A sign-in that would be one too many never opens at once: the step waits by itself, wherever it stands.
"""

from troubleshoot.flows.model import CANNOT, YES, Kind, Step, Tries

#: Sign-in tries without a pause: a third may lock the account.
MAX_LOGIN_TRIES = 2
#: Entries of a PIN, or of a PUK, since the last accepted one: the second wrong PIN leaves a single try, and a card
#: whose PUK is used up cannot be mended.
MAX_ENTRIES = 1
#: Codes of a card, each with a counter of its own.
CODES = (Tries.PIN, Tries.PUK)
#: Minutes after which sign-in tries are forgotten.
PAUSE_MINUTES = 15


def must_wait(step: Step, logins: int) -> bool:
    """Whether a page that waits comes before the instructions. logins: tries since the last pause or success."""
    return step.tries is Tries.LOGIN and step.pause_minutes < PAUSE_MINUTES and logins >= MAX_LOGIN_TRIES


def logins_after(step: Step, answer: str, logins: int, *, waited: bool = False, forgotten: int = 0) -> int:
    """Sign-in tries once `step` was answered; the whole budget until a question asked about earlier ones.

    An accepted sign-in, like a pause, begins anew. waited: she passed the page that waits before this step.
    forgotten: tries on a way she has left since.
    """
    if step.kind is Kind.QUESTION:
        if step.earlier_tries is not Tries.LOGIN:
            return logins
        return min(step.earlier.get(answer, MAX_LOGIN_TRIES) + forgotten, MAX_LOGIN_TRIES)
    if not _was_done(step, answer):
        return logins
    rested = waited or step.pause_minutes >= PAUSE_MINUTES
    if step.tries is not Tries.LOGIN:
        return 0 if rested else logins
    if answer == YES:
        return 0
    return min((0 if rested else logins) + 1, MAX_LOGIN_TRIES)


def entries_after(step: Step, answer: str, entries: int, code: Tries) -> int:
    """Entries of `code` since the last accepted one, kept at one past the budget."""
    if step.kind is Kind.QUESTION:
        return step.earlier.get(answer, MAX_ENTRIES) if step.earlier_tries is code else entries
    if step.tries is not code or not _was_done(step, answer):
        return entries
    return 0 if answer == YES else min(entries + 1, MAX_ENTRIES + 1)


def _was_done(step: Step, answer: str) -> bool:
    """Whether the answer says that the remedy was followed."""
    return step.kind is Kind.REMEDY and answer != CANNOT and not (step.only_waits and answer != YES)
