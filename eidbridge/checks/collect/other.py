"""macOS and the rest: what any Python can tell. Never seen at work there, so nothing of it is shown in red."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from eidbridge.checks.facts import Host, Service, Snapshot, Software
from eidbridge.report.schema import SystemFamily

#: Where the Software CIE lies (from its manual), by system.
_SOFTWARE = {
    SystemFamily.MACOS: ("/Library/ipzs/libcie-pkcs11.dylib", "/Applications/CIE ID.app"),
}


def collect(family: SystemFamily, environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Snapshot:
    """root: prefix for a recorded machine."""
    is_remote = bool(environment.get("SSH_CONNECTION"))
    paths = _SOFTWARE.get(family, ())
    is_installed = any(_exists(root, path) for path in paths) if paths else None
    return Snapshot(
        host=Host(family, is_remote=is_remote, now=time.time()),
        service=Service(has_library=True, is_installed=True),
        software=Software(is_installed=is_installed),
        proven=False,
    )


def _exists(root: Path, path: str) -> bool:
    try:
        return (root / path.lstrip("/")).exists()
    except (OSError, ValueError):
        return False
