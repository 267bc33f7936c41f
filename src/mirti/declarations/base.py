"""Pieces that every declaration is made of: labels in four languages, files, codes of areas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LANGUAGES = ("es", "pt", "en", "fr")


def _as_code(value: object) -> object:
    """TOML writers put 99 where a code is meant; a code is a text, so "0901" keeps its zero."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Code = Annotated[str, BeforeValidator(_as_code)]
Text = Annotated[str, Field(min_length=1)]


class Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Label(Declaration):
    """A text shown to readers, in the four languages of the house."""

    es: Text
    """the text in Spanish"""
    pt: Text
    """the text in Portuguese"""
    en: Text
    """the text in English"""
    fr: Text
    """the text in French"""


class Source(Declaration):
    """A file to read: .csv, .csv.gz, .parquet (also a folder or a glob of them), .dta, .sav.

    Of a .dta or .sav the codes are read, never the value labels: a recode of 1 = Hombre, 2 = Mujer names 1 and 2.
    """

    file: Text
    """path of the file, relative to the spec"""
    encoding: Text = "utf-8"
    """character encoding of a CSV, .dta or .sav, e.g. "latin-1" or "cp1252" """
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """what separates the columns of a CSV; default: the one of , ; tab | that the header line uses"""
    na: tuple[Code, ...] = ("", "NA")
    """texts of a CSV that mean missing, in every column"""


class AreaCode(Declaration):
    """How an area code is formed from a column: optional modulo for numeric codes, then zero-padded to digits."""

    column: Text
    """the column that holds the code"""
    modulo: int | None = Field(default=None, ge=2)
    """keep the remainder of the numeric code: 10901 with modulo 10000 is 901"""
    digits: int | None = Field(default=None, ge=1, le=20)
    """pad with zeros on the left to this many characters: 901 with digits 4 is 0901"""
