"""What is covered in people's words and what is not. Everything here is invented: no card, code or password is real."""

import io
import logging
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from troubleshoot.core.secrets import COVER, CoveringFilter, Kind, Span, cover, find

#: Value of each character at odd places of a tax code, as printed in the decree of 1974.
ODD = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)) | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)
EVEN = {char: place for place, char in enumerate("0123456789")} | {
    char: place for place, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
OMOCODIA = str.maketrans("0123456789", "LMNPQRSTUV")


def checked(code: str) -> str:
    """A tax code of fifteen characters with its sixteenth."""
    total = sum(ODD[char] for char in code[::2]) + sum(EVEN[char] for char in code[1::2])
    return code + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[total % 26]


#: Pinco Zxy, born nowhere.
TAX = checked("ZXYPNC80A01Z999")
TAX_OMOCODE = checked("ZXYPNC80A01Z99V")
TAX_ALL_LETTERS = checked("ZXYPNC" + "80".translate(OMOCODIA) + "A" + "01".translate(OMOCODIA) + "Z" + "VVV")
TAX_WRONG = TAX[:15] + ("A" if TAX[15] != "A" else "B")
IN_GROUPS = " ".join((TAX[:3], TAX[3:6], TAX[6:11], TAX[11:]))

KEPT = [
    # error numbers
    "Mi esce errore 0x80100069 quando metto la carta",
    "errore 0x8010006A",
    "Compare 80100017 e poi si chiude",
    "8010001D",
    "codice errore 80100017",
    "Dopo il PIN esce errore 80100069",
    "PIN errato: errore 80100017",
    "Ho messo il PIN e poi codice di errore: 80100069.",
    "after the PIN I get error code 80090016",
    "codice di errore 80100069",
    "error code 80070005",
    "Error 80090016: keyset does not exist",
    "HRESULT 80004005, 80131500",
    "il codice 80100069 sullo schermo",
    "SCARD_W_REMOVED_CARD (0x80100069)",
    "Dopo il PIN compare 0x80100069",
    "PIN bloccato (6983)",
    "6983: PIN bloccato",
    "Errore PIN 63C2",
    # dates and times
    "È dal 25112026 che non entro",
    "log del 20261125",
    "Il 25/11/2026 funzionava",
    "since 2026-11-25 it fails",
    "25.11.2026 14:30",
    "bando 2025-2026",
    "Il PIN non va dal 25/11/2026",
    "Il PIN serve per il bando 2025-2026",
    "Ho cambiato il PIN il 25.11.2026 14.30",
    "PIN non riconosciuto 25/11/26 14:30",
    "Dal 2024 il PIN non funziona più",
    "Ho avuto il PIN nella prima metà del 2024",
    "nella prima metà del 2025 e nella seconda metà del 2026",
    # telephones
    "Chiamatemi allo +39 06 1234 5678",
    "il mio numero è 06 12345678",
    "0612345678",
    "348 1234567 oppure 3481234567",
    "numero verde 800 263 388",
    "Ho chiamato 803164 e poi 06164164",
    "tel. 12345678",
    "telefono ufficio: 12345678",
    "Please call me at 12345678",
    "phone 1234 5678",
    "chiamatemi al 12345678",
    "fax: 12345678",
    "Per il PIN chiamare lo 06 1234 5678",
    "Non ho il PIN, mi chiami al 348 1234567",
    # references, user ids and other numbers
    "Il mio riferimento è AF-7K2M-9QXR",
    "Non ricordo il PIN, riferimento AF-2345-6789",
    "codice di abbinamento BCDF-GHJK",
    "Il mio id EU Login è n00abc12",
    "EU Login user n002x9kl, before v1234abc",
    "reset password n00abc12",
    "PIN dell'utente n1234567",
    "00185 Roma",
    "Non ricordo il PIN\n00185 Roma",
    "Non ricordo il PIN\n0612345678",
    "prot. 1234567 del 3 marzo",
    "protocollo 123456789",
    "prot. 2026-1234",
    "IP 10.12.34.56",
    "Il PIN dal PC 10.12.34.56 non va",
    "Chrome 143.0.7499.110",
    "versione 143.0.12345678",
    "Windows 11 26100.4061, CIE ID 1.5.2",
    "https://www.inps.example/pratiche/12345678",
    "www.inps.example/it/12345678?x=1",
    "inps.example/it/12345678",
    "scrivete a ufficio12345678@comune.example",
    "12345678@pec.example",
    "€ 12345678",
    "12345678,50 euro",
    "12345678 EUR",
    "a12345678 e 12345678b",
    "n. 123456789012",
    "IT60 X054 2811 1010 0000 0123 456",
    "5555 4444 3333 2222",
    "il codice fiscale " + TAX_WRONG,
    TAX_WRONG.lower(),
    # can
    "I can 123",
    "Can I use 123456 again?",
    "I can see 123456 on the screen",
    "You can call 803164",
    "Il CAN di 6 cifre non lo trovo",
    "user 123456 can login",
    "123456 as can be seen",
    # passwords that are none
    "password scaduta",
    "la password è scaduta",
    "La password E' SCADUTA",
    "password: errata",
    "password non corretta",
    "the password is wrong",
    "my password is not accepted",
    "The password was taken",
    "password must contain 10 characters",
    "La password deve avere 10 caratteri",
    "password: 12 caratteri",
    "cambio password ogni 6 mesi",
    "la password è la stessa di sempre",
    "la password è stata cambiata ieri",
    "La password è: ••••••••",
    "password: ********",
    "password: xxxxxxxx",
    "password? boh",
    "Metodi: Password, EU Login Mobile App, SMS",
    "Password\nEU Login Mobile App\nSecurity Key",
    "Authentication method: Password",
    "Password: EU Login Mobile App PIN Code",
    "user/password non accettati",
    "Uso la password del PC con Windows11",
    "password con Office365",
    "Errore password 0x8010006B",
    "Ho dimenticato la password: come faccio?",
    "password e PIN non vanno",
    "Password:\nDimenticata\n",
    "https://x.example/guida/?reset-password=no&sign-in-page=refused",
    "boarding pass AZ1234",
    # codes and documents that are none
    "OTP scaduto dopo 5 minuti",
    "codice SMS non arriva da 2 giorni",
    "codice QR",
    "la carta d'identità è scaduta nel 2025",
    "il documento KB5034441 di Microsoft",
    "carta del 2019, in 1234567",
    "codice di AA1234567",
    "da 12345 in su",
    "<<<<<<< HEAD",
    "if a < b < c < d",
    "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    # all together, as people write
    "Buongiorno, da lunedì 23/11/2026 non riesco più a entrare in INPS con la CIE: dopo il PIN 'Errore 0x80100069'. "
    "Ho Windows 11 23H2, Chrome 143.0.7499.110 e il lettore uTrust 2700 R. Grazie, Piazza Roma 12, 20121 Milano, "
    "tel. 02 1234567",
    'La password di IMI è stata reimpostata il 12.11.2026 alle 10:45 ma la pagina dice "password errata"',
    "Il codice di errore è 500",
    "Il codice è 6983",
    "La password è corretta, ho controllato 2 volte",
    "La password è quella che uso sempre",
    "la password è arrivata via mail il 25/11/2026",
    "la password che ricordo è diversa",
    "la password che chiede è quella di Windows",
    "la password che mi avete dato non è valida",
    "La password del PC è cambiata",
    "la password è cambiabile solo dal 2026",
    "Password: dimenticata, utente: n00abc12",
    "Username: n00abc12 Password: dimenticata",
    "ho inserito la password è il sistema si blocca",
    "The password that I use is not accepted since 2026",
    "The password I typed was refused",
    "The password is my own",
    "the password is accepted, then error 500",
    "the password is OK",
    "password is correct!!",
    "After the password is entered, the page is blank",
    "when the password is typed it is blank",
    "My password is fine but OTP isn't",
    "my PIN is blocked since 2024",
    "My PIN is fine; error 6983",
    "My PIN was changed in 2025",
    "Il PIN è stato cambiato nel 2025",
    "Il PIN è bloccato dal 2025",
    "Il PIN è corretto, 3 tentativi",
    "il PIN è arrivato nel 2024",
    "Il PIN è del 2019",
    "PIN ricevuto nel 2024",
    "PIN ricevuto il 12/03/2024",
    "PIN ricevuto 12/03/2024",
    "La CIE è del 2019, il PIN non ricordo, sono nata nel 1974",
    "CIE rilasciata nel 2023, PIN mai usato",
    "CIE del 2023 con PIN e PUK persi, comune di Roma 00185",
    "Il PIN funziona con l'app CieID 1.5.2 ma non con il lettore (ACR122U)",
    "lettore ACR39U-I1, PIN ok",
    "PIN ok su iPhone 15 con iOS 18.1",
    "PIN richiesto 2 volte alle 9:45 e alle 14:30",
    "PIN chiesto alle 9.45, 10.30 e 11.15",
    "PIN: tentativi 3",
    "PIN tentativi rimasti: 3",
    "Error 6983: PIN blocked",
    "SW=63C2 after VERIFY PIN",
    "PIN try counter 63C1, SW 9000",
    "sw 6300 pin",
    "Art. 64 CAD, D.Lgs. 82/2005, PIN non obbligatorio",
    "Circolare INPS 127/2020 sul PIN",
    "the code 500 was shown",
    "Error code: 0x80070005 (2147942405)",
    "-2147024891",
    "2148532329",
    "Codice fiscale non riconosciuto",
    "codice ufficio UF1234",
    "codice IPA c_h501",
    "Codice univoco UFABC1",
    "codice 12345",
    "codice catastale H501",
    "telefono 0612345678 interno 1234",
    "tel. 06 1234567 int. 123",
    "cell. 3331234567 - fisso 0612345678",
    "Tel 06.12345678 Fax 06.87654321",
    "Tel 06.12345678 / 06.87654321",
    "Tel/Fax 06-12345678",
    "telefono: 06/1234.5678",
    "06 123 456 78",
    "(+39) 06 12345678",
    "+390612345678",
    "Phone: +44 20 7946 0958",
    "my number is +353 1 234 5678",
    "n. telefono 12345678",
    "Contact phone number: 12345678",
    "il numero verde 800.123.456 o lo 06 164 164",
    "n. ticket INC12345678",
    "ticket INC0012345",
    "ticket 2026112512345",
    "richiesta n. 1234567890",
    "ID IMI 123456",
    "numero IMI request 123456.1",
    "IMI entry 123456",
    "numero notifica IMI 654321",
    "utente EU Login n0012345",
    "uid: nmrossi1",
    "il mio id è n12345ab",
    "PIN e id n12345ab",
    "MAC 00:1A:2B:3C:4D:5E",
    "uuid 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "serial 1234-5678-9012",
    "1.234.567,89 €",
    "12.345.678",
    "EUR 12345678,00",
    "2026-11-25T14:30:12.123456+01:00",
    "20261125143012",
    "20261125-143012",
    "20261125_143012.png",
    "Screenshot 2026-11-25 143012.png",
    "Screenshot_20261125-143012_Chrome.jpg",
    "IMG_20261125_143012.jpg",
    "WhatsApp Image 2026-11-25 at 14.30.12.jpeg",
    "25-11-2026",
    "25 11 2026",
    "11/25/2026",
    "1974-03-12",
    "anno scolastico 2025/2026",
    "2024 2025 2026",
    "2024, 2025, 2026",
    "dalle 1430 alle 1530",
    "1920 x 1080",
    "lat 41.9028, 12.4964",
    "41.90283456",
    "from 1000 to 2000",
    "AF-2345-6789",
    "af-2345-6789 e PIN",
    "Can 3 people use 123456?",
    "Can you check 123456?",
    "CAN: sei cifre",
    "Il CAN è sul davanti",
    "Numero CAN a 6 cifre",
    "can't 123456",
]

#: The secret stands in marks: ‹1234›.
MASKED = {
    Kind.TAX_CODE: [
        f"Il mio codice fiscale è ‹{TAX}›, grazie",
        f"‹{TAX.lower()}›",
        f"CF:‹{TAX}›.",
        f"CF‹{TAX}›",
        f"c.f. ‹{IN_GROUPS}› residente a",
        f"c.f. ‹{IN_GROUPS.lower()}›",
        f"‹{IN_GROUPS.replace(' ', '-')}›",
        f"my tax code ‹{TAX_OMOCODE}› is refused",
        f"(‹{TAX_ALL_LETTERS}›)",
        f"https://inps.example/?cf=‹{TAX}›",
        f"‹{TAX.lower()}›@pec.example",
        f"file_‹{TAX}›_2026.pdf",
    ],
    Kind.PIN: [
        "il pin che mi hanno dato in comune è ‹1234›",
        "Il PIN, ‹1234›, non va",
        "pin errato ‹1234›",
        "pin sbagliato: ‹1234 5678›",
        "PIN/PUK: ‹12345678›/‹87654321›",
        "PIN\r\n‹4827›\r\n‹3651›",
        "PUK ‹4827›\n‹3651›",
        "PIN: ‹4827› (comune) ‹3651› (lettera)",
        "i miei pin sono ‹1234› e ‹5678›",
        "ho messo ‹1234› come pin",
        "PIN ‹12345678›, tel 3481234567",
        "PIN ‹12345678› tel 348 1234567",
        "PIN ‹12345678› - 25/11/2026",
        "‹12345678›PIN",
        "il PIN:‹12345678›è giusto",
        "PIN𝟏: ‹𝟏𝟐𝟑𝟒›",
        "PIN *‹1234›*",
        "<b>PIN</b>: ‹12345678›",
        "PIN → ‹1234›",
        "PIN “‹1234›”",
        "codice pin cie ‹1234›",
        "il PIN finisce con ‹5678›",
        "inserire PIN a 8 cifre, io metto ‹1234 5678› ma niente",
        "PIN 1ª metà ‹1234› 2ª metà ‹5678›",
        "Non ho il PUK intero. La prima parte del PUK era sulla ricevuta ‹1234›, la seconda nella lettera ‹5678›",
        "l'app chiede le ultime 4 cifre del PIN e metto ‹5678›",
        "PIN valido dal ‹01012026›",
        "il mio pin è ‹1234›",
        "il mio PIN e' ‹12345678›.",
        "PIN: ‹12345›",
        "puk=‹12345678›",
        "mypin ‹0412›",
        "PIN‹12345678›",
        "pin‹1234›",
        "Pin:‹1234›abcd",
        "P.I.N. ‹12345678›",
        "PIN1: ‹1234›",
        "PIN ‹1234›, ‹5678› e poi ‹9012› 8010001D",
        "25.11.2026 14:30. ‹1234› è la prima metà del PIN",
        "PIN (8 cifre): ‹12345678›",
        "PIN n. ‹12345678›",
        "Il PIN della carta è ‹1234 5678› ma non va",
        "Il PIN della CIE che uso è ‹1234-5678›",
        "il pin è ‹12 34 56 78›",
        "il PIN ‹1 2 3 4 5 6 7 8›",
        "PIN ‹123 456 78›",
        "PIN ‹1234 - 5678›",
        "PIN ‹1234.5678›",
        "PIN ‹1234/5678›",
        "PIN: ‹123456789› non va",
        "PIN\n‹1234›\n",
        "PIN:\n‹1234 5678›",
        "PIN: ‹25112026›",
        "PIN ‹80100069›",
        "Il PIN è ‹80070005›",
        "Quando metto il PIN quello giusto, cioè ‹12345678›, non va",
        "PUK errato per tre volte (‹87654321›)",
        "My PIN is ‹1234› and it is refused",
        "I typed the PUK of my card ‹8765 4321›",
        "‹12345678› è il mio PIN",
        "‹1234› è il PIN",
        "‹25112026› è il mio PIN",
        "‹12345678› (PIN)",
        "‹1234 5678› is my PIN",
        "Il PIN ‹12345678› o ‹87654321›?",
        "PIN ‹1234›, ‹5678› e poi ‹9012›",
        "pin ‹1234› oppure ‹4321›",
        "PUK ‹12345678› e PIN ‹87654321›",
        "PIN: prima metà ‹1234› e seconda metà ‹5678›",
        "la prima metà del PIN è ‹1234›, la seconda metà è ‹5678›",
        "Le prime quattro cifre del PUK ‹1234›; le ultime quattro cifre sono ‹5678›",
        "First half ‹1234›, second half ‹5678›: that is my PIN",
        "‹1234› è la prima metà del PIN",
        "il codice ‹12345678› non è accettato",
        "codice: ‹1234 5678›",
        "il codice è ‹25112026›",
        "the code ‹12345678› was refused",
        "cod. ‹12345678›",
        "codice segreto ‹12-34-56-78›",
        "https://x.example/?pin=‹12345678›",
        "PIN ‹１２３４５６７８›",
        "PIN\u00a0‹1234\u00a05678›",
        "PIN ‹12\u200b34\u200b5678›",
        "ＰＩＮ：‹１２３４›",
        "PIN ‹1234–5678›",
        "Per il PIN tel ‹12345678›",
        "{'pin': '‹12345678›'}",
    ],
    Kind.DIGITS: [
        "log del 20261125. ‹1234 5678›",
        "riferimento AF-2345-6789 ‹12345678›",
        "utente n00abc12 ‹1234 5678›",
        "‹1234 5678› 25-11-2026",
        "chiamatemi al +39 06 1234 5678. ‹12345678›",
        "matricola ‹12345678›",
        "protocollo ‹12345678›/2026",
        "tel 06 12345678 interno, poi ‹1234 5678›",
        "‹12345678›",
        "ho scritto ‹12345678› tre volte",
        "‹12345678›!",
        "‹12345678›è giusto",
        "Il numero della carta? ‹12345678›.",
        "‹12345678› ‹87654321›",
        "‹1234 5678›",
        "ho messo ‹1234-5678› e niente",
        "‹12 34 56 78›",
        "codice errore ‹12345678›",
        "codice pratica ‹12345678›",
        "numero 06 1234 5678, poi ‹12345678›",
        "‹٠١٢٣٤٥٦٧›",
        "99999999 euro o ‹88888888›",
    ],
    Kind.CAN: [
        "CAN ‹123456› e poi ‹654321›",
        "il can della mia cie è il ‹123456›",
        "CAN ‹123456›",
        "il CAN è ‹123456›",
        "numero CAN: ‹123 456›",
        "Can ‹123-456›",
        "CAN=‹123456›",
        "CAN (6 cifre): ‹123456›",
        "the CAN of my card is ‹123456›",
        "can number ‹123456›",
        "card access number ‹123456›",
        "‹123456› è il CAN",
        "‹123456› (CAN)",
        "PIN e CAN ‹123456›",
        "CAN:\n‹123456›\n",
    ],
    Kind.PASSWORD: [
        "La password scaduta: ‹Girasole77›",
        "la password che mi hanno dato è ‹Girasole77›",
        "user: n00abc12 pass: ‹Girasole77!›",
        "password: ‹123pippo›",
        "password ‹Imi2026!›",
        "password: ‹Pippo2024!›",
        "la password è ‹Pippo2024!› e non va",
        "La password e' ‹Pippo2024!›",
        "pwd=‹Pippo2024!›",
        "my password is ‹hunter2›",
        "my password is ‹hunter›",
        "passwd ‹Zx9-quack›",
        "parola chiave: ‹girasole›",
        "Password: ‹girasole›.",
        "La mia password di EU Login è ‹Girasole77›",
        "la password che uso è ‹girasole77›",
        "la password è: ‹girasole›",
        "la password è questa: ‹Girasole77›",
        "psw ‹Girasole77!›",
        "pw: ‹girasole›",
        "pass: ‹girasole1›",
        "la mia password, ‹Girasole77!›, non funziona",
        "password (‹Girasole77!›)",
        "password: ‹Girasole77› oppure ‹Tulipano88›",
        'password: "‹cavallo 2024›" ecco',
        'password "‹Girasole77›"',
        '{"password": "‹girasole›", "user": "x"}',
        "{'password1': '‹Girasole77›'}",
        "Password:\n‹Girasole77›\n",
        "new_password=‹girasole›",
        "https://x.example/?password=‹hunter2›&next=1",
        "password: ‹12345›",
        "la password è ‹25112026›",
        "utente n00abc12 password ‹Girasole77!›",
        "ｐａｓｓｗｏｒｄ：‹girasole›",
        "password: ‹caffe\u0300nero›",
    ],
    Kind.ONE_TIME: [
        "OTP ‹123456›",
        "codice SMS ‹123456›",
        "codice temporaneo: ‹1234567›",
        "one-time password ‹123456›",
        "one-time password: ‹123456›",
        "codice di verifica ‹123456›",
        "il codice di verifica che ho ricevuto è ‹123 456›",
        "Your verification code is ‹123456›",
        "codice ricevuto via SMS ‹12345678›",
        "‹123456› is your EU Login code",
        "‹123456› è il codice di verifica INPS",
        "token ‹123456›",
    ],
    Kind.DOCUMENT: [
        "passport no. ‹YA1234567›, issued 2020",
        "C.I. ‹AX1234567›",
        "CIE n. ‹CA12345AA›",
        "la carta ‹ca12345aa› non si legge",
        "‹CA12345AA›",
        "carta ‹CA 12345 AA›",
        "carta d'identità ‹AA1234567›",
        "carta d’identita n. ‹AA 1234567›",
        "documento ‹AA1234567› scaduto",
        "passaporto ‹YA1234567›",
        "my passport number is ‹ya1234567›",
        "Document: ‹AA1234567›",
    ],
    Kind.MRZ: [
        "‹C<ITACA00000AA4<<<<<<<<<<<<<<<›",
        "‹ZXY<<PINCO<<<<<<<<<<<<<<<<<<<<›",
        "C'è scritto\n‹I<ITAZXY<<PINCO<<<<<<<<<<<<<<<<<<<<›\ne poi",
        "‹P<ITAZXY<<PINCO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<›",
        "‹zxy<<pinco<<<<<<<›",
    ],
}

MARKS = re.compile("[‹›]")
SECRET = re.compile("‹(.*?)›", re.DOTALL)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text):
    assert find(text) == []
    assert cover(text) == text


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in MASKED.items() for text in texts])
def test_a_secret_is_covered_and_the_words_around_stay(kind, text):
    given_text = MARKS.sub("", text)
    secrets = SECRET.findall(text)
    assert cover(given_text) == SECRET.sub(COVER, text)
    assert [given_text[span.start : span.end] for span in find(given_text)] == secrets
    assert {span.kind for span in find(given_text)} == {kind}
    assert not any(secret in cover(given_text) for secret in secrets)


