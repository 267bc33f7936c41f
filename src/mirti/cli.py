"""The command `mirti`: arguments in, one call of the pipeline, an exit code out.

0 done · 1 a check found a fault · 2 the input is at fault · 3 the machine failed · 130 interrupted.
Each command imports what it needs when it runs: asking for help should not wait for the statistics to load.
"""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console

from mirti.console import progress_bar
from mirti.errors import MachineError, MirtiError, Problem

if TYPE_CHECKING:
    from mirti.pipeline import Leftover

FAILED, INPUT, MACHINE, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="mirti",
    help="Risk of child labour by municipality: fit a model on a survey, project it on a census, write a release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
errors = Console(stderr=True, highlight=False, markup=False)


class Contract(StrEnum):
    release = "release"
    spec = "spec"
    index_spec = "index"


class Format(StrEnum):
    markdown = "markdown"
    json = "json"


@app.command(epilog="Example: mirti run model.toml --out release")
def run(
    spec: Annotated[Path, typer.Argument(help="The run's declaration, a TOML file.")],
    out: Annotated[Path, typer.Option(help="The release folder to write; it must not exist.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what a killed run left.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Remove what a killed run left.")] = False,
    outcome: Annotated[
        Literal["child_labour", "hazardous_work"] | None,
        typer.Option(help="Read the spec's rule as this; default: as it declares."),
    ] = None,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold before it uses the disk.")] = "1GB",
) -> None:
    """Estimate the risk of every area and write the release."""
    if resume and discard:
        raise typer.BadParameter("Choose one of --resume and --discard.")
    from mirti import pipeline

    leftover: Leftover = "resume" if resume else "discard" if discard else "refuse"
    with progress_bar() as progress:
        pipeline.run(spec, out, progress, leftover=leftover, memory=memory, outcome=outcome)
    typer.echo(f"{out}: a release. Its report is {out / 'report.html'}; check it with: mirti verify {out}")


@app.command(epilog="Example: mirti index index.toml --out release")
def index(
    spec: Annotated[Path, typer.Argument(help="The index's declaration, a TOML file.")],
    out: Annotated[Path, typer.Option(help="The release folder to write; it must not exist.")],
    discard: Annotated[bool, typer.Option("--discard", help="Remove what a killed run left.")] = False,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold before it uses the disk.")] = "1GB",
) -> None:
    """Compute a composite vulnerability index, where no survey serves, and write its release."""
    from mirti import pipeline

    with progress_bar() as progress:
        pipeline.run_index(spec, out, progress, leftover="discard" if discard else "refuse", memory=memory)
    typer.echo(f"{out}: a release. Its report is {out / 'report.html'}; check it with: mirti verify {out}")


@app.command(epilog="Example: mirti verify release")
def verify(folder: Annotated[Path, typer.Argument(help="A release folder.")]) -> None:
    """Hold a release against its contract: hashes, schema, and that parts add up."""
    from mirti import pipeline

    release = pipeline.verify(folder)
    typer.echo(f"{folder}: sound. {release.manifest.release_id}, {release.areas.num_rows} areas.")


@app.command(epilog="Example: mirti validate release --against census.csv --code municipality --rate working")
def validate(
    folder: Annotated[Path, typer.Argument(help="A release folder.")],
    against: Annotated[
        Path | None, typer.Option(help="A table with a direct measure by area; default: the survey alone.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Its column of the area code.")] = None,
    rate: Annotated[str | None, typer.Option(help="Its column of the rate, a proportion.")] = None,
    se: Annotated[str | None, typer.Option(help="Its column of the rate's standard error.")] = None,
    children: Annotated[
        str | None, typer.Option(help="Its column of children; default: the release's.")
    ] = None,
    digits: Annotated[
        int | None, typer.Option(help="Pad its codes with zeros to so many.", min=1, max=20)
    ] = None,
    encoding: Annotated[str, typer.Option(help="Its encoding.")] = "utf-8",
    out: Annotated[
        Path | None, typer.Option(help="A folder to write, with the page in four languages.")
    ] = None,
) -> None:
    """Hold a release against a direct measure by area, and against its own survey's departments."""
    from mirti import pipeline
    from mirti.report.plain import validation_text

    if against is None and (code or rate or se or children or digits):
        raise typer.BadParameter("Name the table: --against FILE.")
    measure = None
    if against is not None:
        if code is None or rate is None:
            raise typer.BadParameter("Name the table's columns: --code COLUMN --rate COLUMN.")
        measure = pipeline.against(
            against, code, rate, se=se, children=children, digits=digits, encoding=encoding
        )
    typer.echo(validation_text(pipeline.validate(folder, measure, out=out)))
    if out is not None:
        typer.echo(f"\n{out}: validation.json, and {out / 'validation.html'} in four languages.")


