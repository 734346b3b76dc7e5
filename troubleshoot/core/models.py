"""How often something was done in an hour, so that nobody does it without end."""

from django.db import models


class Use(models.Model):
    """who: a keyed hash that changes every day, never an address. hour: the full hour it was counted in."""

    what = models.SlugField(max_length=20)
    who = models.CharField(max_length=43)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="use_one_row_an_hour", fields=("what", "who", "hour")),)

    def __str__(self) -> str:
        return f"{self.what} {self.hour}: {self.count}"
