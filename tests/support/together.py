"""Two sessions at the same time, each with a connection and a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


def together(*acts: Callable[[], object]) -> list[object]:
    """What each came to, its answer or the exception that ended it. For tests with real transactions."""
    gate = threading.Barrier(len(acts))
    ends: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            ends[place] = act()
        except Exception as error:
            ends[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends
