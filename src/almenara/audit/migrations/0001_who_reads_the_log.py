"""Who reads which entries of the log, in the database itself: the same rule as almenara.audit.queries.

An auditor reads the entries of the countries that the grants reach. An entry has a country from the act's object; if that
has none, from the institution of the object, then of the person or the system that acted. What has none still is read by
whoever reaches every country there is.
"""

from django.db import migrations, models

SAFE = "SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION almenara_log_everywhere() RETURNS boolean LANGUAGE sql STABLE {SAFE} AS $$
  SELECT EXISTS (SELECT FROM almenara_grants('log.read') WHERE reach = 'region') OR (
    SELECT coalesce(bool_and(g.territory_id IS NOT NULL), false)
    FROM places_territory t
    LEFT JOIN almenara_grants('log.read') g ON g.territory_id = t.id AND g.reach = 'territory'
    WHERE t.level = 'country')
$$;
CREATE FUNCTION almenara_log_countries() RETURNS SETOF text LANGUAGE sql STABLE {SAFE} ROWS 3 AS $$
  SELECT t.code FROM places_territory t JOIN almenara_grants('log.read') g ON g.territory_id = t.id
  WHERE t.level = 'country' AND g.reach = 'territory'
$$;
CREATE FUNCTION almenara_log_state()
RETURNS TABLE (waiting bigint, since timestamptz, verified_at timestamptz, verdict jsonb) LANGUAGE sql STABLE {SAFE} AS $$
  WITH sealed AS (SELECT era, to_xid FROM witness_block ORDER BY number DESC LIMIT 1),
  unsealed AS (
    SELECT at FROM witness_entry
    WHERE (era, xid) >= (coalesce((SELECT era FROM sealed), 0::smallint), coalesce((SELECT to_xid FROM sealed), '0'))
    ORDER BY era, xid, id LIMIT 10001),
  verified AS (SELECT at, detail FROM witness_entry WHERE kind = 'verify' ORDER BY at DESC, id DESC LIMIT 1)
  SELECT (SELECT count(*) FROM unsealed), (SELECT min(at) FROM unsealed),
    (SELECT at FROM verified), (SELECT detail FROM verified)
  WHERE almenara_may('log.read')
$$;
"""
FUNCTIONS_BACK = """
DROP FUNCTION almenara_log_state();
DROP FUNCTION almenara_log_countries();
DROP FUNCTION almenara_log_everywhere();
"""

COUNTRY = f"""
CREATE FUNCTION almenara_seat(institution bigint) RETURNS text LANGUAGE sql STABLE {SAFE} AS $$
  SELECT t.country FROM accounts_institution i JOIN places_territory t ON t.id = i.seat_id WHERE i.id = institution
$$;
CREATE FUNCTION almenara_country_of_entry() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  NEW.country := coalesce(
    almenara_seat(NEW.institution),
    (SELECT t.country FROM accounts_user u JOIN accounts_office o ON o.id = u.office_id
      JOIN places_territory t ON t.id = o.territory_id WHERE u.id = NEW.person),
    (SELECT almenara_seat(u.institution_id) FROM accounts_user u WHERE u.id = NEW.person),
    (SELECT almenara_seat(a.institution_id) FROM accounts_servicekey k
      JOIN accounts_serviceaccount a ON a.id = k.account_id WHERE k.id = NEW.service));
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION almenara_country_of_entry() FROM PUBLIC;
CREATE TRIGGER country_of_entry BEFORE INSERT ON witness_entry FOR EACH ROW
WHEN (NEW.country IS NULL AND coalesce(NEW.institution, NEW.person, NEW.service) IS NOT NULL)
EXECUTE FUNCTION almenara_country_of_entry();
"""
COUNTRY_BACK = """
DROP TRIGGER country_of_entry ON witness_entry;
DROP FUNCTION almenara_country_of_entry();
DROP FUNCTION almenara_seat(bigint);
"""

# In a subquery without a reference outside itself, each function is asked once a query and not once a row.
POLICY = """
DROP POLICY read_by_auditors ON witness_entry;
CREATE POLICY read_by_auditors ON witness_entry FOR SELECT USING (
  country = ANY (ARRAY(SELECT almenara_log_countries())) OR (SELECT almenara_log_everywhere()));
"""
POLICY_BACK = """
DROP POLICY read_by_auditors ON witness_entry;
CREATE POLICY read_by_auditors ON witness_entry FOR SELECT USING ((SELECT almenara_may('log.read')));
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("accounts", "0005_rules_of_grants_and_people"),
        ("witness", "0002_blocks"),
    ]
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("person", models.BigIntegerField(null=True)),
                ("service", models.BigIntegerField(null=True)),
                ("reason", models.TextField()),
                ("origin", models.TextField()),
                ("object_type", models.TextField()),
                ("object_id", models.TextField()),
                ("country", models.TextField(null=True)),
                ("institution", models.BigIntegerField(null=True)),
                ("detail", models.JSONField()),
            ],
            options={"db_table": "witness_entry", "managed": False, "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("era", models.SmallIntegerField()),
                ("entries", models.BigIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("key_id", models.TextField()),
            ],
            options={"db_table": "witness_block", "managed": False, "default_permissions": ()},
        ),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        migrations.RunSQL(COUNTRY, COUNTRY_BACK),
        migrations.RunSQL(POLICY, POLICY_BACK),
    ]
