"""How the project is kept: its requirements, its settings, and what stops a start."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from destalin_site.common import env

ROOT = Path(settings.BASE_DIR)
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))

# As docs/operations.md says it; the test below holds the document against this.
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "k9" * 30 + "-not-a-real-one-but-as-long",
    "ALLOWED_HOSTS": "history.example.org",
    "DATABASE_URL": "postgres://destalin:password@127.0.0.1:5432/destalin",
    "EMAIL_URL": "smtp+tls://destalin:password@mail.example.org:587",
}


def start(tmp_path: Path, *command: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py` in an environment of its own; a value of None takes a variable away."""
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **PRODUCTION, **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


# --- Requirements ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_requirements_are_exact_pins_without_options_paths_or_hosts(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    pin = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[0-9][0-9a-z.!+]*( ; [a-z_]+ [<>=!]+ '[^/']+')?")
    assert [line for line in lines if not pin.fullmatch(line)] == []
    # Comments too: what was compiled on one machine must say nothing of it.
    assert [line for line in file.read_text().splitlines() if line.lstrip().startswith("--") or "//" in line] == []


def test_every_requirement_of_a_run_is_pinned_alike_for_development() -> None:
    pins = [
        {line for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    silent = [name for name in named if not re.search(rf'^\s*"{re.escape(name)}",\s+# \S', text, re.MULTILINE)]
    assert named
    assert silent == []


# --- Settings that stop the start -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": None}, "(destalin.E010) SECRET_KEY is not set."),
        ({"DEBUG": "1"}, "(destalin.E011) DEBUG must be off in production"),
        ({"ALLOWED_HOSTS": None}, "(destalin.E012) ALLOWED_HOSTS is not set."),
        ({"SECRET_KEY": "short"}, "(destalin.E013) SECRET_KEY or one of SECRET_KEY_FALLBACKS can be guessed"),
        ({"SECRET_KEY": "abab" * 20}, "(destalin.E013) SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "k9j3" * 20}, "(destalin.E013) SECRET_KEY"),
        ({"SECRET_KEY_FALLBACKS": "an-earlier-one"}, "(destalin.E013) SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "(destalin.E014) ALLOWED_HOSTS accepts every name"),
        ({"ALLOWED_HOSTS": "history.example.org,*"}, "(destalin.E014) ALLOWED_HOSTS accepts every name"),
        ({"MODE": "staging"}, "MODE must be one of local, demo, production; it is 'staging'."),
        ({"DATABASE_POOL_MAX": "many"}, "DATABASE_POOL_MAX must be a whole number; it is 'many'."),
        ({"DATA_DIR": "/dev/null/var"}, "DATA_DIR: the folder /dev/null/var cannot be made"),
    ],
)
def test_an_unsafe_or_unreadable_setting_stops_the_start_with_a_sentence(
    tmp_path: Path, environment: dict[str, str | None], sentence: str
) -> None:
    ended = start(tmp_path, "check", **environment)
    assert ended.returncode != 0
    assert sentence in ended.stderr
    assert ("HINT:" in ended.stderr) == ("destalin.E" in sentence)
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "environment", [{"ALLOWED_HOSTS": "*"}, {"SECRET_KEY": "short"}], ids=lambda it: next(iter(it))
)
def test_a_server_that_runs_no_checks_does_not_get_an_unsafe_site_either(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import destalin_site.wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode != 0
    assert "UnsafeSetting: (destalin.E01" in ended.stderr


def test_the_deployment_checks_find_nothing_in_the_documented_environment(tmp_path: Path) -> None:
    ended = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"MODE": "local"}, "destalin.E001"),
        ({"DATABASE_URL": None}, "destalin.W001"),
        ({"EMAIL_URL": None}, "destalin.W002"),
    ],
)
def test_the_deployment_checks_name_what_they_find_and_what_to_do(
    tmp_path: Path, environment: dict[str, str | None], found: str
) -> None:
    ended = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **environment)
    assert ended.returncode != 0
    assert found in ended.stderr
    assert "HINT:" in ended.stderr


def test_production_does_not_serve_what_the_settings_refuse(tmp_path: Path) -> None:
    ended = start(tmp_path, "serve", "--prepare", ALLOWED_HOSTS="*", DATABASE_URL=None)
    assert ended.returncode != 0
    assert "destalin.E014" in ended.stderr
    assert not (tmp_path / "db.sqlite3").exists()


# --- What the environment becomes -----------------------------------------------------------------------------


def test_outside_production_the_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first = env.secret("SECRET_KEY_OF_THIS_TEST", made_in=tmp_path)
    kept = tmp_path / "secret_key_of_this_test"
    assert len(first) == 50
    assert env.secret("SECRET_KEY_OF_THIS_TEST", made_in=tmp_path) == first == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [kept.name]


def test_a_secret_of_the_environment_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_OF_THIS_TEST", "from outside")
    assert env.secret("SECRET_KEY_OF_THIS_TEST", made_in=tmp_path) == "from outside"
    assert list(tmp_path.iterdir()) == []


def test_a_list_of_words_leaves_out_the_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDS_OF_THIS_TEST", "a.example,,b.example,")
    assert env.words("WORDS_OF_THIS_TEST") == ["a.example", "b.example"]


def test_a_choice_outside_the_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOICE_OF_THIS_TEST", "c")
    with pytest.raises(ImproperlyConfigured, match="one of a, b"):
        env.choice("CHOICE_OF_THIS_TEST", ["a", "b"], "a")


# --- Starting -------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_said_before_any_work_is_done(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = start(tmp_path, "serve", MODE="local", DATABASE_URL=None, PORT=str(port))
    assert ended.returncode == 1
    assert f"Port {port} is in use" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    ended = start(tmp_path, "serve", "--prepare", MODE="local", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert ended.returncode == 1
    assert "The database does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr


# --- Documents ------------------------------------------------------------------------------------------------


def test_the_readme_names_every_variable_that_the_code_reads_and_no_other() -> None:
    code = "\n".join(file.read_text() for file in (ROOT / "destalin_site").rglob("*.py"))
    read = set(
        re.findall(r'\benv\.(?:text|number|flag|words|choice|folder|secret|database|mail)\(\s*"([A-Z_]+)"', code)
    )
    table = (ROOT / "README.md").read_text().partition("## Configuration")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == read


def test_the_documented_production_environment_is_the_one_that_is_checked() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert all(f"{name}=" in documented for name in PRODUCTION)


DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_documents_lead_only_to_files_and_headings_that_are_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", document.read_text())
    found = [(document.parent / link if link else document, heading) for link, heading in links]
    assert [str(to) for to, _heading in found if not to.exists()] == []
    assert [(to.name, heading) for to, heading in found if heading and heading not in _headings(to)] == []


def _headings(document: Path) -> set[str]:
    """What links call them, as the places do where these documents are read."""
    said = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in said}


def test_the_page_of_what_teachers_do_names_every_page_of_it() -> None:
    named = re.findall(r"\]\((teaching/[^)]+)\)", (ROOT / "docs" / "teaching.md").read_text())
    assert sorted(named) == sorted(f"teaching/{page.name}" for page in (ROOT / "docs" / "teaching").glob("*.md"))