def test_the_check_character_is_that_of_the_published_example():
    assert checked("RSSMRA85T10A562") == "RSSMRA85T10A562S"
    assert [span.kind for span in find("rss mra 85T10 a562s")] == [Kind.TAX_CODE]


def test_only_digits_without_a_name_may_be_kept():
    kept = {kind for kind in Kind if Span(0, 8, kind).may_be_kept}
    assert kept == {Kind.DIGITS}


def test_a_number_that_she_keeps_stays_and_a_pin_does_not():
    text = "Protocollo 12345678, PIN 87654321"
    asked = []

    def keep(span, secret):
        asked.append((span.kind, secret))
        return True

    assert cover(text, keep) == f"Protocollo 12345678, PIN {COVER}"
    assert asked == [(Kind.DIGITS, "12345678")]
    assert cover(text, lambda span, secret: secret != "12345678") == f"Protocollo {COVER}, PIN {COVER}"


def test_the_cover_does_not_tell_the_length():
    assert cover("PIN 1234") == cover("PIN 12345678")


@pytest.mark.parametrize("text", ["", " ", "\n", "•", COVER, f"PIN {COVER}", f"password: {COVER}", "\u0301", "İİİ"])
def test_there_is_nothing_to_find(text):
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "password: tel 12345678",
        "password: tel\u00a012345678 12345678",
        "PIN " + "password: " + "x1" * 90 + " 25112026",
        "password: " + "aB1" * 200 + " e poi",
        "CAN 123 456 7890 1234",
        "x" * 30 + " password: password: password: girasole",
    ],
)
def test_what_a_cover_uncovers_is_covered_too(text):
    assert cover(cover(text)) == cover(text)
    assert not find(cover(text))


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "12345678 ",
        "a",
        "l",
        "pin ",
        "pin 1234 ",
        "password:",
        "password: a1B2c3 ",
        "a@",
        "a.",
        "<",
        "•",
        "è",
        "1-",
    ],
)
def test_a_long_text_is_read(piece):
    text = piece * (20_000 // len(piece))
    assert not find(cover(text))


# Any text


WORDS = [
    "PIN",
    "puk",
    "codice",
    "code",
    "CAN",
    "password",
    "è",
    "is",
    ":",
    "=",
    "errore",
    "tel",
    "prima metà",
    "OTP",
    "\n",
]
NUMBERS = ["1234", "12345678", "1234 5678", "12-34-56-78", "25112026", "80100069", "06 12345678", "123456", TAX, COVER]
OTHERS = [
    "Pippo2024!",
    "scaduta",
    ",",
    ". ",
    "(",
    "0x80100069",
    "CA12345AA",
    "AF-7K2M-9QXR",
    "<<<",
    "\u200b",
    "١٢",
    "è\u0300",
]
pieces = st.sampled_from(WORDS + NUMBERS + OTHERS)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(pieces, max_size=25).map(" ".join),
    st.lists(pieces | st.text(max_size=3), max_size=25).map("".join),
)


