"""Print the demo reviewer's one-time code of this half minute."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.accounts.management.commands.make_reviewer import DEMO_TOTP_SECRET


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("There is no demo reviewer outside a demo.")
        counter = int(time.time()) // app_settings.TOTP_PERIOD
        self.stdout.write(format_hotp_value(hotp_value(DEMO_TOTP_SECRET, counter)))
