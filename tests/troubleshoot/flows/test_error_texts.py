"""Pages of known error texts: each row of the message table has one, and it leads on."""

import pytest
from bs4 import BeautifulSoup

from tests.languages import LANGUAGES
from troubleshoot.flows.engine import walk

pytestmark = pytest.mark.usefixtures("without_database")

#: The table of known messages: text on the screen, label.
MESSAGES = [
    ("504 Gateway Time-out", "network.service_down"),
    (
        "As of 15/01/2025, a two-factor authentication is needed to login to the IMI system",
        "eulogin.2fa.none_registered",
    ),
    ("ATTENZIONE 01-07-2025", "eulogin.2fa.sms_removed"),
    ("Autenticazione impossibile tramite il servizio proxy di eIDAS del paese 'IT'", "eulogin.eid.node_error"),
    ("CA SSL SERVER", "network.server_certificate_expired"),
    ("Il certificato utilizzato non è stato riconosciuto come valido", "network.service_down"),
    ("incorrect password supplied", "eulogin.password.wrong_or_expired"),
    (
        'Invalid user … belongs to "SELF_REGISTERED" users while application accepts only "INTERNAL" users',
        "eulogin.account.no_rights_in_application",
    ),
    ("L'autenticazione tramite SMS non è più possibile", "eulogin.2fa.sms_removed"),
    ("la password inserita non è corretta", "eulogin.password.wrong_or_expired"),
    ("Login error", "network.service_down"),
    ("Login error", "browser.wrong_certificate"),
    ("Metodo di autenticazione", "eulogin.2fa.method_list"),
    ("Proxy Error", "network.service_down"),
    ("Registration of device … failed", "eulogin.2fa.security_key"),
    ("service.eid.gov.it/EidasNode/ColleagueRequest", "eulogin.eid.node_error"),
    ("Token", "eulogin.2fa.method_list"),
    ('Unable to authenticate via the eIDAS proxy service of the country "IT".', "eulogin.eid.node_error"),
    (
        'You are currently logged in as user "n…" and cannot use an authentication factor registered to user "v…"',
        "eulogin.account.two_accounts",
    ),
    (
        "You cannot create an account with an e-mail that belongs to an institution",
        "eulogin.account.email_not_accepted",
    ),
    ("IMI le chiede di autenticarsi", "eulogin.password.wrong_or_expired"),
    ("Apple non può verificare la presenza di malware", "cie.software.os_security_block"),
    ("ArrayIndexOutOfBoundsException", "inps.mobile_cie_read_fails"),
    ("ATTENZIONE: dal 1 ottobre 2021 puoi accedere solo con SPID, CNS o CIE", "inps.pin_retired"),
    ("Carta bloccata", "cie.pin.blocked_needs_puk"),
    ("Carta bloccata temporaneamente", "cie.pin.blocked_needs_puk"),
    ("carta sconosciuta", "cie.card.other_card_type"),
    ("Check del tag fallito", "cie.card.new_chip_unsupported"),
    ("CIE non presente sul lettore", "cie.reader.card_drops"),
    ("danneggerà il tuo computer", "cie.software.os_security_block"),
    ("ERR_BAD_SSL_CLIENT_AUTH_CERT", "cie.card.other_card_type"),
    ("ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED", "cie.card.other_card_type"),
    ("Errore durante l'avvio di CIEPKI.dll", "cie.software.bad_installation"),
    ("Errore inaspettato durante la comunicazione con la smart card", "cie.reader.not_suitable"),
    ("Errore inaspettato durante la comunicazione con la smart card", "cie.reader.usb_port"),
    ("Errore inaspettato durante la comunicazione con la smart card", "cie.software.card_version_mismatch"),
    ("Errore inaspettato durante la comunicazione con la smart card", "cie.software.pairing_fails"),
    ("errore nella comunicazione con il server", "cie.software.release_fault"),
    ("errore nella verifica del tag ASN1", "cie.reader.usb_port"),
    ("Impossibile attivare la CIE nel processo corrente", "cie.software.pairing_fails"),
    ("impossibile trovare il modulo specificato", "cie.software.bad_installation"),
    ("java.io.FileNotFoundException: .CIEID/cieid.props", "cie.software.linux_java"),
    ("La CIE non è abilitata. Premere per abilitarla ora", "cie.software.pairing_fails"),
    ("Munisciti del codice PUK", "cie.pin.blocked_needs_puk"),
    ("Nessun lettore di smartcard installato", "cie.reader.driver"),
    ("P11Error", "browser.crash_with_module"),
    (
        "Per tutelare la sicurezza della tua identità digitale il codice QR sarà valido ancora per",
        "cie.app.serial_qr_otp",
    ),
    ("PIN bloccato", "cie.card.other_card_type"),
    ("PIN bloccato", "cie.pin.blocked_needs_puk"),
    ("PIN errato", "cie.pin.short_pin_expected"),
    ("PIN non corretto", "cie.pin.short_pin_expected"),
    ("PUK bloccato", "cie.pin.puk_blocked"),
    ("PUK errato", "cie.card.other_card_type"),
    ("PUK non corretto", "cie.pin.puk_blocked"),
    ("Purtroppo non è stato possibile accedere al servizio", "network.other_service_record"),
    ("Qualcosa è andato storto", "cie.software.windows_csp_update"),
    ("Rejected by policy. (from client)", "browser.no_client_certificate"),
    ("SIGSEGV", "cie.software.linux_java"),
    ("SIGSEGV", "browser.crash_with_module"),
    ("timeout", "cie.reader.usb_port"),
    ("Unsupported card", "cie.reader.several_readers"),
    ("verifica dell'identità digitale", "inps.identity_check_contacts"),
]


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


