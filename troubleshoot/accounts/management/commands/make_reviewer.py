"""Make a reviewer with a second factor, and show what he needs to sign in, once."""

import getpass
import secrets
from argparse import ArgumentParser

import qrcode
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.accounts import services
from troubleshoot.accounts.models import User

#: The demo's reviewer. The secret is public on purpose, and refused outside a demo.
DEMO_EMAIL, DEMO_TOTP_SECRET = "revisore@demo.example", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
DEMO_PASSWORD = "prova-prova-prova"  # noqa: S105


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help="his e-mail address, the name he signs in with")
        parser.add_argument("--name", default="", help="his name as colleagues know it")
        parser.add_argument("--generate", action="store_true", help="make a password instead of asking for one")
        parser.add_argument(
            "--demo", action="store_true", help="the demo's reviewer; only where TROUBLESHOOT_DEMO is set"
        )

    def handle(self, *, email: str | None, name: str, generate: bool, demo: bool, **options: object) -> None:
        if demo:
            self._demo()
            return
        if not email:
            raise CommandError("Give the reviewer's e-mail address.")
        password = secrets.token_urlsafe(12) if generate else self._ask()
        try:
            validate_password(password)
            made = services.make_reviewer(email=email, name=name, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        address = get_adapter().build_totp_url(made.user, made.totp_secret)
        code = qrcode.QRCode(border=1)
        code.add_data(address)
        code.print_ascii(self.stdout, invert=True)
        if generate:
            self.stdout.write(f"Password: {password}")
        self.stdout.write(f"Second factor (scan, or type into an authenticator app): {made.totp_secret}")
        self.stdout.write(f"Recovery codes, once each: {' '.join(made.recovery_codes)}")
        self.stdout.write(f"Reviewer {made.user.email} made. This is shown only now.")

    def _demo(self) -> None:
        if not settings.DEMO:
            raise CommandError("A demo reviewer is refused outside a demo: his second factor is public.")
        if not User.objects.filter(email=DEMO_EMAIL).exists():
            services.make_reviewer(
                email=DEMO_EMAIL, name="Revisore di prova", password=DEMO_PASSWORD, totp_secret=DEMO_TOTP_SECRET
            )
        self.stdout.write(f"Demo reviewer {DEMO_EMAIL}")

    def _ask(self) -> str:
        password = getpass.getpass("Password (12 characters or more): ")
        if password != getpass.getpass("Once more: "):
            raise CommandError("The two are not the same.")
        return password
