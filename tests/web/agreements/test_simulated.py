from __future__ import annotations

import pytest

from almenara.accounts.models import Institution
from almenara.agreements.models import Agreement, Document, System
from almenara.agreements.simulated import PLANS, SYSTEMS, Laid, lay
from almenara.agreements.standing import Standing, standing
from tests.support.agreements import TODAY, World
from tests.support.database import owner_rights

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def test_a_demonstration_is_plausible_marked_and_laid_once(laid: World) -> None:
    with owner_rights():
        assert lay("ZZ") == Laid(len(PLANS), len(SYSTEMS))
        assert lay("ZZ") == Laid(0, 0)
        stands = {standing(made, TODAY) for made in Agreement.objects.all()}
        made = Agreement.objects.all()
        assert all(agreement.simulated and "(simulado)" in agreement.name for agreement in made)
        assert all(system.simulated and "(simulado)" in system.name for system in System.objects.all())
        assert Document.objects.exists()
        seats = Institution.objects.filter(name__contains="(simulad").values_list("seat__code", flat=True)
        assert set(seats) == {"ZZ"}
    assert stands == {
        Standing.DRAFT, Standing.SENT, Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED, Standing.SUSPENDED,
    }  # fmt: skip
