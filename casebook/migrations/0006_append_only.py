from django.db import migrations

TABLE = "casebook_logentry"

POSTGRES = """
CREATE FUNCTION casebook_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an entry of the log is never changed';
END $$;
CREATE TRIGGER casebook_log_append_only BEFORE UPDATE OR DELETE ON casebook_logentry
  FOR EACH ROW EXECUTE FUNCTION casebook_log_is_append_only();
"""
# SQLite empties its tables with DELETE where PostgreSQL uses TRUNCATE, so only changes are refused here; that
# entries are missing, the chain tells on both.
SQLITE = """
CREATE TRIGGER casebook_log_append_only BEFORE UPDATE ON casebook_logentry
BEGIN
  SELECT RAISE(ABORT, 'an entry of the log is never changed');
END;
"""


def refuse_changes(apps, schema_editor):
    """The database itself refuses that an entry of the read log is changed, whoever asks."""
    statement = POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement)


def allow_changes(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER casebook_log_append_only ON casebook_logentry")
            cursor.execute("DROP FUNCTION casebook_log_is_append_only()")
        else:
            cursor.execute("DROP TRIGGER casebook_log_append_only")


class Migration(migrations.Migration):

    dependencies = [
        ("casebook", "0005_sharing"),
    ]

    operations = [
        migrations.RunPython(refuse_changes, allow_changes),
    ]
