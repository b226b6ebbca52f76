"""Adds the look of a user name, empty for now."""

import accounts.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="username_look",
            field=accounts.fields.LookField(editable=False, max_length=450, null=True),
        ),
    ]
