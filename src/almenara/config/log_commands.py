"""`almenara witness …`: arguments → one call → what the operator reads. Here, for one of them acts as the owner."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

PLAIN: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": None}
app = typer.Typer(help="The log of who did and saw what: its seals, and their verification.", **PLAIN)


@app.command()
def verify(
    heads: Annotated[
        Path | None,
        typer.Option(help="Copy of the blocks' heads, from where the database's owner cannot write."),
    ] = None,
) -> None:
    """Verify every sealed entry, every block and the copy of the heads. Exit code 1 if anything is wrong.

    The log says of each verification what it found.

    Without --heads it reads the copy in ALMENARA_WITNESS_COPY (default: ALMENARA_DATA/witness). That one must be up to
    date, unless ALMENARA_SEALED_APART says that another machine keeps it.

    Example: almenara witness verify
    """
    from almenara.common.errors import CheckFailedError, Fault, RefusedError
    from almenara.witness.verifying import say_verified, verify_here
    from almenara.witness.verifying import verify as run

    if heads is not None and not heads.is_file():
        raise RefusedError(Fault("The file does not exist.", str(heads), "Correct the path."))
    verdict = run(heads) if heads else verify_here()
    say_verified(verdict)
    for note in verdict.notes:
        typer.echo(note)
    if verdict.faults:
        raise CheckFailedError(verdict.faults)
    typer.echo(
        f"The log is whole: {verdict.entries:,} entries, {verdict.blocks:,} blocks,"
        f" {verdict.unsealed:,} entries not sealed yet."
    )


@app.command()
def seal(
    once: Annotated[bool, typer.Option("--once", help="Seal what waits, and end.")] = False,
) -> None:
    """Seal new entries within seconds and ship the heads of the blocks, until interrupted. almenara serve does it too.

    Example: almenara witness seal --once
    """
    from almenara.witness.sealing import seal_forever, seal_once

    if once:
        typer.echo(f"{len(seal_once())} blocks were sealed.")
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    typer.echo("The log is being sealed (Ctrl-C stops it).")
    seal_forever(stop)


@app.command("new-era")
def new_era(
    why: Annotated[str, typer.Option(help="What happened to the database, for the log.")],
) -> None:
    """Say that the database was brought back by other means than almenara restore. Needs the database's owner.

    Example: almenara witness new-era --why "the disk was replaced and the server's own backup restored"
    """
    from almenara.config.maintenance import begin_era

    typer.echo(f"Era {begin_era(why)} of the log has begun.")
