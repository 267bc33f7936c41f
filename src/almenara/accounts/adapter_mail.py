"""Messages of the sign-in, sent beside the request: how long an answer takes does not tell whether there was one."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial

from django.core.mail import EmailMessage
from django.db import transaction

log = logging.getLogger(__name__)
_waiting: set[Future[None]] = set()


@cache
def _sender() -> ThreadPoolExecutor:
    """One a process, made when it is first needed: threads do not live on in a fork."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send_aside(message: EmailMessage) -> None:
    """Once the transaction is committed. What cannot be sent is written to the process's log, without its text."""
    transaction.on_commit(partial(_submit, message))


def wait_until_sent() -> None:
    for future in list(_waiting):
        future.result()


def _submit(message: EmailMessage) -> None:
    future = _sender().submit(_send, message)
    _waiting.add(future)
    future.add_done_callback(_waiting.discard)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        log.exception("The message %r was not sent.", message.subject)
