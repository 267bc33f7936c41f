from django.db import migrations

# A hold begins unlifted, is lifted once, and nothing else of it ever changes: what it was placed on and why stays said.
FORWARD = """
CREATE FUNCTION almenara_hold_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.lifted_at IS NOT NULL OR NEW.lifted_by_id IS NOT NULL THEN
      RAISE EXCEPTION 'A hold begins unlifted.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR
    (NEW.record_type, NEW.record_key, NEW.reason, NEW.placed_by_id, NEW.placed_at) IS DISTINCT FROM
    (OLD.record_type, OLD.record_key, OLD.reason, OLD.placed_by_id, OLD.placed_at)
  THEN RAISE EXCEPTION 'A hold is lifted once and never changed otherwise: place another.'
    USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold_stays BEFORE INSERT OR UPDATE ON privacy_legalhold
  FOR EACH ROW EXECUTE FUNCTION almenara_hold_stays();
"""
BACKWARD = """
DROP TRIGGER hold_stays ON privacy_legalhold;
DROP FUNCTION almenara_hold_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0004_exports_are_their_askers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
