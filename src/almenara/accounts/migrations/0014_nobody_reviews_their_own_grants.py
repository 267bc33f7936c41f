"""A decision in a review is taken in one's own name, and not about one's own grant."""

from django.db import migrations

OWN = "grant_id IN (SELECT g.id FROM accounts_grant g WHERE g.person_id = almenara_person())"
CHANGED = f"""
ALTER POLICY changed ON accounts_reviewedgrant WITH CHECK (almenara_reviews(review_id)
  AND (decision = '' OR (decided_by_id = almenara_person() AND NOT {OWN})));
"""
UNDO = "ALTER POLICY changed ON accounts_reviewedgrant WITH CHECK (almenara_reviews(review_id));"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_accents_in_sort_keys")]
    operations = [migrations.RunSQL(CHANGED, UNDO)]
