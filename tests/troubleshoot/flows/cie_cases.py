"""What the journey into INPS must lead to, case by case: answers from its first question, and the step reached."""

_LEVEL2 = "road=credentials&level2-where"
_PHONE = "road=phone&phone-app=inps-mobile&phone-card"
_PHONE_BROWSER = "road=phone&phone-app=browser&phone-card"
_SHOWS = f"{_PHONE}=further&phone-shows"
_PC = "road=pc-phone&pc-phone-where"
_READER = "road=reader&pc-check=cannot&reader-kind=plate&reader-does"
_STOPS = f"{_READER}=seen&where-stops"
_WHY = f"{_STOPS}=program&why-program"
_MISSING = "road=codes&what-missing"
_AFTER = "road=after&after-login"

#: Label of the symptom list: the shortest ways to a step that solves it.
LABELS = {
    "cie.card.chip_defective": [
        (f"{_MISSING}=unreadable", "read-elsewhere"),
        (f"{_MISSING}=unreadable&read-elsewhere=no", "chip-defective"),
    ],
    "cie.card.minor_not_allowed": [(f"{_MISSING}=minor", "minor")],
    "cie.card.new_chip_unsupported": [(f"{_PHONE}=nothing&phone-tried=new-card", "update-for-card")],
    "cie.card.other_card_type": [
        ("road=unknown&what-in-hand=no-card", "other-card"),
        ("road=reader&pc-check=card.health-card", "right-card"),
    ],
    "cie.card.expired_lost_or_blocked": [(f"{_MISSING}=lost", "block-card"), (f"{_MISSING}=expired", "card-expired")],
    "cie.pin.blocked_needs_puk": [(f"{_MISSING}=pin-blocked&pin-blocked=puk&puk-refused=never", "new-pin")],
    "cie.pin.short_pin_expected": [
        (f"{_SHOWS}=pin&boxes=eight&pin-refused=never", "type-eight"),
        (f"{_SHOWS}=pin&boxes=eight&pin-refused=once", "no-more-pin"),
        (f"{_PC}=pin&boxes=eight&pin-refused=never", "type-eight"),
    ],
    "cie.pin.codes_lost": [
        (f"{_MISSING}=codes&codes-here=puk&puk-refused=never", "new-pin"),
        (f"{_MISSING}=codes&codes-here=no-puk&contact-given=yes", "recover-puk"),
        (f"{_MISSING}=codes&codes-here=no-puk&contact-given=no", "reprint-codes"),
    ],
    "cie.pin.puk_blocked": [
        (f"{_MISSING}=puk&puk-count=ten", "puk-blocked"),
        (f"{_MISSING}=puk&puk-count=few", "puk-stop"),
    ],
    "cie.reader.card_drops": [(f"{_READER}=drops", "turn-card")],
    "cie.reader.driver": [(f"{_READER}=not-seen", "plug-in-reader")],
    "cie.reader.not_suitable": [
        ("road=reader&pc-check=cannot&reader-kind=slot", "slot-reader"),
        (f"{_READER}=drops&turn-card=no&other-port=no", "another-reader"),
    ],
    "cie.reader.several_readers": [(f"{_READER}=several", "one-card")],
    "cie.reader.usb_port": [(f"{_READER}=hub", "straight-usb")],
    "cie.software.release_fault": [(f"{_WHY}=after-update", "newest-software")],
    "cie.software.card_version_mismatch": [(f"{_WHY}=one-card", "update-for-this-card")],
    "cie.software.bad_installation": [(f"{_WHY}=a-piece", "install-as-yourself")],
    "cie.software.linux_java": [(f"{_WHY}=linux", "install-java")],
    "cie.software.os_security_block": [(f"{_WHY}=mac", "mac-store")],
    "cie.software.os_unsupported": [(f"{_WHY}=old", "os-unsupported")],
    "cie.software.pairing_fails": [
        (f"{_STOPS}=pairing&still-reader=yes&pin-before-pair=never", "pair"),
        (f"{_STOPS}=pairing&still-reader=yes&pin-before-pair=never&pair=no&after-pairing=stopped", "pairing-stops"),
    ],
    "cie.software.remote_desktop": [(f"{_READER}=remote", "sit-at-pc")],
    "cie.software.windows_csp_update": [(f"{_STOPS}=pin-not-asked", "windows-update")],
    "cie.app.browser_handover": [(f"{_SHOWS}=wrong-browser", "browser-handover")],
    "cie.app.redirect_back_lost": [
        (f"{_SHOWS}=restart", "keep-the-way"),
        (f"{_PC}=lost", "keep-the-way"),
        (f"{_LEVEL2}=restart&tries-restart=none", "approve-in-place"),
    ],
    "cie.app.level2_credentials": [
        (f"{_LEVEL2}=never", "activate-level2"),
        (f"{_LEVEL2}=forgotten&tries-level2=none", "reset-level2"),
        (f"{_LEVEL2}=active&tries-enter=none", "enter-level2"),
    ],
    "cie.app.device_not_trusted": [(f"{_LEVEL2}=not-trusted", "device-not-trusted")],
    "cie.app.serial_qr_otp": [
        (f"{_PC}=serial", "serial-number"),
        (f"{_PC}=qr&pin-before-qr=never", "fresh-qr"),
        (f"{_PC}=code", "four-digits"),
    ],
    "cie.app.new_phone": [
        (f"{_LEVEL2}=new-phone", "sms-code"),
        (f"{_PC}=app&pin-before-app=never", "new-phone"),
    ],
    "cie.phone.nfc_other_app_takes_tag": [(f"{_PHONE}=other-app", "reading-screen")],
    "cie.phone.os_update_regression": [(f"{_PHONE}=nothing&phone-tried=after-update", "restart-phone")],
    "cie.phone.nfc_missing_or_off": [(f"{_PHONE}=nothing&phone-tried=nothing", "nfc-on")],
    "cie.phone.card_position_or_limit": [(f"{_PHONE}=breaks-off", "card-position")],
    "inps.mobile_cie_read_fails": [(f"{_PHONE}=nothing&phone-tried=cieid-reads", "update-inps-mobile")],
    "inps.pin_retired": [("road=inps-pin", "inps-pin-retired"), (f"{_SHOWS}=inps-pin", "third-button")],
    "inps.delegate": [(f"{_AFTER}=for-another", "delegation")],
    "inps.identity_check_contacts": [(f"{_AFTER}=old-contact", "old-contact")],
    "browser.crash_with_module": [(f"{_STOPS}=no-certificate&which-browser=crash", "newest-before-crash")],
    "browser.module_not_loaded": [(f"{_STOPS}=no-certificate&which-browser=firefox", "load-module")],
    "browser.no_client_certificate": [(f"{_STOPS}=no-certificate&which-browser=other&paired-here=yes", "card-first")],
    "browser.wrong_certificate": [(f"{_STOPS}=several-certificates", "right-certificate")],
    "network.method_not_offered": [(f"{_PC}=no-tab", "method-not-offered")],
    "network.other_service_record": [(f"{_AFTER}=comune", "service-record")],
    "network.other_identity_provider": [(f"{_AFTER}=spid", "spid-provider")],
}

