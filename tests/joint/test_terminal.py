"""The joint by the text version: every card, what goes wrong on the way, and that no secret is left anywhere."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from eidbridge.report import SITES, decode
from eidbridge.simulator.profiles import PROFILES
from tests.authority import make_authority
from tests.joint.conftest import program_for
from tests.joint.proxy import intercepting
from tests.joint.terminal import CHECK, Reader, terminal
from tests.joint.test_window import lying
from tests.pcsc.test_commands import FOUND
from tests.serving import PRODUCTION, free_port, served
from troubleshoot.flows import library

#: What this PC lacks, and is told beside the card.
HERE = {"software.missing", "software.home-folder", "host.virtual-machine"}


@pytest.fixture
def reader(secure_site, authority) -> Reader:
    return Reader(secure_site.url, str(authority.root))


def join(shown, reader: Reader, code: str | None = None) -> None:
    reader.pick(shown.word)
    shown.until("La parola è giusta.")


def test_every_card_ends_at_the_step_that_fits(secure_site, authority, reader, program, stack, pcsc, tmp_path):
    """One pairing, one card after the other: *check again* each time. Then: no secret of them is left anywhere."""
    steps = library.current().content.flows["cie-inps"].steps["pc-check"].next
    found, expected = {}, {}
    code = reader.begin()
    with terminal(program, "--send", secure_site.url, "--code", code) as shown:
        join_at = 0
        for name, codes in FOUND.items():
            with lying(stack, pcsc, name):
                if not join_at:
                    join(shown, reader)
                else:
                    reader.press(again="1")
                    shown.until("La pagina chiede", since=join_at)
                    shown.type("")
                shown.until("Mando il rapporto a Prova?", since=join_at)
                join_at = shown.type("s")
                shown.until("Il rapporto è arrivato.", since=join_at)
            ways = {code: way.partition("?")[0] for code, way in reader.findings().items() if code not in HERE}
            found[name] = ways
            expected[name] = {code: f"/it/guida/cie-inps/{steps[code]}/" for code in codes}
        shown.type("f")
        assert shown.ended() == 1
    assert found == expected
    assert "/eidbridge/v1/pairings" in Path(secure_site.env["TROUBLESHOOT_ACCESS_LOG"]).read_text()
    planted = {code, code.replace("-", "")}
    planted |= {socket.gethostname(), program.env["HOME"], str(stack.home), "BEGIN PRIVATE", stack.name}
    for profile in PROFILES.values():
        holder = profile.holder
        planted |= {holder.nis, holder.document_number, holder.tax_code, holder.surname, holder.name}
        planted |= {code.decode() for code in (profile.pin, profile.puk, profile.can)}
    assert_nowhere(Path(secure_site.env["TROUBLESHOOT_VAR_DIR"]), {text for text in planted if len(text) > 3})
    visited = "\n".join(reader.visited)
    assert not [text for text in planted if len(text) > 3 and text in visited]


def assert_nowhere(folder: Path, planted: set[str]) -> None:
    looked_at = 0
    for path in folder.rglob("*"):
        if path.is_file() and "static" not in path.parts:
            data = path.read_bytes()
            looked_at += 1
            assert not [text for text in planted if text.encode() in data], path
    assert looked_at > 1


def test_the_report_is_not_sent_without_a_yes(secure_site, reader, program, stack, pcsc):
    with lying(stack, pcsc, "pin-blocked"), terminal(program, "--send", "--code", reader.begin()) as shown:
        join(shown, reader)
        shown.until("Mando il rapporto a Prova?")
        said = shown.said
        assert said.index("PIN bloccato [card.pin-blocked]") < said.index("Mando il rapporto")
        shown.type("n")
        shown.until("Non è partito nulla.")
        assert reader.findings() == {}
        shown.type("f")
        shown.ended()


def test_the_report_can_be_saved_and_brought_by_hand(secure_site, reader, program, stack, pcsc, tmp_path):
    file = tmp_path / "report.json"
    code = reader.begin()
    with lying(stack, pcsc, "pin-blocked"), terminal(program, "--send", "--code", code, "--save", str(file)) as shown:
        join(shown, reader)
        shown.until("Mando il rapporto a Prova?")
    assert file.stat().st_mode & 0o777 == 0o600
    done = subprocess.run(
        program.command("check", "--send", "--code", code),
        cwd=program.source,
        env=program.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3  # the code was used
    assert "non conosce questo codice" in done.stderr


def test_an_office_that_opens_connections_is_found_and_said(
    secure_site, authority, reader, program, stack, pcsc, tmp_path
):
    office = make_authority(tmp_path / "office", "Ufficio Prova Proxy")
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(office.root.read_text())  # the PC trusts the office alone: the site's own is never seen
    with intercepting(office, *SITES) as (proxy, asked), lying(stack, pcsc, "cie-bit4id"):
        env = {"https_proxy": proxy, "SSL_CERT_FILE": str(trusted)}
        with terminal(program, "--send", "--reach", "--code", reader.begin(), **env) as shown:
            join(shown, reader)
            said = shown.until("Mando il rapporto a Prova?")
            shown.type("s")
            shown.until("Il rapporto è arrivato.")
    assert "network.intercepted" in said
    assert f"localhost:{secure_site.url.rpartition(':')[2]}" in asked
    assert {f"{site}:443" for site in SITES} <= set(asked)
    assert reader.findings()["network.intercepted"].startswith("/it/guida/cie-inps/connection-opened/")


def test_a_site_that_nobody_here_trusts_gets_nothing(secure_site, reader, program, tmp_path):
    nobody = make_authority(tmp_path / "nobody")
    with terminal(program, "--send", "--code", reader.begin(), SSL_CERT_FILE=str(nobody.root)) as shown:
        shown.until("non si fida del certificato")
        shown.until("Scrivi un altro codice")


def test_a_clock_that_is_a_day_ahead_works_and_is_a_finding(secure_site, reader, program, stack, pcsc):
    if shutil.which("faketime") is None:
        pytest.fail("faketime is not installed: apt-get install faketime")
    late = replace(program, before=("faketime", "--exclude-monotonic", "-f", "+1d"))
    with lying(stack, pcsc, "cie-bit4id"), terminal(late, "--send", "--code", reader.begin()) as shown:
        join(shown, reader)
        shown.until("Mando il rapporto a Prova?")
        shown.type("s")
        shown.until("Il rapporto è arrivato.")
    assert reader.findings()["host.clock-wrong"].startswith("/it/guida/cie-inps/set-clock/")


def test_a_site_that_is_killed_between_pairing_and_report(authority, tls, tmp_path, stack, pcsc):
    """The program waits and says so; once the site is back it goes on, and nothing was lost."""
    port, folder = free_port(), tmp_path / "site"
    with served(folder, port=port, tls=tls, **PRODUCTION) as first:
        reader = Reader(first.url, str(authority.root))
        program = program_for(
            tmp_path,
            first.url,
            tmp_path / "home",
            PCSCLITE_CSOCK_NAME=str(stack.socket_path),
            SSL_CERT_FILE=str(authority.root),
        )
        with lying(stack, pcsc, "pin-blocked"), terminal(program, "--send", "--code", reader.begin()) as shown:
            join(shown, reader)
            shown.until("Mando il rapporto a Prova?")
            place = len(shown.said)
            first.kill()
            shown.until("Il sito non risponde.", since=place)
            shown.until("\nMando il rapporto a Prova?", since=place)  # asked again, on its own line
            place = shown.type("s")
            with served(folder, prepare=False, port=port, tls=tls, **PRODUCTION):
                shown.until("Il rapporto è arrivato.", since=place)
                assert "card.pin-blocked" in reader.findings()


def test_a_pc_that_sleeps_goes_on_where_it_was(secure_site, reader, program, stack, pcsc):
    with lying(stack, pcsc, "pin-blocked"), terminal(program, "--send", "--code", reader.begin()) as shown:
        join(shown, reader)
        shown.until("Mando il rapporto a Prova?")
        shown.process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        shown.process.send_signal(signal.SIGCONT)
        shown.type("s")
        shown.until("Il rapporto è arrivato.")


def test_a_page_that_ends_it_and_a_new_code_are_told(secure_site, reader, program):
    with terminal(program, "--send", "--code", reader.begin()) as shown:
        word = shown.word
        pairing = reader.open(CHECK).select_one("[name=pairing]")["value"]
        reader.pick(word)
        shown.until("La parola è giusta.")
        reader.open(CHECK, pairing=pairing, begin="1")
        shown.until("La pagina ha un codice nuovo")
        with suppress(BrokenPipeError):  # where the checks were done, it asks whether to keep the report
            shown.type("n")
        shown.ended()


def test_two_programs_and_one_code(secure_site, reader, program, tmp_path):
    code = reader.begin()
    with terminal(program, "--send", "--code", code) as first:
        assert first.word
        with terminal(program, "--send", "--code", code) as second:
            second.until("non conosce questo codice")
            place = second.type("")  # then without a page, and a file to bring
            second.until("Salvo il rapporto in", since=place)
            place = second.type(str(tmp_path / "report.json"))
            second.until("Rapporto salvato", since=place)
            assert second.ended() == 1
    assert decode((tmp_path / "report.json").read_bytes()).checks


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a root of its own")
def test_the_systems_own_store_is_used(secure_site, authority, reader, program, stack, pcsc, tmp_path):
    """In a throw-away root: the authority lies in the system's own list there, and nothing names it to the program."""
    store = Path("/etc/ssl/certs/ca-certificates.crt")
    if not store.exists() or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system has no such list, or lets no process see other files")
    both = tmp_path / "store.crt"
    both.write_bytes(store.read_bytes() + authority.root.read_bytes())
    env = {name: value for name, value in program.env.items() if name != "SSL_CERT_FILE"}
    script = 'mount -t tmpfs none /etc/ssl/certs && cp "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"'
    plain = replace(program, env=env)
    with terminal(plain, "--send", "--code", reader.begin()) as shown:
        shown.until("non si fida del certificato")
    inside = replace(plain, before=("unshare", "-m", "sh", "-c", script, str(both)))
    with terminal(inside, "--send", "--code", reader.begin()) as shown:
        assert shown.word
