"""The notices and suspensions in force, as each process knows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from troubleshoot.core.renewed import Renewed
from troubleshoot.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Snapshot:
    notices: tuple[Notice, ...] = ()

    def in_force(self, now: datetime) -> Iterator[Notice]:
        for notice in self.notices:
            if notice.starts_at <= now and (notice.ends_at is None or now < notice.ends_at):
                yield notice

    def shown(self, *flows: str, step: str = "") -> list[Notice]:
        """Notices for a page that concerns `flows`, the widest first; a suspension speaks only on its own step."""
        if not self.notices:
            return []
        here = [
            notice
            for notice in self.in_force(timezone.now())
            if notice.flow in ("", *flows) and notice.step in ("", step)
        ]
        return sorted(here, key=lambda notice: (bool(notice.flow), bool(notice.step), -notice.pk))

    def suspended(self, flow: str) -> frozenset[str]:
        if not self.notices:
            return frozenset()
        return frozenset(
            notice.step for notice in self.in_force(timezone.now()) if notice.suspends and notice.flow == flow
        )


def _open_notices() -> tuple[Notice, ...]:
    return tuple(Notice.objects.filter(ended_at__isnull=True).exclude(ends_at__lte=timezone.now())[:200])


_kept = Renewed("Notices", lambda: Snapshot(_open_notices()), Snapshot)
current, forget = _kept.current, _kept.forget
