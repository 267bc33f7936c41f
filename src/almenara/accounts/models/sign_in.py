from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class FailedSignIn(models.Model):
    """A wrong password, kept for a day so that the next ones can be counted. See almenara.accounts.lockout.

    account: keyed hash of the address that was typed, whether anybody has it or not. source: keyed hash of where it
    came from: a known browser, or else the network address. known: whether it was a browser that knows the account.
    """

    account = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    known = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="failed_by_account"),
            models.Index(fields=["source", "at"], name="failed_by_source"),
            models.Index(fields=["at"], name="failed_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.account[:8]} {self.at}"
