"""Work that outlives a request: kept in the database, done by a worker, taken up again if the worker dies.

    @job(every="15 6 * * *")
    def send_reminders() -> None: ...

    later(write_export, by=Identity(person=7), export=12)

A job is deferred in the transaction that asks for it: no commit, no job. It runs in one transaction, in the name of
whoever asked, so that nothing of it is left if it dies half-way. A worker that dies after that and before it says so
has the job done again: a job must bear it, by finding nothing left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from almenara.common.identity import Identity, acting_as, new_origin

ATTEMPTS, FIRST_WAIT_SECONDS = 5, 10


@dataclass(frozen=True)
class Job:
    """A piece of work by its name, which is the module's and the function's."""

    name: str
    run: Callable[..., None]
    task: Task[Any, Any, Any]


_JOBS: dict[str, Job] = {}


def job(
    *, every: str = "", attempts: int = ATTEMPTS, whole: bool = True
) -> Callable[[Callable[..., None]], Job]:
    """A function as a job. every: when it starts by itself, as cron writes it (UTC). attempts: before it has failed.

    whole: in one transaction, in the asker's name. Without it the function opens its own and is told `by` whom.
    """

    def declared(function: Callable[..., None]) -> Job:
        name = f"{function.__module__}.{function.__qualname__}"
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=FIRST_WAIT_SECONDS)

        @wraps(function)
        def work(timestamp: int | None = None, by: dict[str, Any] | None = None, **arguments: Any) -> None:
            asked = Identity(**by) if by else Identity(system=name, reason=name, origin=new_origin())
            if not whole:
                function(by=asked, **arguments)
                return
            with acting_as(asked):
                function(**arguments)

        task = app.task(name=name, retry=retry)(work)
        if every:
            app.periodic(cron=every)(task)
        _JOBS[name] = Job(name, function, task)
        return _JOBS[name]

    return declared


def later(wanted: Job, *, by: Identity, **arguments: Any) -> int:
    """Ask for a job, when this transaction commits; its key. arguments: what JSON can hold."""
    return wanted.task.defer(by=asdict(by), **arguments)


def jobs() -> dict[str, Job]:
    return dict(_JOBS)
