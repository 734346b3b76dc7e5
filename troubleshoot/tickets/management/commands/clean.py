"""Delete what has reached its date (docs/running.md). With --preview only say what would go."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from troubleshoot.tickets import retention


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preview", action="store_true", help="count, and delete nothing")

    def handle(self, *, preview: bool, **options: object) -> None:
        counts = retention.preview() if preview else retention.clean()
        for kind, count in counts.items():
            self.stdout.write(f"{count:6} {kind}{' would go' if preview else ''}")
