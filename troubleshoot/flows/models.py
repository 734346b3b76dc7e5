"""Counters of what helped: by day, step and content version. No row is about a person."""

from django.db import models


class Tally(models.Model):
    """How often an answer was posted. event: the answer to *did it work?*, or `solved`."""

    day = models.DateField()
    flow = models.SlugField(max_length=60)
    step = models.SlugField(max_length=60)
    version = models.CharField(max_length=8)
    event = models.SlugField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = (
            models.UniqueConstraint(
                name="tally_one_row_a_day_step_version_event", fields=("day", "flow", "step", "version", "event")
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.flow}/{self.step} {self.event}: {self.count}"
