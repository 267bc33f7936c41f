from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from almenara.places.fields import InAlphabets


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(InAlphabets, AbstractBaseUser):
    """A person who signs in, by e-mail address. What they may do stands in their grants, nowhere else.

    institution, office: where they work; a leaver keeps the last one. is_active: False while suspended, and for good
    after leaving. simulated: generated for a demonstration, and marked so wherever the name is shown.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="es")
    institution = models.ForeignKey(
        "accounts.Institution", models.PROTECT, null=True, blank=True, related_name="people"
    )
    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now)
    simulated = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(is_active=False), name="who_left_is_not_active"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", f"sort_key_{language}", "id"], name=f"user_order_{language}")
            for language in ("es", "pt", "en", "fr")
        ]

    def __str__(self) -> str:
        return self.email
