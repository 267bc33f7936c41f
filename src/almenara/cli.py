"""The command `almenara`: arguments → one call → exit code.

0 done · 1 a check found a fault · 2 the input was refused, nothing changed · 3 the machine failed · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import typer

from almenara.common.errors import AlmenaraError, Fault, MachineError, RefusedError
from almenara.config.key_commands import app as keys_app
from almenara.config.log_commands import app as witness_app

PLAIN: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": None}
app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, **PLAIN)
releases_app = typer.Typer(help="The published releases of the risk model.", **PLAIN)
places_app = typer.Typer(help="Territories and their boundaries.", **PLAIN)
people_app = typer.Typer(help="The first people of the site.", **PLAIN)
app.add_typer(releases_app, name="releases")
app.add_typer(places_app, name="places")
app.add_typer(people_app, name="people")
app.add_typer(keys_app, name="keys")
app.add_typer(witness_app, name="witness")

INTERRUPTED = 130


def main() -> None:
    from django.db import DatabaseError, DataError

    try:
        app()
    except AlmenaraError as error:
        fail(str(error), error.exit_code)
    except DataError as error:
        what = f"The database cannot hold what it was given: {str(error).splitlines()[0]}."
        fail(str(Fault(what, "almenara", "Correct the input. Nothing was changed.")), RefusedError.exit_code)
    except (OSError, DatabaseError) as error:
        fault = Fault(
            f"The machine failed: {error}".rstrip(), "almenara", "See to it, and run the command again."
        )
        fail(str(fault), MachineError.exit_code)
    except SystemExit as end:  # typer makes an exit of its own of an interruption
        if end.code == INTERRUPTED:
            fail("Interrupted. Nothing was left half-done.", INTERRUPTED)
        raise


def fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)  # noqa: T201
    sys.exit(code)


def working(message: str) -> AbstractContextManager[Any]:
    """A sign of life on a terminal, for what takes more than a moment; nothing where output is kept."""
    from rich.console import Console

    return Console(stderr=True).status(f"{message} …")


def say(message: str) -> None:
    typer.echo(message)


@app.callback()
def platform() -> None:
    """Almenara's site. Settings come from the environment; data lies in the folder ALMENARA_DATA (default: var)."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "almenara.config.settings")
    django.setup()


@app.command()
def migrate() -> None:
    """Bring the database up to date, as its owner. Makes the database if there is none.

    Example: almenara migrate
    """
    from almenara.config.maintenance import migrate as run

    run()
    say("The database is up to date.")


@app.command()
def collectstatic() -> None:
    """Gather style sheets, scripts and images where the site serves them from.

    Example: almenara collectstatic
    """
    from almenara.config.maintenance import collect_static

    say(f"{collect_static()} static files are in place.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Worker processes.", min=1)] = 2,
    jobs: Annotated[bool, typer.Option(help="Do the jobs too, in a process beside.")] = True,
) -> None:
    """Serve the site (gunicorn, static files included). Put a proxy with TLS before it to reach it from elsewhere.

    Example: almenara serve --port 8080
    """
    from almenara.config.serving import serve as run

    run(host, port, workers, with_jobs=jobs)


@app.command()
def work(
    threads: Annotated[int, typer.Option(help="Jobs at the same time.", min=1)] = 2,
) -> None:
    """Do the jobs (e-mails, exports, retention) and seal the log, until stopped. almenara serve does it too.

    Example: almenara work --threads 2
    """
    from almenara.config.working import work as run

    run(threads=threads)


