"""What the journey into IMI must lead to, case by case: answers from its first question, and the step reached."""

_PASSWORD = "where=password&sign-in-page=refused&tries-before=none"
_SECOND = "where=second-factor&tries-second=none"
_APP = f"{_SECOND}&phone=usual&which-method=app-pin"
_QR = f"{_SECOND}&phone=usual&which-method=app-qr"
_EID = "where=password&sign-in-page=eid&tries-eid=none"
_IMI = "where=imi-refuses&imi-does=not-known"
_BROKEN = "where=page-broken&other-network"
_NOTHING = f"{_SECOND}&phone=new&method-now=no&password-in-list=yes&open-with-password=no&password-stopped=method"
_REMOVE = f"{_NOTHING}&own-mailbox=yes&external=yes"

#: Label of the symptom list: the shortest ways to a step that solves it.
LABELS = {
    "eulogin.account.email_not_accepted": [
        ("where=password&sign-in-page=address-unknown&has-account=same-address", "check-address")
    ],
    "eulogin.account.locked": [("where=password&sign-in-page=refused&tries-before=more", "pause-first")],
    "eulogin.account.mail_not_received": [
        ("where=password&sign-in-page=waiting-mail&which-mail=new-password", "look-for-mail"),
        ("where=password&sign-in-page=waiting-mail&which-mail=new-account", "look-for-account-mail"),
    ],
    "eulogin.account.no_rights_in_application": [("where=imi-refuses&imi-does=no-rights", "right-entry")],
    "eulogin.account.none_yet": [
        ("where=password&sign-in-page=address-unknown&has-account=none&got-imi-mail=yes", "create-account"),
        ("where=never-entered&office-uses-imi=yes&what-have=only-mail", "create-account"),
    ],
    "eulogin.account.two_accounts": [
        ("where=password&sign-in-page=other-user&which-two=other-user&tries-two=none", "one-user-only"),
        ("where=imi-refuses&imi-does=other-user", "one-user-only"),
        ("where=password&sign-in-page=address-unknown&has-account=unread-address", "mailbox-gone"),
    ],
    "eulogin.password.wrong_or_expired": [
        (f"{_PASSWORD}&password-state=lost", "reset-password"),
        (f"{_PASSWORD}&password-state=expired", "reset-password"),
    ],
    "eulogin.2fa.none_registered": [
        (f"{_SECOND}&phone=never&confirm-with=phone", "set-up-app"),
        (f"{_SECOND}&phone=never&confirm-with=this-pc", "set-up-pc"),
    ],
    "eulogin.2fa.sms_removed": [(f"{_SECOND}&phone=sms", "account-page-opens")],
    "eulogin.2fa.lost_or_new_device": [
        (f"{_SECOND}&phone=new&method-now=yes", "use-other-method"),
        (f"{_SECOND}&phone=new&method-now=yes&use-other-method=cannot", "add-with-other-method"),
        (f"{_SECOND}&phone=new&method-now=no&password-in-list=yes", "open-with-password"),
    ],
    "eulogin.2fa.method_list": [
        (f"{_SECOND}&phone=usual&which-method=missing", "read-the-list"),
        (f"{_QR}&qr-does=same-phone", "pin-on-this-phone"),
    ],
    "eulogin.2fa.security_key": [(f"{_SECOND}&phone=other&which-other=key", "key-other-browser")],
    "eulogin.app.not_initialised": [(f"{_APP}&app-does=initialise", "initialise-app")],
    "eulogin.app.pin_forgotten": [
        (f"{_APP}&app-does=pin", "pin-by-qr"),
        (f"{_QR}&qr-does=pin", "change-pin"),
    ],
    "eulogin.app.notification_missing": [
        (f"{_APP}&app-does=nothing", "open-app"),
        (f"{_APP}&app-does=other-account", "right-account"),
    ],
    "eulogin.app.qr_not_accepted": [
        (f"{_QR}&qr-does=invalid", "scan-with-app"),
        (f"{_QR}&qr-does=camera", "allow-camera"),
        (f"{_QR}&qr-does=refused", "fresh-code"),
        (f"{_QR}&qr-does=other-account", "account-for-qr"),
    ],
    "eulogin.eid.node_error": [(f"{_EID}&eid-what=error", "mail-not-eid")],
    "eulogin.eid.registered_with_spid": [
        (f"{_EID}&eid-what=first-time&eid-first-site=other-site", "password-for-spid")
    ],
    "eulogin.access.redirect_loop": [("where=password&sign-in-page=loop&tries-loop=none", "private-window")],
    "imi.not_registered": [
        ("where=never-entered&office-uses-imi=no", "not-registered"),
        (f"{_IMI}&last-imi-mail=never", "not-registered"),
    ],
    "imi.account_not_linked": [
        (f"{_IMI}&last-imi-mail=opened&addresses-equal=equal", "newest-link"),
        ("where=never-entered&office-uses-imi=yes&what-have=both-equal&tries-first=none", "first-link"),
        ("where=password&sign-in-page=address-unknown&has-account=other-address", "change-address"),
    ],
    "imi.registered_with_spid": [
        (f"{_EID}&eid-what=first-time&eid-first-site=imi", "mail-instead-of-spid"),
        (f"{_IMI}&last-imi-mail=spid", "mail-instead-of-spid"),
    ],
    "imi.maintenance": [(f"{_BROKEN}=dated-notice", "maintenance")],
    "browser.unsupported_or_cache": [(f"{_BROKEN}=no&colleagues=no", "fresh-browser")],
    "network.blocked_network": [(f"{_BROKEN}=opens", "blocked-network")],
    "network.server_certificate_expired": [(f"{_BROKEN}=certificate", "clock-and-wait")],
    "network.service_down": [(f"{_BROKEN}=no&colleagues=yes", "service-down")],
}

