"""Starting the site as `make run` and `make serve` do: in a process and a folder of its own."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from destalin_site.management.commands import serve

PREPARE = ["serve", "--prepare"]

# Each starts on the embedded database, whatever the suite is run on.
pytestmark = pytest.mark.one_database


def environment(folder: Path, **variables: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "MODE": "demo",
        "DEMO_PASSWORD": "open sesame",
        **variables,
    }


def manage(folder: Path, *command: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a site that answers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment(folder, PORT=str(port), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    ) as process:
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process), process
        finally:
            process.terminate()


def wait_for(address: str, process: subprocess.Popen[str]) -> str:
    for _try in range(600):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return address
        except urllib.error.URLError:
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DATA_DIR of a site that was started once."""
    folder = tmp_path_factory.mktemp("site")
    assert "A new database" in manage(folder, *PREPARE)
    return folder


def test_a_second_start_changes_nothing(folder: Path) -> None:
    before = rows(folder)
    assert before["accounts_user"]
    manage(folder, *PREPARE)
    assert rows(folder) == before


def test_a_start_prints_the_address_and_a_sign_in_for_each_role_and_serves(folder: Path) -> None:
    with serving(folder) as (address, process):
        with urllib.request.urlopen(f"{address}/", timeout=30) as front:
            assert "The closed session" in front.read().decode()
        with urllib.request.urlopen(f"{address}/static/css/base.css", timeout=30) as sheet:
            assert sheet.status == 200
        process.terminate()
        assert process.stdout is not None
        said = process.stdout.read()
    assert f"{address}/" in said
    for account in ("student1", "teacher", "curator", "editor", "admin"):
        assert account in said
    assert "open sesame" in said


def test_a_lesson_goes_live_at_its_hour_by_itself_and_nothing_stays_behind_the_server(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        ((slug, key),) = database.execute("SELECT slug, latest_revision_id FROM lessons_lesson WHERE NOT live")
    with serving(folder, DUE_EVERY="1") as (address, process):
        page = f"{address}/lessons/{slug}/"
        assert status(page) == 404
        schedule(folder, key)
        assert any(status(page) == 200 or time.sleep(0.2) for _try in range(150))
        process.terminate()
        assert process.stdout is not None
        # It comes to its end when everybody who writes there is gone.
        assert "Traceback" not in process.stdout.read()


def test_the_clock_can_be_left_to_cron(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(serve.subprocess, "Popen", lambda command, **options: started.append(command))
    with override_settings(DUE_EVERY=0):
        serve.start_the_clock()
    assert started == []
    with override_settings(DUE_EVERY=60):
        serve.start_the_clock()
    assert [command[-4:] for command in started] == [["run_due", "--until-input-ends", "--every", "60"]]


def schedule(folder: Path, revision: int) -> None:
    """As if an editor had approved it for an hour that has just passed."""
    with closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE wagtailcore_revision SET approved_go_live_at = '2026-01-01 00:00:00' WHERE id = ?", [revision]
        )


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_the_folder_of_data_is_closed_to_others_where_it_matters(folder: Path) -> None:
    assert {(folder / name).stat().st_mode & 0o777 for name in ("secret_key", "demo_password")} == {0o600}


def test_production_starts_without_the_demo_and_with_its_static_files(tmp_path: Path) -> None:
    manage(
        tmp_path,
        *PREPARE,
        MODE="production",
        SECRET_KEY="k9" * 30 + "-not-a-real-one-but-as-long",
        ALLOWED_HOSTS="history.example.org",
    )
    assert rows(tmp_path)["accounts_user"] == []
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert not (tmp_path / "secret_key").exists()
