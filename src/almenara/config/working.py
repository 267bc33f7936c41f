"""The worker: does the jobs, starts those of the calendar, takes up what a dead worker left, and seals the log."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import cast

from django.conf import settings
from procrastinate import App
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from almenara.config.maintenance import check_migrated, check_role
from almenara.witness.sealing import seal_beside

HEARTBEATS_TO_DEATH = 4  # so many may be missed before a worker counts as dead
KEEP_DONE_HOURS = 24 * 7
log = logging.getLogger(__name__)


def work(*, threads: int = 2) -> None:
    """Until SIGTERM or SIGINT; a job that runs is finished first. Raises CheckFailedError as serving does."""
    check_migrated()
    check_role()
    stop = threading.Event()
    sealer = threading.Thread(target=seal_beside, args=(stop,), name="sealer")
    sealer.start()
    try:
        with app.replace_connector(_connector()) as own:
            asyncio.run(_until_stopped(own, threads))
    finally:
        stop.set()
        sealer.join()


def _connector() -> BaseAsyncConnector:
    return cast(DjangoConnector, app.connector).get_worker_connector()


async def _until_stopped(own: App, threads: int) -> None:
    async with own.open_async():
        reaper = asyncio.create_task(_reap(own))
        try:
            await own.run_worker_async(
                concurrency=threads,
                delete_jobs="never",
                update_heartbeat_interval=settings.WORKER_HEARTBEAT,
                stalled_worker_timeout=dead_after(),
                install_signal_handlers=True,
            )
        finally:
            reaper.cancel()


async def _reap(own: App) -> None:
    while True:
        try:
            await take_up_what_was_left(own, dead_after())
            await own.job_manager.delete_old_jobs(nb_hours=KEEP_DONE_HOURS)
        except Exception:  # whatever the database does: the worker's own loop says it, this one goes on
            log.exception("Jobs of dead workers could not be looked for.")
        await asyncio.sleep(settings.WORKER_HEARTBEAT)


def dead_after() -> float:
    """Seconds without a sign of life."""
    return float(settings.WORKER_HEARTBEAT) * HEARTBEATS_TO_DEATH


async def take_up_what_was_left(own: App, seconds: float) -> int:
    """How many jobs go back into the queue because their worker has not been heard of for so many seconds."""
    left = list(await own.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in left:
        log.warning("Job %s (%s) was left by its worker and starts again.", job.id, job.task_name)
        await own.job_manager.retry_job(job)
    return len(left)