@app.command(epilog="Example: mirti compare release-2021 release-2024 --out change")
def compare(
    earlier: Annotated[Path, typer.Argument(help="The earlier release folder.")],
    later: Annotated[Path, typer.Argument(help="The later release folder.")],
    out: Annotated[
        Path | None, typer.Option(help="A folder to write: tables, and a page with the map.")
    ] = None,
    accept: Annotated[
        str | None, typer.Option(help="Why to compare what differs in country, outcome, ages, or one survey.")
    ] = None,
) -> None:
    """Say how each area's rate changed between two releases, and whether it is more than chance."""
    from mirti import pipeline
    from mirti.report.plain import comparison_text

    found = pipeline.compare(earlier, later, accept=accept, out=out)
    typer.echo(comparison_text(found.record, found.changes))
    if out is not None:
        typer.echo(f"\n{out}: changes.csv, changes.parquet, and {out / 'comparison.html'} in four languages.")


@app.command(epilog='Example: mirti explain release "Santo Domingo Este" --lang es')
def explain(
    folder: Annotated[Path, typer.Argument(help="A release folder.")],
    place: Annotated[str, typer.Argument(help="Code or name of an area; accents and case do not matter.")],
    lang: Annotated[
        Literal["es", "pt", "en", "fr"], typer.Option(help="The language of the explanation.")
    ] = "en",
) -> None:
    """Tell why a territory of a release stands where it stands."""
    from mirti import pipeline

    typer.echo(pipeline.explain(folder, place, lang))


@app.command(epilog="Example: mirti schema --format json")
def schema(
    of: Annotated[Contract, typer.Option(help="Which contract to print.")] = Contract.release,
    form: Annotated[Format, typer.Option("--format", help="How to print the release's.")] = Format.markdown,
) -> None:
    """Print what a release holds column by column, or what the spec of a run or of an index may declare."""
    from mirti import pipeline
    from mirti.spec import index_reference, reference

    pages = {Contract.spec: reference, Contract.index_spec: index_reference}
    typer.echo(pages[of]() if of in pages else pipeline.schema(form.value))


@app.command(epilog="Example: mirti simulate --persons 200000 --seed 1 --out country")
def simulate(
    out: Annotated[Path, typer.Option(help="The folder to write; it must not exist.")],
    persons: Annotated[int, typer.Option(help="About how many persons live there.", min=1)] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same country.", min=0)] = 1,
    municipalities: Annotated[int | None, typer.Option(help="How many; default: by size.", min=1)] = None,
) -> None:
    """Make a country that does not exist, its truth known, with a spec that is ready to run."""
    from mirti import pipeline

    with progress_bar() as progress:
        spec = pipeline.simulate(persons, seed, out, progress, municipalities=municipalities)
    typer.echo(f"{out}: a simulated country. Run the model on it with: mirti run {spec} --out release")


@app.command(epilog="Example: mirti bench --only fit")
def bench(
    only: Annotated[str | None, typer.Option(help="The name of one benchmark.")] = None,
    work: Annotated[
        Path | None, typer.Option(help="Where data are made; default: a temporary folder.")
    ] = None,
) -> None:
    """Measure speed, memory and accuracy: lines BENCH name value unit limit ok|short."""
    from mirti.bench import run_benchmarks

    if not run_benchmarks(only, work, print_line=typer.echo):
        raise typer.Exit(FAILED)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code; an expected error is a sentence, never a traceback."""
    interruption = _Interruption()
    try:
        code = app(args=arguments, prog_name="mirti", standalone_mode=False) or 0
    except (Exception, KeyboardInterrupt) as error:
        code = _explain(error, interrupted=interruption.happened)
    if code == INTERRUPTED:
        errors.print("Interrupted. Nothing was written.")
    sys.exit(code)


class _Interruption:
    """Remembers Ctrl-C (and a polite kill), which a library half-way may turn into an error of its own."""

    def __init__(self) -> None:
        self.happened = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.happened = True
        raise KeyboardInterrupt


def _explain(error: BaseException, *, interrupted: bool) -> int:
    if interrupted or isinstance(error, KeyboardInterrupt | typer.Abort):
        return INTERRUPTED
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # a mistake in the arguments
        error.show()
        return INPUT
    known = _known(error)
    if known is None:
        raise error
    errors.print(str(known), soft_wrap=True)
    return known.exit_code


def _known(error: BaseException) -> MirtiError | None:
    if isinstance(error, MirtiError):
        return error
    if isinstance(error, MemoryError):
        return _machine(
            "The memory is not enough.", "machine", "Close other programs, or use a larger machine."
        )
    if not isinstance(error, OSError):
        return None
    where = str(error.filename or "disk")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _machine(
            "The disk is full; what was begun is removed.", where, "Free space, or use a disk with more."
        )
    return _machine(
        f"The machine refused ({error.strerror or error}).", where, "Check the folder and your rights."
    )


def _machine(what: str, where: str, remedy: str) -> MachineError:
    return MachineError(Problem(what, where, remedy))
