"""Hand over or erase all that is kept about one person, found by her e-mail address."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.tickets.person import Person


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("show", "export", "erase"))
        parser.add_argument("email", help="her address, as she gave it")
        parser.add_argument("--to", type=Path, help="for export: the zip to write, which must not exist yet")

    def handle(self, *, what: str, email: str, to: Path | None, **options: object) -> None:
        try:
            person = Person(email.strip())
        except ValidationError as error:
            raise CommandError(f"{email!r} is no e-mail address.") from error
        if what == "export":
            self._export(person, to)
            return
        counts = person.erase() if what == "erase" else person.counts()
        for kind, count in counts.items():
            self.stdout.write(f"{count:6} {kind}{' erased' if what == 'erase' else ''}")
        for ticket in person.named_in:
            self.stdout.write(f"{ticket.reference} is another person's request and names the address: look at it.")

    def _export(self, person: Person, to: Path | None) -> None:
        if to is None:
            raise CommandError("Say where the zip goes: --to FILE.zip")
        try:
            with to.open("xb") as file:
                to.chmod(0o600)
                person.export(file)
        except FileExistsError as error:
            raise CommandError(f"{to} is there already; choose another name.") from error
        self.stdout.write(f"{to} written.")
