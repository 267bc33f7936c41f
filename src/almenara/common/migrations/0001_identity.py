from django.db import migrations

# What almenara.common.identity sets, for policies, triggers and column defaults. Never an error: no identity is NULL.
FORWARD = """
CREATE FUNCTION almenara_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('almenara.person', true), '')::bigint $$;
CREATE FUNCTION almenara_service() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('almenara.service', true), '')::bigint $$;
CREATE FUNCTION almenara_reason() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(current_setting('almenara.reason', true), '') $$;
CREATE FUNCTION almenara_origin() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(current_setting('almenara.origin', true), '') $$;
"""
BACKWARD = "".join(
    f"DROP FUNCTION almenara_{name}();" for name in ("person", "service", "reason", "origin")
)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
