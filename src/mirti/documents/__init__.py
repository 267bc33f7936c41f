"""The JSON documents of a release: manifest, classes, diagnostics. The tables are in `mirti.release`.

Written by the engine, read by whoever opens a release: within a schema version a field may be added, never
renamed.
"""

from mirti.documents.base import (
    Document,
)
from mirti.documents.diagnostics import (
    BoundaryRecord,
    ComparabilityRow,
    Diagnostics,
    ModelRecord,
    RateRecord,
    SupportRecord,
    TermRecord,
)
from mirti.documents.index import (
    IndexRecord,
)
from mirti.documents.inference import (
    BenchmarkRecord,
    CalibrationGroup,
    CandidateRecord,
    FitTests,
    MarginalEffect,
    MixedRecord,
    PrevalenceRecord,
    RocPoint,
    ScalingRecord,
    UncertaintyRecord,
)
from mirti.documents.manifest import (
    AcceptedException,
    ClassRow,
    ClassTable,
    InputRecord,
    IntervalKind,
    Manifest,
    Measure,
    OutcomeRecord,
)
from mirti.documents.space import (
    MoranRecord,
    TypeRecord,
    TypologyRecord,
)
from mirti.documents.validation import (
    AgreementRecord,
    CalibrationRow,
    DomainRow,
    DomainsRecord,
    FigureRecord,
    LeaveOneOutRecord,
    LeftOutRecord,
    ValidationRecord,
)

__all__ = (
    "AcceptedException",
    "AgreementRecord",
    "BenchmarkRecord",
    "BoundaryRecord",
    "CalibrationGroup",
    "CalibrationRow",
    "CandidateRecord",
    "ClassRow",
    "ClassTable",
    "ComparabilityRow",
    "Diagnostics",
    "Document",
    "DomainRow",
    "DomainsRecord",
    "FigureRecord",
    "FitTests",
    "IndexRecord",
    "InputRecord",
    "IntervalKind",
    "LeaveOneOutRecord",
    "LeftOutRecord",
    "Manifest",
    "MarginalEffect",
    "Measure",
    "MixedRecord",
    "ModelRecord",
    "MoranRecord",
    "OutcomeRecord",
    "PrevalenceRecord",
    "RateRecord",
    "RocPoint",
    "ScalingRecord",
    "SupportRecord",
    "TermRecord",
    "TypeRecord",
    "TypologyRecord",
    "UncertaintyRecord",
    "ValidationRecord",
)
