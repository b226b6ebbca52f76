from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from destalin_site.common import clock
from destalin_site.demo import content, people, work


class Command(BaseCommand):
    help = "Loads the demo into a new database: people, the published course, two classes with work in every state."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are people in this database. The demo is loaded only into a new one.")
        # All or nothing: a load that is interrupted leaves a new database, into which the next one goes.
        with transaction.atomic():
            people.load()
            now = clock.now()
            work.load(content.load(say=self._say), say=self._say)
            content.go_on(now)

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
