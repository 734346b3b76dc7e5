"""Requests sent by many at once, to the real server from this machine."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.bench.figures import Figure
from tests.server.writers import Writer
from tests.serving import Served

SENDERS = 50


class TimedWriter(Writer):
    """Notes how long each of her POSTs took."""

    def _post(self, path: str, values: dict[str, str]) -> tuple[str, str]:
        began = time.perf_counter()
        answer = super()._post(path, values)
        self.posts.append(time.perf_counter() - began)
        return answer


def requests_sent(site: Served, *, each: int) -> list[Figure]:
    """`SENDERS` people at once, `each` requests one after the other; the client's own work is on the same cores."""
    done: list[tuple[float, list[float]]] = []

    def write(sender: int) -> None:
        for number in range(each):
            writer = TimedWriter(site, sender * each + number)
            writer.posts = []
            began = time.perf_counter()
            writer.write()
            done.append((time.perf_counter() - began, writer.posts))

    Writer(site, 999_999).write()  # warm
    before = _stored(site)
    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as people:
        for one in [people.submit(write, sender) for sender in range(SENDERS)]:
            one.result()
    took = time.perf_counter() - began
    whole = sorted(seconds for seconds, _ in done)
    posts = sorted(seconds for _, both in done for seconds in both)
    return [
        Figure(
            "requests sent", round(len(done) / took, 1), "requests/s", note=f"{SENDERS} at once, {len(done)} in all"
        ),
        Figure("a request from form to reference, 95 %", round(_share(whole, 0.95), 2), "s", note="5 pages"),
        Figure("one POST, 95 %", round(_share(posts, 0.95), 3), "s"),
        Figure("requests that were lost", len(done) - (_stored(site) - before), "", 0),
    ]


def _stored(site: Served) -> int:
    return int(site.shell("from troubleshoot.tickets.models import Ticket; print(Ticket.objects.count())"))


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
