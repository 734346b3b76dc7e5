"""The builds of eidbridge that lie in the folder of builds: nothing else is offered, and nothing is made on demand."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

#: A build, as `.tools/build-program` names it; its facts stand beside it in a `.json` of the same name.
_NAME = re.compile(r"eidbridge-([0-9.]{3,19})-(windows|macos|linux)-(x86_64|arm64)\.zip\Z", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_SYSTEMS = {"windows": "Windows", "macos": "macOS", "linux": "Linux"}


@dataclass(frozen=True, slots=True)
class Build:
    """sha256: hexadecimal, of the zip. started_on: the system on which it was seen to start; empty where on none."""

    file: str
    version: str
    system: str
    machine: str
    size: int
    sha256: str
    started_on: str

    @property
    def system_name(self) -> str:
        return _SYSTEMS[self.system]

    @property
    def megabytes(self) -> float:
        return self.size / 1_000_000


def builds() -> list[Build]:
    """The newest build for each system; one whose facts are missing, or whose size is another one, is left out."""
    found: dict[tuple[str, str], Build] = {}
    for path in sorted(settings.PROGRAMS_DIR.glob("eidbridge-*.zip")) if settings.PROGRAMS_DIR.is_dir() else []:
        build = _read(path)
        if build is None:
            continue
        known = found.get((build.system, build.machine))
        if known is None or _numbers(known.version) < _numbers(build.version):
            found[build.system, build.machine] = build
    return sorted(found.values(), key=lambda build: (list(_SYSTEMS).index(build.system), build.machine))


def path_of(file: str) -> Path | None:
    """Where a build lies that is offered."""
    return settings.PROGRAMS_DIR / file if any(build.file == file for build in builds()) else None


def _read(path: Path) -> Build | None:
    named = _NAME.match(path.name)
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        size = path.stat().st_size
    except (OSError, ValueError):
        return None
    if not named or not isinstance(facts, dict) or facts.get("size") != size:
        return None
    sha256, started_on = str(facts.get("sha256")), str(facts.get("started_on", ""))[:60]
    if _SHA256.match(sha256) is None:
        return None
    return Build(path.name, named[1], named[2], named[3], size, sha256, started_on)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)
