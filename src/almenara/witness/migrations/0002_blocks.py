"""Seals: the entries of a range of transactions as one block, chained to the one before by a keyed digest."""

from django.db import migrations

BLOCKS = """
CREATE TABLE witness_block (
  number bigint PRIMARY KEY CHECK (number > 0),
  era smallint NOT NULL,
  from_xid xid8 NOT NULL,
  to_xid xid8 NOT NULL CHECK (to_xid >= from_xid),
  entries bigint NOT NULL CHECK (entries >= 0),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  previous bytea NOT NULL CHECK (length(previous) = 32),
  sealed_at timestamptz NOT NULL,
  key_id text NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON witness_block
FOR EACH STATEMENT EXECUTE FUNCTION almenara_append_only();
ALTER TABLE witness_block ENABLE ALWAYS TRIGGER append_only;

ALTER TABLE witness_era ADD first_block bigint NOT NULL DEFAULT 1;
"""
BLOCKS_BACK = "ALTER TABLE witness_era DROP first_block; DROP TABLE witness_block;"

# Whoever may write blocks may read what they seal. The privilege decides: on a server of one's own roles have other names.
# That the log was verified only the witness says, that it was brought back only the owner, whom no policy holds.
READING = """
CREATE POLICY read_to_be_sealed ON witness_entry FOR SELECT
USING ((SELECT has_table_privilege('witness_block', 'INSERT')));
CREATE POLICY verified ON witness_entry FOR INSERT
WITH CHECK (kind = 'verify' AND (SELECT has_table_privilege('witness_block', 'INSERT')));
DROP POLICY said ON witness_entry;
CREATE POLICY said ON witness_entry FOR INSERT
WITH CHECK (kind NOT IN ('insert', 'update', 'delete', 'truncate', 'verify', 'restore')
  AND NOT (SELECT has_table_privilege('witness_block', 'INSERT')));
"""
READING_BACK = """
DROP POLICY said ON witness_entry;
CREATE POLICY said ON witness_entry FOR INSERT
WITH CHECK (kind NOT IN ('insert', 'update', 'delete', 'truncate'));
DROP POLICY verified ON witness_entry;
DROP POLICY read_to_be_sealed ON witness_entry;
"""

# For the site's health, which may not read entries.
WAITING = """
CREATE FUNCTION almenara_unsealed_since() RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT min(at) FROM witness_entry WHERE (era, xid) >= (
    coalesce((SELECT era FROM witness_block ORDER BY number DESC LIMIT 1), 0::smallint),
    coalesce((SELECT to_xid FROM witness_block ORDER BY number DESC LIMIT 1), '0'::xid8)
  )
$$;
"""
WAITING_BACK = "DROP FUNCTION almenara_unsealed_since();"


class Migration(migrations.Migration):
    dependencies = [("witness", "0001_log")]
    operations = [
        migrations.RunSQL(BLOCKS, BLOCKS_BACK),
        migrations.RunSQL(READING, READING_BACK),
        migrations.RunSQL(WAITING, WAITING_BACK),
    ]
