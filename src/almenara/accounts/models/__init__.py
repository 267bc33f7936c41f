"""People, institutions and what they may do."""

from almenara.accounts.models.files import PersonalFile
from almenara.accounts.models.grants import BrokenGlass, Grant, Reach, Role
from almenara.accounts.models.institutions import Constituency, FocalPoint, Institution, Kind, Office
from almenara.accounts.models.invitations import Invitation
from almenara.accounts.models.letters import Letter
from almenara.accounts.models.people import User, UserManager
from almenara.accounts.models.reviews import Decision, GrantReview, ReviewedGrant
from almenara.accounts.models.services import ServiceAccount, ServiceKey
from almenara.accounts.models.sign_in import FailedSignIn

__all__ = [
    "BrokenGlass",
    "Constituency",
    "Decision",
    "FailedSignIn",
    "FocalPoint",
    "Grant",
    "GrantReview",
    "Institution",
    "Invitation",
    "Kind",
    "Letter",
    "Office",
    "PersonalFile",
    "Reach",
    "ReviewedGrant",
    "Role",
    "ServiceAccount",
    "ServiceKey",
    "User",
    "UserManager",
]
