"""From here on no two user names look alike."""

import accounts.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_fill_username_look")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="username_look",
            field=accounts.fields.LookField(editable=False, max_length=450, unique=True),
        ),
    ]
