"""What people fill in. Every form names its fields: nothing else of what was sent is taken."""

from almenara.agreements.forms.agreements import (
    AgreementForm,
    DocumentForm,
    ItemForm,
    MoveForm,
    RenewForm,
    ResponsibleForm,
)
from almenara.agreements.forms.systems import ImportForm, SystemForm

__all__ = [
    "AgreementForm",
    "DocumentForm",
    "ImportForm",
    "ItemForm",
    "MoveForm",
    "RenewForm",
    "ResponsibleForm",
    "SystemForm",
]
