from django.db import migrations

# Whoever may hold records sees and lifts the holds; the job that erases must see them. A proof is written by that job or
# by the owner alone, and nobody changes one.
FORWARD = """
ALTER TABLE privacy_legalhold ENABLE ROW LEVEL SECURITY;
CREATE POLICY holds_seen ON privacy_legalhold FOR SELECT USING (
  almenara_may('holds.place') OR almenara_system() = 'almenara.privacy.tasks.erase');
CREATE POLICY holds_placed ON privacy_legalhold FOR INSERT WITH CHECK (
  almenara_may('holds.place') AND placed_by_id = almenara_person());
CREATE POLICY holds_lifted ON privacy_legalhold FOR UPDATE USING (almenara_may('holds.place'))
  WITH CHECK (lifted_by_id = almenara_person());
ALTER TABLE privacy_deletion ENABLE ROW LEVEL SECURITY;
CREATE POLICY deletions_seen ON privacy_deletion FOR SELECT USING (
  almenara_may('holds.place') OR almenara_may('log.read') OR almenara_system() = 'almenara.privacy.tasks.erase');
CREATE POLICY deletions_proved ON privacy_deletion FOR INSERT
  WITH CHECK (almenara_system() = 'almenara.privacy.tasks.erase');
"""
BACKWARD = """
DROP POLICY deletions_proved ON privacy_deletion;
DROP POLICY deletions_seen ON privacy_deletion;
ALTER TABLE privacy_deletion DISABLE ROW LEVEL SECURITY;
DROP POLICY holds_lifted ON privacy_legalhold;
DROP POLICY holds_placed ON privacy_legalhold;
DROP POLICY holds_seen ON privacy_legalhold;
ALTER TABLE privacy_legalhold DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_retention"),
        ("common", "0002_system"),
        ("witness", "0001_log"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
