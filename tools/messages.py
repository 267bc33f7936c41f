"""The interface's sentences: collected from the sources, kept in catalogues, compiled, held complete.

A folder `locale` holds the catalogues of the package around it: `locale/<language>/LC_MESSAGES/<domain>.po`. Babel does
the work, so that no system package is needed. Sentences are written in English in the sources; an English catalogue may
therefore leave them as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
LANGUAGES = ("es", "pt", "en", "fr")
SOURCE_LANGUAGE = "en"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = (".html", ".txt", ".xml", ".typ", ".j2")


@dataclass(frozen=True)
class Scope:
    """A `locale` folder, the domain of its catalogues and the sources that belong to it."""

    locale: Path
    domain: str

    def catalogue(self, language: str) -> Path:
        return self.locale / language / "LC_MESSAGES" / f"{self.domain}.po"

    def sources(self) -> Iterator[Path]:
        package = self.locale.parent
        nested = [other.parent for other in package.glob("**/locale") if other != self.locale]
        for path in sorted(package.rglob("*")):
            mine = not any(path.is_relative_to(folder) for folder in (self.locale, *nested))
            if mine and path.is_file() and self._reads(path):
                yield path

    def _reads(self, path: Path) -> bool:
        if self.domain == "djangojs":
            return path.suffix == ".js"
        return path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts)


def scopes() -> list[Scope]:
    return [
        Scope(locale, domain) for locale in sorted(SOURCES.glob("**/locale")) for domain in domains(locale)
    ]


def domains(locale: Path) -> list[str]:
    """The domains that a folder holds; an empty one is Django's if it stands in the platform."""
    found = sorted({path.stem for path in locale.glob("*/LC_MESSAGES/*.po")})
    return found or ["django" if locale.is_relative_to(SOURCES / "almenara") else "mirti"]


def collect(scope: Scope) -> Catalog:
    """The sentences that stand in the sources of a scope."""
    catalogue = Catalog(domain=scope.domain, charset="utf-8", fuzzy=False)
    for path in scope.sources():
        where = path.relative_to(ROOT).as_posix()
        for _, text, comments, context in extracted(path, scope):
            catalogue.add(text, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalogue


def extracted(path: Path, scope: Scope) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        method = "python"
    elif path.suffix == ".js":
        method = "javascript"
    elif scope.domain == "django":
        method, text = "python", as_python(text, path)
    else:
        method = "jinja2.ext:babel_extract"
    tags = ("Translators:",)
    return iter(extract(method, BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=tags, options={}))


def as_python(template: str, path: Path) -> str:
    """A Django template as lines of Python that hold only its sentences, by Django's own reading of it."""
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(template, origin=str(path)).splitlines()) + "\n"


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    for scope in scopes():
        sentences = collect(scope)
        for language in LANGUAGES:
            catalogue = read(scope.catalogue(language), language)
            catalogue.update(sentences, no_fuzzy_matching=True, update_header_comment=False)
            write(catalogue, scope.catalogue(language))


def write(catalogue: Catalog, path: Path) -> None:
    """Leaves the file alone where nothing but the hour would change."""
    written = BytesIO()
    write_po(written, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    if path.exists() and _undated(path.read_bytes()) == _undated(written.getvalue()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())


def _undated(text: bytes) -> bytes:
    return re.sub(rb'"POT-Creation-Date:[^"]*"', b"", text)


def compile_all() -> None:
    for scope in scopes():
        for language in LANGUAGES:
            path = scope.catalogue(language)
            if path.exists():
                with path.with_suffix(".mo").open("wb") as file:
                    write_mo(file, read(path, language))


def faults() -> list[str]:
    """What keeps the catalogues from being complete and current, one line a fault."""
    return [
        f"{scope.catalogue(language).relative_to(ROOT)}: {fault}"
        for scope in scopes()
        for sentences in (collect(scope),)
        for language in LANGUAGES
        for fault in catalogue_faults(read(scope.catalogue(language), language), sentences, language)
    ]


def catalogue_faults(catalogue: Catalog, sentences: Catalog, language: str) -> Iterator[str]:
    wanted = {key(message): message for message in sentences if message.id}
    kept = {key(message): message for message in catalogue if message.id}
    if language != SOURCE_LANGUAGE:
        for missing in wanted.keys() - kept.keys():
            yield f"not in the catalogue: {shown(wanted[missing])} (make messages)"
    for stale in kept.keys() - wanted.keys():
        yield f"no longer in the sources: {shown(kept[stale])} (make messages)"
    for message in kept.values():
        yield from message_faults(message, catalogue, language)


def message_faults(message: Message, catalogue: Catalog, language: str) -> Iterator[str]:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(strings) and not (language == SOURCE_LANGUAGE and not any(strings)):
        yield f"not translated: {shown(message)}"
    if message.fuzzy:
        yield f"fuzzy: {shown(message)}"
    if all(strings):
        for error in message.check(catalogue):
            yield f"{error}: {shown(message)}"


def key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def shown(message: Message) -> str:
    return repr(key(message)[1][:80])


def check() -> None:
    found = faults()
    print("\n".join(found) or f"{len(scopes())} catalogues in {len(LANGUAGES)} languages are complete.")
    sys.exit(bool(found))


if __name__ == "__main__":
    {"update": update, "compile": compile_all, "check": check}[sys.argv[1]]()
