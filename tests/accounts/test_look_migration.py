"""The migration that gave every user name its look."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from accounts.models import User
from destalin_site.common import text
from tests.cast import person

migration = import_module("accounts.migrations.0003_fill_username_look")


def test_of_two_names_that_look_alike_the_older_account_keeps_the_look(db: None) -> None:
    older, other = person("Анна"), person("someone")
    younger = person("zz")
    for n, user in enumerate((older, other, younger)):
        User.objects.filter(pk=user.pk).update(username_look=f"unfilled {n}")
    User.objects.filter(pk=younger.pk).update(username="анна")
    # All that the migration uses of a schema editor; SQLite's own cannot be opened inside a transaction.
    migration.fill(apps, SimpleNamespace(connection=connection))
    looks = dict(User.objects.values_list("username", "username_look"))
    assert looks["Анна"] == text.look("Анна")
    assert looks["someone"] == "someone"
    assert looks["анна"] == f"{text.look('анна')} {younger.pk}"
