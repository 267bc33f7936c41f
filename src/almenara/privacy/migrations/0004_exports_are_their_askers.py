from django.db import migrations

# An export is its asker's alone: no administrator sees it. The job that ends it has to see that its term is over. Nobody
# takes a row away: there is no policy for that.
FORWARD = """
ALTER TABLE privacy_export ENABLE ROW LEVEL SECURITY;
CREATE POLICY exports_seen ON privacy_export FOR SELECT USING (
  person_id = almenara_person() OR almenara_system() = 'almenara.privacy.tasks.end_exports');
CREATE POLICY exports_asked ON privacy_export FOR INSERT WITH CHECK (person_id = almenara_person());
CREATE POLICY exports_changed ON privacy_export FOR UPDATE USING (
  person_id = almenara_person() OR almenara_system() = 'almenara.privacy.tasks.end_exports');
"""
BACKWARD = """
DROP POLICY exports_changed ON privacy_export;
DROP POLICY exports_asked ON privacy_export;
DROP POLICY exports_seen ON privacy_export;
ALTER TABLE privacy_export DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0003_exports"),
        ("common", "0002_system"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