#: The journey's table, group by group: case, answers, the step it ends at or passes.
CASES = {
    "no IMI registration yet": ("where=never-entered&office-uses-imi=no", "not-registered"),
    "IMI registered, no EU Login account": (
        "where=never-entered&office-uses-imi=yes&what-have=only-mail",
        "create-account",
    ),
    "… then the second factor": (
        "where=never-entered&office-uses-imi=yes&what-have=only-mail&create-account=yes&confirm-with=phone",
        "set-up-app",
    ),
    "EU Login account from other work": (
        "where=never-entered&office-uses-imi=yes&what-have=both-equal&tries-first=none",
        "first-link",
    ),
    "… with another address": ("where=never-entered&office-uses-imi=yes&what-have=both-differ", "first-address"),
    "the link mail is awaited": (
        "where=password&sign-in-page=waiting-mail&which-mail=imi-link&tries-link=none&addresses-equal=equal",
        "newest-link",
    ),
    "the link expired, or was never clicked": (
        f"{_IMI}&last-imi-mail=not-found&addresses-equal=equal&newest-link=cannot&link-stopped=no-mail",
        "imi-reset",
    ),
    "the user id, where it stands": (f"{_NOTHING}&own-mailbox=yes", "external"),
    "e-mail not recognised": (
        "where=password&sign-in-page=address-unknown&has-account=same-address",
        "check-address",
    ),
    "sign in with another e-mail": (
        "where=password&sign-in-page=other-user&which-two=other-user&tries-two=none",
        "one-user-only",
    ),
    "two identities": (
        "where=password&sign-in-page=other-user&which-two=two-codes&tries-two=none&one-user-only=no&nimic-named-two=no",
        "ask-which-account",
    ),
    "address registered already": (
        "where=password&sign-in-page=other-user&which-two=taken&tries-known=none",
        "reset-password",
    ),
    "old mailbox no longer reachable": (
        "where=password&sign-in-page=address-unknown&has-account=unread-address",
        "mailbox-gone",
    ),
    "password lost": (f"{_PASSWORD}&password-state=lost", "reset-password"),
    "password wrong": (f"{_PASSWORD}&password-state=refused", "type-by-hand"),
    "password expired": (f"{_PASSWORD}&password-state=expired", "reset-password"),
    "reset mail missing": ("where=password&sign-in-page=waiting-mail&which-mail=new-password", "look-for-mail"),
    "locked for a while": ("where=password&sign-in-page=refused&tries-before=more", "pause-first"),
    "which methods, and which to choose": (f"{_SECOND}&phone=usual", "which-method"),
    "app with PIN": (_APP, "app-does"),
    "app with QR, without a network": (_QR, "qr-does"),
    "Token, Password present or missing": (f"{_SECOND}&phone=usual&which-method=missing", "read-the-list"),
    "text messages": (f"{_SECOND}&phone=sms", "account-page-opens"),
    "a way without the phone": (f"{_SECOND}&phone=never", "confirm-with"),
    "trusted platform": (f"{_SECOND}&phone=never&confirm-with=this-pc", "set-up-pc"),
    "passkey, security key": (f"{_SECOND}&phone=other&which-other=key", "key-other-browser"),
    "app not installed": (f"{_SECOND}&phone=never&confirm-with=phone", "set-up-app"),
    "app installed, never initialised": (f"{_APP}&app-does=initialise", "initialise-app"),
    "app does not start": (f"{_APP}&app-does=no-start", "update-app"),
    "confirmed, and the PC waits": (f"{_APP}&app-does=confirmed", "use-qr"),
    "device not added in My account": (
        f"{_SECOND}&phone=new&method-now=yes&use-other-method=no",
        "add-with-other-method",
    ),
    "delete a device": (
        f"{_SECOND}&phone=new&method-now=yes&use-other-method=no&add-with-other-method=no&other-stopped=scan"
        "&own-mailbox-replace=yes&external-replace=yes",
        "replace-device",
    ),
    "change the app's PIN": (f"{_APP}&app-does=pin&pin-by-qr=no", "change-pin"),
    "new, lost or reinstalled phone": (f"{_SECOND}&phone=new", "method-now"),
    "phone left at home: nothing is changed": (
        f"{_SECOND}&phone=elsewhere&method-today=no",
        "tomorrow",
    ),
    "lost phone: the password first": (f"{_SECOND}&phone=lost", "change-password-first"),
    "lost phone: the old one is taken off once the new one works": (
        f"{_SECOND}&phone=lost&change-password-first=yes&method-now=yes&use-other-method=yes",
        "inside-old-phone",
    ),
    "notification does not arrive": (f"{_APP}&app-does=nothing", "open-app"),
    "notifications not allowed": (f"{_APP}&app-does=nothing&open-app=no", "let-app-speak"),
    "QR read with the wrong scanner": (f"{_QR}&qr-does=invalid", "scan-with-app"),
    "one-time password refused": (f"{_QR}&qr-does=refused", "fresh-code"),
    "camera not allowed": (f"{_QR}&qr-does=camera", "allow-camera"),
    "a colleague's account on the phone": (f"{_APP}&app-does=other-account", "right-account"),
    "nothing works: remove the methods": (_REMOVE, "remove-methods"),
    "… then add the app": (f"{_REMOVE}&remove-methods=yes", "add-app-again"),
    "… the app is not added": (
        f"{_REMOVE}&remove-methods=yes&add-app-again=no&app-added=no",
        "ask-eulogin-support",
    ),
    "… IMI shuts her out": (f"{_REMOVE}&remove-methods=yes&add-app-again=no&app-added=yes", "imi-suspended"),
    "… delete the account last": (f"{_REMOVE}&remove-methods=no&nimic-said-delete=yes", "delete-account"),
    "… register anew": (
        f"{_REMOVE}&remove-methods=no&nimic-said-delete=yes&delete-account=yes",
        "register-anew",
    ),
    "no method and no entry Password": (f"{_SECOND}&phone=new&method-now=no&password-in-list=no", "only-support"),
    "the app works, IMI does not: nothing more is taken off": (
        f"{_SECOND}&phone=never&confirm-with=phone&set-up-app=no&set-up-stopped=imi",
        "imi-next",
    ),
    "SPID: merge, once NIMIC has said": (
        f"{_EID}&eid-what=first-time&eid-first-site=other-site&password-for-spid=no&spid-password-stopped=imi"
        "&nimic-named-the-id=yes&own-mailbox-merge=yes&external-merge=yes",
        "merge-accounts",
    ),
    "SPID: only NIMIC": (
        f"{_EID}&eid-what=first-time&eid-first-site=imi&mail-instead-of-spid=no&spid-stopped=imi",
        "imi-deletion",
    ),
    "SPID: a refused password is no deletion": (
        f"{_EID}&eid-what=first-time&eid-first-site=imi&mail-instead-of-spid=no&spid-stopped=password",
        "password-first",
    ),
    "in EU Login, not in IMI": (f"{_IMI}&last-imi-mail=opened&addresses-equal=equal", "newest-link"),
    "e-mails differ": (f"{_IMI}&last-imi-mail=opened&addresses-equal=different", "change-address"),
    "no rights": ("where=imi-refuses&imi-does=no-rights&right-entry=no&methods-removed=no", "no-rights"),
    "announced maintenance": (f"{_BROKEN}=dated-notice", "maintenance"),
    "outage": (f"{_BROKEN}=no&colleagues=yes", "service-down"),
    "colleagues hit, no other network to try": (f"{_BROKEN}=cannot&colleagues=yes", "maybe-network"),
    "office network blocks the site": (f"{_BROKEN}=opens", "blocked-network"),
    "eIDAS node": (f"{_EID}&eid-what=error", "mail-not-eid"),
    "the browser": (f"{_BROKEN}=no&colleagues=no", "fresh-browser"),
    "cache, saved password, restart, another PC": (f"{_BROKEN}=no&colleagues=no&fresh-browser=no", "site-data"),
    "reset of the IMI account": ("where=request&what-request=reset", "imi-reset"),
    "deletion of the IMI account": ("where=request&what-request=deletion", "deletion-request"),
    "another request": ("where=request&what-request=other", "other-request"),
    "she cannot tell": ("where=unknown", "ask-nimic"),
    "training": ("where=request&what-request=training", "training"),
    "new users": ("where=request&what-request=new-users", "new-users"),
    "change of e-mail or office": ("where=request&what-request=changed", "changed"),
}
