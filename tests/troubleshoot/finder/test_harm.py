"""What the finder must not do: take one thing for another where that does harm, or say for her what she did not say."""

import pytest

from tests.troubleshoot.finder.test_content import ways_of


def sure_label(finder, text: str) -> str:
    found = finder.find(text, "it")
    return found.results[0].symptom.label if found.is_sure else ""


@pytest.mark.parametrize(
    "text",
    [
        "sono stata bloccata da EU Login dopo troppi tentativi",
        "la mia utenza EU Login è stata bloccata",
        "la mia postepay è stata bloccata",
        "la procedura è stata bloccata dal collega",
        "la carta è stata riconosciuta ma non entro",
        "SPID bloccato",
        "il link bloccato nella mail",
    ],
)
def test_ordinary_words_are_no_screen_text(finder, text):
    found = finder.find(text, "it")
    assert not [match for match in found.matches if match.error.id in ("card-blocked", "pin-blocked", "unknown-card")]
    assert sure_label(finder, text) != "cie.pin.blocked_needs_puk"


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("ho sbagliato tre volte il pin del bancomat e la carta è bloccata", "cie."),
        ("la sim chiede il puk", "cie."),
        ("non mi arriva l'sms della banca con il codice", "eulogin."),
        ("il qr di whatsapp è scaduto", "cie."),
        ("la stampante usb non viene vista, driver mancante", "cie."),
        ("come installo java per minecraft", "cie."),
        ("il pin non va", ""),
        ("codice rifiutato", ""),
        ("bloccato dopo tre tentativi", ""),
        ("vorrei cancellare l'account", ""),
        ("devo cambiare la mail in imi", "imi."),
    ],
)
def test_what_is_not_said_is_never_sure(finder, text, never):
    label = sure_label(finder, text)
    assert not label or (never and not label.startswith(never)), label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("IMI le chiede di autenticarsi, ho perso il telefono con l'app EU Login", "eulogin.2fa.lost_or_new_device"),
        (
            "Metodo di autenticazione: scelgo QR, ma inquadro il QR con l'app EU Login e dice non valido",
            "eulogin.app.qr_not_accepted",
        ),
    ],
)
def test_a_text_that_is_no_error_does_not_outweigh_what_she_says(finder, text, label):
    found = finder.find(text, "it")
    assert found.results[0].symptom.label == label
    assert not found.is_sure


def test_two_texts_that_mean_different_things_are_never_sure(finder):
    found = finder.find("prima mi esce PUK non corretto e poi Nessun lettore di smartcard installato", "it")
    labels = {result.symptom.label for result in found.results}
    assert {"cie.pin.puk_blocked", "cie.reader.driver"} <= labels
    assert not found.is_sure


@pytest.mark.parametrize("text", ["quando provo mi dice JPIN non corretto", "mi dice PIM errato e non so che fare"])
def test_a_near_twin_inside_a_sentence_is_not_sure_either(finder, text):
    assert not finder.find(text, "it").is_sure


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("mi hanno rubato la carta d'identità, scade nel 2029", {"what-missing": "lost"}),
        ("my identity card was stolen, it expires in 2030", {"what-missing": "lost"}),
        ("la mia carta d'identità è scaduta", {"what-missing": "expired"}),
    ],
)
def test_a_stolen_card_is_blocked_first(finder, text, answers):
    way = finder.find(text, "it").results[0].way
    assert answers.items() <= way.answers.items()


@pytest.mark.parametrize(
    "text",
    ["dice che il pin della CIE è errato anche se è giusto", "PIN errato sul pc, sul telefono invece lo accetta"],
)
def test_where_the_pin_is_typed_is_asked(finder, text):
    way = next(r.way for r in finder.find(text, "it").results if r.symptom.label == "cie.pin.short_pin_expected")
    assert not way.answers
    assert not way.later


def test_no_way_says_what_kind_of_reader_she_has(book):
    for label, way in ways_of(book):
        assert "reader-kind" not in {**way.answers, **way.later}, label


@pytest.mark.parametrize("step", ["tries", "pin-", "puk-", "boxes", "own-mailbox", "external", "nimic-"])
def test_no_way_says_what_only_she_can_say(book, step):
    for label, way in ways_of(book):
        named = [name for name in {**way.answers, **way.later} if name.startswith(step) and name != "pin-blocked"]
        assert not named, label


@pytest.mark.parametrize(
    "text",
    [
        "la CIE non è persa né rubata, solo scaduta",
        "la mia carta non è stata rubata, l'ho solo lasciata a casa: entro in INPS lo stesso?",
        "I blocked my CIE because I thought it was stolen, then found it",
        "la CIE scade domani, mi hanno rubato solo il telefono",
        "ho perso un sacco di tempo, la mia carta d'identità è scaduta",
        "credevo di aver perso la CIE ma l'ho ritrovata",
        "non ho perso la CIE",
    ],
)
def test_a_card_that_is_not_gone_is_not_blocked(finder, text):
    """To block it cannot always be undone."""
    found = finder.find(text, "it")
    assert not found.is_sure
    assert "lost" not in [result.way.answers.get("what-missing") for result in found.results]


