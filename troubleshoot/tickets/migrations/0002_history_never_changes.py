"""The database itself refuses to change a row of a request's history. Whole requests can still be deleted."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER tickets_entry_never_changes BEFORE UPDATE ON tickets_entry
BEGIN SELECT RAISE(ABORT, 'history never changes'); END
"""
POSTGRESQL = """
CREATE FUNCTION tickets_entry_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER tickets_entry_never_changes BEFORE UPDATE ON tickets_entry
FOR EACH ROW EXECUTE FUNCTION tickets_entry_never_changes()
"""


def put_up(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def take_down(apps, schema_editor):
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON tickets_entry"
    schema_editor.execute(f"DROP TRIGGER tickets_entry_never_changes{on}")
    if on:
        schema_editor.execute("DROP FUNCTION tickets_entry_never_changes()")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(put_up, take_down)]
