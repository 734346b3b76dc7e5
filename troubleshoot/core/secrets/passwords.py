"""Passwords: a value after a word for one, told from the words of a sentence about passwords."""

import re
from collections.abc import Iterator

from troubleshoot.core.secrets.nearby import LINE_ENDS
from troubleshoot.core.secrets.reading import Reading
from troubleshoot.core.secrets.spans import Kind, Span

_PASSWORD_WORD = re.compile(
    r"(?:password|passwd|pwd|passphrase)[0-9]?(?![a-z0-9_])"
    r"|(?<![a-z])(?:psw|pssw|passw|pass|pw|parola (?:chiave|segreta|d'ordine|d'accesso|di accesso))(?![a-z0-9_])"
)
_QUALIFYING = (
    r"di|del|della|per|for|of|the|la|il|mia|tua|my|your|nuova|vecchia|attuale|temporanea|provvisoria|iniziale|giusta"
    r"|corretta|current|new|old|temporary|eu|login|ecas|imi|inps|spid|cie|windows|account|pc|computer|posta|mail|email"
    r"|e-mail|wi-?fi|rete|accesso|sito|portale|webmail|outlook|che|that|i|ho|uso|usata|usato|used|use|inserito"
    r"|inserita|scelto|scelta|provato|provata|messo|digitato|digitata|typed|entered|tried|chosen"
)
#: From the word to its value. below: the value has the next line. bare: nothing says that a value follows.
_PASSWORD_LINK = re.compile(
    rf"[\"')\]]?(?:[ \t]{{1,2}}(?:{_QUALIFYING})(?![a-z0-9])){{0,6}}(?:"
    r"(?P<below>[ \t]{0,2}[:=][ \t]{0,4}\r?\n[ \t]{0,4})"
    r"|(?P<named>[ \t]{0,2}(?:[:=]|=>|->)[ \t]{0,4}"
    r"|[ \t]{1,2}(?:[èé]|e['`]|is|was|era|sarebbe)"
    r"(?:[ \t](?:questa|la seguente|this|the following))?[ \t]?:?[ \t]{1,4})"
    r"|(?P<bare>[ \t]{1,2}(?:scaduta|errata|sbagliata|giusta|wrong|expired)[ \t]{0,2}[:=(,]?[ \t]{0,2}"
    r"|[^0-9.,;:!?=\r\n]{1,50}?[ \t](?:[èé]|e['`]|is|was|era)[ \t]{0,2}:?[ \t]{0,2}"
    r"|[ \t]{1,3}(?:e[ \t]|[-,(][ \t]{0,2})?|[,(-][ \t]{0,2}))"
)
_NEXT_PASSWORD = re.compile(r"[ \t,;]{1,3}(?:(?:o|oppure|or|e|ed|poi|anche|and|then)[ \t]){0,2}(?=[^ \t,;])")
_QUOTES = {'"': '"', "'": "'", "«": "»", "`": "`"}
_VALUE_ENDS = re.compile(r"\s|\Z|&[a-z_-]{1,30}=")
#: Characters of a value that are looked at; a longer one is covered whole.
_LONGEST_LOOK = 200
_BEFORE_VALUE, _AFTER_VALUE = "([{<*_", ".,;:\"')]}>»*`"
#: Words that follow *password* in sentences about it.
_SAID_OF_PASSWORDS = """
a ad al all alla ai agli alle con col da dal dalla dai de dei del della delle di e ed fra ha hanno ho hai i il in la
le lo gli l mi ti ci si se ne nel nella no non o od per piu più poi qual quale quali quando quella quelle quello
questa questo qui che chi come cosa cui dopo prima sempre mai ancora già gia ora adesso oggi ieri stata stato sono sia
su sul sulla suo sua mia mio tra troppo tutta tutto tutti un una uno uguale vecchia nuova giusta corretta esatta
errata sbagliata scaduta dimenticata bloccata persa ok okay buona debole forte lunga corta breve facile difficile
diversa identica stessa sicura valida personale segreta nota ignota vuota nascosta omessa assente presente richiesta
obbligatoria compare appare chiede dice esce funziona serve errore errori errato utente nome username user login eu
ecas imi inps cie spid sms app pin puk otp token totp mobile qr captcha codice code minimo min max massimo almeno
massima minima caratteri sì niente nessuna nessuno boh vedi pagina schermata messaggio schermo finestra campo avviso
nulla link obbligatorio vai clicca premi scade reset recupero cambio cambiare cambia inserire inserisci digitare
digita impossibile identico provvisoria temporanea iniziale attuale rossa molto poco abbastanza quasi solo soltanto
anche però pero ma perché perche the this that these those an and are as at be been before being but by can cannot
can't case changed checked correct different do does empty enough error expired failed fine for forgotten from gone
good had has have he her hidden his how id if incorrect invalid is it its just least long longer lost many missing
must my never new none not now null of old on only or our out please refused rejected required right same saved secret
sensitive set she short shown so something still strong their then there they to too true false unknown unchanged up
used very wrong weak what when where which who why will with without yes yet you your always also already allowed
accepted asked field form manager name policy page rules redacted removed str string optional any n/a valid known one
taken given sent found written stolen seen about after again back both below above case-sensitive email mail e-mail
posta rimasta messa presa chiusa scritta letta fatta aperta vista tolta rotta giunta pronta mandatory mine blank ready
under safe
"""
_PROSE = frozenset(_SAID_OF_PASSWORDS.split())
_PROSE_ENDINGS = (
    *("ata", "uta", "ita", "ato", "uto", "ito", "osta", "essa", "etta", "mente", "bile", "ente", "ando", "endo"),
    *("ed", "ing", "able", "ible", "ly"),
)
#: Not a value: addresses, error numbers, ranges, words with an apostrophe, quantities.
_NO_VALUE = re.compile(
    r"[a-z]{3,6}://.*|www\..*|(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,12}/.*|[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z]{2,})+|0x[0-9a-f]+|80[0-9a-f]{6}"
    r"|[0-9]{1,3}(?:[-/][0-9]{1,3})?(?:gg|h|ore|min|sec|volte|mesi|giorni|caratteri|chars|days|%)?|[a-z]{1,7}'[a-z]+|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}"
)
#: Not a value where nothing says that one follows: EU Login user ids, our codes, products.
_NO_BARE_VALUE = re.compile(
    r"[a-z][a-z0-9]{7}|(?:af-)?[a-z0-9]{4}-[a-z0-9]{4}|(?:windows|office|microsoft|win|chrome|firefox|o|sha)-?[0-9]+"
    r"|[0-9]+[a-z]+|.*\.(?:pdf|png|jpe?g|docx?|html?|txt)",
    re.IGNORECASE,
)


