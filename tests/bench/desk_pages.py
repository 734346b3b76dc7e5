"""The desk with 100 and with 100 000 requests: queries, time, and the memory of a long table, in this process.

Run by the benchmark as a process of its own, last of all for each database; prints its figures as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.wsgi import get_wsgi_application

get_wsgi_application()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench.figures import Figure  # noqa: E402
from troubleshoot.accounts.models import User  # noqa: E402
from troubleshoot.flows.model import Topic  # noqa: E402
from troubleshoot.tickets import search  # noqa: E402
from troubleshoot.tickets.models import Entry, SearchWord, Ticket  # noqa: E402
from troubleshoot.tickets.sheet import FactSheet, sheet_to_json  # noqa: E402
from troubleshoot.tickets.states import State  # noqa: E402

FEW, MANY, ROUNDS, CHUNK = 100, 100_000, 25, 2_000
#: Rows in the thread of one request.
THREAD = 200
LIST = "/it/redazione/richieste/"
_RARE = "ornitorinco"
_VOCABULARY = (
    "telefono",
    "schermo",
    "mattina",
    "ufficio",
    "finestra",
    "codice",
    "lettore",
    "giallo",
    "ponte",
    "sabato",
)


@dataclass(frozen=True, slots=True)
class Seen:
    queries: int
    ms: float


def fill(to: int) -> None:
    """Add requests until there are `to`: of 100 sixty wait for the desk, of those beyond one in twenty. Each view has
    twenty or more among the first 100, so that the pages show as many lines and differ in what lies behind them."""
    now, start, assignee = timezone.now(), Ticket.objects.count(), User.objects.get().pk
    for begin in range(start, to, CHUNK):
        numbers = range(begin, min(begin + CHUNK, to))
        tickets = Ticket.objects.bulk_create([_ticket(number, now, assignee) for number in numbers])
        Entry.objects.bulk_create(
            [Entry(ticket=ticket, kind=Entry.Kind.SENT, created_at=ticket.created_at) for ticket in tickets]
        )
        words = [
            SearchWord(word=word, ticket=ticket)
            for number, ticket in zip(numbers, tickets, strict=True)
            for word in _words(number, ticket)
        ]
        SearchWord.objects.bulk_create(words, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _ticket(number: int, now: datetime, assignee: int) -> Ticket:
    waits = number % 5 < 3 if number < FEW else number % 20 == 0
    topic = list(Topic)[number % 3]
    facts = {
        "name": f"Anna {number}",
        "authority": f"Comune di Prova {number % 5}",
        "email": f"anna{number}@ente{number % 5}.example",
        "request": _request(number),
    }
    sheet = FactSheet("imi", "IMI", "v", "Il secondo passaggio", topic=topic, facts=facts)
    sent = now - timedelta(minutes=number)
    return Ticket(
        reference=_reference(number),
        submission=f"bench-{number}",
        language="it",
        state=State.OPEN if waits else State.CLOSED,
        topic=topic.value,
        name=facts["name"],
        authority=facts["authority"],
        email=facts["email"],
        authority_key=search.authority_key(facts["authority"], facts["email"]),
        sheet=sheet_to_json(sheet),
        path="/it/guida/imi/where/",
        created_at=sent,
        confirmed_at=sent,
        confirmed_email=facts["email"],
        assignee_id=assignee if number % 2 else None,
        due_at=(now + timedelta(days=2 if number % 4 > 1 else -2, minutes=number)) if waits else None,
        solved_at=None if waits else sent,
        keep_until=timezone.localdate() + timedelta(days=300),
    )


def _request(number: int) -> str:
    rare = _RARE if number < FEW and number % 5 == 0 else ""
    several = " ".join(_VOCABULARY[(number + step) % len(_VOCABULARY)] for step in range(5))
    return f"Non entro in IMI: {several} {rare}".strip()


def _reference(number: int) -> str:
    signs = "ACDEFGHJKMNPQRTWXY34679"
    letters = "".join(signs[number // len(signs) ** place % len(signs)] for place in range(7))
    return f"AF-A{letters[:3]}-{letters[3:]}"


def _words(number: int, ticket: Ticket) -> set[str]:
    facts = (ticket.reference, ticket.name, ticket.authority, ticket.email, _request(number))
    return search.kept(facts) | search.authority_words(ticket.authority, ticket.email)


def long_thread() -> str:
    """A page of a request with a thread of `THREAD` rows."""
    ticket = Ticket.objects.order_by("pk").first()
    missing = THREAD - ticket.history.count()
    rows = [
        Entry(ticket=ticket, kind=Entry.Kind.FACT, text=f"Riga {row}", created_at=timezone.now())
        for row in range(missing)
    ]
    Entry.objects.bulk_create(rows)
    return f"{LIST}{ticket.reference}/"


def look(staff: Client, detail: str) -> dict[str, Seen]:
    """Each page asked `ROUNDS` times: its queries and its shortest time, which other work disturbs least; minutes lie
    between the two looks."""
    pages = {
        "list": LIST,
        "list, all": f"{LIST}?stato=tutte",
        "filter: overdue": f"{LIST}?stato=in-ritardo",
        "filter: topic, not done": f"{LIST}?stato=aperte&argomento=access",
        "filter: mine": f"{LIST}?di=me",
        "filter: authority": f"{LIST}?stato=tutte&ente=ente2.example",
        "search: reference": f"{LIST}?q={_reference(7)}",
        "search: a word in 20": f"{LIST}?q={_RARE}",
        "search: a word in all": f"{LIST}?q=entro",
        f"request, {THREAD} rows": detail,
    }
    return {name: _measured(lambda path=path: staff.get(path)) for name, path in pages.items()}


def _measured(act: Callable[[], object]) -> Seen:
    act()
    times, queries = [], 0
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as asked:
            began = time.perf_counter()
            act()
            times.append((time.perf_counter() - began) * 1000)
        queries = max(queries, len(asked))
    return Seen(queries, min(times))


def table(staff: Client) -> tuple[int, float, float]:
    """The whole list as CSV: rows, seconds, and MB by which the peak of this process grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, rows = time.perf_counter(), 0
    for part in staff.get(f"{LIST}csv/?stato=tutte").streaming_content:
        rows += part.count(b"\r\n")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    return rows - 1, time.perf_counter() - began, grown


