"""Who asked for what export, why, and when it was downloaded."""

from django.db import migrations

from almenara.witness.history import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("witness", "0003_history_below"), ("privacy", "0004_exports_are_their_askers")]
    operations = [TrackHistory("privacy_export", private=("arguments", "wrapped_key", "problem"))]
