"""Territories: their names, polygons, classes and registers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mirti.declarations.base import AreaCode, Declaration, Label, Source, Text


class AreasDeclaration(Declaration):
    """Names and parents of the areas: a table, or the properties of the boundaries."""

    source: Source | None = None
    """a table with one row an area"""
    code: AreaCode | None = None
    """how the table's code of the area is formed"""
    name: Text | None = None
    """the table's column of the area's name"""
    parent: AreaCode | None = None
    """how the table's code of the area above is formed"""
    parent_name: Text | None = None
    """the table's column of that area's name"""
    parent_from_code: int | None = Field(default=None, ge=1, le=20)
    """the first so many characters of the area code are the code of the area above"""
    parent_names: dict[str, Text] = Field(default_factory=dict)
    """code of an area above = its name, where no table holds it"""


class BoundariesDeclaration(Declaration):
    """Polygons of the areas: GeoJSON, GeoPackage or shapefile, in any coordinate system that the file names."""

    file: Text
    """path of the file, relative to the spec"""
    code: Text = "code"
    """the property with the area code"""
    name: Text | None = "name"
    """the property with the area's name; without it the areas are called by their codes"""


class ClassesDeclaration(Declaration):
    """How the areas' risks are cut into classes."""

    method: Literal["natural_breaks", "quantiles", "equal_width", "fixed"] = "natural_breaks"
    """how the cuts are found"""
    number: int = Field(default=3, ge=2, le=9)
    """how many classes"""
    breaks: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    """for fixed: the upper end of every class but the last, as proportions"""


class RegisterVariable(Declaration):
    """A column of a register that the profile shows."""

    column: Text
    """the column"""
    label: Label
    """its name shown to readers"""
    unit: Text = "count"
    """its unit"""
    people: bool = True
    """whether a count is one of people: from 1 to 5 it is then withheld, and what would give it back"""


class RegisterDeclaration(Declaration):
    """A table of administrative records, one row an area, for the profile of the territories."""

    name: Text
    """name of the register"""
    source: Source
    """the register's file"""
    area: AreaCode
    """how the code of the area is formed"""
    year: int = Field(ge=1900, le=2100)
    """year of the register"""
    variables: tuple[RegisterVariable, ...] = Field(min_length=1)
    """its columns"""
