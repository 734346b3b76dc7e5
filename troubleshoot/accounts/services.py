"""Writes on staff accounts."""

from dataclasses import dataclass

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
