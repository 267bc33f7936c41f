"""Names of the same letters are ordered by their accents: the keys that are stored are computed anew."""

from django.db import migrations

from almenara.places.rekey import rekey


def compute(apps, schema_editor):
    rekey(apps.get_model("places", "Territory"))


class Migration(migrations.Migration):
    dependencies = [("places", "0003_listed_in_and_history")]
    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
