"""What the public site may show of a release.

The sample size and the direct estimate of an area are not here: they stay in the release folder, so that no page, file
or query of the site can show them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from almenara.places.models import Level, Territory

FALLBACK = "es"


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in the reader's language, or in Spanish."""
    return texts.get(language or get_language() or FALLBACK) or texts.get(FALLBACK, "")


class Release(models.Model):
    """One published run of the risk model. Rows are written once; only is_current moves.

    titles, outcome_labels: by language. interval_kind: what its intervals hold (mirti.release.INTERVAL_KINDS).
    measure: "rate", or "index", whose risks are scores / 100 and which has neither survey nor expected children.
    manifest, classes, diagnostics: the release's own JSON documents (of the last, what may be public);
    content_hash: of the manifest's file, which holds the hashes of all the others.
    """

    release_id = models.CharField(max_length=80, unique=True)
    content_hash = models.CharField(max_length=64)
    schema_version = models.CharField(max_length=10)
    country = models.ForeignKey(Territory, models.PROTECT, related_name="releases")
    titles = models.JSONField()
    outcome_kind = models.CharField(max_length=40)
    outcome_labels = models.JSONField()
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=10, default="rate")
    survey_year = models.PositiveSmallIntegerField(null=True)
    census_year = models.PositiveSmallIntegerField(null=True)
    interval_kind = models.CharField(max_length=20)
    manifest = models.JSONField()
    classes = models.JSONField()
    diagnostics = models.JSONField(default=dict)
    created = models.DateTimeField()
    published_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["country"], condition=Q(is_current=True), name="one_current_release_per_country"
            ),
        ]

    def __str__(self) -> str:
        return self.release_id

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def outcome_label(self) -> str:
        return in_language(self.outcome_labels)


class Estimate(models.Model):
    """A territory's risk in a release; a proportion, as se, the interval and the class probabilities are.

    cv, reliability, class_probabilities, rank_low and rank_high are null until the release's intervals are of kind
    bootstrap. risk_class is null above the areas, rank is null for the country.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="estimates")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="estimates")
    level = models.CharField(max_length=12, choices=Level.choices)
    children = models.FloatField()
    children_year = models.PositiveSmallIntegerField()
    children_source = models.CharField(max_length=20)
    risk = models.FloatField()
    se = models.FloatField()
    ci_low = models.FloatField()
    ci_high = models.FloatField()
    interval_kind = models.CharField(max_length=20)
    expected = models.FloatField()
    cv = models.FloatField(null=True)
    reliability = models.CharField(max_length=10, null=True)  # noqa: DJ001 (null: not known, as in the release)
    risk_class = models.PositiveSmallIntegerField(null=True)
    class_probabilities = models.JSONField(null=True)  # [p of class 1, p of class 2, …]
    rank = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    areas = models.PositiveIntegerField(null=True)  # areas in it, above the areas

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "territory"], name="one_estimate_per_territory"),
        ]
        indexes: ClassVar = [models.Index(fields=["release", "level", "rank"], name="estimate_order")]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.territory_id}"


class Driver(models.Model):
    """A factor's part in the distance between a territory's risk and the national one; parts sum exactly."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="drivers")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="drivers")
    factor = models.CharField(max_length=200)
    contribution = models.FloatField()
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "territory", "factor"], name="one_part_per_factor"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.territory_id}/{self.factor}"


class Coefficient(models.Model):
    """A column of the model, in the release's order (position)."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="coefficients")
    position = models.PositiveSmallIntegerField()
    term = models.CharField(max_length=300)
    factor = models.CharField(max_length=200, blank=True)
    factor_level = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    estimate = models.FloatField()
    se = models.FloatField()
    t = models.FloatField()
    df = models.FloatField()
    p_value = models.FloatField(null=True)
    odds_ratio = models.FloatField()
    or_low = models.FloatField(null=True)
    or_high = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "term"], name="one_coefficient_per_term"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.term}"


class ProfileVariable(models.Model):
    """A variable of the profile: its unit, year, source and what a reader is shown, by language."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="profile_variables")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=200)
    labels = models.JSONField()

    def __str__(self) -> str:
        return f"{self.release_id}/{self.name}"

    @property
    def label(self) -> str:
        return in_language(self.labels)


class ProfileValue(models.Model):
    variable = models.ForeignKey(ProfileVariable, models.CASCADE, related_name="values")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="profile")
    value = models.FloatField(null=True)
    withheld = models.BooleanField(default=False)  # a small count of people is protected

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variable", "territory"], name="one_value_per_variable"),
        ]

    def __str__(self) -> str:
        return f"{self.variable_id}/{self.territory_id}"
