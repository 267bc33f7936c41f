"""What the log asks the database is asked of its own tables, whatever tables the asker's session has of these names."""

from django.db import migrations

OWN = """
ALTER FUNCTION almenara_era() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION almenara_append_only() SET search_path = pg_catalog, public, pg_temp;
"""
OWN_BACK = """
ALTER FUNCTION almenara_append_only() RESET search_path;
ALTER FUNCTION almenara_era() RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("witness", "0004_history_of_exports")]
    operations = [migrations.RunSQL(OWN, OWN_BACK)]
