"""The rules of giving, ending, suspending and leaving, held by the database as well.

They hold whoever the policies hold: `row_security_active` is false for the owner, who restores backups and names the first
administrators. What two sessions could break together is decided under a lock that both take.
"""

from django.db import migrations

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
SAFE = f"LANGUAGE sql STABLE {DEFINER}"
FUNCTIONS = f"""
CREATE FUNCTION almenara_territories(wanted text) RETURNS SETOF bigint {SAFE} ROWS 500 AS $$
  SELECT w.id FROM almenara_grants(wanted) g, LATERAL almenara_within(g.territory_id) w (id) WHERE g.reach = 'territory'
  UNION SELECT t.id FROM places_territory t
    WHERE EXISTS (SELECT FROM almenara_grants(wanted) g WHERE g.reach = 'region')
$$;
CREATE FUNCTION almenara_countries(wanted text) RETURNS SETOF text {SAFE} ROWS 2 AS $$
  SELECT t.country FROM almenara_grants(wanted) g JOIN places_territory t ON t.id = g.territory_id
  UNION SELECT t.country FROM almenara_grants(wanted) g JOIN accounts_institution i ON i.id = g.institution_id
    JOIN places_territory t ON t.id = i.seat_id WHERE g.territory_id IS NULL
$$;
CREATE FUNCTION almenara_country_of(someone bigint) RETURNS text {SAFE} AS $$
  SELECT t.country FROM accounts_user u LEFT JOIN accounts_office o ON o.id = u.office_id
    LEFT JOIN accounts_institution i ON i.id = u.institution_id
    JOIN places_territory t ON t.id = coalesce(o.territory_id, i.seat_id)
  WHERE u.id = someone
$$;
CREATE FUNCTION almenara_excluded(someone bigint, role text, since date, until date) RETURNS boolean {SAFE} AS $$
  SELECT EXISTS (SELECT FROM accounts_grant g JOIN accounts_role r ON r.code = g.role_id
    WHERE g.person_id = someone AND g.ended_at IS NULL AND role = ANY (r.excludes)
      AND daterange(g.since, g.until, '[]') && daterange(almenara_excluded.since, almenara_excluded.until, '[]'))
$$;
CREATE FUNCTION almenara_administered(someone bigint, of_grant bigint) RETURNS SETOF text {SAFE} ROWS 1 AS $$
  SELECT t.country FROM accounts_grant g JOIN accounts_user u ON u.id = g.person_id
    JOIN places_territory t ON t.id = g.territory_id AND t.level = 'country'
  WHERE g.person_id = someone AND (of_grant IS NULL OR g.id = of_grant) AND g.role_id = 'national-administrator'
    AND u.is_active AND g.ended_at IS NULL AND (g.confirmed_by_id IS NOT NULL OR g.given_by_id IS NULL)
    AND daterange(g.since, g.until, '[]') @> (now() AT TIME ZONE 'UTC')::date
$$;
CREATE FUNCTION almenara_administrators(of_country text, but_person bigint, but_grant bigint) RETURNS bigint {SAFE} AS $$
  SELECT count(*) FROM accounts_grant g JOIN accounts_user u ON u.id = g.person_id
    JOIN places_territory t ON t.id = g.territory_id AND t.level = 'country' AND t.country = of_country
  WHERE g.role_id = 'national-administrator' AND u.is_active AND g.ended_at IS NULL
    AND (g.confirmed_by_id IS NOT NULL OR g.given_by_id IS NULL)
    AND daterange(g.since, g.until, '[]') @> (now() AT TIME ZONE 'UTC')::date
    AND g.person_id IS DISTINCT FROM but_person AND g.id IS DISTINCT FROM but_grant
$$;
CREATE FUNCTION almenara_one_stays(someone bigint, of_grant bigint, but_person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE {DEFINER} AS $$
DECLARE of_country text;
BEGIN
  FOR of_country IN SELECT DISTINCT c FROM almenara_administered(someone, of_grant) AS c ORDER BY c LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('administrators ' || of_country, 0));
    IF almenara_administrators(of_country, but_person, of_grant) = 0 THEN
      RAISE EXCEPTION 'The last administrator of a country stays.' USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
END $$;
CREATE FUNCTION almenara_in_hand(someone bigint) RETURNS boolean {SAFE} AS $$
  SELECT EXISTS (SELECT FROM accounts_invitation i WHERE i.person_id = someone AND i.revoked_at IS NULL AND i.accepted_at IS NULL
    AND i.expires_at > now() AND i.nonce_digest = current_setting('almenara.invitation', true))
$$;
"""
# Two triggers see to a grant: what it may become for everybody, and who may say so.
TRIGGERS = """
CREATE FUNCTION almenara_grant_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts_user WHERE id = NEW.person_id FOR NO KEY UPDATE;
  IF almenara_excluded(NEW.person_id, NEW.role_id, NEW.since, NEW.until) THEN
    RAISE EXCEPTION 'The person holds a role that excludes this one.' USING ERRCODE = 'check_violation';
  END IF;
  IF row_security_active('accounts_grant') AND NEW.confirmed_by_id IS NOT NULL THEN
    RAISE EXCEPTION 'A grant is given first and confirmed by a second person after.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_given BEFORE INSERT ON accounts_grant FOR EACH ROW EXECUTE FUNCTION almenara_grant_given();
CREATE FUNCTION almenara_grant_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT row_security_active('accounts_grant') THEN
    RETURN NEW;
  END IF;
  IF NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id AND (NEW.confirmed_by_id IS DISTINCT FROM almenara_person()
    OR OLD.ended_at IS NOT NULL OR NEW.institution_id NOT IN (SELECT almenara_institutions('grants.give')))
  THEN RAISE EXCEPTION 'Only who may give a grant confirms it, in their own name.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.ended_by_id IS DISTINCT FROM OLD.ended_by_id AND NEW.ended_by_id IS DISTINCT FROM almenara_person()
  THEN RAISE EXCEPTION 'A grant is ended in one''s own name.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    PERFORM almenara_one_stays(OLD.person_id, OLD.id, NULL);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_said BEFORE UPDATE ON accounts_grant FOR EACH ROW EXECUTE FUNCTION almenara_grant_said();
CREATE FUNCTION almenara_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT row_security_active('accounts_grant') OR (OLD.is_active, OLD.suspended_at, OLD.left_at, OLD.institution_id, OLD.office_id)
    IS NOT DISTINCT FROM (NEW.is_active, NEW.suspended_at, NEW.left_at, NEW.institution_id, NEW.office_id)
  THEN RETURN NEW;
  END IF;
  IF almenara_in_hand(OLD.id) THEN
    IF (OLD.suspended_at, OLD.left_at, OLD.institution_id, OLD.office_id)
      IS DISTINCT FROM (NEW.suspended_at, NEW.left_at, NEW.institution_id, NEW.office_id)
      OR OLD.suspended_at IS NOT NULL OR OLD.left_at IS NOT NULL
    THEN RAISE EXCEPTION 'An invitation changes nothing but that it is accepted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.left_at IS NULL AND OLD.id NOT IN (SELECT almenara_people('people.manage')))
    OR NOT ((NEW.office_id IS NULL AND NEW.institution_id IN (SELECT almenara_institutions('people.manage')))
      OR NEW.office_id IN (SELECT almenara_offices('people.manage')))
  THEN RAISE EXCEPTION 'Only who manages the institution''s people changes their standing.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.is_active AND NOT NEW.is_active THEN
    PERFORM almenara_one_stays(OLD.id, NULL, OLD.id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER standing BEFORE UPDATE OF is_active, suspended_at, left_at, institution_id, office_id ON accounts_user
FOR EACH ROW EXECUTE FUNCTION almenara_standing();
"""
UNDO_TRIGGERS = """
DROP TRIGGER standing ON accounts_user;
DROP FUNCTION almenara_standing();
DROP TRIGGER grant_said ON accounts_grant;
DROP FUNCTION almenara_grant_said();
DROP TRIGGER grant_given ON accounts_grant;
DROP FUNCTION almenara_grant_given();
"""
UNDO_FUNCTIONS = """
DROP FUNCTION almenara_in_hand(bigint);
DROP FUNCTION almenara_one_stays(bigint, bigint, bigint);
DROP FUNCTION almenara_administrators(text, bigint, bigint);
DROP FUNCTION almenara_administered(bigint, bigint);
DROP FUNCTION almenara_excluded(bigint, text, date, date);
DROP FUNCTION almenara_country_of(bigint);
DROP FUNCTION almenara_countries(text);
DROP FUNCTION almenara_territories(text);
"""
# A grant reaches no further than the grant of whoever gives it; what reaches the region is for the operator to give.
POLICIES = """
DROP POLICY grants_seen ON accounts_grant;
CREATE POLICY grants_seen ON accounts_grant FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('people.view'))
  OR institution_id IN (SELECT almenara_institutions('grants.review')));
DROP POLICY grants_given ON accounts_grant;
CREATE POLICY grants_given ON accounts_grant FOR INSERT WITH CHECK (
  given_by_id = almenara_person() AND person_id <> almenara_person()
  AND person_id IN (SELECT almenara_people('grants.give'))
  AND institution_id IN (SELECT almenara_institutions('grants.give'))
  AND (office_id IS NULL OR office_id IN (SELECT almenara_offices('grants.give')))
  AND (territory_id IS NULL OR territory_id IN (SELECT almenara_territories('grants.give')))
  AND role_id NOT IN (SELECT code FROM accounts_role WHERE reach = 'region'));
DROP POLICY institutions_added ON accounts_institution;
CREATE POLICY institutions_added ON accounts_institution FOR INSERT
  WITH CHECK (seat_id IN (SELECT almenara_territories('institutions.manage')));
DROP POLICY glass_broken ON accounts_brokenglass;
CREATE POLICY glass_broken ON accounts_brokenglass FOR INSERT WITH CHECK (
  person_id = almenara_person() AND until <= now() + interval '3 hours 1 minute' AND length(reason) >= 20
  AND (object_type <> 'accounts_personalfile' OR almenara_country_of(object_id::bigint) IN (SELECT almenara_countries('glass.break'))));
DROP POLICY glass_seen ON accounts_brokenglass;
CREATE POLICY glass_seen ON accounts_brokenglass FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('glass.watch')) OR almenara_may('log.read')
  OR (object_type = 'accounts_personalfile' AND (object_id = almenara_person()::text
    OR object_id IN (SELECT p::text FROM almenara_people('glass.watch') AS p))));
ALTER TABLE accounts_focalpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY focal_points_seen ON accounts_focalpoint FOR SELECT USING (true);
CREATE POLICY focal_points_named ON accounts_focalpoint FOR INSERT
  WITH CHECK (country_id IN (SELECT almenara_territories('institutions.manage')));
CREATE POLICY focal_points_kept ON accounts_focalpoint FOR UPDATE
  USING (country_id IN (SELECT almenara_territories('institutions.manage')));
"""
UNDO_POLICIES = """
DROP POLICY focal_points_kept ON accounts_focalpoint;
DROP POLICY focal_points_named ON accounts_focalpoint;
DROP POLICY focal_points_seen ON accounts_focalpoint;
ALTER TABLE accounts_focalpoint DISABLE ROW LEVEL SECURITY;
DROP POLICY glass_seen ON accounts_brokenglass;
CREATE POLICY glass_seen ON accounts_brokenglass FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('glass.watch')) OR almenara_may('log.read'));
DROP POLICY glass_broken ON accounts_brokenglass;
CREATE POLICY glass_broken ON accounts_brokenglass FOR INSERT WITH CHECK (
  person_id = almenara_person() AND until <= now() + interval '3 hours 1 minute');
DROP POLICY institutions_added ON accounts_institution;
CREATE POLICY institutions_added ON accounts_institution FOR INSERT WITH CHECK (almenara_may('institutions.manage'));
DROP POLICY grants_given ON accounts_grant;
CREATE POLICY grants_given ON accounts_grant FOR INSERT WITH CHECK (
  given_by_id = almenara_person() AND person_id <> almenara_person()
  AND institution_id IN (SELECT almenara_institutions('grants.give')));
DROP POLICY grants_seen ON accounts_grant;
CREATE POLICY grants_seen ON accounts_grant FOR SELECT USING (
  person_id = almenara_person() OR person_id IN (SELECT almenara_people('people.view')));
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_invitations_files_services_reviews")]
    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, UNDO_TRIGGERS),
        migrations.RunSQL(POLICIES, UNDO_POLICIES),
    ]
