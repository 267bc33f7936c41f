"""Every route of the site with who may call it: what almenara.accounts.doorkeeper asks, and the matrix of the tests."""

from __future__ import annotations

from django.conf import settings

from almenara.accounts.access import PUBLIC, Access
from almenara.accounts.access import ROUTES as ACCOUNTS
from almenara.agreements.access import ROUTES as AGREEMENTS
from almenara.audit.access import ROUTES as AUDIT
from almenara.content.access import ROUTES as CONTENT
from almenara.observatory.access import ROUTES as OBSERVATORY

# The living page stands below accounts, whose doors it cannot name.
OF_DESIGN = ("design:styleguide", "design:family", "design:confirm", "design:draft", "design:job")
OWN: dict[str, Access] = dict.fromkeys(("health", *OF_DESIGN, *(["demo"] if settings.DEMO else [])), PUBLIC)
ROUTES: dict[str, Access] = {**OWN, **OBSERVATORY, **ACCOUNTS, **AGREEMENTS, **AUDIT, **CONTENT}
