"""What has just happened, told on the next page, with a way back where there is one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def tell(request: HttpRequest, text: str, *, level: int = messages.SUCCESS, undo: str = "") -> None:
    """undo: the address on this site that takes it back when it is posted to. Raises ValueError for any other."""
    if undo and not _on_this_site(undo):
        raise ValueError(f"{undo} is no address on this site.")
    messages.add_message(request, level, text, extra_tags=undo)


def undo_address(message: Message) -> str:
    tags = message.extra_tags or ""
    return tags if _on_this_site(tags) else ""


def _on_this_site(address: str) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
