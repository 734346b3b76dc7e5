"""Staff accounts. Operators have none."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody of the staff may do; each may all that the one before may."""

    READER = "reader", _("reader")
    REVIEWER = "reviewer", _("reviewer")
    COORDINATOR = "coordinator", _("coordinator")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", role: Role = Role.REVIEWER
    ) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """Somebody of the staff: signs in with e-mail, password and a second factor."""

    username = None
    first_name = None
    last_name = None
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.REVIEWER)
    uses_shortcuts = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def get_full_name(self) -> str:
        return self.name or self.email

    get_short_name = get_full_name

    def may(self, role: Role) -> bool:
        """Whether this is at least a `role`, and has not left."""
        order = list(Role)
        return self.is_active and order.index(Role(self.role)) >= order.index(role)

    @property
    def may_review(self) -> bool:
        return self.may(Role.REVIEWER)

    @property
    def may_coordinate(self) -> bool:
        return self.may(Role.COORDINATOR)
