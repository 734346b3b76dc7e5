"""Make a reviewer with a second factor, and show what he needs to sign in, once."""

import getpass
import secrets
from argparse import ArgumentParser

import qrcode
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.accounts import services
from troubleshoot.accounts.models import Role, User

#: The demo's reviewer. The secret is public on purpose, and refused outside a demo.
DEMO_EMAIL, DEMO_TOTP_SECRET = "revisore@demo.example", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
DEMO_PASSWORD = "prova-prova-prova"  # noqa: S105


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help="his e-mail address, the name he signs in with")
        parser.add_argument("--name", default="", help="his name as colleagues know it")
        parser.add_argument("--role", choices=list(Role), help="the first one is a coordinator, then reviewers")
        parser.add_argument("--generate", action="store_true", help="make a password instead of asking for one")
        parser.add_argument("--new-factor", action="store_true", help="for one who lost his: a new second factor")
        parser.add_argument("--demo", action="store_true", help="the demo's reviewer; refused in production")

    def handle(self, *, email: str | None, demo: bool, new_factor: bool, **options: object) -> None:
        if demo:
            self._demo()
        elif not email:
            raise CommandError("Give the reviewer's e-mail address.")
        elif new_factor:
            self._renew(email)
        else:
            role = Role(options["role"]) if options["role"] else None
            self._make(email, str(options["name"]), role, generate=bool(options["generate"]))

    def _make(self, email: str, name: str, role: Role | None, *, generate: bool) -> None:
        password = secrets.token_urlsafe(12) if generate else self._ask()
        try:
            validate_password(password)
            made = services.make_reviewer(email=email, name=name, password=password, role=role)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if generate:
            self.stdout.write(f"Password: {password}")
        self._show(made)
        self.stdout.write(f"{made.user.role.capitalize()} {made.user.email} made. This is shown only now.")

    def _renew(self, email: str) -> None:
        try:
            made = services.renew_second_factor(email)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no reviewer {email}.") from error
        self._show(made)
        self.stdout.write(f"New second factor for {made.user.email}; the former ones have ended. Shown only now.")

    def _show(self, made: services.NewReviewer) -> None:
        code = qrcode.QRCode(border=1)
        code.add_data(services.totp_url(made))
        code.print_ascii(self.stdout, invert=True)
        self.stdout.write(f"Second factor (scan, or type into an authenticator app): {made.totp_secret}")
        self.stdout.write(f"Recovery codes, once each: {' '.join(made.recovery_codes)}")

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
