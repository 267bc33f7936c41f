"""Why a file was refused, in the reader's language: what was found in it and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from almenara.common.errors import Fault, RefusedError


class UploadRefusedError(RefusedError):
    """A file was looked into and not taken; nothing of it was kept.

    found, remedy: whole sentences in the language that was active. items: what exactly, as it stands in the file.
    """

    def __init__(self, found: str, remedy: str, items: Iterable[str] = ()) -> None:
        self.found, self.remedy, self.items = found, remedy, tuple(dict.fromkeys(items))
        super().__init__(Fault(found, _("File"), remedy, self.items))

    def named(self, name: str) -> UploadRefusedError:
        """The same refusal, saying of which file."""
        refusal = UploadRefusedError(self.found, self.remedy, self.items)
        refusal.faults = (Fault(self.found, name, self.remedy, self.items),)
        refusal.args = ("\n".join(str(fault) for fault in refusal.faults),)
        return refusal


def damaged() -> UploadRefusedError:
    return UploadRefusedError(
        _("The file is damaged or cut short: it cannot be read to its end."),
        _("Open it where it was made, save it again, and upload the new file."),
    )


def another_inside(inside: str) -> UploadRefusedError:
    return UploadRefusedError(
        _("The file is of two types at once: another file is hidden in it."),
        _("Open it where it was made, save it as a new file, and upload that one."),
        [inside],
    )
