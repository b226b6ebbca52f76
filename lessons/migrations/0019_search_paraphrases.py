"""Passages that are found say whether they are study paraphrases.

What an older release indexed says no until `lessons.indexing` has made it anew, which it does after migrating.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0018_search_words")]

    operations = [
        migrations.AddField("indexedpassage", "paraphrase", models.BooleanField(default=False)),
    ]
