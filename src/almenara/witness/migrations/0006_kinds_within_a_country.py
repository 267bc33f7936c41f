"""An auditor of a country asks for one kind of entry: where that is rare, either index alone walks what is not meant."""

from django.db import migrations

INDEX = """
CREATE INDEX witness_entry_country_kind ON witness_entry (country, kind, at, id) WHERE country IS NOT NULL;
"""
UNDO = "DROP INDEX witness_entry_country_kind;"


class Migration(migrations.Migration):
    dependencies = [("witness", "0005_no_borrowed_names")]
    operations = [migrations.RunSQL(INDEX, UNDO)]
