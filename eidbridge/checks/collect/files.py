"""Files that more than one system has: read to a limit, and never with an error for what is missing or closed."""

import configparser
import os
import re
from pathlib import Path

#: Largest file read here, in bytes.
_MOST_BYTES = 1_000_000
#: Most profiles of a browser looked at; a folder full of others' names is no browser.
_MOST_PROFILES = 50
_NIS = re.compile(r"([0-9]{12})\.cache", re.ASCII)


def caches(folder: Path) -> frozenset[str] | None:
    """Numbers of the cards the Software CIE was paired with, by the names of its files; None where they are closed."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError):
        return None
    return frozenset(found[1] for name in names if (found := _NIS.fullmatch(name)) and has_content(folder / name))


def profiles(firefox: Path) -> list[Path]:
    """Firefox's profiles that were opened once: those its list names, and those that lie beside the list."""
    listed = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        listed.read_string(text(firefox / "profiles.ini"))
    except configparser.Error:
        listed.clear()
    paths = [firefox / section["path"] for section in listed.values() if section.get("path")]
    beside = [folder / name for folder in (firefox, firefox / "Profiles") for name in names_in(folder)]
    found = dict.fromkeys([*paths, *beside])
    return [path for path in found if _may_be_there(path / "pkcs11.txt")][:_MOST_PROFILES]


def has_module(profile: Path, module: str) -> bool | None:
    """Whether a profile's list of PKCS#11 modules loads one whose path holds `module`; None where it is closed."""
    stored = profile / "pkcs11.txt"
    try:
        if not stored.is_file():
            return False
        stored.open("rb").close()
    except PermissionError:
        return None
    except (OSError, ValueError):
        return False
    return any(line.startswith("library=") and module in line for line in text(stored).splitlines())


def text(path: Path, most: int = _MOST_BYTES) -> str:
    """The beginning of a file; empty where it is missing, may not be read, or is no file."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _may_be_there(path: Path) -> bool:
    """Also where its folder is closed, so that nobody can tell."""
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def link(path: Path) -> str:
    """Where a link leads; empty where it is none, or may not be read."""
    try:
        return os.readlink(path)
    except (OSError, ValueError):
        return ""


def names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


def exists(path: Path) -> bool:
    """False also where it cannot be told."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def has_content(path: Path) -> bool:
    """A file with something in it."""
    try:
        return path.is_file() and path.stat().st_size > 0
    except (OSError, ValueError):
        return False
