"""The published schema is committed, so that a change of the contract is seen in review."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
REFRESH = (
    "docs/openapi.yaml is not what the code says. Refresh it: python manage.py spectacular --file docs/openapi.yaml"
)


def test_the_committed_schema_is_what_the_code_says(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), fail_on_warn=True)
    assert fresh.read_text() == COMMITTED.read_text(), REFRESH
