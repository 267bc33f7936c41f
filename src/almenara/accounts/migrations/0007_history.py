"""From here on every change of people, institutions and grants is an entry of the log."""

from django.db import migrations

from almenara.witness.history import TrackHistory

KEYS = ("sort_key_es", "sort_key_pt", "sort_key_en", "sort_key_fr", "search_name")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_reach_of_the_new_tables"),
        ("witness", "0001_log"),
    ]
    operations = [
        TrackHistory(
            "accounts_user", private=["password"], ignore=["last_login", *KEYS], institution="institution_id"
        ),
        TrackHistory("accounts_institution", ignore=KEYS, institution="id"),
        TrackHistory("accounts_office", ignore=KEYS, institution="institution_id"),
        TrackHistory("accounts_focalpoint"),
        TrackHistory("accounts_role", key="code"),
        TrackHistory("accounts_grant", institution="institution_id"),
        TrackHistory("accounts_brokenglass"),
        TrackHistory("accounts_invitation", private=["nonce_digest"], institution="institution_id"),
        TrackHistory(
            "accounts_personalfile",
            key="person_id",
            private=["phone", "document", "emergency_contact", "notes"],
        ),
        TrackHistory("accounts_serviceaccount", institution="institution_id"),
        TrackHistory("accounts_servicekey", private=["digest"], ignore=["last_used_at"]),
        TrackHistory("accounts_grantreview", institution="institution_id"),
        TrackHistory("accounts_reviewedgrant"),
    ]
