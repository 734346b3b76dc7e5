"""The likely situations, walked as people in them would: by a reader who knows only hers and what the page says.

She reads the heading, takes the one answer that holds a phrase she would say, says *no* to every remedy, waits where
a page asks for it, does not dare what costs something unless she was told to, and at the end opens the message that
is ready. What she passed, and what the message is about, is what the guide promises for her situation.
"""

from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

pytestmark = pytest.mark.django_db
OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class Reader:
    """says: phrases of her situation; dares: whether she does what the page says is lost by. headings: what she saw."""

    client: Client
    says: tuple[str, ...]
    dares: bool = False
    headings: list[str] = field(default_factory=list)
    about: str = ""

    def walk(self) -> None:
        url = "/it/"
        for _ in range(40):
            page = self.open(url)
            if end := page.select_one(".outcome"):
                self.read_message(end)
                return
            url = self.go_on(page)
        raise AssertionError(f"no end: {self.headings}")

    def open(self, url: str) -> BeautifulSoup:
        self.url = url
        response = self.client.get(url, follow=True)
        if response.redirect_chain:
            self.url = response.redirect_chain[-1][0]
        page = BeautifulSoup(response.content.decode(), "html.parser")
        self.headings.append(page.select_one("h1").get_text(strip=True))
        return page

    def go_on(self, page: BeautifulSoup) -> str:
        if form := page.select_one("form.results"):
            buttons = {button.get_text(strip=True): button["value"] for button in form.select("button")}
            answer = self.own_words(list(buttons)) or next(
                words for words in buttons if words.startswith(("No", "Ho aspettato"))
            )
            return self.client.post(self.url, {"result": buttons[answer]}, headers=OURS)["Location"]
        links = {link.get_text(" ", strip=True): link["href"] for link in page.select(".choices a")}
        if page.select_one(".pause"):
            return next(url for words, url in links.items() if words.startswith("Ho aspettato"))
        if page.select_one(".lost"):
            wanted = "So che cosa perdo" if self.dares else "Non voglio farlo"
            return next(url for words, url in links.items() if words.startswith(wanted))
        answer = self.own_words(list(links))
        assert answer, f"{self.headings[-1]}: nothing she would say among {list(links)}"
        return links[answer]

    def own_words(self, offered: list[str]) -> str:
        """The one answer that holds something she would say (`=`: these words alone); the phrase said first wins."""
        for phrase in self.says:
            found = [words for words in offered if phrase.lower() in words.lower() or phrase == f"={words}"]
            if found:
                assert len(found) == 1, f"{self.headings[-1]}: {phrase!r} fits {found}"
                return found[0]
        return ""

    def read_message(self, end: Tag) -> None:
        ready = [link for link in end.select("a.button") if "messaggio è pronto" in link.get_text()]
        if not ready:  # an end that leads on into another guide
            return
        message = BeautifulSoup(self.client.get(ready[0]["href"]).content.decode(), "html.parser")
        if (copy := message.select_one('a[href*="/scheda/"]')) is not None:  # our own desk: the same as text
            message = BeautifulSoup(self.client.get(copy["href"]).content.decode(), "html.parser")
        self.message = message.select_one("#sheet").get_text()
        self.about = next(line for line in self.message.splitlines() if line.startswith("Argomento: "))[11:]


ACCESS, RESET, DELETION = "accesso che non riesce", "ripristino dell'account IMI", "cancellazione dell'account IMI"
NEW, CHANGE, OUTAGE = "nuovo utente o nuova amministrazione", "e-mail o ufficio cambiati", "manutenzione o guasto"
_SECOND = ("In IMI, con EU Login", "Al secondo passaggio: app", "Nessuna")

