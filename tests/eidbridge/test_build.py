"""A build for this system: made by the recipe, started from its unpacked folder, offered by the site."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.joint.conftest import Program
from tests.joint.terminal import Reader, terminal
from tests.serving import served
from troubleshoot.reports import programs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("builds")
    recipe = [
        sys.executable,
        ".tools/build_program.py",
        "--site",
        "https://accesso.example",
        "Prova",
        "--to",
        str(folder),
    ]
    done = subprocess.run(recipe, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    [packed] = folder.glob("*.zip")
    return packed


def test_its_facts_are_true(built):
    facts = json.loads(built.with_suffix(".json").read_text())
    assert facts["sha256"] == hashlib.sha256(built.read_bytes()).hexdigest()
    assert facts["size"] == built.stat().st_size
    assert facts["started_on"]


def test_it_talks_to_its_own_site_alone(built, tmp_path):
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(built), str(tmp_path)], check=True)
    program = tmp_path / "eidbridge" / "eidbridge-text"
    program.chmod(0o755)
    env = {"EIDBRIDGE_LANGUAGE": "it", "HOME": str(tmp_path), "PATH": "/nonexistent"}
    done = subprocess.run([program], input="\n", env=env, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("Sito: Prova (accesso.example)\nCodice mostrato dalla pagina:")
    other = [program, "check", "--send", "https://evil.example", "--code", "ACDEFGHJ"]
    done = subprocess.run(other, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "non è fatto per https://evil.example: parla solo con accesso.example" in done.stderr


@dataclass(frozen=True, slots=True)
class Unpacked(Program):
    """The program as people have it: its own folder, and nothing else of Python."""

    def command(self, *arguments: str) -> list[str]:
        return [str(self.source / "eidbridge-text"), *arguments]


def test_a_whole_pairing_from_its_unpacked_folder(built, tmp_path):
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(built), str(tmp_path)], check=True)
    nowhere = str(tmp_path / "no-service")
    env = {"EIDBRIDGE_LANGUAGE": "it", "HOME": str(tmp_path), "PATH": "/nonexistent", "PCSCLITE_CSOCK_NAME": nowhere}
    program = Unpacked(tmp_path / "eidbridge", env)
    (program.source / "eidbridge-text").chmod(0o755)
    with served(tmp_path / "site", TROUBLESHOOT_TICKET_TOPICS_OFF="-") as site:
        reader = Reader(site.url)
        with terminal(program, "--send", site.url, "--code", reader.begin()) as shown:
            reader.pick(shown.word)
            shown.until("Mando il rapporto a")
            place = shown.type("s")
            shown.until("Il rapporto è arrivato.", since=place)
            found = reader.findings()
            shown.type("f")
            assert shown.ended() == 1
    [service] = [code for code in found if code.startswith("service.")]
    assert found[service].startswith("/it/guida/cie-inps/")


def test_the_site_offers_what_lies_in_its_folder_and_nothing_else(built, client, settings, tmp_path):
    settings.PROGRAMS_DIR = tmp_path / "none"
    nothing = client.get("/it/programma/").content.decode()
    assert "non si può ancora prendere" in nothing
    assert "Mostra questa pagina" not in nothing
    settings.PROGRAMS_DIR = built.parent
    page = client.get("/it/programma/", headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"})
    words = page.content.decode()
    [build] = programs.builds()
    for told in (build.file, build.sha256, build.version, "sha256sum", "Scarica la versione"):
        assert told in words
    answer = client.get(f"/it/programma/{build.file}")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == build.sha256
    assert client.get("/it/programma/other.zip").status_code == 404
    assert client.get("/it/programma/..%2Fsettings.py").status_code == 404
    windows = client.get(
        "/it/programma/", headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143"}
    )
    assert "Qui non c'è un programma per il tuo sistema" in windows.content.decode()
    assert build.file not in windows.content.decode()  # nothing is offered that cannot run there
    assert build.file in client.get("/it/programma/?tutti=1").content.decode()
    by_text = client.get("/it/programma/?testo=1&tutti=1").content.decode()
    assert by_text.index("<strong>eidbridge-text</strong>") < by_text.index("<strong>eidbridge</strong>")


@pytest.mark.parametrize("broken", ["no facts", "another size", "no hash", "another name"])
def test_a_build_that_is_not_whole_is_not_offered(built, settings, tmp_path, broken):
    settings.PROGRAMS_DIR = tmp_path
    facts = json.loads(built.with_suffix(".json").read_text())
    copy = tmp_path / ("eidbridge-x.zip" if broken == "another name" else built.name)
    copy.write_bytes(built.read_bytes()[: -1 if broken == "another size" else None])
    if broken == "no hash":
        facts["sha256"] = "<script>"
    if broken != "no facts":
        copy.with_suffix(".json").write_text(json.dumps(facts))
    assert programs.builds() == []
