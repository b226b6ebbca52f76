"""Reading and writing JSON under /api/. Apart from `common.api`, since DRF's views import their defaults."""

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from destalin_site.common.errors import MalformedRequest, TooLarge

MAX_DEPTH: Final = 100  # the deepest body of ours has ten levels; writers and hashers give up at some hundreds
# What a body becomes in memory follows how many values it has, not its bytes: of {} ten million are 30 MB, and a
# gigabyte when they are read. The largest of ours, a class of 300 with 100 assignments, has less than a million.
MAX_VALUES: Final = 2_000_000


def read(raw: bytes) -> Any:
    """JSON as RFC 8259 has it, no deeper than MAX_DEPTH: no NaN, no lone surrogate. Raises MalformedRequest, and
    TooLarge where it may have more than MAX_VALUES: each but the first of its list stands behind a comma, and one in a
    text is taken for that too."""
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES:
        raise TooLarge(limits={"values": MAX_VALUES})
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(_("The body is not valid JSON.")) from error
    level = [data]
    for _depth in range(MAX_DEPTH):
        level = [inner for item in level for inner in _inside(item) if isinstance(inner, dict | list)]
        if not level:
            return data
    raise MalformedRequest(_("The body is nested too deeply."))


def _inside(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()


class StrictJSONParser(BaseParser):
    """Reads a body with `read`, and none over the limit."""

    media_type = "application/json"
    limit: int | None = None  # bytes, where it is not that of the settings

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = self.limit or settings.API_BODY_LIMIT
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(limits={"bytes": limit})
        return read(raw)


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
