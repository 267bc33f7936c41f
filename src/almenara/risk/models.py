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
INDEX = "index"


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

    @property
    def is_index(self) -> bool:
        return bool(self.measure == INDEX)


class Spot(models.TextChoices):
    HOT = "hot", "Hot spot"
    COLD = "cold", "Cold spot"
    NONE = "none", "Neither"


class Estimate(models.Model):
    """A territory's risk in a release; a proportion, as se, the interval and the class probabilities are.

    Null: se and the interval where the release has none, expected in an index, cv and reliability unless the intervals
    are of kind bootstrap, class_probabilities, rank_low, rank_high and p_top unless they come from draws, risk_class
    above the areas, rank of the country. Where the release looked for hot spots, spot says what an area is; p_adjusted
    and share_hot (of the draws) are null without neighbours. area_type: number of its type, if types were formed.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="estimates")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="estimates")
    level = models.CharField(max_length=12, choices=Level.choices)
    children = models.FloatField()
    children_year = models.PositiveSmallIntegerField()
    children_source = models.CharField(max_length=20)
    risk = models.FloatField()
    se = models.FloatField(null=True)
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)
    interval_kind = models.CharField(max_length=20)
    expected = models.FloatField(null=True)
    cv = models.FloatField(null=True)
    reliability = models.CharField(max_length=10, null=True)  # noqa: DJ001 (null: not known, as in the release)
    risk_class = models.PositiveSmallIntegerField(null=True)
    class_probabilities = models.JSONField(null=True)  # [p of class 1, p of class 2, …]
    rank = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    p_top = models.FloatField(null=True)
    areas = models.PositiveIntegerField(null=True)  # areas in it, above the areas
    spot = models.CharField(max_length=4, choices=Spot.choices, null=True)  # noqa: DJ001 (null: not looked for)
    p_adjusted = models.FloatField(null=True)
    share_hot = models.FloatField(null=True)
    area_type = models.PositiveSmallIntegerField(null=True)

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
    df = models.FloatField(null=True)  # null: normal distribution
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


class Indicator(models.Model):
    """An indicator of a composite index, in the release's order (position); the weights sum to 1."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    dimension = models.CharField(max_length=200)
    weight = models.FloatField()
    direction = models.CharField(max_length=10)
    treatment = models.CharField(max_length=200)
    unit = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=300)
    labels = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "name"], name="one_weight_per_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.name}"


class ScenarioEffect(models.Model):
    """What a what-if scenario of the release implies for a territory: a difference of the model, not of a policy.

    risk, difference and its interval are proportions; moved: share of the children whose covariate changed.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="scenario_effects")
    scenario = models.CharField(max_length=100)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="scenario_effects")
    risk = models.FloatField()
    difference = models.FloatField()
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)
    expected_difference = models.FloatField()
    moved = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "scenario", "territory"], name="one_effect_per_scenario"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.scenario}/{self.territory_id}"


class ProfileVariable(models.Model):
    """A variable of the profile: its unit, year, source and what a reader is shown, by language."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="profile_variables")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=300)
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
