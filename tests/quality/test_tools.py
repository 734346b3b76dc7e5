"""What tools see: style, types, contracts, templates, migrations, settings, texts, requirement files."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.languages import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
#: One after the other: reading the texts leaves files beside the templates for a moment, which a linter would read.
pytestmark = [pytest.mark.quality, pytest.mark.xdist_group("tools")]

PRODUCTION = {
    "TROUBLESHOOT_SECRET_KEY": "k" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789",
    "TROUBLESHOOT_ALLOWED_HOSTS": "accesso.example",
}


def outcome(*command: str, cwd: Path = ROOT, **extra: str) -> tuple[int, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TROUBLESHOOT_", "DJANGO_"))}
    done = subprocess.run(command, cwd=cwd, env=env | extra, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
        ("djlint", "templates", "--lint", "--quiet"),
        ("deptry", "."),
    ],
    ids=" ".join,
)
def test_a_tool_has_nothing_to_say(command):
    code, said = outcome(str(BIN / command[0]), *command[1:])
    assert code == 0, said


@pytest.mark.parametrize("command", ["check", "validate_flows", "makemigrations --check --dry-run"])
def test_a_command_has_nothing_to_say(command, tmp_path):
    code, said = outcome(
        sys.executable, "manage.py", *command.split(), TROUBLESHOOT_DEMO="1", TROUBLESHOOT_VAR_DIR=str(tmp_path)
    )
    assert code == 0, said


def test_production_settings_pass_the_deployment_check(tmp_path):
    code, said = outcome(
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "INFO",
        TROUBLESHOOT_VAR_DIR=str(tmp_path),
        **PRODUCTION,
    )
    assert code == 0, said
    assert "no issues" in said


def test_without_a_secret_key_production_does_not_start():
    code, said = outcome(sys.executable, "manage.py", "check")
    assert code != 0
    assert "Set TROUBLESHOOT_SECRET_KEY" in said


def test_the_demo_is_no_production(tmp_path):
    code, said = outcome(
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        TROUBLESHOOT_DEMO="1",
        TROUBLESHOOT_VAR_DIR=str(tmp_path),
        **PRODUCTION,
    )
    assert code != 0
    assert "accounts.E001" in said


@pytest.mark.parametrize("arguments", [("make_reviewer", "--demo"), ("demo_code",)])
def test_the_demo_reviewer_is_refused_in_production(tmp_path, arguments):
    code, said = outcome(sys.executable, "manage.py", *arguments, TROUBLESHOOT_VAR_DIR=str(tmp_path), **PRODUCTION)
    assert code != 0
    assert "outside a demo" in said


@pytest.mark.parametrize("variable", ["TROUBLESHOOT_SECRET_KEY", "DATABASE_URL", "TROUBLESHOOT_ALLOWED_HOSTS"])
def test_run_refuses_to_start_with_production_settings(variable):
    code, said = outcome("./run", **{variable: "x"})
    assert code != 0
    assert variable in said
    assert "production" in said


def test_a_setting_out_of_its_range_is_said(tmp_path):
    for value, words in (("12", "between 65536 and 262144"), ("many", "whole number")):
        code, said = outcome(sys.executable, "manage.py", "check", TROUBLESHOOT_REPORT_MAX_BYTES=value, **PRODUCTION)
        assert code != 0
        assert words in said


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed: apt-get install gettext")
@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])  # the texts themselves are English
def test_every_text_is_translated(tmp_path, language):
    """The catalogue holds what code and templates say, no more and no less, and all of it in the language."""
    import polib  # noqa: PLC0415

    tree = tmp_path / "tree"  # the command writes beside every file it reads
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".*", "tests", "__pycache__"))
    catalogue = tree / "troubleshoot" / "locale" / language / "LC_MESSAGES" / "django.po"
    before = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(catalogue))}
    untranslated = [entry.msgid for entry in polib.pofile(str(catalogue)) if not entry.translated()]
    command = f"makemessages -l {language} --no-location -e html,svg,py,txt"
    code, said = outcome(
        sys.executable,
        str(tree / "manage.py"),
        *command.split(),
        cwd=tree,
        TROUBLESHOOT_DEMO="1",
        TROUBLESHOOT_VAR_DIR=str(tmp_path),
    )
    assert code == 0, said
    after = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(catalogue)) if not entry.obsolete}
    assert before == after
    assert untranslated == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirement_files_have_hashes_and_name_no_host(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)
    assert text.count("--hash=sha256:") >= text.count("==")


def test_requirement_files_hold_what_the_project_asks_for():
    import tomllib  # noqa: PLC0415

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for name, wanted in (("requirements.txt", ("site",)), ("requirements-dev.txt", ("site", "bridge", "dev"))):
        pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==", (ROOT / name).read_text(), re.MULTILINE))
        for extra in wanted:
            asked = {re.split(r"[\[<>=]", line)[0].lower() for line in extras[extra]}
            assert asked <= pinned, asked - pinned


def project_files() -> list[str]:
    """What is committed; in a copy without history, all but what is made at set-up."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name]
    made = {
        ".venv",
        ".var",
        ".bench",
        ".git",
        "__pycache__",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
    }
    files = (file.relative_to(ROOT) for file in ROOT.rglob("*") if file.is_file())
    return [str(file) for file in files if not made & set(file.parts)]


def test_no_file_names_this_machine():
    """Registries' hosts and paths of one machine stay out of the repository."""
    words = ("/work/" + "main", "/work/" + "shared", "pypi" + ".org", "registry." + "npmjs", "deb." + "debian.org")
    for name in project_files():
        file = ROOT / name
        if file.suffix in (".png", ".mo") or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], name


def test_no_third_party_asset_is_committed():
    assert not [name for name in project_files() if re.search(r"\.(woff2?|ttf|eot)$|htmx|bootstrap", name)]
