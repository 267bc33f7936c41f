"""The history of apps below the witness, which cannot ask for it themselves."""

from django.db import migrations

from almenara.witness.history import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("witness", "0002_blocks"), ("privacy", "0002_holds_are_kept")]
    operations = [TrackHistory("privacy_legalhold"), TrackHistory("privacy_deletion")]
