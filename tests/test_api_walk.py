"""docs/api.md says what really happens: its commands are run in its order, its answers compared."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from destalin_site.demo import people

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"
MARK = "@@@"


class Step(NamedTuple):
    commands: str
    answer: str  # empty where the page shows none


def steps() -> list[Step]:
    """Each shell block of the page, with the text block that follows it, if one does."""
    fences = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    found: list[Step] = []
    for kind, content in fences:
        if kind == "sh":
            found.append(Step(content, ""))
        else:
            found[-1] = found[-1]._replace(answer=content.strip())
    return found


def pattern(answer: str) -> str:
    return ".*".join(re.escape(part) for part in answer.split("…"))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="no curl on this machine")
def test_the_commands_of_the_api_page_do_what_it_says(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    call_command("load_demo")
    walk = steps()
    assert len(walk) > 10
    # One shell for all of it, since each step uses what the ones before it found.
    script = "set -euo pipefail\n" + "".join(f"{step.commands}\necho {MARK}\n" for step in walk)
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "SITE": live_server.url, "PASSWORD": people.password(), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = [part.strip() for part in done.stdout.split(MARK)]
    assert done.returncode == 0, f"{said[-1]}\n{done.stderr}"
    for step, answer in zip(walk, said, strict=False):
        assert re.fullmatch(pattern(step.answer), answer, re.DOTALL), f"{step.commands}\nanswered\n{answer}"
