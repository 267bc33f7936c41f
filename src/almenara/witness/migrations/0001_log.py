"""One sealed log: what may be said into it, what it says by itself, and what nobody may do to it.

Whoever writes names the act and its object; when, in which transaction, for whom and why come from the database. The
rows of changes come from the trigger alone: it runs as its owner, and the policy lets nobody else write their kinds.
"""

from django.db import migrations

TABLES = """
CREATE TABLE witness_era (
  era smallint PRIMARY KEY,
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  why text NOT NULL
);
INSERT INTO witness_era (era, why) VALUES (1, 'installed');

CREATE FUNCTION almenara_era() RETURNS smallint LANGUAGE sql STABLE
AS $$ SELECT max(era) FROM witness_era $$;
CREATE TABLE witness_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  era smallint NOT NULL DEFAULT almenara_era(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
  person bigint DEFAULT almenara_person(),
  service bigint DEFAULT almenara_service(),
  reason text NOT NULL DEFAULT almenara_reason(),
  origin text NOT NULL DEFAULT almenara_origin(),
  object_type text NOT NULL DEFAULT '' CHECK (object_type ~ '^[a-z0-9_.]{0,100}$'),
  object_id text NOT NULL DEFAULT '' CHECK (length(object_id) <= 200),
  country text,
  institution bigint,
  detail jsonb NOT NULL DEFAULT '{}'
);
"""
TABLES_BACK = """
DROP TABLE witness_entry;
DROP FUNCTION almenara_era();
DROP TABLE witness_era;
"""

# Nobody may anything until accounts, which knows the grants, puts its own in this one's place.
PERMISSION = """
DO $do$ BEGIN
  IF to_regprocedure('almenara_may(text)') IS NULL THEN
    CREATE FUNCTION almenara_may(wanted text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
  END IF;
END $do$;
"""

# A page of the log is read in the order of (at, id), the latest first; each filter has an index in that order.
INDEXES = """
CREATE UNIQUE INDEX witness_entry_sealing ON witness_entry (era, xid, id);
CREATE INDEX witness_entry_time ON witness_entry (at, id);
CREATE INDEX witness_entry_kind ON witness_entry (kind, at, id);
CREATE INDEX witness_entry_object ON witness_entry (object_type, object_id, at, id);
CREATE INDEX witness_entry_person ON witness_entry (person, at, id) WHERE person IS NOT NULL;
CREATE INDEX witness_entry_country ON witness_entry (country, at, id) WHERE country IS NOT NULL;
CREATE INDEX witness_entry_institution ON witness_entry (institution, at, id) WHERE institution IS NOT NULL;
CREATE INDEX witness_entry_origin ON witness_entry (origin) WHERE origin <> '';
"""

HISTORY = """
CREATE FUNCTION almenara_history() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
-- Arguments, names of columns: key, private ones, ignored ones, the one of the country, the one of the institution.
DECLARE
  hidden text[] := string_to_array(TG_ARGV[1], ',');
  ignored text[] := string_to_array(TG_ARGV[2], ',');
  former jsonb; latter jsonb; subject jsonb; changed text[]; shown text[]; said jsonb := '{}';
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO witness_entry (kind, object_type) VALUES ('truncate', TG_TABLE_NAME);
    RETURN NULL;
  END IF;
  former := to_jsonb(OLD);
  latter := to_jsonb(NEW);
  subject := coalesce(latter, former);
  SELECT array_agg(key ORDER BY key) INTO changed FROM jsonb_object_keys(subject) AS key
  WHERE coalesce(former -> key, 'null') <> coalesce(latter -> key, 'null') AND key <> ALL (ignored);
  IF TG_OP = 'UPDATE' AND changed IS NULL THEN
    RETURN NULL;
  END IF;
  shown := ARRAY(SELECT key FROM unnest(changed) AS key WHERE key <> ALL (hidden));
  IF former IS NOT NULL THEN
    said := said || jsonb_build_object('before',
      coalesce((SELECT jsonb_object_agg(key, former -> key) FROM unnest(shown) AS key), '{}'));
  END IF;
  IF latter IS NOT NULL THEN
    said := said || jsonb_build_object('after',
      coalesce((SELECT jsonb_object_agg(key, latter -> key) FROM unnest(shown) AS key), '{}'));
  END IF;
  IF changed && hidden THEN
    said := said || jsonb_build_object('private',
      (SELECT jsonb_agg(key) FROM unnest(changed) AS key WHERE key = ANY (hidden)));
  END IF;
  INSERT INTO witness_entry (kind, object_type, object_id, country, institution, detail) VALUES (
    lower(TG_OP), TG_TABLE_NAME, coalesce(subject ->> TG_ARGV[0], ''),
    subject ->> nullif(TG_ARGV[3], ''), (subject ->> nullif(TG_ARGV[4], ''))::bigint, said
  );
  RETURN NULL;
END $$;
-- A trigger made on a temporary table of the same name would forge changes.
REVOKE EXECUTE ON FUNCTION almenara_history() FROM PUBLIC;
"""

APPEND_ONLY = """
CREATE FUNCTION almenara_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON witness_entry
FOR EACH STATEMENT EXECUTE FUNCTION almenara_append_only();
ALTER TABLE witness_entry ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON witness_era
FOR EACH STATEMENT EXECUTE FUNCTION almenara_append_only();
ALTER TABLE witness_era ENABLE ALWAYS TRIGGER append_only;
"""

# Who may write blocks may read what they seal. The privilege decides, for a server of one's own has its own names of roles.
POLICIES = """
ALTER TABLE witness_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY said ON witness_entry FOR INSERT
WITH CHECK (kind NOT IN ('insert', 'update', 'delete', 'truncate'));
CREATE POLICY read_by_auditors ON witness_entry FOR SELECT
USING ((SELECT almenara_may('log.read')));
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("common", "0001_identity")]
    operations = [
        migrations.RunSQL(TABLES, TABLES_BACK),
        migrations.RunSQL(PERMISSION, migrations.RunSQL.noop),
        migrations.RunSQL(INDEXES, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, "DROP FUNCTION almenara_history();"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON witness_era; DROP TRIGGER append_only ON witness_entry;"
            " DROP FUNCTION almenara_append_only();",
        ),
        migrations.RunSQL(
            POLICIES,
            "DROP POLICY read_by_auditors ON witness_entry; DROP POLICY said ON witness_entry;"
            " ALTER TABLE witness_entry DISABLE ROW LEVEL SECURITY;",
        ),
    ]