def figures(few: dict[str, Seen], many: dict[str, Seen]) -> list[Figure]:
    found = []
    for name, seen in few.items():
        later = many[name]
        most = 5.0 if name == "search: a word in all" else 1.5
        note = f"{seen.ms:.1f} → {later.ms:.1f} ms"
        found += [
            Figure(
                f"{name}, queries more than with {FEW}", later.queries - seen.queries, "", 0, note=f"{seen.queries}"
            ),
            Figure(f"{name}, time ÷ that with {FEW}", round(later.ms / seen.ms, 2), "×", most, note=note),
        ]
    return found


def main() -> None:
    Ticket.objects.all().delete()
    staff = Client()
    staff.force_login(User.objects.get())
    fill(FEW)
    detail = long_thread()
    few = look(staff, detail)
    table(staff)
    began = time.perf_counter()
    fill(MANY)
    sys.stderr.write(f"  {MANY} requests made in {time.perf_counter() - began:.0f} s\n")
    many = look(staff, detail)
    rows, seconds, grown = table(staff)
    found = [
        *figures(few, many),
        Figure("CSV, rows", rows, "rows", MANY, at_least=True),
        Figure("CSV, time", round(seconds, 1), "s"),
        Figure("CSV, memory the process grew by", round(grown, 1), "MB", 20),
    ]
    json.dump({f"The desk with {FEW} and {MANY} requests": [asdict(figure) for figure in found]}, sys.stdout)


if __name__ == "__main__":
    main()
