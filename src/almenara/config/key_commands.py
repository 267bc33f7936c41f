"""`almenara keys …`: arguments → one call → what the operator reads. Here, for they act as the database's owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

PLAIN: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": None}
app = typer.Typer(help="The keys under which identities are encrypted.", **PLAIN)


@app.command("list")
def list_keys() -> None:
    """List the keys, the current one first, with the number of values that each column holds under them.

    Example: almenara keys list
    """
    from almenara.config.maintenance import check_migrated
    from almenara.config.rotating import keys_in_use
    from almenara.privacy.keys import key_ring

    check_migrated()
    ring, held = key_ring(), keys_in_use()
    known = [key.id for key in ring]
    for key_id in dict.fromkeys([*known, *(holding.key_id for holding in held)]):
        note = "current" if key_id == ring.current.id else "" if key_id in known else "MISSING"
        typer.echo(f"{key_id or '(not encrypted values)'}  {note}".rstrip())
        for holding in held:
            if holding.key_id == key_id:
                typer.echo(f"    {holding.count:>12,}  {holding.column}")
    typer.echo(f"They are in {ring.where}.")


@app.command("new")
def new_key() -> None:
    """Make a new key, under which everything is encrypted from now on. The former ones go on opening what they sealed.

    Example: almenara keys new
    """
    from almenara.privacy.keys import VARIABLE, add_new_key, key_ring

    where = key_ring().where
    key = add_new_key()
    if where == VARIABLE:
        typer.echo(key.written())
        note = f"Put this line and a comma before what {VARIABLE} holds now, restart the site and its workers"
    else:
        note = f"The key {key.id} is now the current one in {where}; keep a copy of that file elsewhere"
    typer.echo(f"{note}, then run: almenara keys rotate", err=True)


@app.command("rotate")
def rotate_keys(
    batch: Annotated[int, typer.Option(help="Rows a transaction.", min=1)] = 500,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Rewrite rows under the current key too: a new index, new spelling rules."
        ),
    ] = False,
) -> None:
    """Encrypt everything anew under the current key, while the site is in use. May be interrupted and run again.

    Example: almenara keys rotate
    """
    from almenara.common.errors import CheckFailedError, Fault
    from almenara.config.maintenance import check_migrated
    from almenara.config.rotating import rotate_keys as run

    check_migrated()
    with counting("Rows rewritten") as progress:
        done, left = run(batch, everything, progress)
    typer.echo(f"{done.rows:,} rows are under the current key.")
    if done.unreadable or left:
        raise CheckFailedError(
            Fault(
                f"{left:,} rows have values under former keys, and {len(done.unreadable):,} values do not open.",
                "almenara keys rotate",
                "If none is listed, restart whatever still writes under a former key and run it again. Of those listed "
                "find out who changed them, and bring them back from a backup.",
                tuple(done.unreadable),
            )
        )


@app.command("drop")
def drop_key(key_id: Annotated[str, typer.Argument(help="The key's id (almenara keys list).")]) -> None:
    """Take a former key out, if no value is under it any more. Backups from before need it: keep a copy with them.

    Example: almenara keys drop k20260316-a1b2c3
    """
    from almenara.config.maintenance import check_migrated
    from almenara.config.rotating import drop_key as run
    from almenara.privacy.keys import VARIABLE

    check_migrated()
    ring = run(key_id)
    if ring.where == VARIABLE:
        typer.echo(f"No value is under the key {key_id}: take it out of {VARIABLE} and restart the site.")
        return
    typer.echo(f"The key {key_id} is no longer in {ring.where}.")


@contextmanager
def counting(message: str) -> Iterator[Callable[[int], None]]:
    """A number that grows, on a terminal; what is given takes how much was done since."""
    from rich.console import Console

    with Console(stderr=True).status(f"{message} …") as status:
        total = 0

        def advance(done: int) -> None:
            nonlocal total
            total += done
            status.update(f"{message}: {total:,} …")

        yield advance