def passwords(read: Reading) -> Iterator[Span]:
    done = 0
    for word in _PASSWORD_WORD.finditer(read.low):
        link = _PASSWORD_LINK.match(read.low, word.end()) if word.start() >= done else None
        span = _value(read, link.end(), str(link.lastgroup)) if link else None
        while span:
            yield span
            done = span.end
            more = _NEXT_PASSWORD.match(read.low, done)
            span = _value(read, more.end(), "bare") if more else None


def _value(read: Reading, at: int, link: str) -> Span | None:
    """The password that begins at `at`, if what stands there looks like one: in quotes or up to the next space."""
    quote = _QUOTES.get(read.low[at : at + 1], "")
    at += len(quote)
    close = read.low.find(quote, at, at + _LONGEST_LOOK) if quote else -1
    end = close if close > at and "\n" not in read.low[at:close] else _end_of_word(read.low, at, at + _LONGEST_LOOK)
    words = read.shown[at:end]
    start = at + len(words) - len(words.lstrip(_BEFORE_VALUE))
    stop = at + len(words.rstrip(_AFTER_VALUE))
    if start >= stop or not _looks_secret(read, start, stop, link):
        return None
    return Span(start, stop if end < at + _LONGEST_LOOK else _end_of_word(read.low, end), Kind.PASSWORD)


def _end_of_word(low: str, at: int, limit: int | None = None) -> int:
    space = _VALUE_ENDS.search(low, at, len(low) if limit is None else limit)
    return space.start() if space else at


def _looks_secret(read: Reading, start: int, end: int, link: str) -> bool:
    value = read.shown[start:end].strip("!?.,;:-")
    if link == "named":
        return _is_no_prose(value.lower().split(" ")[0])
    if link == "below":
        return LINE_ENDS.match(read.low, end) is not None and _is_mixed(value)
    return _is_mixed(value) and not _NO_BARE_VALUE.fullmatch(value)


def _is_no_prose(word: str) -> bool:
    """Whether a word after *password:* is no word of a sentence about it."""
    if (
        len(word) < 3
        or (len({*word}) == 1 and not word.isdigit())
        or _NO_VALUE.fullmatch(word)
        or not any(char.isalnum() for char in word)
    ):
        return False
    parts = [part.strip("()") for part in re.split(r"[/'-]", word)]
    return not all(part in _PROSE or (part.isalpha() and part.endswith(_PROSE_ENDINGS)) for part in parts)


def _is_mixed(value: str) -> bool:
    """Whether it has digits and small letters, as few words have."""
    has_both = any(char.isdigit() for char in value) and any(char.islower() for char in value)
    return len(value) >= 6 and has_both and not _NO_VALUE.fullmatch(value.lower())
