"""Letters that wait to be sent: anybody's act writes one, the job that sends them reads and ends them.

Whoever may see an invitation sees whether its letter was sent; its words are sealed, and gone by then.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import almenara.privacy.fields

JOB = "almenara_system() IN ('almenara.accounts.outbox.send', 'almenara.accounts.tasks.end_letters')"
POLICIES = f"""
ALTER TABLE accounts_letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON accounts_letter FOR INSERT WITH CHECK (sent_at IS NULL AND NOT given_up);
CREATE POLICY seen ON accounts_letter FOR SELECT USING ({JOB}
  OR (invitation_id IS NOT NULL AND invitation_id IN (SELECT i.id FROM accounts_invitation i)));
CREATE POLICY sent ON accounts_letter FOR UPDATE USING ({JOB});
CREATE POLICY ended ON accounts_letter FOR DELETE USING ({JOB});
"""
UNDO = """
DROP POLICY ended ON accounts_letter;
DROP POLICY sent ON accounts_letter;
DROP POLICY seen ON accounts_letter;
DROP POLICY written ON accounts_letter;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_what_ends_with_a_grant")]
    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                *(
                    (
                        name,
                        almenara.privacy.fields.EncryptedTextField(
                            blank=True, default="", max_length=length, row="public_id"
                        ),
                    )
                    for name, length in (("recipient", 254), ("subject", 300), ("body", 20_000))
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("good_until", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("given_up", models.BooleanField(default=False)),
                (
                    "invitation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="accounts.invitation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["invitation", "written_at"], name="letters_of_invitation"),
        ),
        migrations.RunSQL(POLICIES, UNDO),
    ]
