"""A reviewer signs in in the browser, with his password and a one-time code."""

import re
import time
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page

from tests.journeys.pages import press
from tests.serving import Served


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One that this test alone signs in: a one-time code is taken once."""

    email: str
    password: str
    totp_secret: str

    def code(self) -> str:
        return format_hotp_value(hotp_value(self.totp_secret, int(time.time()) // app_settings.TOTP_PERIOD))


def new_reviewer(site: Served, email: str) -> Reviewer:
    said = site.manage("make_reviewer", email, "--name", "Rita", "--generate")
    password, secret = (re.search(rf"{what}.*: (\S+)$", said, re.MULTILINE) for what in ("Password", "Second factor"))
    return Reviewer(email, password[1], secret[1])


def type_password(page: Page, site: Served, who: Reviewer) -> None:
    page.goto(f"{site.url}/it/redazione/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(who.email)
    page.get_by_label("Password").fill(who.password)
    press(page.get_by_role("button", name="Accedi", exact=True))


def sign_in(page: Page, site: Served, who: Reviewer) -> None:
    if page.locator("#id_code").count() == 0:
        type_password(page, site, who)
    page.locator("#id_code").fill(who.code())
    press(page.locator("form:has(#id_code) button"))
    page.get_by_role("heading", name="Pagine della redazione").wait_for()
