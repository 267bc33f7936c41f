"""Who may read and write public texts in the database, and their history.

The public reads what is public; who may edit reads and writes everything. Nothing is deleted: an entry is taken from the
public, and its texts stay.
"""

from django.db import migrations

from almenara.witness.history import TrackHistory

EDITS = "(SELECT almenara_may('content.edit'))"
SEEN = f"EXISTS (SELECT FROM content_entry e WHERE e.id = entry_id AND (e.public OR {EDITS}))"
POLICIES = {
    "entry": ("public OR " + EDITS, EDITS),
    "text": (SEEN, EDITS),
}


def policies():
    for table, (seen, written) in POLICIES.items():
        yield f"""
        ALTER TABLE content_{table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_seen ON content_{table} FOR SELECT USING ({seen});
        CREATE POLICY {table}_made ON content_{table} FOR INSERT WITH CHECK ({written});
        CREATE POLICY {table}_kept ON content_{table} FOR UPDATE USING ({written}) WITH CHECK ({written});
        """


def without_policies():
    for table in POLICIES:
        for name in ("seen", "made", "kept"):
            yield f"DROP POLICY {table}_{name} ON content_{table};"
        yield f"ALTER TABLE content_{table} DISABLE ROW LEVEL SECURITY;"


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0002_first_texts"),
        ("accounts", "0003_roles_and_reach"),
        ("witness", "0001_log"),
    ]
    operations = [
        migrations.RunSQL("\n".join(policies()), "\n".join(without_policies())),
        TrackHistory("content_entry"),
        TrackHistory("content_text"),
    ]