#: Situation: what she would say, the headings she must pass in this order, what the message is about.
SITUATIONS = {
    "new phone, no other way": (
        (*_SECOND, "è nuovo", "non ho altro", "Sì, c'è", "chiede un metodo che non ho", "Sì, la leggo", "=No"),
        ["Hai con te il telefono", "C'è un altro metodo", "Apri il tuo account con la sola password"],
        ACCESS,
    ),
    "lost phone, not even the password opens the account": (
        (*_SECOND, "perso, rotto", "non ho altro", "No, non c'è"),
        ["Prima di tutto cambia la password", "C'è un altro metodo"],
        ACCESS,
    ),
    "app PIN forgotten": (
        (*_SECOND, "quello di sempre", "codice PIN", "Chiede un PIN", "non ho altro", "No, non c'è"),
        ["Quale voce", "Che cosa fa l'app?", "Prova il QR", "Cambia il PIN"],
        ACCESS,
    ),
    "nothing arrives on the phone": (
        (*_SECOND, "quello di sempre", "codice PIN", "Non arriva nulla", "non ho altro", "No, non c'è"),
        ["Che cosa fa l'app?", "Apri l'app a mano"],
        ACCESS,
    ),
    "QR invalid": (
        (*_SECOND, "quello di sempre", "codice QR", "non è valido", "non ho altro", "No, non c'è"),
        ["Che cosa succede con il codice QR?", "Inquadra il QR con l'app EU Login"],
        ACCESS,
    ),
    "one-time password refused": (
        (*_SECOND, "quello di sempre", "codice QR", "rifiuta la password monouso", "non ho altro", "No, non c'è"),
        ["Che cosa succede con il codice QR?", "password monouso"],
        ACCESS,
    ),
    "never had a factor": (
        (*_SECOND, "mai attivato", "smartphone", "chiede un metodo", "No, non c'è"),
        ["Con che cosa puoi confermare?", "Prepara l'app"],
        ACCESS,
    ),
    "only text messages": (
        (*_SECOND, "per SMS", "chiede un metodo che non ho", "Sì, la leggo", "Sì, c'è"),
        ["Gli SMS sono finiti"],
        ACCESS,
    ),
    "password refused, five tries already": (
        (
            "In IMI, con EU Login",
            "Alla password",
            "Rifiuta la password",
            "Due o più",
            "La scrivo e viene rifiutata",
            "La password viene rifiutata",
            "La pagina rifiuta il cambio",
        ),
        ["Quante volte", "Fermati 15 minuti", "Scrivi la password a mano", "Scegli una password nuova"],
        ACCESS,
    ),
    "EU Login fine, IMI does not know her": (
        (
            "In IMI, con EU Login",
            "EU Login mi fa passare",
            "Non mi riconosce",
            "scaduta",
            "Sì, sono uguali",
            "Il link è scaduto",
        ),
        ["Che cosa fa IMI?", "mail di IMI", "Entra dal link della mail più recente"],
        RESET,
    ),
    "SPID at the first access": (
        (
            "In IMI, con EU Login",
            "Alla password",
            "Ho scelto SPID o CIE",
            "Nessuna",
            "primo accesso con SPID",
            "Per IMI",
            "EU Login mi fa entrare",
        ),
        ["SPID o CIE", "Per quale sito", "Entra con l'e-mail"],
        DELETION,
    ),
    "first access, EU Login from other work": (
        (
            "In IMI, con EU Login",
            "Non sono mai entrato",
            "con lo stesso indirizzo",
            "Nessuna",
            "Il link è scaduto",
            "=Sì",
        ),
        ["qualcuno usa già IMI?", "Che cosa hai già?", "Entra dal link della mail più recente"],
        NEW,
    ),
    "mailbox of the account is gone": (
        ("In IMI, con EU Login", "Alla password", "Non riconosce il mio indirizzo", "non leggo più"),
        ["Che cosa succede sulla pagina EU Login?", "Hai già un account"],
        CHANGE,
    ),
    "everybody in the office is out": (
        ("In IMI, con EU Login", "La pagina non si apre", "nemmeno lì", "anche a loro"),
        ["Da un'altra rete", "Succede anche ai colleghi?"],
        OUTAGE,
    ),
    "a notice with a date": (
        ("In IMI, con EU Login", "La pagina non si apre", "con una data"),
        ["Da un'altra rete"],
        OUTAGE,
    ),
    "PC locked, all on the phone": (
        (*_SECOND, "lo schermo che sto guardando", "codice QR", "sullo stesso telefono", "non ho altro", "No, non c'è"),
        ["Che cosa succede con il codice QR?", "usa il PIN dell'app"],
        ACCESS,
    ),
}

CARD = "INPS e carta d'identità elettronica"
_INPS = ("In INPS, con la carta",)
_ALONE = (*_INPS, "Solo con il telefono", "Nell'app dell'INPS")
_BOTH = (*_INPS, "Con il PC e il telefono insieme")
_WITH_READER = (*_INPS, "Con il PC e un lettore", "Senza programma", "Ha un piano")
_READS = (*_WITH_READER, "Il PC vede il lettore e la carta")

