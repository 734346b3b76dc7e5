import pytest
from bs4 import BeautifulSoup

from tests.eidbridge.report.examples import FINE, PIN_BLOCKED
from tests.eidbridge.report.examples import report as example
from tests.troubleshoot.reports.program import give_key
from troubleshoot.core.keys import hashed
from troubleshoot.reports import pairings

pytestmark = pytest.mark.usefixtures("without_database")
PATH = (
    "/it/scheda/imi/?by-hand-stopped=password&password-state=refused&reset-password=no&sign-in-page=refused&tries-before=none"
    "&type-by-hand=no&where=password"
)


def sheet(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser").select_one("#sheet").get_text()


def test_the_sheet_holds_path_answers_remedies_and_gaps(client):
    text = sheet(client, PATH)
    assert text.strip().startswith("Entrare in IMI con EU Login\nArgomento: accesso che non riesce\nPunto raggiunto: ")
    assert "Punto raggiunto: Dove si è fermato il cambio della password?" in text
    assert "- Che cosa sai della tua password? La scrivo e viene rifiutata." in text
    assert "RIMEDI PROVATI\n- Scrivi la password a mano, una volta sola No, non ancora." in text
    assert "MANCA ANCORA" in text
    assert "- Il browser che usi:" in text
    assert "&#x27;" not in text


def test_without_a_remedy_the_sheet_says_so(client):
    assert "Nessun rimedio è stato ancora provato" in sheet(client, "/it/scheda/imi/")


def test_findings_come_from_a_stored_report_alone(client, db):
    """What an address says was found is an answer, and no finding."""
    url = "/en/scrivi/cie-inps/?pc-check=card.pin-blocked&road=reader"
    said = sheet(client, url)
    assert "FINDINGS" not in said
    assert "PIN blocked." in said
    pairings.keep(hashed("k" * 43), example(FINE, PIN_BLOCKED))
    give_key(client, "k" * 43)
    found = sheet(client, url)
    assert "FINDINGS OF THE PC CHECK\n- 20" in found
    assert "brought by hand as a file, eidbridge 0.1.0, linux: 1 checks fine" in found
    assert "- PIN blocked [card.pin-blocked] (tries left: 0)" in found


@pytest.mark.parametrize(
    "query", ["?where=password&ghost=1", "?sign-in-page=refused", "?where=%3Cscript%3E", "?where=a&where=b"]
)
def test_what_does_not_hold_is_left_out_of_the_sheet(client, query):
    text = sheet(client, f"/it/scheda/imi/{query}")
    assert "script" not in text
    assert "ghost" not in text


@pytest.mark.parametrize(
    ("path", "mailbox"), [("/it/scheda/imi/", "nimic@governo.it"), ("/it/scrivi/cie-inps/", "cie.cittadini@interno.it")]
)
def test_the_mail_goes_to_the_flow_s_own_desk(client, path, mailbox):
    assert f"mailto:{mailbox}" in client.get(path).content.decode()
