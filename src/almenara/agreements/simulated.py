"""Agreements and systems of a demonstration: made up, and marked as simulated wherever they are shown.

What is written goes past nobody's grants: call it as the database's owner, within a transaction.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

import pikepdf
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from almenara.accounts.models import Institution, Kind, User
from almenara.agreements.actions.documents import add_document
from almenara.agreements.actions.systems import Judgement, put_system
from almenara.agreements.models import (
    Agreement,
    Form,
    Format,
    Frequency,
    Item,
    Sameness,
    Status,
    System,
    Transition,
)
from almenara.agreements.queries.systems import concepts
from almenara.places.models import Level, Territory

PATHS = {
    Status.DRAFT: (),
    Status.SENT: (Status.SENT,),
    Status.IN_FORCE: (Status.SENT, Status.IN_FORCE),
    Status.SUSPENDED: (Status.SENT, Status.IN_FORCE, Status.SUSPENDED),
    Status.ENDED: (Status.SENT, Status.IN_FORCE, Status.ENDED),
}
YEAR = 365
# kind of the institution → its simulated name, for a country that has none of the kind yet
NAMES = {
    Kind.MINISTRY: "Ministerio de Trabajo (simulado)",
    Kind.INSPECTORATE: "Inspección del Trabajo (simulada)",
    Kind.POLICE: "Policía Nacional (simulada)",
    Kind.HEALTH: "Servicio de Salud (simulado)",
    Kind.EDUCATION: "Servicio de Educación (simulado)",
    Kind.CHILD_PROTECTION: "Protección de la Niñez (simulada)",
    Kind.NGO: "Asociación Camino (simulada)",
}


@dataclass(frozen=True)
class Plan:
    """began, ends: days from today; ends None for an agreement without an end."""

    giver: Kind
    name: str
    item: str
    form: Form
    format: Format
    frequency: Frequency
    status: Status
    began: int
    ends: int | None


PLANS = (
    Plan(Kind.INSPECTORATE, "Inspecciones con niños hallados trabajando", "Inspecciones por municipio y mes",
         Form.FIGURES, Format.SPREADSHEET, Frequency.MONTHLY, Status.IN_FORCE, -YEAR, 2 * YEAR),
    Plan(Kind.EDUCATION, "Matrícula y abandono escolar", "Matrícula y abandono por centro y grado",
         Form.RECORDS, Format.CSV, Frequency.HALF_YEARLY, Status.IN_FORCE, -2 * YEAR, 62),
    Plan(Kind.HEALTH, "Lesiones en el trabajo de menores de 18 años", "Egresos por causa externa",
         Form.FIGURES, Format.DATABASE, Frequency.QUARTERLY, Status.IN_FORCE, -3 * YEAR, -40),
    Plan(Kind.POLICE, "Denuncias de trata y explotación", "Denuncias por departamento",
         Form.FIGURES, Format.PDF, Frequency.QUARTERLY, Status.SENT, 30, 30 + 2 * YEAR),
    Plan(Kind.CHILD_PROTECTION, "Casos atendidos y derivaciones", "Casos por tipo y municipio",
         Form.RECORDS, Format.SERVICE, Frequency.MONTHLY, Status.SUSPENDED, -YEAR, YEAR),
    Plan(Kind.NGO, "Atención en zonas agrícolas", "Niños atendidos por temporada",
         Form.FIGURES, Format.SPREADSHEET, Frequency.YEARLY, Status.DRAFT, 15, None),
    Plan(Kind.MINISTRY, "Devolución de indicadores armonizados", "Indicadores por municipio",
         Form.FIGURES, Format.CSV, Frequency.YEARLY, Status.IN_FORCE, -90, None),
)  # fmt: skip
# owner, name, what it holds, how its definitions stand (the rest is not known), whom it feeds
SYSTEMS = (
    (Kind.INSPECTORATE, "Registro de inspecciones", "Inspecciones, infracciones y menores hallados",
     {"child-labour": Sameness.SAME, "hazardous-work": Sameness.PARTLY, "territory-codes": Sameness.SAME},
     Kind.MINISTRY),
    (Kind.EDUCATION, "Sistema de matrícula", "Estudiantes, centros, grados, asistencia",
     {"age-bands": Sameness.PARTLY, "schooling": Sameness.SAME, "territory-codes": Sameness.DIFFERENT}, Kind.MINISTRY),
    (Kind.HEALTH, "Egresos hospitalarios", "Egresos por causa y edad",
     {"age-bands": Sameness.DIFFERENT, "territory-codes": Sameness.SAME}, Kind.MINISTRY),
    (Kind.POLICE, "Denuncias", "Denuncias por delito y lugar", {"worst-forms": Sameness.PARTLY}, Kind.CHILD_PROTECTION),
    (Kind.CHILD_PROTECTION, "Casos de protección", "Casos, medidas y derivaciones",
     {"child-labour": Sameness.PARTLY, "worst-forms": Sameness.SAME}, Kind.MINISTRY),
)  # fmt: skip


@dataclass(frozen=True)
class Laid:
    agreements: int
    systems: int


@transaction.atomic
def lay(country: str) -> Laid:
    """Lay simulated agreements and systems between the country's institutions, making the kinds that it lacks.

    Nothing is laid a second time. Raises Territory.DoesNotExist if the country is not known.
    """
    top = Territory.objects.get(country=country, level=Level.COUNTRY)
    if System.objects.filter(simulated=True, owner__seat__country=country).exists():
        return Laid(0, 0)
    today = timezone.now().date()
    bodies = {kind: _institution(kind, top) for kind in NAMES}
    for plan in PLANS:
        _agreement(plan, bodies, today)
    known = {concept.code for concept in concepts()}
    for owner, name, content, judged, receiver in SYSTEMS:
        system = System(
            owner=bodies[owner],
            name=f"{name} (simulado)",
            content=content,
            population="Todo el país",
            format=Format.DATABASE,
            frequency=Frequency.MONTHLY,
            responsible_role="Jefatura de estadística",
            since=today.replace(month=1, day=1, year=today.year - 6),
            simulated=True,
        )
        judgements = {code: Judgement(sameness) for code, sameness in judged.items() if code in known}
        put_system(system, judgements=judgements, receivers=[bodies[receiver]], by=None)
    return Laid(len(PLANS), len(SYSTEMS))


def _institution(kind: Kind, top: Territory) -> Institution:
    found = (
        Institution.objects.filter(kind=kind, seat__country=top.country, closed_on=None)
        .order_by("pk")
        .first()
    )
    return found or Institution.objects.create(name=NAMES[kind], kind=kind, seat=top)


def _agreement(plan: Plan, bodies: dict[Kind, Institution], today: dt.date) -> None:
    giver = bodies[plan.giver]
    receiver = bodies[Kind.EDUCATION if plan.giver == Kind.MINISTRY else Kind.MINISTRY]
    began = today + dt.timedelta(days=plan.began)
    agreement = Agreement.objects.create(
        provider=giver,
        receiver=receiver,
        name=f"{plan.name} (simulado)",
        reference=f"SIM-{plan.giver.value[:4].upper()}-{began.year}",
        legal_basis="Convenio simulado para la demostración; ninguna norma real.",
        frequency=plan.frequency,
        since=began,
        until=None if plan.ends is None else today + dt.timedelta(days=plan.ends),
        provider_person=_person(giver),
        receiver_person=_person(receiver),
        simulated=True,
    )
    Item.objects.create(agreement=agreement, name=plan.item, form=plan.form, format=plan.format)
    for step in PATHS[plan.status]:
        if step == Status.IN_FORCE:
            add_document(agreement, file=_signed(), by=None)
        reason = "Simulado: revisión de los datos." if step in (Status.SUSPENDED, Status.ENDED) else ""
        Transition.objects.create(
            agreement=agreement, former=agreement.status, latter=step, reason=reason, by=None
        )
        agreement.status = step
        agreement.save(update_fields=["status"])


def _person(institution: Institution) -> User | None:
    people = User.objects.filter(institution=institution, simulated=True, is_active=True)
    return people.order_by("pk").first()


def _signed() -> ContentFile[bytes]:
    """A page that says what it is."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = document.make_stream(
        b"BT /F1 18 Tf 72 760 Td (SIMULADO - documento de demostracion) Tj ET"
    )
    buffer = io.BytesIO()
    document.save(buffer)
    return ContentFile(buffer.getvalue(), name="simulado.pdf")
