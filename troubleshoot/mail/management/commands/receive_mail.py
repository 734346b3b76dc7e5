"""Read one mail on standard input, as a mail server pipes it. Exit code 75 asks the server to try again later."""

import os
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from troubleshoot.mail.door import receive

#: Largest message read, in bytes; servers of our kind refuse larger ones before.
MAX_BYTES = 26_214_400


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if not raw.strip():
            raise CommandError("There was no message on standard input.", returncode=os.EX_DATAERR)
        if len(raw) > MAX_BYTES:
            raise CommandError(f"The message is larger than {MAX_BYTES} bytes.", returncode=os.EX_DATAERR)
        try:
            received = receive(raw)
        except Error as error:
            raise CommandError(f"The database does not answer: {error}", returncode=os.EX_TEMPFAIL) from error
        self.stdout.write(received)
