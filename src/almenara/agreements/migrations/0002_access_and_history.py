"""Whose agreements and systems the database shows and lets change, and what of them it never lets change.

The same rule as almenara.agreements.queries.scope: an agreement is reached through either of its two institutions, a
system through its owner. What hangs on an agreement or a system is seen with it. Nothing is ever deleted but items of
drafts and feeds. The statuses that may follow each other stand here and in almenara.agreements.standing: a test tries
every pair.
"""

from django.db import migrations

from almenara.witness.history import TrackHistory

# code, es, pt, en, fr
CONCEPTS = [
    ("child-labour", "Trabajo infantil", "Trabalho infantil", "Child labour", "Travail des enfants"),
    ("hazardous-work", "Trabajo peligroso", "Trabalho perigoso", "Hazardous work", "Travaux dangereux"),
    ("worst-forms", "Peores formas", "Piores formas", "Worst forms", "Pires formes"),
    ("age-bands", "Grupos de edad", "Faixas etárias", "Age bands", "Tranches d’âge"),
    (
        "economic-activity",
        "Actividad económica",
        "Atividade econômica",
        "Economic activity",
        "Activité économique",
    ),
    (
        "household-services",
        "Servicios domésticos no remunerados",
        "Serviços domésticos não remunerados",
        "Unpaid household services",
        "Services ménagers non rémunérés",
    ),
    (
        "territory-codes",
        "Códigos de territorios",
        "Códigos de territórios",
        "Territory codes",
        "Codes de territoires",
    ),
    ("schooling", "Escolaridad", "Escolaridade", "Schooling", "Scolarité"),
]


def fill(apps, schema_editor):
    Concept = apps.get_model("agreements", "Concept")
    for position, (code, es, pt, en, fr) in enumerate(CONCEPTS):
        Concept.objects.create(
            code=code, position=position, name_es=es, name_pt=pt, name_en=en, name_fr=fr
        )


def sides(permission, of=""):
    reached = f"(SELECT almenara_institutions('{permission}'))"
    return f"({of}provider_id IN {reached} OR {of}receiver_id IN {reached})"


def owned(permission, of=""):
    return f"{of}owner_id IN (SELECT almenara_institutions('{permission}'))"


def of_agreement(condition="true", key="agreement_id"):
    return f"EXISTS (SELECT FROM agreements_agreement a WHERE a.id = {key} AND {condition})"


def of_system(condition="true"):
    return f"EXISTS (SELECT FROM agreements_system s WHERE s.id = system_id AND {condition})"


VIEW, MANAGE, OPEN = "agreements.view", "agreements.manage", "documents.view"
MANAGED, MANAGED_SYSTEM = sides(MANAGE, "a."), owned(MANAGE, "s.")
DRAFT = of_agreement(f"a.status = 'draft' AND {MANAGED}")
SIGNABLE = f"a.status IN ('sent', 'in_force', 'suspended') AND {MANAGED}"
OF_DOCUMENT = (
    "EXISTS (SELECT FROM agreements_document d JOIN agreements_agreement a ON a.id = d.agreement_id"
    " WHERE d.id = document_id AND {condition})"
)
# table → (name, command, using, with check)
POLICIES = {
    "agreement": [
        ("seen", "SELECT", sides(VIEW), ""),
        ("made", "INSERT", "", sides(MANAGE)),
        ("kept", "UPDATE", sides(MANAGE), sides(MANAGE)),
    ],
    "item": [
        ("seen", "SELECT", of_agreement(), ""),
        ("made", "INSERT", "", DRAFT),
        ("kept", "UPDATE", DRAFT, DRAFT),
        ("removed", "DELETE", DRAFT, ""),
    ],
    "transition": [
        ("seen", "SELECT", of_agreement(), ""),
        ("made", "INSERT", "", f"by_id = almenara_person() AND {of_agreement(MANAGED)}"),
    ],
    "document": [
        ("seen", "SELECT", of_agreement(), ""),
        ("made", "INSERT", "", f"uploaded_by_id = almenara_person() AND {of_agreement(SIGNABLE)}"),
    ],
    "documentcontent": [
        ("seen", "SELECT", OF_DOCUMENT.format(condition=sides(OPEN, "a.")), ""),
        ("made", "INSERT", "", OF_DOCUMENT.format(condition=SIGNABLE)),
    ],
    "reminder": [
        ("seen", "SELECT", of_agreement(), ""),
        ("made", "INSERT", "", "almenara_person() IS NULL"),  # the job, which acts for nobody
    ],
    "concept": [("seen", "SELECT", "true", "")],
    "system": [
        ("seen", "SELECT", owned(VIEW), ""),
        ("made", "INSERT", "", owned(MANAGE)),
        ("kept", "UPDATE", owned(MANAGE), owned(MANAGE)),
    ],
    "match": [
        ("seen", "SELECT", of_system(), ""),
        ("made", "INSERT", "", of_system(MANAGED_SYSTEM)),
        ("kept", "UPDATE", of_system(MANAGED_SYSTEM), of_system(MANAGED_SYSTEM)),
    ],
    "feed": [
        ("seen", "SELECT", of_system(), ""),
        ("made", "INSERT", "", of_system(MANAGED_SYSTEM)),
        ("removed", "DELETE", of_system(MANAGED_SYSTEM), ""),
    ],
}


