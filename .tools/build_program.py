"""Build eidbridge for the system this runs on: PyInstaller, a folder in a zip, and its facts in a JSON file beside it.

    python .tools/build_program.py --site https://accesso.example "Accesso Facile" --to builds/

Works the same on Windows, macOS and Linux, with Python 3.11 or newer and nothing else: what it needs is installed, by
hash, into a virtual environment of its own. The zip is started once before its facts are written.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-program"
SYSTEMS = {"Windows": "windows", "Darwin": "macos", "Linux": "linux"}
MACHINES = {"AMD64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64", "ARM64": "arm64"}
#: Seconds a build may take to say its version, and to make a report.
PATIENCE_S = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", nargs=2, action="append", default=[], metavar=("ORIGIN", "NAME"))
    parser.add_argument(
        "--to", type=Path, default=ROOT / ".var" / "programs", help="folder of builds that a site offers"
    )
    options = parser.parse_args()
    if find_spec("PyInstaller") is None:
        again_with_packages()
    with tempfile.TemporaryDirectory() as work:
        print(build(Path(work), options.site, options.to))


def again_with_packages() -> None:
    """Run this once more where PyInstaller and the program's packages are."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    works = [python, "-m", "pip", "--version"]
    if not python.exists() or subprocess.run(works, capture_output=True, check=False).returncode:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    requirements = ROOT / "requirements-program.txt"
    subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements], check=True)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]], check=False).returncode)


def build(work: Path, sites: list[list[str]], folder: Path) -> Path:
    """The zip, once it was seen to start. sites: origins and names; empty for those in the source."""
    source = work / "source"
    shutil.copytree(ROOT / "eidbridge", source / "eidbridge", ignore=shutil.ignore_patterns("__pycache__"))
    for origin, _name in sites:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?|http://localhost(:[0-9]+)?", origin):
            sys.exit(f"{origin} is no origin such as https://accesso.example (plain http is for localhost alone).")
    if sites:
        lines = "".join(f"{origin}  {name}\n" for origin, name in sites)
        (source / "eidbridge" / "agent" / "sites.txt").write_text(lines, encoding="utf-8")
    shutil.copy(ROOT / ".tools" / "eidbridge.spec", source)
    made = work / "dist"
    subprocess.run(
        (
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(made), "--workpath", str(work / "build"), "eidbridge.spec"),
        ),
        cwd=source,
        env={**os.environ, "PYTHONHASHSEED": "0"},  # names in the library in the same order each time
        check=True,
    )
    version = version_of(source)
    system, machine = SYSTEMS[platform.system()], MACHINES[platform.machine()]
    folder.mkdir(parents=True, exist_ok=True)
    packed = work / f"eidbridge-{version}-{system}-{machine}.zip"
    pack(made / "eidbridge", packed)
    started_on = start_once(packed, version)
    packed = Path(shutil.move(packed, folder / packed.name))  # offered once it was seen to start
    facts = {
        "version": version,
        "system": system,
        "machine": machine,
        "size": packed.stat().st_size,
        "sha256": hashlib.sha256(packed.read_bytes()).hexdigest(),
        "started_on": started_on,
    }
    packed.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return packed


def version_of(source: Path) -> str:
    text = (source / "eidbridge" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def pack(made: Path, packed: Path) -> None:
    """The folder `eidbridge` as a zip, with what may be started marked so; the same files make the same zip."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(made.rglob("*")):
            if path.is_dir():
                continue
            entry = zipfile.ZipInfo(f"eidbridge/{path.relative_to(made).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.external_attr = (path.stat().st_mode & 0o755) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, path.read_bytes())


def unpack(packed: Path, folder: Path) -> Path:
    """Unpacked as people do, with what may be started; the folder `eidbridge`."""
    with zipfile.ZipFile(packed) as file:
        file.extractall(folder)
        for entry in file.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 or 0o644)
    return folder / "eidbridge"


def start_once(packed: Path, version: str) -> str:
    """Unpack it elsewhere, let it say its version and make a report; the system's name. Raises where it does not."""
    with tempfile.TemporaryDirectory() as elsewhere:
        program = unpack(packed, Path(elsewhere)) / ("eidbridge-text.exe" if os.name == "nt" else "eidbridge-text")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
        assert said.stdout.split() == ["eidbridge", version], said.stdout
        made = subprocess.run([program, "check", "--json"], capture_output=True, check=False, timeout=PATIENCE_S)
        report = json.loads(made.stdout)
        assert report["program"] == version, report
        assert not any(check.get("code") == "program.fault" for check in report["checks"]), report
        asked = subprocess.run([program, "check", "--send"], input="", capture_output=True, text=True, check=False)
        assert asked.returncode == 2, asked  # it has a site, and no code was given
    return system_name()


def system_name() -> str:
    if platform.system() == "Linux":
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{platform.system()} {platform.release()}"


if __name__ == "__main__":
    main()
