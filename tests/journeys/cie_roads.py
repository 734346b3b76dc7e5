"""One way for each road into INPS with the card, for its codes, and for what comes after: answers to an end."""

#: Road: answers that lead through a typical way to an end.
ROADS = {
    "level 2": {
        "road": "unknown",
        "what-in-hand": "puk-first",
        "level2-where": "never",
        "activate-level2": "no",
        "level2-stopped": "serial",
        "read-serial": "yes",
    },
    "phone": {
        "road": "phone",
        "phone-app": "inps-mobile",
        "phone-card": "nothing",
        "phone-tried": "after-update",
        "restart-phone": "no",
        "install-anew": "cannot",
    },
    "PC with the phone": {
        "road": "pc-phone",
        "pc-phone-where": "serial",
        "serial-number": "yes",
        "pin-before-qr": "never",
        "fresh-qr": "yes",
        "four-digits": "no",
    },
    "PC with a reader": {
        "road": "reader",
        "pc-check": "cannot",
        "reader-kind": "plate",
        "reader-does": "not-seen",
        "plug-in-reader": "no",
        "reader-driver": "yes",
        "where-stops": "no-certificate",
        "which-browser": "firefox",
        "load-module": "yes",
        "boxes": "four",
        "refused-four": "once",
    },
    "codes": {
        "road": "codes",
        "what-missing": "codes",
        "codes-here": "no-puk",
        "contact-given": "yes",
        "recover-puk": "no",
    },
    "after signing in": {"road": "after", "after-login": "old-contact"},
}