@pytest.mark.parametrize(("text", "label"), MESSAGES)
def test_every_known_message_has_a_page_that_names_its_cause(real, text, label):
    [error] = [error for error in real.errors.values() if text in [seen.words for seen in error.texts]]
    assert label in {cause.label for cause in error.causes}


def test_a_text_stands_on_one_page_only(real):
    texts = [text.words for error in real.errors.values() for text in error.texts]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_what_it_means_what_it_does_not_and_where_to_go_on(client, real, language):
    for error in real.errors.values():
        response = client.get(f"/{language}/testi/{error.id}/")
        page = soup(response)
        assert [quote.get_text() for quote in page.select(".seen q")] == [text.words for text in error.texts]
        assert len(page.select(".seen > ul q")) == min(len(error.texts), 6)  # the rest is folded
        assert len(page.select("main h2")) == 3
        ways = [link["href"] for link in page.select(".choices a")]
        assert len(ways) == len(error.causes)
        for way, cause in zip(ways, error.causes, strict=True):
            reached = client.get(way, follow=True)
            assert reached.status_code == 200
            answers = dict(pair.split("=") for pair in cause.query.lstrip("?").split("&") if pair)
            step = walk(real.flows[cause.flow], answers).current
            title = BeautifulSoup(reached.content.decode(), "html.parser").select_one("h1").get_text()
            assert title == real.flows[cause.flow].text(step.id, language).title
        assert not response.cookies
        assert page.select_one('meta[name="robots"]') is None
        assert page.select_one('meta[name="description"]')["content"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_leads_to_every_page(client, real, language):
    links = [link["href"] for link in soup(client.get(f"/{language}/testi/")).select(".texts a")]
    assert sorted(links) == sorted(f"/{language}/testi/{error_id}/" for error_id in real.errors)


def test_the_start_page_leads_to_the_list(client):
    assert soup(client.get("/it/")).select_one('a[href="/it/testi/"]')


@pytest.mark.parametrize("query", ["", "?schermi=de", "?schermi=xx", "?schermi=%3Cscript%3E", "?schermi=de&schermi=it"])
def test_the_language_of_the_screens_changes_names(client, query):
    page = soup(client.get(f"/it/testi/asks-to-authenticate/{query}"))
    chosen = page.select_one(".screens [aria-current]").get_text()
    assert chosen == ("Deutsch" if query == "?schermi=de" else "italiano")


@pytest.mark.parametrize("name", ["no-such-text", "eidas_node", "x" * 300])
def test_an_unknown_text_is_not_found_and_leads_on(client, name):
    response = client.get(f"/it/testi/{name}/")
    assert response.status_code == 404
    assert BeautifulSoup(response.content.decode(), "html.parser").select("main a")
