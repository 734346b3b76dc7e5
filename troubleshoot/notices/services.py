"""Writes on notices."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from troubleshoot.notices import snapshot
from troubleshoot.notices.models import Notice


def put_up(  # noqa: PLR0913 - one argument a column
    *,
    by: AbstractBaseUser,
    text_it: str,
    text_en: str,
    flow: str = "",
    step: str = "",
    who_is_hit: str = "",
    kind: str = Notice.Kind.NOTICE,
    begins_at: datetime | None = None,
    finishes_at: datetime | None = None,
    replaces: Notice | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    suspends: bool = False,
) -> Notice:
    """A notice, or with `suspends` a step taken out. Suspending twice gives back the suspension there is.

    A maintenance without `ends_at` is shown until it is expected to end.
    """
    if suspends:
        _end_expired_suspension(flow, step, by)
    if kind == Notice.Kind.MAINTENANCE:
        ends_at = ends_at or finishes_at
    values = {
        "text_it": text_it,
        "text_en": text_en,
        "who_is_hit": who_is_hit,
        "kind": kind,
        "begins_at": begins_at,
        "finishes_at": finishes_at,
        "replaces": replaces,
        "ends_at": ends_at,
        "created_by": by,
    }
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                flow=flow, step=step, suspends=suspends, starts_at=starts_at or timezone.now(), **values
            )
    except IntegrityError:
        if not suspends:
            raise
        notice = Notice.objects.get(flow=flow, step=step, suspends=True, ended_at__isnull=True)
    snapshot.forget()
    return notice


def change(notice_id: int, *, by: AbstractBaseUser, **values: Any) -> Notice | None:
    """A new notice in the place of one in force; None where somebody has ended or changed that one meanwhile.

    values: as `put_up` takes them; the new one is shown from now on unless they say otherwise.
    """
    with transaction.atomic():
        now = timezone.now()
        if not Notice.objects.filter(pk=notice_id, ended_at__isnull=True).update(ended_at=now, ended_by=by):
            return None
        return put_up(by=by, replaces=Notice.objects.get(pk=notice_id), **values)


def take_down(notice_id: int, *, by: AbstractBaseUser) -> bool:
    """End a notice; False where somebody already has."""
    ended = Notice.objects.filter(pk=notice_id, ended_at__isnull=True).update(ended_at=timezone.now(), ended_by=by)
    snapshot.forget()
    return bool(ended)


def _end_expired_suspension(flow: str, step: str, by: AbstractBaseUser) -> None:
    expired = Notice.objects.filter(flow=flow, step=step, suspends=True, ended_at__isnull=True)
    expired.filter(ends_at__lte=timezone.now()).update(ended_at=timezone.now(), ended_by=by)
