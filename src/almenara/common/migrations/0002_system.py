from django.db import migrations

FORWARD = """
CREATE FUNCTION almenara_system() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(current_setting('almenara.system', true), '') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_identity")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION almenara_system();")]