@app.command()
def simulate(country: Annotated[str, typer.Option(help="Code of a country with territories.")]) -> None:
    """Make up people, institutions and agreements of a country, for a demonstration (ALMENARA_DEMO=1).

    Example: almenara simulate --country ZZ
    """
    from almenara.config.simulating import simulate as run

    check_migrated()
    say(f"{run(country)} simulated people can be signed in as.")


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Release folder, as mirti run --out wrote it.")],
    create_territories: Annotated[
        bool, typer.Option(help="Take territories that are not known yet from the release itself.")
    ] = False,
) -> None:
    """Put a release of the risk model on the site. Publishing one again changes nothing.

    Example: almenara publish releases/2026 --create-territories
    """
    from almenara.observatory.warming import warm
    from almenara.risk.actions import publish as run

    check_migrated()
    with working("Verifying the release and publishing it"):
        done = run(folder=folder, by=None, create_territories=create_territories)
    with working("Preparing its map"):
        warm(done.release)
    if done.already:
        day = f"{done.release.published_at:%Y-%m-%d}"
        say(f"Release {done.release.release_id} was published on {day}: nothing changed.")
        if done.another_run:
            say(
                "This folder comes from another run with the same figures; the manifest of the first one stays."
            )
        return
    if done.territories:
        say(f"{done.territories} territories were created from the release.")
    published, country = done.release.release_id, done.release.country.name
    if done.instead is None:
        say(f"Release {published} is published and shown for {country}.")
        return
    say(
        f"Release {published} is published. {country} goes on showing {done.instead.release_id}, of another outcome."
    )
    say(f"To show this one in its place: almenara releases show {published}")


@releases_app.command("list")
def list_releases(country: Annotated[str | None, typer.Option(help="Code of a country.")] = None) -> None:
    """List the published releases, the latest first; an asterisk marks the one that is shown.

    Example: almenara releases list --country ZZ
    """
    from almenara.risk.queries import releases

    check_migrated()
    found = releases(country)
    for release in found:
        mark = "*" if release.is_current else " "
        say(
            f"{mark} {release.release_id}  {release.country.code}  {release.published_at:%Y-%m-%d}  "
            f"{release.measure:5}  {release.title}"
        )
    if not found:
        say("No release is published yet: almenara publish FOLDER.")


@releases_app.command("show")
def show_release(
    release_id: Annotated[str, typer.Argument(help="The release's id (almenara releases list).")],
) -> None:
    """Make a published release the one its country shows.

    Example: almenara releases show national-0123456789ab
    """
    from almenara.risk.actions import show
    from almenara.risk.queries import release, releases

    check_migrated()
    wanted = release(release_id)
    if wanted is None:
        known = tuple(found.release_id for found in releases())
        raise RefusedError(
            Fault("No release has this id.", release_id, "Choose one that is published.", known)
        )
    show(release=wanted, by=None)
    say(f"Release {release_id} is now shown for {wanted.country.name}.")


@releases_app.command("sheets")
def render_sheets(
    release_id: Annotated[str, typer.Argument(help="The release's id (almenara releases list).")],
    language: Annotated[list[str], typer.Option(help="es, pt, en or fr; can be repeated.")],
    stop: Annotated[bool, typer.Option("--stop", help="Stop the work; what is there stays.")] = False,
) -> None:
    """Have the worker make every fact sheet of a release, in one archive a department; again to go on after --stop.

    Example: almenara releases sheets national-0123456789ab --language es --language pt
    """
    from almenara.observatory.orders import order, stop_all

    check_migrated()
    if stop:
        stop_all(release_id, language)
        say("The work stops after the sheets under way. What is there stays.")
        return
    order(release_id, language)
    say("The worker makes what is missing; the country's page of fact sheets says how far it is.")