def policies():
    for table, rules in POLICIES.items():
        yield f"ALTER TABLE agreements_{table} ENABLE ROW LEVEL SECURITY;"
        for name, command, using, check in rules:
            parts = [f"USING ({using})" if using else "", f"WITH CHECK ({check})" if check else ""]
            yield f"CREATE POLICY {table}_{name} ON agreements_{table} FOR {command} {' '.join(parts)};"


def without_policies():
    for table, rules in POLICIES.items():
        for name, *_ in rules:
            yield f"DROP POLICY {table}_{name} ON agreements_{table};"
        yield f"ALTER TABLE agreements_{table} DISABLE ROW LEVEL SECURITY;"


STAYS = """
CREATE FUNCTION almenara_agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' THEN
      RAISE EXCEPTION 'An agreement begins as a draft.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.status <> 'draft' AND
    (NEW.provider_id, NEW.receiver_id, NEW.name, NEW.reference, NEW.legal_basis, NEW.frequency, NEW.since, NEW.until,
     NEW.renews_id) IS DISTINCT FROM
    (OLD.provider_id, OLD.receiver_id, OLD.name, OLD.reference, OLD.legal_basis, OLD.frequency, OLD.since, OLD.until,
     OLD.renews_id)
  THEN RAISE EXCEPTION 'What was sent for signature is not changed: renew it.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
    'draft>sent', 'draft>ended', 'sent>draft', 'sent>in_force', 'sent>ended',
    'in_force>suspended', 'in_force>ended', 'suspended>in_force', 'suspended>ended')
  THEN RAISE EXCEPTION 'An agreement does not go from % to %.', OLD.status, NEW.status
    USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status = 'in_force' AND OLD.status = 'sent'
    AND NOT EXISTS (SELECT FROM agreements_document WHERE agreement_id = NEW.id)
  THEN RAISE EXCEPTION 'Nothing is in force without its signed document.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_stays BEFORE INSERT OR UPDATE ON agreements_agreement
  FOR EACH ROW EXECUTE FUNCTION almenara_agreement_stays();
"""
NOT_STAYS = """
DROP TRIGGER agreement_stays ON agreements_agreement;
DROP FUNCTION almenara_agreement_stays();
"""

# For the job that reminds, which acts for nobody and sees no agreement: only what it has to write, and to whom.
ENDING = """
CREATE FUNCTION almenara_agreements_ending(today date, steps int[])
RETURNS TABLE (agreement bigint, name text, provider text, receiver text, until date, step int,
  person bigint, email text, person_name text, language text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH ending AS (
    SELECT a.*, (SELECT min(s) FROM unnest(steps) s WHERE s >= a.until - today) AS step
    FROM agreements_agreement a
    WHERE a.status = 'in_force' AND a.until BETWEEN today AND today + (SELECT max(s) FROM unnest(steps) s)
      AND NOT EXISTS (SELECT FROM agreements_agreement n WHERE n.renews_id = a.id AND n.status = 'in_force')
  ), told AS (
    SELECT e.id, p.person FROM ending e
      CROSS JOIN LATERAL (VALUES (e.provider_person_id), (e.receiver_person_id)) p (person)
    UNION
    SELECT e.id, g.person_id FROM ending e
      JOIN accounts_institution i ON i.id IN (e.provider_id, e.receiver_id)
      JOIN accounts_role r ON r.code = 'coordinator' AND 'agreements.manage' = ANY (r.permissions)
      JOIN accounts_grant g ON g.role_id = r.code AND g.ended_at IS NULL AND g.since <= today
        AND (g.until IS NULL OR g.until >= today)
        AND (NOT r.needs_second_giver OR g.confirmed_by_id IS NOT NULL OR g.given_by_id IS NULL)
    WHERE r.reach = 'region'
      OR (r.reach = 'territory' AND i.seat_id IN (SELECT almenara_within(g.territory_id)))
      OR (r.reach = 'institution' AND g.office_id IS NULL AND g.institution_id = i.id
        AND (g.territory_id IS NULL OR i.seat_id IN (SELECT almenara_within(g.territory_id))))
  )
  SELECT e.id, e.name, provider.name, receiver.name, e.until, e.step, u.id, u.email, u.name, u.language
  FROM told t
    JOIN ending e ON e.id = t.id
    JOIN accounts_user u ON u.id = t.person AND u.is_active
    JOIN accounts_institution provider ON provider.id = e.provider_id
    JOIN accounts_institution receiver ON receiver.id = e.receiver_id
  WHERE NOT EXISTS (SELECT FROM agreements_reminder m
    WHERE m.agreement_id = e.id AND m.until = e.until AND m.step = e.step AND m.person_id = u.id)
  ORDER BY e.until, e.id, u.id
$$;
"""
NOT_ENDING = "DROP FUNCTION almenara_agreements_ending(date, int[]);"


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0001_agreements_and_inventory"),
        ("accounts", "0003_roles_and_reach"),
        ("witness", "0001_log"),
    ]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("\n".join(policies()), "\n".join(without_policies())),
        migrations.RunSQL(STAYS, NOT_STAYS),
        migrations.RunSQL(ENDING, NOT_ENDING),
        TrackHistory("agreements_agreement", institution="provider_id"),
        TrackHistory("agreements_item"),
        TrackHistory("agreements_transition", private=["reason"]),
        TrackHistory("agreements_document"),
        TrackHistory("agreements_reminder"),
        TrackHistory("agreements_concept", key="code"),
        TrackHistory("agreements_system", private=["technical_contact"], institution="owner_id"),
        TrackHistory("agreements_match", private=["note"]),
        TrackHistory("agreements_feed", institution="receiver_id"),
    ]