@pytest.mark.parametrize(
    "text",
    [
        "ho perso il telefono con CieID e anche la carta",
        "I lost my phone with CieID and my card",
        "mi hanno rubato il telefono con CieID e la carta d'identità",
        "ho perso il telefono con EU Login e mi hanno rubato la carta d'identità",
    ],
)
def test_a_card_that_is_gone_with_the_phone_is_shown(finder, text):
    found = finder.find(text, "it")
    assert not found.is_sure
    assert "cie.card.expired_lost_or_blocked" in [result.symptom.label for result in found.results]


@pytest.mark.parametrize(
    "text",
    [
        "la app EU Login si è bloccata dopo che ho sbagliato il pin tre volte",
        "the EU Login app got blocked after I typed the PIN wrong three times",
        "l'app EU Login dice bloccato dopo pin sbagliato tre volte",
    ],
)
def test_the_pin_of_eu_login_s_app_is_not_the_card_s(finder, text):
    assert finder.find(text, "it").results[0].symptom.label == "eulogin.app.pin_forgotten"


@pytest.mark.parametrize(
    "text",
    [
        "IMI: pin bloccato dopo tre tentativi",
        "il PIN di CieID, quello per aprire l'app, sbagliato tre volte, bloccata",
        "EU Login mobile PIN non corretto",
        "al bancomat mi dice PIN non corretto",
        "la sim vodafone dice PUK non corretto",
        "PUK bloccato sul telefono Android",
        "Unicredit la carta bloccata dopo tre tentativi",
        "Tim: munisciti del codice PUK",
        "app EU Login: carta bloccata?",
        "Netflix: la password inserita non è corretta",
        "nella app CieID scrive: la password inserita non è corretta",
        "Steam: impossibile trovare il modulo specificato",
        "YouTube mi dà 504 Gateway Time-out",
        "Amazon: 503 Service Unavailable",
        "su Netflix esce 502 Bad Gateway",
        "al tornello dell'ufficio il badge non passa e dice carta sconosciuta",
        "il pin della cie è bloccato o no? ho sbagliato solo 2 volte",
        "PUK CIE sbagliato una volta",
    ],
)
def test_a_text_of_a_screen_does_not_say_whose_screen_it_was(finder, text):
    assert not finder.find(text, "it").is_sure


@pytest.mark.parametrize(
    "text", ["PIN non corretto", "PIN non corretto dopo l'aggiornamento", "Carta sconosciuta da ieri sul pc"]
)
def test_a_text_that_means_several_things_is_not_sure_because_more_is_said(finder, text):
    assert not finder.find(text, "it").is_sure


@pytest.mark.parametrize(
    "text", ["ERR_CONNECTION_TIMED_OUT", "Impossibile raggiungere il sito", "da stamattina IMI dà ERR_CONNECTION_RESET"]
)
def test_a_site_that_cannot_be_reached_may_be_stopped_here_or_down(finder, text):
    found = finder.find(text, "it")
    assert [result.symptom.label for result in found.results][:2] == ["network.blocked_network", "network.service_down"]
    assert found.between is not None


def test_a_phone_that_is_not_changed_fills_in_nothing(finder):
    found = finder.find("non ho cambiato telefono, ma CieID non mi conferma più l'accesso", "it")
    assert not found.is_sure
    found = finder.find("non ho dimenticato la password di EU Login ma la rifiuta", "it")
    assert "password-state" not in {**found.results[0].way.answers, **found.results[0].way.later}


def test_two_problems_need_no_full_stop_between_them(finder):
    found = finder.find("password EU Login scaduta e poi il pin della CIE bloccato dopo tre volte", "it")
    assert found.are_several
    assert not found.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "ho perso il telefono e il QR di EU Login non viene accettato",
        "ho cambiato cellulare e la notifica di EU Login non arriva",
        "Ho un telefono nuovo e non ricordo il PIN dell'app EU Login",
        "il metodo manca nella lista di EU Login e il telefono è nuovo",
        "my new phone does not receive the EU Login notification",
    ],
)
def test_a_phone_that_is_gone_or_new_is_not_the_usual_one(finder, text):
    for result in finder.find(text, "it").results:
        assert {**result.way.answers, **result.way.later}.get("phone") != "usual"


def test_a_reader_that_is_not_seen_comes_first(finder):
    assert not finder.find("Firefox su Linux: lettore non rilevato, modulo CIE non caricato", "it").is_sure
