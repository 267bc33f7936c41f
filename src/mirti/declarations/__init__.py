"""What a spec may declare, piece by piece. `mirti.spec` assembles these, checks them together and names the line.

They live at the bottom of the house so that every stage can be handed the piece it works from and nothing more. The
text under each key is what `mirti.spec.reference()` prints.
"""

from mirti.declarations.base import (
    LANGUAGES,
    AreaCode,
    Code,
    Declaration,
    Label,
    Source,
    Text,
)
from mirti.declarations.method import (
    AreaCovariateDeclaration,
    BenchmarkDeclaration,
    CandidateDeclaration,
    HotSpotsDeclaration,
    ModelDeclaration,
    ReliabilityDeclaration,
    ScenarioDeclaration,
    Share,
    TypologyDeclaration,
    UncertaintyDeclaration,
    ValidationDeclaration,
)
from mirti.declarations.outcomes import (
    Ages,
    ColumnOutcome,
    HoursRule,
    OutcomeDeclaration,
    RuleOutcome,
)
from mirti.declarations.people import (
    CensusDeclaration,
    Coding,
    CovariateDeclaration,
    HouseholdFeature,
    Persons,
    ProjectionDeclaration,
    ReplicatesDeclaration,
    StageDeclaration,
    SurveyDeclaration,
)
from mirti.declarations.spec import (
    AcceptDeclaration,
    RunDeclaration,
    Spec,
    SpecDeclaration,
)
from mirti.declarations.territories import (
    AreasDeclaration,
    BoundariesDeclaration,
    ClassesDeclaration,
    RegisterDeclaration,
    RegisterVariable,
)

__all__ = (
    "LANGUAGES",
    "AcceptDeclaration",
    "Ages",
    "AreaCode",
    "AreaCovariateDeclaration",
    "AreasDeclaration",
    "BenchmarkDeclaration",
    "BoundariesDeclaration",
    "CandidateDeclaration",
    "CensusDeclaration",
    "ClassesDeclaration",
    "Code",
    "Coding",
    "ColumnOutcome",
    "CovariateDeclaration",
    "Declaration",
    "HotSpotsDeclaration",
    "HoursRule",
    "HouseholdFeature",
    "Label",
    "ModelDeclaration",
    "OutcomeDeclaration",
    "Persons",
    "ProjectionDeclaration",
    "RegisterDeclaration",
    "RegisterVariable",
    "ReliabilityDeclaration",
    "ReplicatesDeclaration",
    "RuleOutcome",
    "RunDeclaration",
    "ScenarioDeclaration",
    "Share",
    "Source",
    "Spec",
    "SpecDeclaration",
    "StageDeclaration",
    "SurveyDeclaration",
    "Text",
    "TypologyDeclaration",
    "UncertaintyDeclaration",
    "ValidationDeclaration",
)
