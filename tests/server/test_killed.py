"""SIGKILL on server, worker and database while people write: nothing is lost, nothing is doubled."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.server.writers import Writer
from tests.serving import Served, served, working
from tests.smtp import Mailbox, smtp_server

pytestmark = pytest.mark.server
TICKETS, AT_ONCE, EVERY_NTH_WITH_PICTURE = 200, 8, 4
#: Short, so that what a killed worker held is free again soon; no limit on what one network may do.
SETTINGS = {
    "TROUBLESHOOT_MAIL_TIMEOUT_S": "5",
    "TROUBLESHOOT_MAIL_LEASE_S": "10",
    "TROUBLESHOOT_MAIL_REST_S": "1",
    "TROUBLESHOOT_REQUESTS_AN_HOUR": "10000",
    "TROUBLESHOOT_PICTURES_AN_HOUR": "10000",
}
_STORED = """
import json
from collections import Counter
from troubleshoot.tickets.models import Ticket, Draft, Picture
from troubleshoot.mail.models import OutgoingMail
print(json.dumps({
    "tickets": [[t.reference, t.email, t.pictures.count(), t.history.count()] for t in Ticket.objects.all()],
    "waiting": OutgoingMail.objects.filter(sent_at=None).count(),
    "mails": list(OutgoingMail.objects.values_list("message_id", flat=True)),
    "stray": Picture.objects.filter(draft__isnull=False).count(),
}))
"""


class Victim:
    """A site and its worker that are killed and started again, at the same address."""

    def __init__(self, folder: Path, smtp: Mailbox, database: dict[str, str]) -> None:
        self.folder = folder
        self.extra = {**SETTINGS, **database, "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}"}
        self.kills: Counter[str] = Counter()
        self._site, self._worker = ExitStack(), ExitStack()
        self.site: Served = self._site.enter_context(served(folder, **self.extra))
        self._start_worker()

    def kill_server(self) -> None:
        self.site.kill()
        self._site.close()
        port = int(self.site.url.rpartition(":")[2])
        self.site = self._site.enter_context(served(self.folder, prepare=False, port=port, **self.extra))
        self.kills["server"] += 1

    def kill_worker(self) -> None:
        self.worker.kill()
        self._worker.close()
        self._start_worker()
        self.kills["worker"] += 1

    def _start_worker(self) -> None:
        self.worker = self._worker.enter_context(working(self.site.env, self.folder / "worker.log"))

    def close(self) -> None:
        self._worker.close()
        self._site.close()


@contextmanager
def database(kind: str) -> Iterator[tuple[dict[str, str], postgres.Postgres | None]]:
    if kind == "sqlite":
        yield {}, None
        return
    with postgres.server(durable=True) as started:
        yield {"DATABASE_URL": started.url}, started


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_killed_while_two_hundred_requests_are_sent(kind, tmp_path, capsys):
    with database(kind) as (extra, server), smtp_server() as smtp:
        victim = Victim(tmp_path / "site", smtp, extra)
        try:
            writers = [
                Writer(victim.site, number, pictures=int(number % EVERY_NTH_WITH_PICTURE == 0))
                for number in range(TICKETS)
            ]
            with ThreadPoolExecutor(AT_ONCE) as people:
                at_work = [people.submit(writer.write) for writer in writers]
                _kill_in_between(victim, server, writers)
                for one in at_work:
                    one.result()
            stored = _when_all_is_sent(victim, smtp, TICKETS)
        finally:
            victim.close()
    _check(writers, stored, smtp, victim)
    with capsys.disabled():
        times = Counter(smtp.ids())
        repeated = sum(count - 1 for count in times.values())
        print(  # noqa: T201 - the figures are the point
            f"\n{kind}: {len(stored['tickets'])} requests of {TICKETS} people, {sum(w.tries for w in writers)} tries, "
            f"{sum(row[2] for row in stored['tickets'])} pictures; killed: {dict(victim.kills)}; "
            f"{len(times)} mails, {repeated} repeated"
        )


def _kill_in_between(victim: Victim, server: postgres.Postgres | None, writers: list[Writer]) -> None:
    """At a tenth, two tenths, … of the requests: the server, the worker, the database in turn."""
    turns = [victim.kill_server, victim.kill_worker, *([server.restart] if server else [])]
    for number, tenth in enumerate((1, 3, 5, 7, 8, 9)):
        _wait_for(lambda goal=tenth * TICKETS // 10: sum(bool(writer.reference) for writer in writers) >= goal)
        turn = turns[number % len(turns)]
        turn()
        if server and turn == server.restart:
            victim.kills["database"] += 1


def _wait_for(holds, limit_s: float = 240) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.02)


def _when_all_is_sent(victim: Victim, smtp: Mailbox, mails: int) -> dict:
    """What the database holds once no mail waits any more."""
    _wait_for(lambda: len(smtp.mails) >= mails)
    while (stored := json.loads(victim.site.shell(_STORED)))["waiting"]:
        time.sleep(5)  # the worker is another process; what a killed one held is free after `MAIL_LEASE_S`
    return stored


def _check(writers: list[Writer], stored: dict, smtp: Mailbox, victim: Victim) -> None:
    kept = {reference: (email, pictures, entries) for reference, email, pictures, entries in stored["tickets"]}
    assert len(stored["tickets"]) == TICKETS
    for writer in writers:
        assert kept[writer.reference] == (writer.email, writer.pictures, 1)
    assert stored["stray"] == 0
    times = Counter(smtp.ids())
    assert set(times) == set(stored["mails"])
    assert len(times) == TICKETS
    assert sum(count - 1 for count in times.values()) <= victim.kills["worker"] + victim.kills["database"]
    assert {str(message["To"]) for message in smtp.messages()} == {writer.email for writer in writers}


@pytest.mark.postgres
def test_a_database_that_is_away_is_said_and_what_was_typed_can_be_sent_again(tmp_path):
    """The page says that something broke and leads back; the worker goes on by itself."""
    with postgres.server(durable=True) as server, smtp_server() as smtp:
        victim = Victim(tmp_path / "site", smtp, {"DATABASE_URL": server.url})
        try:
            writer = Writer(victim.site, 1)
            server.restart()
            writer.write()
            assert len(_when_all_is_sent(victim, smtp, 1)["tickets"]) == 1
            assert victim.worker.poll() is None
        finally:
            victim.close()
    assert len(smtp.mails) == 1
