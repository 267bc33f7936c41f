from django.db import migrations

# The job that erases at the end of the term sees personal files and takes them; nobody else deletes one.
FORWARD = """
CREATE POLICY personalfiles_end_seen ON accounts_personalfile FOR SELECT
  USING (almenara_system() = 'almenara.privacy.tasks.erase');
CREATE POLICY personalfiles_end_locked ON accounts_personalfile FOR UPDATE
  USING (almenara_system() = 'almenara.privacy.tasks.erase') WITH CHECK (false);
CREATE POLICY personalfiles_end ON accounts_personalfile FOR DELETE
  USING (almenara_system() = 'almenara.privacy.tasks.erase');
"""
BACKWARD = """
DROP POLICY personalfiles_end ON accounts_personalfile;
DROP POLICY personalfiles_end_locked ON accounts_personalfile;
DROP POLICY personalfiles_end_seen ON accounts_personalfile;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_failed_sign_in"), ("common", "0002_system")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
