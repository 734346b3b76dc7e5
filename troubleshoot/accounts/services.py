"""Writes on staff accounts."""

from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from troubleshoot.accounts.models import Role, User


@dataclass(frozen=True, slots=True)
class NewReviewer:
    """What is shown once, to the person at the terminal. totp_secret: base32 (RFC 6238)."""

    user: User
    totp_secret: str
    recovery_codes: tuple[str, ...]


@transaction.atomic
def make_reviewer(
    *, email: str, name: str, password: str, role: Role | None = None, totp_secret: str | None = None
) -> NewReviewer:
    """Somebody of the staff who already has a second factor; by default a reviewer, the first one a coordinator.

    Raises ValidationError for a bad or taken address.
    """
    role = role or (Role.REVIEWER if User.objects.exists() else Role.COORDINATOR)
    return _with_new_factor(User.objects.create_user(email, password, name=name, role=role), totp_secret)


@transaction.atomic
def renew_second_factor(email: str) -> NewReviewer:
    """A new second factor for a reviewer who lost his; all former ones end. Raises User.DoesNotExist."""
    user = User.objects.get_by_natural_key(email)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    return _with_new_factor(user, None)


class LastCoordinatorError(Exception):
    """Somebody must be left who manages the others."""


@transaction.atomic
def change_role(user: User, role: Role) -> None:
    """Give somebody of the staff another role; it holds from the next page on. Raises LastCoordinatorError."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if role != Role.COORDINATOR:
        _keep_a_coordinator(user)
    user.role = role
    user.save(update_fields=["role"])


@transaction.atomic
def set_active(user: User, *, is_active: bool) -> None:
    """Let somebody in again, or out for good: sessions end at once. Raises LastCoordinatorError."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not is_active:
        _keep_a_coordinator(user)
        _end_sessions(user)
    user.is_active = is_active
    user.save(update_fields=["is_active"])


def _keep_a_coordinator(user: User) -> None:
    others = User.objects.select_for_update().filter(role=Role.COORDINATOR, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise LastCoordinatorError


def totp_url(made: NewReviewer) -> str:
    """The second factor as an address that an authenticator app reads from a QR (otpauth)."""
    return str(get_adapter().build_totp_url(made.user, made.totp_secret))


def _end_sessions(user: User) -> None:
    """Whoever is signed in as `user`, on a stolen machine too, is so no longer."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def _with_new_factor(user: User, totp_secret: str | None) -> NewReviewer:
    secret = totp_secret or generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)
    return NewReviewer(user, secret, tuple(codes.get_unused_codes()))


def has_second_factor(user: User) -> bool:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()
