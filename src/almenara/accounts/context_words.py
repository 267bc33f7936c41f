"""Words that whoever knows the place tries first: the platform's, its subject's, those of the person's institution."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from almenara.accounts.models import User

# Lower case, without accents. Documented in docs/explanation/how-people-sign-in.md, where a test finds them.
WORDS = (
    "almenara", "observatorio", "observatory", "observatoire", "trabajo", "trabalho", "labour", "labor", "travail",
    "infantil", "child", "children", "enfant", "enfants", "nino", "nina", "ninos", "ninas", "crianca", "criancas",
    "ministerio", "ministry", "ministere", "secretaria", "inspeccion", "inspecao", "inspection", "password",
    "contrasena", "senha", "passe", "admin", "administrador", "administrator", "bienvenido", "welcome", "america",
    "latina", "caribe",
)  # fmt: skip
SHORTEST = 4  # of an institution's own words: shorter ones are in every sentence
MOST_LEFT = 6  # letters and digits beside the words: with so few, or fewer, somebody guesses the rest
NOT_LETTERS = re.compile(r"[\W_]+")


class ContextWordsValidator:
    """Refuses a password that is made of such words and next to nothing else, in whatever capitals and accents."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        left = folded(password)
        found = False
        for word in sorted((*WORDS, *_own_words(user)), key=len, reverse=True):
            found = found or word in left
            left = left.replace(word, " ")
        if found and len(NOT_LETTERS.sub("", left)) <= MOST_LEFT:
            raise ValidationError(
                _(
                    "This password is made of words that belong to this platform or to your institution. "
                    "Choose words that have nothing to do with your work."
                ),
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be made of words that belong to this platform or to your institution.")


def folded(text: str) -> str:
    """In small letters, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _own_words(user: object) -> list[str]:
    institution = user.institution if isinstance(user, User) else None
    if institution is None:
        return []
    words = NOT_LETTERS.split(folded(f"{institution.name} {institution.short_name}"))
    return [word for word in words if len(word) >= SHORTEST]
