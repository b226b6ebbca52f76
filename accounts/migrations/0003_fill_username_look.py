"""Fills the look of every user name.

Of two names that look alike the older account keeps the look; the other's is made its own by its id.
"""

import unicodedata

from django.db import migrations

# As destalin_site.common.text has them on the day of this migration.
LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕһԁԛԝӏ" + "αβεηικμνορτυχ",
    "abekmhopctyxijshdqwl" + "abehikmvoptux",
)


def look(name):
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).translate(LOOK_ALIKES)


def fill(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    people = User.objects.using(schema_editor.connection.alias)
    seen = set()
    for pk, name in people.order_by("date_joined", "pk").values_list("pk", "username").iterator(chunk_size=500):
        found = look(name)
        if found in seen:
            found = f"{found} {pk}"
        seen.add(found)
        people.filter(pk=pk).update(username_look=found)


def empty(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.using(schema_editor.connection.alias).update(username_look=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_user_username_look")]

    operations = [migrations.RunPython(fill, empty)]