#: The journey's table, road by road: case, answers, the step it ends at or passes.
CASES = {
    "level 2 first of all: never activated": (f"{_LEVEL2}=never", "activate-level2"),
    "… and it works": (f"{_LEVEL2}=never&activate-level2=yes&tries-enter=none", "enter-level2"),
    "… and the confirmation does not come": (
        f"{_LEVEL2}=active&tries-enter=none&enter-level2=no&level2-stops=no-confirmation",
        "confirm-level2",
    ),
    "… the first half of the PUK is missing": (
        f"{_LEVEL2}=never&activate-level2=no&level2-stopped=no-puk&contact-given=no",
        "reprint-codes",
    ),
    "… the serial number is refused": (f"{_LEVEL2}=never&activate-level2=no&level2-stopped=serial", "read-serial"),
    "… the codes go to old contacts": (f"{_LEVEL2}=old-contacts", "contacts-at-registry"),
    "password of level 2 forgotten": (f"{_LEVEL2}=forgotten&tries-level2=one", "reset-level2"),
    "she does not know which road": ("road=unknown", "what-in-hand"),
    "only the phone and the first half of the PUK": ("road=unknown&what-in-hand=puk-first", "level2-where"),
    "only a card in hand": ("road=unknown&what-in-hand=only-card", "what-missing"),
    "no NFC on the phone": (f"{_PHONE}=nothing&phone-tried=nothing&nfc-on=cannot", "other-roads"),
    "INPS Mobile breaks off: an update, then the browser": (
        f"{_PHONE}=breaks-off&card-position=no&update-inps-mobile=no",
        "inps-in-the-browser",
    ),
    "… then another phone": (
        f"{_PHONE}=breaks-off&card-position=no&update-inps-mobile=no&inps-in-the-browser=no",
        "read-elsewhere",
    ),
    "the card is not read at its place": (f"{_PHONE_BROWSER}=breaks-off&card-position=no", "read-elsewhere"),
    "… elsewhere it is": (f"{_PHONE_BROWSER}=breaks-off&card-position=no&read-elsewhere=yes", "this-phone-cannot"),
    "INPS Mobile asks for the PIN first, and then reads nothing": (
        f"{_SHOWS}=pin&boxes=eight&pin-refused=never&type-eight=no&after-pin=not-read",
        "pin-not-read",
    ),
    "she has not begun on the phone yet": ("road=phone&phone-app=not-yet", "phone-needs"),
    "four boxes on a phone": (f"{_SHOWS}=pin&boxes=four", "boxes-not-eight"),
    "PIN wrong": (f"{_SHOWS}=pin&boxes=eight&pin-refused=once", "no-more-pin"),
    "only one half typed": (f"{_SHOWS}=pin&boxes=eight&pin-refused=never", "type-eight"),
    "the boxes are not counted": (f"{_SHOWS}=pin&boxes=unknown", "boxes-unknown"),
    "the mask for the INPS PIN": (f"{_SHOWS}=pin&boxes=other", "other-boxes"),
    "… and no other": (f"{_SHOWS}=pin&boxes=other&other-boxes=no", "inps-pin-retired"),
    "INPS Mobile does not read, the browser does": (
        f"{_PHONE}=nothing&phone-tried=cieid-reads&update-inps-mobile=no",
        "inps-in-the-browser",
    ),
    "the browser, and CieID reads: the way back to it": (
        f"{_PHONE_BROWSER}=nothing&phone-tried=cieid-reads",
        "browser-handover",
    ),
    "another app takes the card, and the browser was tried": (
        f"{_PHONE_BROWSER}=other-app&reading-screen=no",
        "other-roads",
    ),
    "after an update of the phone: installed anew": (
        f"{_PHONE}=nothing&phone-tried=after-update&restart-phone=no",
        "install-anew",
    ),
    "CieID not set up": (f"{_PC}=app&pin-before-app=never", "new-phone"),
    "the tab CIE is not found": (f"{_PC}=no-tab", "method-not-offered"),
    "serial refused": (f"{_PC}=serial", "serial-number"),
    "QR expired, or the wrong scanner": (f"{_PC}=qr&pin-before-qr=never", "fresh-qr"),
    "OTP refused": (f"{_PC}=code", "four-digits"),
    "… a new QR": (f"{_PC}=code&four-digits=no&pin-before-new-qr=never", "new-qr"),
    "… and its digits": (f"{_PC}=code&four-digits=no&pin-before-new-qr=never&new-qr=yes", "new-digits"),
    "login lost when switching apps": (f"{_PC}=lost", "keep-the-way"),
    "CieID refuses the phone beside the PC": (f"{_PC}=not-trusted", "device-not-trusted"),
    "app not certified on this phone": (f"{_SHOWS}=not-trusted", "device-not-trusted"),
    "card is not read by the phone beside the PC": (f"{_PC}=reading&phone-card=breaks-off", "card-position"),
    "reader not seen: its driver": (f"{_READER}=not-seen&plug-in-reader=no", "reader-driver"),
    "… and the office must help": (f"{_READER}=not-seen&plug-in-reader=cannot", "ask-it-unit"),
    "contactless or contact": ("road=reader&pc-check=cannot&reader-kind=unknown", "reader-does"),
    "Software CIE missing": (f"{_WHY}=missing", "install-software"),
    "… then paired": (f"{_WHY}=missing&install-software=yes&pin-to-pair=never&pair=yes", "paired"),
    "Firefox in a Snap": (
        f"{_STOPS}=no-certificate&which-browser=firefox&load-module=no&firefox-system=linux",
        "unpacked-browser",
    ),
    "an antivirus between": (
        f"{_STOPS}=no-certificate&which-browser=other&paired-here=yes&card-first=no",
        "connection-opened",
    ),
    "no certificate, and the card is not paired": (
        f"{_STOPS}=no-certificate&which-browser=other&paired-here=no&still-reader=yes&pin-before-pair=never",
        "pair",
    ),
    "Windows update, then Firefox": (f"{_STOPS}=pin-not-asked&windows-update=no", "firefox-instead"),
    "the pairing stops, not the PIN": (
        f"{_STOPS}=pairing&still-reader=yes&pin-before-pair=never&pair=no&after-pairing=stopped",
        "pairing-stops",
    ),
    "the lamp is on, the card is never noticed": (f"{_READER}=unseen", "right-card"),
    "another program holds the card": (f"{_READER}=in-use", "close-programs"),
    "the PC is a guest": (f"{_READER}=remote&sit-at-pc=no", "real-machine"),
    "a date is wrong": (f"{_STOPS}=date", "clock-or-card"),
    "… the card's own": (f"{_STOPS}=date&clock-or-card=no", "card-expired"),
    "the driver helps not: the service": (f"{_READER}=not-seen&plug-in-reader=no&reader-driver=no", "restart-pc"),
    "… nor a restart": (f"{_READER}=not-seen&plug-in-reader=no&reader-driver=no&restart-pc=no", "card-service"),
    "the sign-in page does not open": ("road=page", "other-network"),
    "… only here": ("road=page&other-network=yes&fresh-page=no", "network-blocked"),
    "… and it is the browser": ("road=page&other-network=yes&fresh-page=yes", "page-opens"),
    "PIN asked by the browser": (f"{_STOPS}=pin&boxes=four&refused-four=never", "type-four"),
    "report: blocked PIN": ("road=reader&pc-check=card.pin-blocked", "pin-blocked"),
    "report: nothing wrong": ("road=reader&pc-check=nothing", "where-stops"),
    "report: what this guide does not know": ("road=reader&pc-check=other", "ask-ministry"),
    "a site does not answer": ("road=reader&pc-check=network.unreachable", "other-network"),
    "PUK at hand": (f"{_MISSING}=codes&codes-here=puk&puk-refused=never", "new-pin"),
    "PUK at hand, refused before": (f"{_MISSING}=codes&codes-here=puk&puk-refused=some", "puk-stop"),
    "a blocked PIN, but no card is needed": (f"{_MISSING}=pin-blocked&pin-blocked=level2", "level2-instead"),
    "report: blocked PIN, few PUK left": ("road=reader&pc-check=card.puk-few-tries", "puk-stop"),
    "report: one try left": ("road=reader&pc-check=card.pin-last-try", "pin-not-safe"),
    "PUK on its way": (
        f"{_MISSING}=codes&codes-here=no-puk&contact-given=yes&recover-puk=yes",
        "puk-on-its-way",
    ),
    "card lost: the number first": (f"{_MISSING}=lost", "block-card"),
    "an error after signing in": (f"{_AFTER}=error", "service-down"),
    "no site answers, from no network": (
        "road=reader&pc-check=network.unreachable&other-network=no",
        "service-down",
    ),
    "she cannot tell where INPS stops her": (f"{_AFTER}=unknown", "unknown-message"),
}
