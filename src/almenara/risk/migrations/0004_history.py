"""Publishing a release, showing it and taking it back are entries of the log."""

from django.db import migrations

from almenara.witness.history import TrackHistory

DOCUMENTS = ("manifest", "classes", "diagnostics")


class Migration(migrations.Migration):
    dependencies = [("risk", "0003_draws_scenarios_spots_types_weights"), ("witness", "0001_log")]
    operations = [TrackHistory("risk_release", private=DOCUMENTS)]
