"""People, institutions and what they may do."""

from almenara.accounts.models.grants import BrokenGlass, Grant, Reach, Role
from almenara.accounts.models.institutions import Constituency, FocalPoint, Institution, Kind, Office
from almenara.accounts.models.people import User, UserManager

__all__ = [
    "BrokenGlass",
    "Constituency",
    "FocalPoint",
    "Grant",
    "Institution",
    "Kind",
    "Office",
    "Reach",
    "Role",
    "User",
    "UserManager",
]
