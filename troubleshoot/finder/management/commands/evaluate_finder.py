"""Measure the finder on files of examples, JSON lines with text, error_message, label and lang.

How often the right label comes first or among the first three, by language and group, and what it is taken for.
"""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from troubleshoot.finder import shelf
from troubleshoot.finder.evaluate import Evaluation, ExampleError, Score, evaluate, read_examples


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="files of examples")
        parser.add_argument("--confusions", type=int, default=15, help="how many confusions to list")

    def handle(self, *, files: list[Path], confusions: int, **options: object) -> None:
        finder = shelf.current().finder
        for file in files:
            try:
                evaluation = evaluate(finder, read_examples(file, finder.labels))
            except ExampleError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{file.name}")
            self._say(evaluation, confusions)

    def _say(self, evaluation: Evaluation, confusions: int) -> None:
        for language, score in sorted(evaluation.by_language.items()):
            self.stdout.write(f"  {language:28}{_line(score)}")
        for group, score in sorted(evaluation.by_group.items()):
            self.stdout.write(f"    {group:26}{_line(score)}")
        foreign = evaluation.foreign
        if foreign.examples:
            self.stdout.write(f"  {'other things':28}{foreign.examples:4} texts, {foreign.sure} taken for sure")
        for (wanted, got), count in evaluation.confused.most_common(confusions):
            self.stdout.write(f"    {count:3} × {wanted} taken for {got}")


def _line(score: Score) -> str:
    return (
        f"{score.examples:4} texts, top-1 {score.top1:6.1%}, top-3 {score.top3:6.1%}, "
        f"sure {score.sure / score.examples:4.0%}, of these wrongly {score.sure_wrongly}"
    )
