"""What is modelled: a rule on the questionnaire's answers, or a ready column."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mirti.declarations.base import Code, Declaration, Text

Ages = tuple[Annotated[int, Field(ge=0, le=120)], Annotated[int, Field(ge=0, le=120)]]


class HoursRule(Declaration):
    """Child labour from age `ages[0]` to `ages[1]` at `hours` weekly hours or more."""

    ages: Ages
    """first and last age, both included"""
    hours: float = Field(ge=0, le=168)
    """weekly hours from which the work counts"""
    source: str = ""
    """the legal source of the number"""


class ColumnOutcome(Declaration):
    """A ready column: 1 where the value is in positive, 0 where it is in negative, missing otherwise."""

    kind: Literal["column"]
    """column: the survey has the outcome ready"""
    ages: Ages
    """first and last age of the children, both included"""
    column: Text
    """the column of the outcome"""
    positive: tuple[Code, ...] = ("1",)
    """values that count as 1"""
    negative: tuple[Code, ...] = ("0",)
    """values that count as 0; any other value is missing"""


class RuleOutcome(Declaration):
    """Child labour (SDG 8.7.1; ICLS 18th/20th resolutions) or hazardous work alone, from the questionnaire."""

    kind: Literal["child_labour", "hazardous_work"]
    """child_labour: hours by age, household services, hazardous work; hazardous_work: that alone"""
    ages: Ages = (5, 17)
    """first and last age of the children, both included"""
    works: Text
    """a condition that is true for who works ("actividad == 1")"""
    hours: Text
    """the column of the weekly hours of economic work"""
    chores_hours: Text | None = None
    """the column of the weekly hours of unpaid household services"""
    branch: Text | None = None
    """the column of the branch of activity (ISIC rev. 4)"""
    branch_digits: int | None = Field(default=None, ge=1, le=6)
    """pad branch codes with zeros to this many digits; a shorter listed code then covers all that begin with it"""
    occupation: Text | None = None
    """the column of the occupation (ISCO-08)"""
    occupation_digits: int | None = Field(default=None, ge=1, le=6)
    """the same for occupation codes"""
    na: tuple[Code, ...] = ()
    """codes that mean missing in the columns of hours, branch and occupation (999: does not know)"""
    minimum_age: int | None = Field(default=None, ge=12, le=18)
    """age of admission to employment: moves the border between the 14-hour and the 43-hour rule; default 15"""
    economic: tuple[HoursRule, ...] = ()
    """hours of economic work by age; default 1 at 5–11, 14 at 12–14, 43 at 15–17"""
    chores: tuple[HoursRule, ...] = ()
    """hours of household services by age; default 21 at 5–14"""
    hazardous_branches: tuple[Code, ...] = ()
    """branches that the national list bars to children"""
    hazardous_occupations: tuple[Code, ...] = ()
    """occupations that the national list bars to children"""
    source: str = ""
    """the legal source of what is overridden or listed"""


OutcomeDeclaration = Annotated[ColumnOutcome | RuleOutcome, Field(discriminator="kind")]
