"""The database keeps, for every territory, the department or country in whose lists it is shown; and the histories."""

from django.db import migrations

from almenara.witness.history import TrackHistory

LISTED_IN = """
CREATE FUNCTION places_listed_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.listed_in_id := (SELECT CASE WHEN above.level = 'further' THEN above.listed_in_id ELSE above.id END
    FROM places_territory above WHERE above.id = NEW.parent_id);
  RETURN NEW;
END $$;
CREATE FUNCTION places_listed_in_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE places_territory SET listed_in_id = NULL WHERE parent_id = NEW.id;  -- the trigger before it says the rest
  RETURN NULL;
END $$;
CREATE TRIGGER places_listed_in BEFORE INSERT OR UPDATE ON places_territory
  FOR EACH ROW EXECUTE FUNCTION places_listed_in();
CREATE TRIGGER places_listed_in_below AFTER UPDATE ON places_territory FOR EACH ROW
  WHEN (OLD.level IS DISTINCT FROM NEW.level
    OR (NEW.level = 'further' AND OLD.listed_in_id IS DISTINCT FROM NEW.listed_in_id))
  EXECUTE FUNCTION places_listed_in_below();
UPDATE places_territory SET listed_in_id = parent_id;
"""
WITHOUT = """
DROP TRIGGER places_listed_in_below ON places_territory;
DROP TRIGGER places_listed_in ON places_territory;
DROP FUNCTION places_listed_in_below();
DROP FUNCTION places_listed_in();
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0002_levels_history_region"), ("witness", "0001_log")]
    operations = [
        migrations.RunSQL(LISTED_IN, WITHOUT),
        TrackHistory("places_tier", country="country"),
        TrackHistory("places_territorycode"),
        TrackHistory("places_territoryname", ignore=["search_name"]),
        TrackHistory("places_change", country="country"),
        TrackHistory("places_changelink"),
        TrackHistory("places_country", key="territory_id", country="alpha3"),
    ]
