"""The signed document is looked for among the documents, whatever table of that name the asker's session has."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_access_and_history")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION almenara_agreement_stays() SET search_path = pg_catalog, public, pg_temp;",
            "ALTER FUNCTION almenara_agreement_stays() RESET search_path;",
        )
    ]
