"""Names of the same letters are ordered by their accents: the keys that are stored are computed anew."""

from django.db import migrations

from almenara.places.rekey import rekey


def compute(apps, schema_editor):
    for name in ("Agreement", "System"):
        rekey(apps.get_model("agreements", name))


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_no_borrowed_names")]
    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
