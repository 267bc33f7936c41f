"""Who sees invitations, personal files, systems' keys and reviews; what the database answers to a link or a key.

almenara_key(digest): the system's key that works now, and notes its use. almenara_grants_reaching(permission, office,
institution): the grants in force that reach it, for whoever may look after its people or reaches it alike; who may break
the glass learns who watches over it.
"""

from django.db import migrations

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION almenara_key(wanted text) RETURNS TABLE (key_id bigint) LANGUAGE sql VOLATILE {DEFINER} AS $$
  UPDATE accounts_servicekey k SET last_used_at = now()
  FROM accounts_serviceaccount a
  WHERE k.digest = wanted AND a.id = k.account_id AND a.closed_at IS NULL AND k.revoked_at IS NULL AND k.expires_at > now()
  RETURNING k.id
$$;
CREATE FUNCTION almenara_above(leaf bigint) RETURNS SETOF bigint LANGUAGE sql STABLE {DEFINER} ROWS 3 AS $$
  WITH RECURSIVE path AS (
    SELECT id, parent_id FROM places_territory WHERE id = leaf
    UNION ALL SELECT t.id, t.parent_id FROM places_territory t JOIN path ON t.id = path.parent_id
  ) SELECT id FROM path
$$;
CREATE FUNCTION almenara_grants_reaching(wanted text, of_office bigint, of_institution bigint)
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
    AND (almenara_may('log.read') OR (wanted = 'glass.watch' AND almenara_may('glass.break'))
      OR of_office IN (SELECT almenara_offices('people.view') UNION SELECT almenara_offices(wanted))
      OR (of_office IS NULL AND of_institution IN (
        SELECT almenara_institutions('people.view') UNION SELECT almenara_institutions(wanted)))
      OR EXISTS (SELECT FROM accounts_user me WHERE me.id = almenara_person() AND me.institution_id = p.institution_id
        AND me.office_id IS NOT DISTINCT FROM of_office))
$$;
CREATE FUNCTION almenara_seen_grants(wanted text, of_office bigint, of_institution bigint)
RETURNS SETOF accounts_grant LANGUAGE sql STABLE {DEFINER} ROWS 20 AS $$
  SELECT g.* FROM accounts_grant g WHERE g.id IN (SELECT almenara_grants_reaching(wanted, of_office, of_institution))
$$;
"""
UNDO_FUNCTIONS = """
DROP FUNCTION almenara_seen_grants(text, bigint, bigint);
DROP FUNCTION almenara_grants_reaching(text, bigint, bigint);
DROP FUNCTION almenara_above(bigint);
DROP FUNCTION almenara_key(text);
"""
SEEN = {
    "invitation": "person_id IN (SELECT almenara_people('people.manage'))"
    " OR nonce_digest = current_setting('almenara.invitation', true)",
    "personalfile": "person_id = almenara_person() OR person_id IN (SELECT almenara_people('personal_files.view'))"
    " OR person_id::text IN (SELECT almenara_glass('accounts_personalfile'))",
    "serviceaccount": "institution_id IN (SELECT almenara_institutions('services.manage')) OR id = almenara_account()",
    "servicekey": "almenara_keeps(account_id) OR id = almenara_service()",
    "grantreview": "institution_id IN (SELECT almenara_institutions('grants.review')) OR almenara_may('log.read')",
    "reviewedgrant": "review_id IN (SELECT r.id FROM accounts_grantreview r)",
}
ADDED = {
    "invitation": "invited_by_id = almenara_person() AND person_id IN (SELECT almenara_people('people.manage'))",
    "personalfile": "person_id = almenara_person()",
    "serviceaccount": "created_by_id = almenara_person()"
    " AND institution_id IN (SELECT almenara_institutions('services.manage'))",
    "servicekey": "created_by_id = almenara_person() AND almenara_keeps(account_id)",
    "grantreview": "opened_by_id = almenara_person()"
    " AND institution_id IN (SELECT almenara_institutions('grants.review'))",
    "reviewedgrant": "almenara_reviews(review_id)",
}
CHANGED = {
    "invitation": SEEN["invitation"],
    "personalfile": ADDED["personalfile"],
    "serviceaccount": "institution_id IN (SELECT almenara_institutions('services.manage'))",
    "servicekey": "almenara_keeps(account_id)",
    "grantreview": "institution_id IN (SELECT almenara_institutions('grants.review')) AND closed_at IS NULL",
    "reviewedgrant": "almenara_reviews(review_id)",
}
# The policies of keys and accounts would ask each other without end: these two ask past them.
ASKING = f"""
CREATE FUNCTION almenara_keeps(account bigint) RETURNS boolean LANGUAGE sql STABLE {DEFINER} AS $$
  SELECT EXISTS (SELECT FROM accounts_serviceaccount a
    WHERE a.id = account AND a.institution_id IN (SELECT almenara_institutions('services.manage')))
$$;
CREATE FUNCTION almenara_account() RETURNS bigint LANGUAGE sql STABLE {DEFINER} AS $$
  SELECT account_id FROM accounts_servicekey WHERE id = almenara_service()
$$;
CREATE FUNCTION almenara_reviews(review bigint) RETURNS boolean LANGUAGE sql STABLE {DEFINER} AS $$
  SELECT EXISTS (SELECT FROM accounts_grantreview r WHERE r.id = review AND r.closed_at IS NULL
    AND r.institution_id IN (SELECT almenara_institutions('grants.review')))
$$;
"""
UNDO_ASKING = "DROP FUNCTION almenara_reviews(bigint); DROP FUNCTION almenara_account(); DROP FUNCTION almenara_keeps(bigint);"


def policies() -> str:
    statements = []
    for name in SEEN:
        table = f"accounts_{name}"
        changed = CHANGED[name]
        check = changed.replace(" AND closed_at IS NULL", "")
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY seen ON {table} FOR SELECT USING ({SEEN[name]});",
            f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({ADDED[name]});",
            f"CREATE POLICY changed ON {table} FOR UPDATE USING ({changed}) WITH CHECK ({check});",
        ]
    return "\n".join(statements)


def undo_policies() -> str:
    return "\n".join(
        f"DROP POLICY changed ON accounts_{name}; DROP POLICY added ON accounts_{name};"
        f" DROP POLICY seen ON accounts_{name}; ALTER TABLE accounts_{name} DISABLE ROW LEVEL SECURITY;"
        for name in SEEN
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_rules_of_grants_and_people")]
    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        migrations.RunSQL(ASKING, UNDO_ASKING),
        migrations.RunSQL(policies(), undo_policies()),
    ]
