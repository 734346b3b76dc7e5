"""What the whole content costs at the start: reading and proving it, and the time until the first answer."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.bench.figures import CannotRun, Figure
from tests.serving import ROOT, Served, served

#: Runs in a process of its own, as a worker begins: nothing is warm.
_READ = """
import json, resource, time
import django
began = time.perf_counter()
django.setup()
from django.conf import settings
from troubleshoot.flows import library
ready = time.perf_counter()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
content, problems = library.read(settings.FLOWS_CONTENT_DIR)
assert not problems, problems
texts = sum(len(flow.texts) for flow in content.flows.values()) + len(content.error_words) + len(content.letters)
print(json.dumps({
    "django_ms": (ready - began) * 1000,
    "content_ms": (time.perf_counter() - ready) * 1000,
    "content_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000,
    "steps": sum(len(flow.steps) for flow in content.flows.values()),
    "texts": texts,
}))
"""


def start_up(site: Served, *, repeats: int) -> list[Figure]:
    """Medians over `repeats` fresh processes."""
    runs = [_read(site) for _ in range(repeats)]
    middle = {name: median(run[name] for run in runs) for name in runs[0]}
    note = f"{middle['steps']:.0f} steps, {middle['texts']:.0f} texts"
    return [
        Figure("importing Django and the site", round(middle["django_ms"]), "ms"),
        Figure("reading and proving the content", round(middle["content_ms"]), "ms", note=note),
        Figure("memory the content adds", round(middle["content_mb"], 1), "MB"),
        Figure("server, from its start to the first answer", round(median(_first_answer(site, repeats)), 2), "s"),
    ]


def _read(site: Served) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _READ], cwd=ROOT, env=site.env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotRun(f"the content could not be read: {done.stderr.strip()[-500:]}")
    return dict(json.loads(done.stdout))


def _first_answer(site: Served, repeats: int) -> list[float]:
    kept = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TROUBLESHOOT_WORKERS")
    extra = {name: site.env[name] for name in kept if name in site.env}
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        with served(Path(site.env["TROUBLESHOOT_VAR_DIR"]), prepare=False, **extra):
            times.append(time.perf_counter() - began)
    return times
