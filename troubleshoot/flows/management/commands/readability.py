"""Print the Gulpease index of every Italian text, the hardest first."""

from statistics import median
from typing import Any

from django.core.management.base import BaseCommand

from troubleshoot.flows import library
from troubleshoot.flows.readability import figures


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        found = figures(library.current().content)
        for figure in found:
            self.stdout.write(f"{figure.gulpease:5.1f}  {figure.words:4d} words  {figure.place}")
        middle = median(figure.gulpease for figure in found)
        self.stdout.write(f"{len(found)} texts, lowest {found[0].gulpease:.1f}, median {middle:.1f} (60 is the bar)")