@places_app.command("import")
def import_places(
    polygons: Annotated[Path, typer.Argument(help="GeoJSON (.gz too), GeoPackage or shapefile.")],
    country: Annotated[str, typer.Option(help="Code of the country.")],
    country_name: Annotated[str, typer.Option(help="Its name, the first time.")] = "",
    table: Annotated[
        Path | None,
        typer.Option(help="CSV or .xlsx: code; name, parent, parent_name, level, valid_from, valid_to."),
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="CSV or .xlsx: code, year, age_from, age_to, count; sex, source.")
    ] = None,
    code: Annotated[str, typer.Option(help="The polygons' column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="The polygons' column with the name.")] = "name",
    parent: Annotated[str, typer.Option(help="The polygons' column with the parent's code.")] = "parent",
    parent_digits: Annotated[
        int, typer.Option(help="The parent's code is this many characters of the code.")
    ] = 0,
    repair: Annotated[bool, typer.Option(help="Mend invalid and overlapping polygons.")] = False,
    tolerance: Annotated[
        float, typer.Option(help="Largest share of an area that mending may change.", min=0)
    ] = 0.01,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Code of a territory whose area may change by more; can be repeated."),
    ] = None,
    repair_report: Annotated[
        Path | None, typer.Option(help="CSV to write: what was wrong with polygons, what mending changed.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where the boundaries come from, shown to readers.")] = "",
    encoding: Annotated[str, typer.Option(help="Of CSV files not in UTF-8: windows-1252, mixed.")] = "",
) -> None:
    """Import territories: polygons of municipalities, and names, parents and population from tables.

    Departments and the country get their boundaries from their municipalities. Nothing is written if a code appears
    twice, a parent does not exist, or polygons are invalid, overlap or leave hairline gaps (--repair mends those).

    Example: almenara places import municipalities.gpkg --country ZZ --country-name Isla --parent-digits 2
    """
    from almenara.places.importing import Request, import_files
    from almenara.places.reading import Columns

    check_migrated()
    columns = Columns(code=code, name=name, parent=parent)
    asked = Request(polygons, country, country_name, table, population, columns, parent_digits,
                    repair, tolerance, tuple(accept or ()), repair_report, source, encoding)  # fmt: skip
    with working("Reading, checking and writing territories"):
        done = import_files(asked)
    report(done)


@places_app.command("tables")
def import_tables(
    country: Annotated[str, typer.Option(help="Code of the country.")],
    country_name: Annotated[str, typer.Option(help="Its name, the first time.")] = "",
    levels: Annotated[
        Path | None, typer.Option(help="rank, code, level; name_es, plural_es and so on in four languages.")
    ] = None,
    territories: Annotated[
        Path | None, typer.Option(help="code; name, parent, parent_name, level, valid_from, valid_to.")
    ] = None,
    codes: Annotated[
        Path | None, typer.Option(help="code, scheme, other; valid_from, valid_to, source.")
    ] = None,
    names: Annotated[
        Path | None, typer.Option(help="code, name, kind; language, valid_from, valid_to, source.")
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option(help="change, kind, day, predecessor, successor; weight or population, and more."),
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="code, year, age_from, age_to, count; sex, source.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(help="Share of a whole by which its parts may miss it.", min=0, max=0.1)
    ] = 0.005,
    encoding: Annotated[str, typer.Option(help="Of CSV files not in UTF-8: windows-1252, mixed.")] = "",
) -> None:
    """Import tables (CSV or .xlsx) of a country's levels, territories, codes, names, changes and population.

    All of them are written, or none. Parts of a territory that do not add up to it are refused with the list.

    Example: almenara places tables --country ZZ --levels levels.csv --changes changes.csv
    """
    from almenara.places.importing_tables import Tables
    from almenara.places.importing_tables import import_tables as run

    check_migrated()
    asked = Tables(country, country_name, levels, territories, codes, names, changes, population,
                   tolerance, encoding)  # fmt: skip
    with working("Reading, checking and writing tables"):
        done = run(asked)
    for name, number in done.items():
        say(f"{name}: {number}")


@places_app.command("region")
def lay_region() -> None:
    """Lay the 33 countries of Latin America and the Caribbean: ISO codes, names in four languages, outlines.

    A country that is known keeps its name and any boundary of its own. Running it again brings them up to date.

    Example: almenara places region
    """
    from almenara.places.actions.region import lay_region as run

    check_migrated()
    with working("Laying the countries"):
        done = run(by=None)
    say(f"{done.countries} countries, {done.created} of them new, {done.drawn} outlines drawn.")