#: The same on the roads into INPS; an end that is no message has nothing to be about.
SITUATIONS |= {
    "no PIN at hand, INPS today": (
        (
            *_INPS,
            "Un telefono, e la prima metà del PUK",
            "Non li ho mai attivati",
            "Non ho la prima metà",
            "No, o non lo uso",
            "Non lo so",
            "Ancora non lo so",
        ),
        ["Che cosa hai in mano", "a che punto sei?", "Attiva nome utente", "Che cosa ti ha fermato?"],
        CARD,
    ),
    "password of level 2 forgotten": (
        (*_INPS, "Con nome utente e password", "La password è scaduta", "Una volta", "Il codice per SMS"),
        ["a che punto sei?", "Quante volte hai scritto la password"],
        CARD,
    ),
    "codes of level 2 go to an old number": (
        (*_INPS, "Con nome utente e password", "I codici vanno a un numero"),
        ["a che punto sei?"],
        CARD,
    ),
    "new phone, the PIN was refused before": (
        (*_INPS, "Con nome utente e password", "Ho cambiato telefono", "Una volta"),
        ["Quante volte il PIN è stato rifiutato", "Fermati: non scrivere altri PIN"],
        CARD,
    ),
    "wrong PIN though sure": (
        (
            *_ALONE,
            "Non è la lettura",
            "Chiede il PIN della carta",
            "Otto caselle",
            "Mai",
            "Dice che il PIN è sbagliato",
        ),
        ["Quante caselle", "Quante volte il PIN", "Scrivi le otto cifre", "Fermati: non scrivere altri PIN"],
        CARD,
    ),
    "PIN refused twice already": (
        (*_ALONE, "Non è la lettura", "Chiede il PIN della carta", "Otto caselle", "Due volte o più"),
        ["Quante caselle", "Fermati: non scrivere altri PIN"],
        CARD,
    ),
    "PIN blocked": (
        (*_INPS, "Mi mancano PIN o PUK", "Il PIN è bloccato", "Sì, ho tutte e otto", "Mai"),
        ["Che cosa ti manca", "Il PIN è bloccato. Hai il PUK", "Quante volte", "PIN nuovo con il PUK"],
        CARD,
    ),
    "codes lost, no contact given": (
        (*_INPS, "Mi mancano PIN o PUK", "Mi manca il PIN, il PUK", "No, me ne manca una", "No, o non lo uso"),
        ["Hai il PUK intero", "Alla richiesta della carta", "Fatti ristampare i codici"],
        CARD,
    ),
    "old INPS PIN": ((*_INPS, "Ho un PIN dell'INPS"), ["Il PIN dell'INPS non si usa più"], CARD),
    "phone does not react": (
        (*_ALONE, "Non fa nulla", "Niente di tutto questo", "No, nessuno dei due"),
        ["Che cosa fa il telefono", "Che cosa hai già notato?"],
        CARD,
    ),
    "reading breaks off": ((*_ALONE, "Comincia a leggere"), ["Che cosa fa il telefono"], CARD),
    "INPS Mobile fails, CieID reads": (
        (*_ALONE, "Non fa nulla", "L'app CieID legge la carta"),
        ["Che cosa hai già notato?"],
        CARD,
    ),
    "another notice as the card comes near": ((*_ALONE, "Mostra un altro avviso"), ["Che cosa fa il telefono"], CARD),
    "the phone is not trusted": (
        (*_ALONE, "Non è la lettura", "Dice che il telefono non va bene"),
        ["Che cosa mostra il telefono?"],
        CARD,
    ),
    "QR ran out": (
        (*_BOTH, "Il QR è scaduto", "Mai", "Il tempo è finito"),
        ["dove ti fermi?", "Chiedi un QR nuovo", "Che cosa è successo dopo il PIN?", "Il tempo è finito"],
        CARD,
    ),
    "serial number refused": ((*_BOTH, "Il PC rifiuta il numero di serie"), ["dove ti fermi?"], CARD),
    "four digits refused": (
        (*_BOTH, "Il PC rifiuta le quattro cifre", "Mai", "Il tempo è finito"),
        ["dove ti fermi?", "Chiedi un QR nuovo"],
        CARD,
    ),
    "no tab for the card": ((*_BOTH, "Sul PC non trovo la scheda"), ["dove ti fermi?"], CARD),
    "reader not seen": (
        (*_WITH_READER, "Il PC non vede il lettore"),
        ["Com'è fatto il lettore?", "Che cosa succede quando appoggi"],
        CARD,
    ),
    "the wrong kind of reader": (
        (*_INPS, "Con il PC e un lettore", "Senza programma", "Ha una fessura"),
        ["Com'è fatto il lettore?"],
        CARD,
    ),
    "card seen and lost": ((*_WITH_READER, "La carta viene vista, poi si perde"), ["Com'è fatto il lettore?"], CARD),
    "no certificate, no PIN asked": (
        (*_READS, "Il sito dà subito un errore", "Edge, Chrome o Safari", "Sì, la vedo nell'elenco"),
        ["Dove ti fermi adesso?", "Con quale browser provi?", "nell'elenco del programma"],
        CARD,
    ),
    "Firefox on Linux": (
        (*_READS, "Il sito dà subito un errore", "Firefox, o qualsiasi", "Il PC ha Linux"),
        ["Dove ti fermi adesso?", "Con quale browser provi?", "Quale caso è il tuo?"],
        CARD,
    ),
    "the program does not open on a Mac": (
        (*_READS, "Il programma della carta manca", "Il Mac lo blocca"),
        ["Che cosa vedi con il programma"],
        CARD,
    ),
    "working on a PC elsewhere": ((*_WITH_READER, "Lavoro da lontano"), ["Che cosa succede quando appoggi"], CARD),
    "health card in hand": (
        (*_INPS, "Non ho la carta, o non so", "Non lo so", "Ancora non lo so"),
        ["Che cosa hai in mano", "Serve la carta d'identità elettronica di oggi"],
        CARD,
    ),
    "card lost": ((*_INPS, "Mi mancano PIN o PUK", "Ho perso la carta"), ["Blocca subito la carta"], CARD),
    "a code goes to an old number": (
        (*_INPS, "Entro, ma poi INPS mi ferma", "Manda un codice a un numero"),
        ["Che cosa ti ferma", "INPS controlla chi sei"],
        CARD,
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_ends_where_the_guide_promises(client, situation):
    says, passed, about = SITUATIONS[situation]
    reader = Reader(client, says)
    reader.walk()
    rest = iter(reader.headings)
    assert all(any(wanted in heading for heading in rest) for wanted in passed), (passed, reader.headings)
    assert reader.about == about


def test_after_removing_the_methods_imi_shuts_her_out(client):
    says = (*_SECOND, "è nuovo", "non ho altro", "Sì, ma IMI", "Sì, c'è", "chiede un metodo che non ho", "Sì, la leggo")
    reader = Reader(client, (*says, "Sì, i metodi sono stati tolti"), dares=True)
    reader.walk()
    assert reader.about == RESET


@pytest.mark.parametrize(
    ("says", "leads_to"),
    [
        (("EU Login", "Prima, o subito"), "Che cosa succede sulla pagina EU Login?"),
        (("EU Login", "Dopo: la password"), "Quante volte hai provato a entrare negli ultimi 15 minuti?"),
        (("IMI",), "Che cosa fa IMI?"),
        (("Il browser o il PC",), "Da un'altra rete la pagina si apre?"),
    ],
)
def test_a_message_in_no_list_is_marked_and_goes_on(client, says, leads_to):
    reader = Reader(client, says)
    page = reader.open("/it/guida/message/whose-page/")
    while not page.select_one(".outcome"):
        links = {link.get_text(" ", strip=True): link["href"] for link in page.select(".choices a")}
        page = reader.open(next(url for words, url in links.items() for phrase in says if words.startswith(phrase)))
    page = reader.open(page.select_one('.outcome a[href*="/guida/"]')["href"])
    assert reader.headings[-1] == leads_to
    assert "messaggio=1" in reader.url
    write = page.select_one('.ways a[href*="/scrivi/"]')["href"]
    message = client.get(write.replace("/scrivi/", "/scheda/")).content.decode()
    assert "Il messaggio visto non è in elenco" in message


def test_an_unknown_message_whose_page_she_cannot_tell_becomes_a_message(client):
    reader = Reader(client, ("Un messaggio", "Ancora non lo so", "Non lo so"))
    page = reader.open("/it/guida/message/whose-page/?aiuto=1")
    url = next(link["href"] for link in page.select(".choices a") if "Ancora" in link.get_text())
    page = reader.open(url)
    assert page.select_one(".outcome a.button")
