"""Draw a flow as SVG on standard output."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.flows import draw, library


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", help="the flow's folder name, such as imi")

    def handle(self, *, flow: str, **options: object) -> None:
        content, _ = library.read(settings.FLOWS_CONTENT_DIR)
        if flow not in content.flows:
            raise CommandError(f"There is no flow {flow!r}; there are {', '.join(content.flows)}.")
        found = content.flows[flow]
        titles = {step: text.title for (step, language), text in found.texts.items() if language == "it"}
        self.stdout.write(draw.as_svg(found, titles, alone=True))
