"""Check the guide's content: problems with file, line and mend; stale and untranslated steps."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from troubleshoot.flows import library
from troubleshoot.flows.explore import count_paths, longest
from troubleshoot.flows.model import Kind
from troubleshoot.flows.stale import stale_steps, untranslated_steps


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # noqa: RUF012 - the flows check is what this command is

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--content", type=Path, default=settings.FLOWS_CONTENT_DIR, help="another content folder")

    def handle(self, *, content: Path, **options: object) -> None:
        found, problems = library.read(content)
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problem(s).")
        days = settings.FLOWS_STALE_DAYS
        for flow, step, checked in stale_steps(found, today=timezone.localdate(), days=days):
            self.stdout.write(f"stale: {flow.id}/{step.id}, source read on {checked}, more than {days} days ago")
        for flow, step, language in untranslated_steps(found):
            self.stdout.write(f"untranslated: {flow.id}/{step.id} has no words in {language!r}")
        for flow in found.flows.values():
            asked, _ = longest(flow, lambda step: step.kind in (Kind.QUESTION, Kind.CHECK))
            self.stdout.write(
                f"{flow.id}: {len(flow.steps)} steps, {count_paths(flow)} paths, at most {asked} questions, "
                f"version {flow.version}"
            )
