"""What institutions commit to give each other, and the information systems that there are."""

from almenara.agreements.models.agreements import (
    Agreement,
    Form,
    Format,
    Frequency,
    Item,
    Reminder,
    Status,
    Transition,
)
from almenara.agreements.models.documents import Document, DocumentContent
from almenara.agreements.models.systems import Concept, Feed, Match, Sameness, System

__all__ = [
    "Agreement",
    "Concept",
    "Document",
    "DocumentContent",
    "Feed",
    "Form",
    "Format",
    "Frequency",
    "Item",
    "Match",
    "Reminder",
    "Sameness",
    "Status",
    "System",
    "Transition",
]
