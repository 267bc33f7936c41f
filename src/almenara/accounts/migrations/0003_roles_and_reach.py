"""The roles as data; what of people and grants is seen by whom, in the database itself.

almenara_may(permission): whether the identified person holds it in any grant in force.
almenara_institutions, almenara_offices (permission): those that the person's grants reach, by the role's reach.
almenara_glass(object_type): ids of the objects that the person opened in an emergency, while it lasts.
The functions run as their owner, for they read grants that the policies hide; they answer for the identified person only.
"""

from django.db import migrations

# code, permissions, reach, second giver, excludes
ROLES = [
    (
        "national-administrator",
        "people.view people.manage personal_files.view institutions.manage grants.give grants.review "
        "services.manage agreements.view agreements.manage documents.view glass.watch holds.place",
        "territory",
        True,
        ["auditor"],
    ),
    (
        "coordinator",
        "people.view agreements.view agreements.manage documents.view glass.watch",
        "territory",
        False,
        [],
    ),
    (
        "supervisor",
        "people.view personal_files.view agreements.view documents.view glass.break glass.watch",
        "institution",
        False,
        [],
    ),
    ("case-worker", "people.view glass.break", "office", False, []),
    ("institutional-link", "people.view agreements.view documents.view", "institution", False, []),
    ("statistician", "agreements.view releases.publish", "territory", False, []),
    ("auditor", "log.read people.view agreements.view", "territory", False, ["national-administrator"]),
    ("secretariat", "agreements.view content.edit", "region", False, []),
    ("editor", "content.edit", "territory", False, []),
]


def fill(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for position, (code, permissions, reach, second, excludes) in enumerate(ROLES):
        Role.objects.create(
            code=code,
            permissions=permissions.split(),
            reach=reach,
            needs_second_giver=second,
            excludes=excludes,
            position=position,
        )


SAFE = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION almenara_grants(wanted text)
RETURNS TABLE (reach text, institution_id bigint, office_id bigint, territory_id bigint) {SAFE} ROWS 3 AS $$
  SELECT r.reach, g.institution_id, g.office_id, g.territory_id
  FROM accounts_grant g
  JOIN accounts_role r ON r.code = g.role_id
  JOIN accounts_user u ON u.id = g.person_id
  WHERE g.person_id = almenara_person() AND u.is_active AND g.ended_at IS NULL
    AND g.since <= (now() AT TIME ZONE 'UTC')::date
    AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'UTC')::date)
    AND (NOT r.needs_second_giver OR g.confirmed_by_id IS NOT NULL OR g.given_by_id IS NULL)
    AND wanted = ANY (r.permissions)
$$;
CREATE OR REPLACE FUNCTION almenara_may(wanted text) RETURNS boolean {SAFE} AS $$
  SELECT EXISTS (SELECT FROM almenara_grants(wanted))
$$;
CREATE FUNCTION almenara_within(root bigint) RETURNS SETOF bigint {SAFE} ROWS 500 AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM places_territory WHERE id = root
    UNION ALL SELECT t.id FROM places_territory t JOIN tree ON t.parent_id = tree.id
  ) SELECT id FROM tree
$$;
CREATE FUNCTION almenara_institutions(wanted text) RETURNS SETOF bigint {SAFE} ROWS 50 AS $$
  SELECT g.institution_id FROM almenara_grants(wanted) g
    WHERE g.reach = 'institution' AND g.office_id IS NULL AND g.territory_id IS NULL
  UNION SELECT i.id FROM almenara_grants(wanted) g, LATERAL almenara_within(g.territory_id) w (id)
    JOIN accounts_institution i ON i.seat_id = w.id
    WHERE g.reach = 'territory' OR (g.reach = 'institution' AND g.office_id IS NULL AND i.id = g.institution_id)
  UNION SELECT i.id FROM accounts_institution i
    WHERE EXISTS (SELECT FROM almenara_grants(wanted) g WHERE g.reach = 'region')
$$;
CREATE FUNCTION almenara_offices(wanted text) RETURNS SETOF bigint {SAFE} ROWS 50 AS $$
  SELECT g.office_id FROM almenara_grants(wanted) g WHERE g.office_id IS NOT NULL AND g.reach IN ('office', 'institution')
  UNION SELECT o.id FROM almenara_grants(wanted) g JOIN accounts_office o ON o.institution_id = g.institution_id
    WHERE g.reach = 'institution' AND g.office_id IS NULL
      AND (g.territory_id IS NULL OR o.territory_id IN (SELECT almenara_within(g.territory_id)))
  UNION SELECT o.id FROM almenara_grants(wanted) g, LATERAL almenara_within(g.territory_id) w (id)
    JOIN accounts_office o ON o.territory_id = w.id
    WHERE g.reach = 'territory'
  UNION SELECT o.id FROM accounts_office o
    WHERE EXISTS (SELECT FROM almenara_grants(wanted) g WHERE g.reach = 'region')