def report(done: Any) -> None:
    from almenara.places.repair_report import summary

    for change in done.imported.repair.changes:
        say(f"mended {change}")
    for sentence in summary(done.imported.repair):
        say(sentence)
    saved = done.imported.saved
    say(f"{saved.created} territories created, {saved.updated} updated, {saved.boundaries} boundaries.")
    if done.counts:
        say(f"{done.counts} population counts.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write; it must not exist.")]) -> None:
    """Write the whole database into one file. Keep the folder ALMENARA_DATA/secrets elsewhere, apart from it.

    Example: almenara backup almenara-2026-03-16.dump
    """
    from almenara.config.maintenance import backup as run

    with working("Writing the backup"):
        run(file)
    say(f"The database is in {file} ({file.stat().st_size:,} bytes).")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that almenara backup wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the database holds now.")] = False,
) -> None:
    """Bring the database back to what a backup holds, all of it or nothing.

    Example: almenara restore almenara-2026-03-16.dump --yes
    """
    from almenara.config.maintenance import restore as run

    if not yes:
        raise RefusedError(
            Fault("Restoring replaces all that the database holds.", str(file), "Add --yes to do it.")
        )
    with working("Restoring"):
        run(file)
    say(f"The database is as it was in {file}.")


@app.command()
def bench(only: Annotated[str, typer.Argument(help="Run this one only.")] = "") -> None:
    """Measure the platform on a country of 5,600 made-up municipalities; prints BENCH lines. Keeps nothing.

    Example: almenara bench search
    """
    from almenara.config.bench import run

    sys.exit(int(run(only)))


@people_app.command("first-administrator")
def first_administrator(
    email: Annotated[str, typer.Argument(help="Address with which the person will sign in.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    country: Annotated[str, typer.Option(help="Code of the country to administer.")],
    institution: Annotated[str, typer.Option(help="Where the person works; made if it is not known.")],
    language: Annotated[str, typer.Option(help="es, pt, en or fr.")] = "es",
    origin: Annotated[str, typer.Option(help="Where the site is reached.")] = "http://localhost:8000",
    although: Annotated[str, typer.Option(help="Why, where two administrators could give the role.")] = "",
) -> None:
    """Name an administrator of a country, as the operator, and print the link that sets the password.

    Name two: each later administrator is given the role by one and confirmed by the other.

    Example: almenara people first-administrator ana@example.org --name "Ana" --country ZZ --institution Ministry
    """
    from almenara.accounts.actions.operator import First, days
    from almenara.accounts.actions.operator import first_administrator as run
    from almenara.config.database.base import as_owner

    check_migrated()
    first = First(email, name, country, institution, language)
    with as_owner():
        link = run(by=None, first=first, origin=origin, although=although)
    say(f"{email} administers {country}. The link sets a password, once, within {days()} days:\n{link}")


@people_app.command("regional-role")
def regional_role(
    email: Annotated[str, typer.Argument(help="Address with which the person signs in.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    institution: Annotated[str, typer.Option(help="The regional body; made if it is not known.")],
    role: Annotated[str, typer.Option(help="A role that reaches the whole region.")] = "secretariat",
    language: Annotated[str, typer.Option(help="es, pt, en or fr.")] = "es",
    origin: Annotated[str, typer.Option(help="Where the site is reached.")] = "http://localhost:8000",
) -> None:
    """Give a role that reaches every country, as the operator: no country's administrator may.

    Example: almenara people regional-role eva@example.org --name "Eva" --institution "Regional secretariat"
    """
    from almenara.accounts.actions.operator import Regional, days
    from almenara.accounts.actions.operator import regional_role as run
    from almenara.config.database.base import as_owner

    check_migrated()
    wanted = Regional(email, name, institution, role, language)
    with as_owner():
        link = run(by=None, wanted=wanted, origin=origin)
    way = (
        f"The link sets a password, once, within {days()} days:\n{link}"
        if link
        else "They can sign in already."
    )
    say(f"{email} holds the role {role}. {way}")


def check_migrated() -> None:
    from almenara.config.maintenance import check_migrated as check

    check()
