"""Queries and time of every page of a request, and the cost of one screenshot, in this process.

Run by the benchmark as a process of its own, one for each database; prints its figures as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO

from django.core.wsgi import get_wsgi_application

get_wsgi_application()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from tests.bench.figures import Figure  # noqa: E402
from tests.serving import ROOT  # noqa: E402
from tests.troubleshoot.tickets.sending import ANNA, FORM, begin, draft_url, picture, post, token_of  # noqa: E402
from troubleshoot.accounts.models import User  # noqa: E402
from troubleshoot.core.keys import hashed, key_of, nonce  # noqa: E402
from troubleshoot.tickets import services  # noqa: E402
from troubleshoot.tickets.models import Link, Ticket  # noqa: E402

ROUNDS = 15
#: A small process that cleans what it reads: the median of five times in seconds, and its children's peak in MB.
_CLEAN = """
import resource, statistics, sys, time
from troubleshoot.tickets.pictures import clean
content, times = sys.stdin.buffer.read(), []
for _ in range(5):
    began = time.perf_counter()
    clean(content)
    times.append(time.perf_counter() - began)
print(statistics.median(times), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)
"""


def pages() -> list[Figure]:
    """Each page of the way, walked `ROUNDS` times: its queries, and the median of its time."""
    seen: dict[str, list[tuple[int, float]]] = {}
    for number in range(ROUNDS):
        _walk(seen, number)
    figures = []
    for name, runs in seen.items():
        queries = max(count for count, _ms in runs)
        figures.append(Figure(name, queries, "queries", note=f"{statistics.median(ms for _, ms in runs):.1f} ms"))
    return figures


def _walk(seen: dict[str, list[tuple[int, float]]], number: int) -> None:
    anna, rosa = Client(), Client()
    rosa.force_login(User.objects.get())

    def measured(name: str, act: Callable[[], object]) -> object:
        with CaptureQueriesContext(connection) as asked:
            began = time.perf_counter()
            answer = act()
            ms = (time.perf_counter() - began) * 1000
        seen.setdefault(name, []).append((len(asked), ms))
        return answer

    token = token_of(anna)
    measured("form", lambda: anna.get(FORM))
    data = {**ANNA, "email": f"anna{number}@comune.example", "token": token}
    draft = draft_url(measured("form, sent", lambda: post(anna, FORM, data)))
    measured("pictures", lambda: anna.get(f"{draft}immagini/"))
    files = {"pictures": [SimpleUploadedFile("a.png", picture(size=(20 + number, 20)))]}
    measured("a picture, sent", lambda: post(anna, f"{draft}immagini/", files))
    measured("all that will be seen", lambda: anna.get(draft))
    measured("send", lambda: post(anna, f"{draft}invia/"))
    measured("sent", lambda: anna.get(f"{draft}inviata/"))
    ticket = Ticket.objects.latest("id")
    seed = nonce()
    Link.objects.filter(ticket=ticket).update(key_hash=hashed(key_of(seed)))
    link = f"/it/richiesta/apri/{key_of(seed)}/"
    measured("link, opened", lambda: anna.get(link))
    measured("link, confirmed", lambda: post(anna, link))
    page = f"/it/richiesta/{ticket.reference}/"
    measured("request", lambda: anna.get(page))
    added = {"token": token_of(anna, page), "text": "Ancora fuori"}
    measured("something added", lambda: post(anna, f"{page}aggiungi/", added))
    measured("new link, asked for", lambda: post(anna, "/it/richiesta/link/", {**data, "reference": ticket.reference}))
    measured("staff: list", lambda: rosa.get("/it/redazione/richieste/"))
    detail = f"/it/redazione/richieste/{ticket.reference}/"
    measured("staff: request", lambda: rosa.get(detail))
    answer = {"token": token_of(rosa, detail), "text": "Ecco come si fa."}
    measured("staff: answer", lambda: rosa.post(detail, answer))
    services.close_as_solved(ticket)


def screenshot_cost() -> list[Figure]:
    """Time of cleaning a screen-sized picture and the largest one that is taken; memory is the child's peak."""
    figures = []
    for name, size in (("1920 × 1080", (1920, 1080)), ("5000 × 5000", (5000, 5000))):
        content = _screen(size)
        command = [sys.executable, "-c", _CLEAN]
        done = subprocess.run(command, input=content, capture_output=True, check=True, cwd=ROOT)
        seconds, peak_mb = map(float, done.stdout.split())
        figures += [
            Figure(f"screenshot {name}, time", round(seconds, 3), "s"),
            Figure(f"screenshot {name}, memory of the child", round(peak_mb, 1), "MB", 512),
        ]
    return figures


def _screen(size: tuple[int, int]) -> bytes:
    """Something like a page: lines of text on white, and a coloured bar."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, size[0], 60), fill=(0, 102, 204))
    for line in range(80, size[1], 18):
        pen.text(
            (40, line), "Authentication failed. The code you entered is not valid. " * (size[0] // 400), fill="black"
        )
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def main() -> None:
    begin(Client())  # templates are compiled, holidays and browsers' names read
    figures = {"Queries of a request's pages": pages(), "Cost of a screenshot": screenshot_cost()}
    json.dump({title: [asdict(figure) for figure in rows] for title, rows in figures.items()}, sys.stdout)


if __name__ == "__main__":
    main()
