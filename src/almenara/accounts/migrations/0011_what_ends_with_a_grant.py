"""What an emergency, a key and a watcher's reach end with; and rules that look at the tables they mean.

An emergency lasts as long as the role that allows one; a system's key, as long as its institution; who reads the log
of a country sees emergencies, reviews and grants of that country. Who left is taken on again where they are within
reach, because the file kept of them comes along. The triggers name no table that a temporary one could stand in for.
"""

from django.db import migrations

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
TRIGGERS = (
    "almenara_grant_stays()",
    "almenara_grant_given()",
    "almenara_grant_said()",
    "almenara_standing()",
)
PATHS = "\n".join(f"ALTER FUNCTION {name} SET search_path = public, pg_temp;" for name in TRIGGERS)
UNDO_PATHS = "\n".join(f"ALTER FUNCTION {name} RESET search_path;" for name in TRIGGERS)


def glass(more: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION almenara_glass(wanted text) RETURNS SETOF text LANGUAGE sql STABLE {DEFINER} ROWS 3 AS $$
  SELECT b.object_id FROM accounts_brokenglass b
  WHERE b.person_id = almenara_person() AND b.object_type = wanted AND b.until > now() {more}
$$;
"""


def key(more: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION almenara_key(wanted text) RETURNS TABLE (key_id bigint) LANGUAGE sql VOLATILE {DEFINER} AS $$
  UPDATE accounts_servicekey k SET last_used_at = now()
  FROM accounts_serviceaccount a JOIN accounts_institution i ON i.id = a.institution_id
  WHERE k.digest = wanted AND a.id = k.account_id AND a.closed_at IS NULL AND k.revoked_at IS NULL
    AND k.expires_at > now()
    {more}
  RETURNING k.id
$$;
"""


def reaching(auditor: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION almenara_grants_reaching(wanted text, of_office bigint, of_institution bigint)
RETURNS SETOF bigint LANGUAGE sql STABLE {DEFINER} ROWS 20 AS $$
  WITH place AS (
    SELECT o.institution_id, o.territory_id FROM accounts_office o WHERE o.id = of_office
    UNION ALL SELECT i.id, i.seat_id FROM accounts_institution i WHERE of_office IS NULL AND i.id = of_institution
  )
  SELECT g.id FROM place p, accounts_grant g
    JOIN accounts_role r ON r.code = g.role_id JOIN accounts_user u ON u.id = g.person_id
  WHERE wanted = ANY (r.permissions) AND u.is_active AND g.ended_at IS NULL
    AND daterange(g.since, g.until, '[]') @> (now() AT TIME ZONE 'UTC')::date
    AND (NOT r.needs_second_giver OR g.confirmed_by_id IS NOT NULL OR g.given_by_id IS NULL)
    AND CASE r.reach
      WHEN 'region' THEN true
      WHEN 'territory' THEN g.territory_id IN (SELECT almenara_above(p.territory_id))
      WHEN 'institution' THEN CASE WHEN g.office_id IS NOT NULL THEN g.office_id IS NOT DISTINCT FROM of_office
        ELSE g.institution_id = p.institution_id
          AND (g.territory_id IS NULL OR g.territory_id IN (SELECT almenara_above(p.territory_id))) END
      ELSE g.office_id IS NOT DISTINCT FROM of_office AND g.office_id IS NOT NULL END
    AND ({auditor} OR (wanted = 'glass.watch' AND almenara_may('glass.break'))
      OR of_office IN (SELECT almenara_offices('people.view') UNION SELECT almenara_offices(wanted))
      OR (of_office IS NULL AND of_institution IN (
        SELECT almenara_institutions('people.view') UNION SELECT almenara_institutions(wanted)))
      OR EXISTS (SELECT FROM accounts_user me WHERE me.id = almenara_person() AND me.institution_id = p.institution_id
        AND me.office_id IS NOT DISTINCT FROM of_office))
$$;
"""


def standing(unreached: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION almenara_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT row_security_active('accounts_grant')
    OR (OLD.is_active, OLD.suspended_at, OLD.left_at, OLD.institution_id, OLD.office_id)
    IS NOT DISTINCT FROM (NEW.is_active, NEW.suspended_at, NEW.left_at, NEW.institution_id, NEW.office_id)
  THEN RETURN NEW;
  END IF;
  IF almenara_in_hand(OLD.id) THEN
    IF (OLD.suspended_at, OLD.left_at, OLD.institution_id, OLD.office_id)
      IS DISTINCT FROM (NEW.suspended_at, NEW.left_at, NEW.institution_id, NEW.office_id)
      OR OLD.suspended_at IS NOT NULL OR OLD.left_at IS NOT NULL
    THEN RAISE EXCEPTION 'An invitation changes nothing but that it is accepted.'
      USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF ({unreached})
    OR NOT ((NEW.office_id IS NULL AND NEW.institution_id IN (SELECT almenara_institutions('people.manage')))
      OR NEW.office_id IN (SELECT almenara_offices('people.manage')))
  THEN RAISE EXCEPTION 'Only who manages the institution''s people changes their standing.'
    USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.is_active AND NOT NEW.is_active THEN
    PERFORM almenara_one_stays(OLD.id, NULL, OLD.id);
  END IF;
  RETURN NEW;
END $$;
"""


def policies(person: str, institution: str) -> str:
    return f"""
DROP POLICY glass_seen ON accounts_brokenglass;
CREATE POLICY glass_seen ON accounts_brokenglass FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('glass.watch')) OR {person}
  OR (object_type = 'accounts_personalfile' AND (object_id = almenara_person()::text
    OR object_id IN (SELECT p::text FROM almenara_people('glass.watch') AS p))));
DROP POLICY seen ON accounts_grantreview;
CREATE POLICY seen ON accounts_grantreview FOR SELECT USING (
  institution_id IN (SELECT almenara_institutions('grants.review')) OR {institution});
"""


AUDITED = (
    "(of_office IN (SELECT almenara_offices('log.read'))"
    " OR (of_office IS NULL AND of_institution IN (SELECT almenara_institutions('log.read'))))"
)
WATCHED = (
    "person_id IN (SELECT almenara_people('log.read')) OR (object_type = 'accounts_personalfile'"
    " AND object_id IN (SELECT p::text FROM almenara_people('log.read') AS p))"
)
REVIEWED = "institution_id IN (SELECT almenara_institutions('log.read'))"
OPEN = "AND (i.closed_on IS NULL OR i.closed_on > (now() AT TIME ZONE 'UTC')::date)"
UNREACHED = "OLD.id NOT IN (SELECT almenara_people('people.manage'))"
EVERYWHERE = "almenara_may('log.read')"
FORWARD = (
    glass("AND almenara_may('glass.break')")
    + key(OPEN)
    + reaching(AUDITED)
    + standing(UNREACHED)
    + policies(WATCHED, REVIEWED)
    + PATHS
)
BACKWARD = (
    UNDO_PATHS
    + glass("")
    + key("")
    + reaching(EVERYWHERE)
    + standing(f"OLD.left_at IS NULL AND {UNREACHED}")
    + policies(EVERYWHERE, EVERYWHERE)
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_holds_within_reach")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
