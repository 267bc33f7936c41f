from django.db import migrations

# What gunicorn's workers share for minutes: how often somebody tried, which one-time code was used. Unlogged: a crash
# of the server empties it, and no backup needs it.
TABLE = """
CREATE UNLOGGED TABLE common_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX common_cache_expires ON common_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_system")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE common_cache;")]
