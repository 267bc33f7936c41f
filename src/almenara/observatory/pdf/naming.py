from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _


def file_name(name: str, code: str) -> str:
    """A name by which a person can file the sheet, in the active language."""
    return f"{slugify(_('fact sheet'))}-{slugify(name)[:60]}-{slugify(code) or 'x'}.pdf"
