"""The people of the demo and their one password."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils.translation import gettext as _

from accounts.models import User
from destalin_site.common import env

USERNAMES = ["admin", "curator", "editor", "teacher", "teacher2", "assistant", *[f"student{i}" for i in range(1, 9)]]


def password_file() -> Path:
    return settings.DATA_DIR / "demo_password"


def password() -> str:
    """The password with which the demo was loaded."""
    return env.kept_secret(password_file(), length=12)


def load() -> None:
    """The people of the fixture, who can sign in from now on."""
    call_command("loaddata", "demo_people", verbosity=0)
    if wanted := env.text("DEMO_PASSWORD"):
        # What is kept is what holds: a start with another DEMO_PASSWORD changes nobody's password.
        password_file().unlink(missing_ok=True)
        env.keep_secret(password_file(), wanted)
    # One hash for all of them: a slow hash each would be most of the loading, and they share the password anyway.
    User.objects.filter(username__in=USERNAMES).update(password=make_password(password()))


def sign_ins() -> Iterator[str]:
    """What a start prints: one account for each role, and the password that they were loaded with."""
    rows = [
        ("student1", _("student: reads, cites, answers, hands in")),
        ("teacher", _("teacher: assigns, grades, returns")),
        ("assistant", _("assistant of that class: grades")),
        ("curator", _("curator: writes lessons at %(path)s") % {"path": "/cms/"}),
        ("editor", _("editor: publishes them there")),
        ("admin", _("administrator: people and schools at %(path)s") % {"path": "/admin/"}),
    ]
    width = max(len(name) for name, _role in rows)
    for name, role in rows:
        yield f"  {name:<{width}}  {role}"
    yield _("  Password of all of them: %(password)s") % {"password": password()}
    if (wanted := env.text("DEMO_PASSWORD")) and wanted != password():
        yield _("  DEMO_PASSWORD is read when the demo is loaded; this demo keeps the password of that day.")
