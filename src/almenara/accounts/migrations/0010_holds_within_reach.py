from django.db import migrations

# A hold is seen and lifted where whoever placed it works; another country's holds are not one's own.
FORWARD = """
DROP POLICY holds_seen ON privacy_legalhold;
CREATE POLICY holds_seen ON privacy_legalhold FOR SELECT USING (
  placed_by_id IN (SELECT almenara_people('holds.place')) OR almenara_system() = 'almenara.privacy.tasks.erase');
DROP POLICY holds_lifted ON privacy_legalhold;
CREATE POLICY holds_lifted ON privacy_legalhold FOR UPDATE USING (
  placed_by_id IN (SELECT almenara_people('holds.place'))) WITH CHECK (lifted_by_id = almenara_person());
"""
BACKWARD = """
DROP POLICY holds_lifted ON privacy_legalhold;
CREATE POLICY holds_lifted ON privacy_legalhold FOR UPDATE USING (almenara_may('holds.place'))
  WITH CHECK (lifted_by_id = almenara_person());
DROP POLICY holds_seen ON privacy_legalhold;
CREATE POLICY holds_seen ON privacy_legalhold FOR SELECT USING (
  almenara_may('holds.place') OR almenara_system() = 'almenara.privacy.tasks.erase');
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_personal_files_end"), ("privacy", "0002_holds_are_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
