"""Names of the same letters are ordered by their accents: the keys that are stored are computed anew."""

from django.db import migrations

from almenara.places.rekey import rekey


def compute(apps, schema_editor):
    for name in ("User", "Institution", "Office"):
        rekey(apps.get_model("accounts", name))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_letters")]
    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
