"""The database itself refuses to change an audit entry."""

from django.db import migrations

from destalin_site.common import triggers

TABLE = "accounts_auditentry"


def guard(apps, schema_editor):
    triggers.guard(schema_editor.connection, TABLE)


def unguard(apps, schema_editor):
    triggers.unguard(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_audit_entries_outlive_people")]

    operations = [migrations.RunPython(guard, unguard)]
