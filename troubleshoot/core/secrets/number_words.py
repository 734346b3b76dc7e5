"""Words around numbers: what names a PIN, a CAN or a one-time code, and what may stand between name and number."""

import re

from troubleshoot.core.secrets.nearby import WORD

_SIGNS = r"[ \t:=>\"'«()\[*#.,°→-]{0,6}"
_THING = (
    r"accesso|sblocco|cie|carta(?: d'identit[aà])?|card|id card|mia carta|eu ?login|app|telefono|phone|account|login"
    r"|imi|inps|pin|puk|codice|code"
)
#: Words that may stand between a name and its number: *il PIN della carta che uso è 1234 5678*.
_LINKING = (
    r"e|[èé]|era|erano|sarebbe|is|was|are|sono|il|lo|la|i|the|my|your|mio|mia|tuo|numero|number|num|nr|no|n|codice|code"
    r"|attuale|nuov[oa]|vecchi[oa]|new|old|current|seguente|following|quest[oa]|this|quello|corretto|giusto|correct"
    r"|errato|sbagliato|wrong|stato|intero|completo|full|inizia|finisce|starts|ends|cie|carta|card|app|imi"
    r"|inps|eu ?login|inserito|digitato|provato|usato|messo|scritto|ricevuto|arrivato|entered|typed|tried|used|received"
    r"|uso|metto|inserisco|scrivo|digito|use|enter|type|che|that|ho|con|per|with|ora|now|come|as|[1-9]"
    r"|(?:[468]|otto|sei|quattro|eight|six|four)[ -](?:cifre|digits?|numeri)"
    rf"|(?:di|del|dello|della|of|for|per|sul|sulla|with)[ ](?:la |il |my |the |mia |mio |questa |this )?(?:{_THING})"
    rf"|dell'(?:{_THING})"
)
_LINK = rf"(?:{_SIGNS}(?<![a-z0-9])(?:{_LINKING})(?=[^a-z0-9])){{0,6}}{_SIGNS}"
#: A line break may stand between a name and a number that has the next line for itself.
_TO_NUMBER = rf"{_LINK}(?:\r?\n[ \t]{{0,8}})?\Z"
_IS = r"[èé]|e['`]|is|was|era|sarebbe|come|as|=|[(\[](?=[a-z ']{0,20}[)\]])"

_PIN_WORD = (
    r"(?:(?:il|lo|my|mio|cie|codice|code|new|nuovo|old|the|vecchio)_?)?"
    r"(?:pin|puk|p\.i\.n\.?|p\.u\.k\.?)(?:s|code|cie)?[12]?(?![a-z])"
)
#: Not the English verb.
_CAN_WORD = r"(?:can(?! (?:i|use|the|this|that|my|it|no)(?![a-z]))|card access number)(?![a-z])"
_ONE_TIME_WORD = (
    r"(?:otp|token|one[ -]?time[ -](?:password|code|passcode|pin)"
    r"|(?:codice|code|password|pin) (?:sms|otp|temporane[oa]|monouso|usa e getta|di verifica|di conferma|di sicurezza"
    r"|via sms|(?:ricevuto|arrivato|inviato|received)(?: (?:via|con|per|tramite|da|by))?(?: un)? sms|dell'app)"
    r"|(?:verification|security|sms|authentication|confirmation|temporary|challenge|eu ?login|inps|imi|spid) code"
    r")(?![a-z])"
)
_CODE_WORD = r"(?:codic[ei]|cod|codes?|passcode|numero segreto|secret number)(?![a-z])"
_HALF = (
    r"(?<![a-z0-9])(?:prim[aeo]|second[ao]|first|second|ultim[aeo]|last|altra|other|[12][aªo]|1st|2nd) "
    r"(?:met[aà]'?|parte|half|part|(?:4|quattro|four) (?:cifre|digits|numeri))(?![a-z])"
)

NAMED_BEFORE = re.compile(
    rf"{WORD}(?:(?P<one_time>{_ONE_TIME_WORD})|(?P<pin>{_PIN_WORD})|(?P<can>{_CAN_WORD})){_TO_NUMBER}"
)
NAMED_AFTER = re.compile(
    rf"(?:[ \t]{{0,2}}(?:{_IS}){_LINK}{WORD}|(?=p))(?:(?P<one_time>{_ONE_TIME_WORD})|(?P<pin>{_PIN_WORD})"
    rf"|(?P<can>(?:(?<=[(=\[])|(?:il|the|my|mio|numero|number|codice) ){_CAN_WORD}))"
)
#: *the PIN that they gave me at the town hall is 1234*: looser, so for fewer numbers.
PIN_SAID_BEFORE = re.compile(rf"{WORD}{_PIN_WORD}[^0-9.,;:!?\n]{{1,50}}(?:(?<![a-z0-9])(?:{_IS})|:){_SIGNS}\Z")
HALF_BEFORE = re.compile(_HALF + _TO_NUMBER)
HALF_SAID_BEFORE = re.compile(rf"{_HALF}[^0-9.;\n]{{1,40}}\Z")
HALF_AFTER = re.compile(rf"[ \t]{{0,2}}(?:{_IS}){_LINK}{_HALF}")
PIN = re.compile(WORD + _PIN_WORD)
CAN = re.compile(WORD + _CAN_WORD)
CODE = re.compile(WORD + _CODE_WORD)
CODE_BEFORE = re.compile(WORD + _CODE_WORD + _TO_NUMBER)
#: Numbers that are called a code and are none: such eight digits may be kept.
OTHER_CODE = re.compile(
    r"(?<![a-z])(?:error[eis]?|err|pratica|protocollo|prot|ente|ufficio|cliente|utente|fattura|ordine|ticket|ipa"
    r"|postale|case|customer|order|zip)(?![a-z])"
)
NEXT_ONE = re.compile(
    r"[ \t]{0,2}(?:\([^0-9()\n]{1,25}\)[ \t]{0,2})?[,;/+-]?[ \t]{0,2}"
    r"(?:(?:e|ed|o|oppure|poi|dopo|anche|quindi|and|or|then|also)[ \t,]{1,2}){0,2}"
)
#: From a half to the other on a line of its own.
NEXT_LINE = re.compile(r"[ \t]{0,8}(?:\r?\n[ \t]{0,8}){1,3}")
OTHER_HALF = re.compile(r"[^0-9.;\n]{0,15}(?<![a-z])(?:second[ao]?|altr[ao]|other|ultim[ae])(?![a-z])[^0-9.;\n]{0,40}")
