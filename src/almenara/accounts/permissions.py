"""What can be permitted, by name. Roles hold these names as data; a name that is not here is refused by a test."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE_VIEW = "people.view"
PEOPLE_MANAGE = "people.manage"
PERSONAL_FILES_VIEW = "personal_files.view"
INSTITUTIONS_MANAGE = "institutions.manage"
GRANTS_GIVE = "grants.give"
GRANTS_REVIEW = "grants.review"
SERVICES_MANAGE = "services.manage"
AGREEMENTS_VIEW = "agreements.view"
AGREEMENTS_MANAGE = "agreements.manage"
DOCUMENTS_VIEW = "documents.view"
LOG_READ = "log.read"
GLASS_BREAK = "glass.break"
GLASS_WATCH = "glass.watch"
HOLDS_PLACE = "holds.place"
RELEASES_PUBLISH = "releases.publish"
CONTENT_EDIT = "content.edit"

PERMISSIONS: dict[str, Promise] = {
    PEOPLE_VIEW: _("See who works where and what they may do"),
    PEOPLE_MANAGE: _("Invite, suspend and hand over the work of people"),
    PERSONAL_FILES_VIEW: _("See the personal files of people"),
    INSTITUTIONS_MANAGE: _("Keep institutions, offices and focal points"),
    GRANTS_GIVE: _("Give and end grants"),
    GRANTS_REVIEW: _("Review the grants in force"),
    SERVICES_MANAGE: _("Keep the keys of institutions' systems"),
    AGREEMENTS_VIEW: _("See agreements and the inventory of systems"),
    AGREEMENTS_MANAGE: _("Keep agreements and the inventory of systems"),
    DOCUMENTS_VIEW: _("Open the signed documents of agreements"),
    LOG_READ: _("Read the log"),
    GLASS_BREAK: _("Open a record in an emergency, with a reason, for three hours"),
    GLASS_WATCH: _("Be told when a record is opened in an emergency"),
    HOLDS_PLACE: _("Keep a record from being erased, and lift that"),
    RELEASES_PUBLISH: _("Publish releases of the risk model"),
    CONTENT_EDIT: _("Edit the public content"),
}