$$;
CREATE FUNCTION almenara_people(wanted text) RETURNS SETOF bigint {SAFE} ROWS 100 AS $$
  SELECT u.id FROM accounts_user u WHERE u.office_id IN (SELECT almenara_offices(wanted))
  UNION SELECT u.id FROM accounts_user u
    WHERE u.office_id IS NULL AND u.institution_id IN (SELECT almenara_institutions(wanted))
$$;
CREATE FUNCTION almenara_glass(wanted text) RETURNS SETOF text {SAFE} ROWS 3 AS $$
  SELECT b.object_id FROM accounts_brokenglass b
  WHERE b.person_id = almenara_person() AND b.object_type = wanted AND b.until > now()
$$;
"""
DROP = """
CREATE OR REPLACE FUNCTION almenara_may(wanted text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
DROP FUNCTION almenara_glass(text);
DROP FUNCTION almenara_people(text);
DROP FUNCTION almenara_offices(text);
DROP FUNCTION almenara_institutions(text);
DROP FUNCTION almenara_within(bigint);
DROP FUNCTION almenara_grants(text);
"""
# One's own grants, those of people whom one may see, and those that one must confirm or review. Ended ones stay visible.
POLICIES = """
ALTER TABLE accounts_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY grants_seen ON accounts_grant FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('people.view')));
CREATE POLICY grants_given ON accounts_grant FOR INSERT WITH CHECK (
  given_by_id = almenara_person() AND person_id <> almenara_person()
  AND institution_id IN (SELECT almenara_institutions('grants.give')));
CREATE POLICY grants_confirmed_and_ended ON accounts_grant FOR UPDATE
  USING (person_id IN (SELECT almenara_people('grants.give')) OR person_id = almenara_person()
    OR institution_id IN (SELECT almenara_institutions('grants.give')))
  WITH CHECK (confirmed_by_id IS NULL OR confirmed_by_id <> person_id);
CREATE FUNCTION almenara_grant_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.person_id, NEW.role_id, NEW.institution_id, NEW.office_id, NEW.territory_id, NEW.since, NEW.until, NEW.given_by_id)
    IS DISTINCT FROM
    (OLD.person_id, OLD.role_id, OLD.institution_id, OLD.office_id, OLD.territory_id, OLD.since, OLD.until, OLD.given_by_id)
    OR (OLD.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
  THEN RAISE EXCEPTION 'A grant is ended, never changed: end it and give another.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_stays BEFORE UPDATE ON accounts_grant FOR EACH ROW EXECUTE FUNCTION almenara_grant_stays();
ALTER TABLE accounts_institution ENABLE ROW LEVEL SECURITY;
CREATE POLICY institutions_seen ON accounts_institution FOR SELECT USING (true);
CREATE POLICY institutions_added ON accounts_institution FOR INSERT WITH CHECK (almenara_may('institutions.manage'));
CREATE POLICY institutions_kept ON accounts_institution FOR UPDATE
  USING (id IN (SELECT almenara_institutions('institutions.manage')));
ALTER TABLE accounts_office ENABLE ROW LEVEL SECURITY;
CREATE POLICY offices_seen ON accounts_office FOR SELECT USING (true);
CREATE POLICY offices_added ON accounts_office FOR INSERT
  WITH CHECK (institution_id IN (SELECT almenara_institutions('institutions.manage')));
CREATE POLICY offices_kept ON accounts_office FOR UPDATE
  USING (institution_id IN (SELECT almenara_institutions('institutions.manage')));
ALTER TABLE accounts_brokenglass ENABLE ROW LEVEL SECURITY;
CREATE POLICY glass_seen ON accounts_brokenglass FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('glass.watch')) OR almenara_may('log.read'));
CREATE POLICY glass_broken ON accounts_brokenglass FOR INSERT WITH CHECK (
  person_id = almenara_person() AND until <= now() + interval '3 hours 1 minute');
"""
UNDO_POLICIES = """
DROP POLICY glass_broken ON accounts_brokenglass;
DROP POLICY glass_seen ON accounts_brokenglass;
ALTER TABLE accounts_brokenglass DISABLE ROW LEVEL SECURITY;
DROP POLICY offices_kept ON accounts_office;
DROP POLICY offices_added ON accounts_office;
DROP POLICY offices_seen ON accounts_office;
ALTER TABLE accounts_office DISABLE ROW LEVEL SECURITY;
DROP POLICY institutions_kept ON accounts_institution;
DROP POLICY institutions_added ON accounts_institution;
DROP POLICY institutions_seen ON accounts_institution;
ALTER TABLE accounts_institution DISABLE ROW LEVEL SECURITY;
DROP TRIGGER grant_stays ON accounts_grant;
DROP FUNCTION almenara_grant_stays();
DROP POLICY grants_confirmed_and_ended ON accounts_grant;
DROP POLICY grants_given ON accounts_grant;
DROP POLICY grants_seen ON accounts_grant;
ALTER TABLE accounts_grant DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_people_institutions_grants"),
        ("common", "0001_identity"),
    ]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(POLICIES, UNDO_POLICIES),
    ]