@given(texts)
def test_covering_twice_is_covering_once(text):
    assert cover(cover(text)) == cover(text)


@given(texts)
def test_spans_are_in_order_apart_and_inside(text):
    edges = [edge for span in find(text) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(span.start < span.end for span in find(text))
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


@given(texts)
def test_text_outside_of_spans_is_unchanged(text):
    spans = find(text)
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    around = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    assert cover(text) == COVER.join(around)
    assert cover(text, lambda _span, _secret: True) == text or any(not span.may_be_kept for span in spans)


letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@st.composite
def tax_codes(draw) -> str:
    name = draw(st.text(letters, min_size=6, max_size=6))
    numbers = draw(st.text("0123456789", min_size=7, max_size=7))
    as_letters = draw(st.sets(st.integers(0, 6)))
    digits = [char.translate(OMOCODIA) if place in as_letters else char for place, char in enumerate(numbers)]
    month, town = draw(st.sampled_from("ABCDEHLMPRST")), draw(letters)
    return checked(f"{name}{digits[0]}{digits[1]}{month}{digits[2]}{digits[3]}{town}{''.join(digits[4:])}")


def found_in(text: str, secret: str) -> bool:
    """Whether the last occurrence of `secret` is in a span as a whole."""
    start = text.rindex(secret)
    return any(span.start <= start and start + len(secret) <= span.end for span in find(text))


@given(texts, tax_codes(), texts, st.booleans())
def test_any_tax_code_is_found_in_any_text(before, code, after, small):
    code = code.lower() if small else code
    assume(code not in after)
    assert found_in(f"{before} {code} {after}", code)


@given(tax_codes())
def test_a_code_with_another_check_character_is_none(code):
    other = chr((ord(code[15]) - ord("A") + 1) % 26 + ord("A"))
    assert find(code[:15] + other) == []


digits = st.text("0123456789", min_size=8, max_size=8)


@given(texts, st.sampled_from(["PIN ", "pin: ", "PUK=", "Il PIN è "]), digits, texts)
@example("", "PIN ", "80100069", "")
@example("", "PIN ", "25112026", "")
@example("", "PIN ", "06164164", "")
def test_any_eight_digits_after_pin_are_found(before, word, number, after):
    assume(number not in after)
    assert found_in(f"{before} {word}{number} {after}", number)


@given(digits)
def test_eight_digits_alone_are_found_unless_they_have_another_name(number):
    dates = (number[:2], number[2:4], number[4:6]), (number[6:], number[4:6], number[:2])
    assume(not any(day <= "31" and month <= "12" and century in ("19", "20") for day, month, century in dates))
    assume(not number.startswith("80") and number != "06164164")
    assert [span.kind for span in find(f"Ho scritto {number} e non va")] == [Kind.DIGITS]


# Logs


@pytest.fixture
def log():
    """A logger of its own and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.addFilter(CoveringFilter())
    logger = logging.Logger("any")
    logger.addHandler(handler)
    return logger, written


def test_a_log_message_is_covered_with_its_arguments(log):
    logger, written = log
    logger.warning("Ticket %s: %s", "AF-7K2M-9QXR", "il mio PIN è 1234")
    assert written.getvalue() == f"WARNING Ticket AF-7K2M-9QXR: il mio PIN è {COVER}\n"


def test_a_secret_apart_from_its_word_in_the_format_is_covered(log):
    logger, written = log
    logger.warning("PIN %d, %s", 12345678, {"password": "girasole"})
    assert "12345678" not in written.getvalue()
    assert "girasole" not in written.getvalue()


def test_a_traceback_is_covered_and_still_tells_where(log):
    logger, written = log
    try:
        raise_with("PIN 12345678")
    except ValueError:
        logger.exception("It broke", stack_info=True)
    assert "12345678" not in written.getvalue()
    assert f"ValueError: not a number: PIN {COVER}" in written.getvalue()
    assert "raise_with" in written.getvalue()


def raise_with(text: str) -> None:
    raise ValueError(f"not a number: {text}") from KeyError(text)


def test_a_handler_that_formats_by_itself_gets_nothing_bare():
    try:
        raise_with("PIN 12345678")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "%s", "args": ("PUK 12345678",), "exc_info": (type(error), error, None)})
    record.exc_text = "KeyError: PIN 12345678"
    assert CoveringFilter().filter(record)
    assert "12345678" not in repr(vars(record))


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("PIN 12345678")


@pytest.mark.parametrize(("message", "arguments"), [("%d", ("PIN 12345678",)), ("%s", (Unprintable(),)), ("a", (1,))])
def test_a_message_that_cannot_be_formatted_is_no_fault_and_no_leak(log, capsys, message, arguments):
    logger, written = log
    logger.error(message, *arguments)
    assert "could not be formatted" in written.getvalue()
    assert "12345678" not in written.getvalue() + capsys.readouterr().err


def test_an_ordinary_line_stays_as_it_is(log):
    logger, written = log
    logger.info("GET %s %d", "/it/guida/imi/where/?where=password&tries-before=none", 200)
    logger.error("GET %s %d", "/it/guida/imi/where/?where=password&tries-before=none", 500, exc_info=(None, None, None))
    assert written.getvalue() == (
        "INFO GET /it/guida/imi/where/?where=password&tries-before=none 200\n"
        "ERROR GET /it/guida/imi/where/?where=password&tries-before=none 500\n"
    )
