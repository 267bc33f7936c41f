"""The documentation can be followed: its links lead somewhere and its commands are run, or at least exist.

A block that opens with ```console holds lines `$ command`, one that opens with ```python a script. Under `<!-- run -->`
they are run, in order, in one empty folder a page; every other command must exist and take the options shown.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from almenara.cli import app as almenara_app
from mirti.cli import app as mirti_app
from mirti.declarations import SpecDeclaration
from mirti.spec.index_load import parse_index
from tests.support.repository import ROOT, tracked_files

PAGES = [path for path in tracked_files() if path.suffix == ".md" and "node_modules" not in path.parts]
OURS = {"mirti": mirti_app, "almenara": almenara_app}
BLOCK = re.compile(r"(?P<mark><!-- run -->\n+)?```(?P<kind>console|python)\n(?P<text>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Command:
    page: Path
    line: str
    is_run: bool

    @property
    def program(self) -> str:
        return shlex.split(self.line, comments=True)[0]


def commands_of(page: Path) -> list[Command]:
    return [
        Command(page, line, bool(block["mark"]))
        for block in BLOCK.finditer(page.read_text(encoding="utf-8"))
        for line in lines_of(block["kind"], block["text"])
    ]


def lines_of(kind: str, text: str) -> list[str]:
    if kind == "python":
        return [f"python -c {shlex.quote(text)}"]
    lines = text.replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


COMMANDS = [command for page in PAGES for command in commands_of(page)]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of the documentation, by the shell its readers use."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["/bin/sh", "-c", line]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@cache
def help_of(program: str, *subcommands: str) -> str:
    told = CliRunner().invoke(OURS[program], [*subcommands, "--help"], prog_name=program)
    assert told.exit_code == 0, f"{program} {' '.join(subcommands)}: {told.output}"
    return told.output


@pytest.mark.parametrize("page", sorted({c.page for c in COMMANDS if c.is_run}), ids=lambda page: page.name)
def test_runnable_commands_run(page: Path, tmp_path: Path) -> None:
    for command in commands_of(page):
        if command.is_run:
            told = run(command.line, tmp_path)
            assert told.returncode == 0, f"$ {command.line}\n{told.stdout}\n{told.stderr}"


def test_some_commands_are_run() -> None:
    assert any(command.is_run for command in COMMANDS)


@pytest.mark.parametrize(
    "line",
    sorted({c.line for c in COMMANDS if c.program in OURS and not c.is_run}),
    ids=lambda line: line[:60],
)
def test_a_command_that_is_shown_exists_with_its_options(line: str) -> None:
    program, *rest = shlex.split(line, comments=True)
    subcommands: list[str] = []
    for word in rest:
        if word.startswith("-") or not re.search(
            rf"^\W*{re.escape(word)}\b", help_of(program, *subcommands), re.MULTILINE
        ):
            break
        subcommands.append(word)
    assert subcommands, f"{program} has no command {rest[:1]}"
    text = help_of(program, *subcommands)
    options = [word.split("=")[0] for word in rest if word.startswith("--")]
    assert [option for option in options if option not in text] == []


@pytest.mark.parametrize("line", sorted({c.line for c in COMMANDS if c.program == "make"}))
def test_a_make_command_that_is_shown_exists(line: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = [word for word in shlex.split(line, comments=True)[1:] if "=" not in word]
    assert set(named) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_dependency_has_its_line_of_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    texts = [*project["project"]["dependencies"], *itertools.chain(*extras)]
    names = {Requirement(text).name for text in texts + project["dependency-groups"]["dev"]}
    front_end = json.loads((ROOT / "package.json").read_text())
    names |= front_end["dependencies"].keys() | front_end["devDependencies"].keys()
    page = (ROOT / "docs/decisions/0001-dependencies.md").read_text()
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    described = {name.strip() for cell in cells for name in cell.split(",")}
    assert names - described == set()
    assert described - names - {"dependency"} == set(), "a line is left of a dependency that is gone"


def test_decisions_are_numbered_without_gap_or_repeat() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_spec_that_is_shown_whole_is_valid() -> None:
    page = (ROOT / "docs/how-to/run-on-your-own-survey.md").read_text(encoding="utf-8")
    whole, *fragments = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    SpecDeclaration.model_validate(tomllib.loads(whole))
    for fragment in fragments:
        SpecDeclaration.model_validate(tomllib.loads(f"{whole}\n{fragment}"))


def test_the_index_that_is_shown_whole_is_valid() -> None:
    page = ROOT / "docs/how-to/build-an-index.md"
    [whole] = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    parse_index(whole, page)
