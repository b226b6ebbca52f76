"""Everything that one person can get the site to say, by a session and by a token."""

from __future__ import annotations

import hashlib
import html
import io
import itertools
import re
import zipfile
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Classroom, DeviceToken, Membership, User
from assignments.models import (
    ClassMove,
    Comment,
    CommentTemplate,
    DateOverride,
    Notice,
    ParkedCopy,
    Regrade,
    Scan,
    SharedComment,
    Submission,
)
from lessons.models import Adaptation, Edition
from tests.api_client import token_for
from tests.cast import PASSWORD
from tests.test_matrix import routes

Works = Collection[Submission] | None
NOWHERE = "00000000-0000-4000-8000-000000000000"
LEFT_OUT = re.compile(
    r"^/(static"  # the same files for everybody
    r"|admin|cms"  # Django's and the curators' desk, closed to everybody here, and tested where they are set up
    r"|account/2fa"  # makes a secret anew for each look, of the caller's own second factor
    r"|api/auth"  # allauth's: signs in and out, and would end the caller's session
    r"|api/schema|api/docs"  # the same for everybody, and not a word of anybody
    r")(/|$)"
)
LINKS = re.compile(r"""(?:href|src|data-[a-z-]+)="(/[^"]*)\"""")
JSON_LINKS = re.compile(r'"(?:https?://testserver)?(/[^"\\\s]*)"')
PICTURE = "The picture "
MOST = 4000  # that many pages are no crawl any more: some link makes new links for ever


@dataclass(frozen=True, slots=True)
class Heard:
    what: str
    status: int
    text: str


@dataclass
class Caller:
    """`heard` are the answers, in order. Nobody is signed in where there is no person."""

    person: User | None
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session, self.token = Client(), Client()
        if self.person is None:
            return
        self.session.force_login(self.person, backend="django.contrib.auth.backends.ModelBackend")
        self.session.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        self.token = Client(headers={"Authorization": f"Bearer {token_for(self.person)}"})

    def get(self, address: str, *, twice: bool = False) -> Iterator[Any]:
        yield self._ask(self.session, "get", address)
        if twice and address.startswith("/api/"):
            yield self._ask(self.token, "get", address)

    def _ask(self, client: Client, verb: str, address: str, *args: Any, **more: Any) -> Any:
        answer = getattr(client, verb)(address, *args, **more)
        self.heard.append(Heard(f"{verb} {address}", answer.status_code, said_by(answer)))
        return answer

    def read_everything(self, about: Works = None, *, twice: bool = False) -> None:
        """Every GET route with the ids of every row there is (or of the work that is named, and what belongs to it),
        and every link from any of their answers; the API by a token too where it is to be read twice."""
        self.follow_links((address for _name, address in named_addresses("get", about)), twice=twice)

    def follow_links(self, start: Iterable[str] = (), *, twice: bool = False) -> None:
        """The day page, `start`, and every link from there on."""
        waiting = deque(dict.fromkeys([reverse("today"), *start]))
        met = set(waiting)
        while waiting:
            assert len(met) < MOST, sorted(met)[-50:]
            for answer in self.get(waiting.popleft(), twice=twice):
                for link in links(answer):
                    if link not in met:
                        met.add(link)
                        waiting.append(link)
        cache.clear()

    def try_everything(self, about: Works = None) -> None:
        """Every other route with such ids: what she may not do is refused, what she may is undone."""
        for verb in ("post", "put", "patch", "delete"):
            for name, address in named_addresses(verb, about):
                client = self.token if address.startswith("/api/") else self.session
                for sent in bodies(name):
                    with transaction.atomic():
                        headers = {"If-Match": IF_MATCH.get(name, '"x1"'), "Idempotency-Key": NOWHERE}
                        form: dict[str, Any] = {"data": sent, "headers": headers}
                        if address.startswith("/api/"):
                            form["content_type"] = "application/json"
                        self._ask(client, verb, address, **form)
                        transaction.set_rollback(True)
        cache.clear()


# One that every list of the kind has met before, and is stale for whatever was saved since.
IF_MATCH = {"api-draft": '"d7"', "api-grade": '"g0"', "api-comment": '"n9"', "api-comment-reply": '"p7"'}
WORDS: dict[str, Any] = {"body": {"answers": []}, "client_attempt_id": NOWHERE, "edition": "0" * 64, "incomplete": True}


def bodies(name: str) -> tuple[dict[str, Any], ...]:
    """Nothing, and what comes near to what the route asks for."""
    more: dict[str, dict[str, Any]] = {
        "api-draft": {"body": {"answers": []}},
        "api-attempts": {**WORDS, "edition": _newest()},
        "api-comment-reply": {"stance": "changed", "text": "So it is."},
        "comment-reply": {"stance": "changed", "text": "So it is.", "rev": "7"},
        "api-excuse-by-name": {"reason": "Mine."},
        "api-grade": {"feedback": "Mine."},
        "api-recall": {"reason": "Mine."},
        "desk": {"base": '{"answers": []}', "rev": 7, "do": "save"},
        "hand-in": {"rev": 7, "client_attempt_id": NOWHERE},
    }
    return ({}, more[name]) if name in more else ({},)


def _newest() -> str:
    newest = Edition.objects.first()
    assert newest
    return newest.pk


def said_by(answer: Any) -> str:
    """Address, headers and body, as one text; of a picture also its digest, which is what a test can look for."""
    streaming = getattr(answer, "streaming", False)
    body = b"".join(answer.streaming_content) if streaming else answer.content
    if answer.get("Content-Type") == "application/zip":
        folder = zipfile.ZipFile(io.BytesIO(body))
        body = b"\n".join(part for name in folder.namelist() for part in (name.encode(), folder.read(name)))
    answer.read = html.unescape(body.decode("utf-8", "replace"))
    if answer.get("Content-Type", "").startswith("image/"):
        answer.read = f"{PICTURE}{hashlib.sha256(body).hexdigest()}\n{answer.read}"
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n\n{answer.read}"


def links(answer: Any) -> Iterator[str]:
    """Addresses of this site that `answer` names."""
    kind = answer.get("Content-Type", "")
    found: Iterable[str] = ()
    if kind.startswith("text/html"):
        found = LINKS.findall(answer.read)
    elif "json" in kind:
        found = JSON_LINKS.findall(answer.read)
    for link in [*found, answer.get("Location", "")]:
        link = link.partition("#")[0]
        if link.startswith("/account/"):
            link = link.partition("?")[0]  # where to go after signing in: as many as there are pages
        if link.startswith("/") and not link.startswith("//") and not LEFT_OUT.match(link):
            yield link


def named_addresses(verb: str, about: Works) -> list[tuple[str, str]]:
    """Of every route of ours that answers to `verb`, filled in with every id that may belong there."""
    known = _known(about)
    found: list[tuple[str, str]] = []
    for (answers, name), pattern in sorted(routes().items()):
        if answers != verb or LEFT_OUT.match(f"/{pattern.lstrip('^')}"):
            continue
        found += [(name, reverse(name, kwargs=kwargs)) for kwargs in _filled(pattern, known)]
    return found


def _filled(pattern: str, known: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    head = pattern.removeprefix("api/v1/").partition("/")[0]
    names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    values = [known.get(head if name == "pk" else f"{head}:{name}") or known[name] for name in names]
    for chosen in itertools.product(*values):
        filled = dict(zip(names, chosen, strict=True))
        inner = filled.get("copy") or filled.get("key")
        # What belongs to another piece of work is asked for under its own.
        if inner is None or known["of"][0][inner] == filled["pk"]:
            yield filled


def _known(about: Works) -> dict[str, list[Any]]:
    """Ids by the first word of an address for `pk`, by their own names for the rest."""

    def ids(model: Any) -> list[Any]:
        return list(model._default_manager.order_by("pk").values_list("pk", flat=True))

    rows = Submission.objects.filter(pk__in=[row.pk for row in about]) if about else Submission.objects.all()
    work = list(rows.order_by("pk").values_list("pk", flat=True))
    comments = list(
        Comment.objects.filter(grade__submission__in=work).values_list("key", "grade__submission").distinct()
    )
    copies = list(ParkedCopy.objects.filter(submission__in=work).values_list("pk", "submission"))
    students = list(User.objects.filter(memberships__role="student").values_list("pk", flat=True))
    rooms = ids(Classroom)
    return {
        "classes": rooms,
        "classrooms": rooms,
        "assignments": list(dict.fromkeys(rows.values_list("assignment", flat=True))),
        "submissions": work,
        "work": work,
        "comment-bank": ids(CommentTemplate),
        "comment-templates": ids(CommentTemplate),
        "adaptations": ids(Adaptation),
        "notices": list(Notice.objects.filter(submission__in=work).order_by("pk").values_list("pk", flat=True)),
        "shared": ids(SharedComment),
        "number": [1, 2],
        # Of a picture of paper: every one that somebody handed in, and one that nobody did.
        "place": [*sorted(set(Scan.objects.values_list("place", flat=True))), 99],
        "student": students,
        "member": list(Membership.objects.students().order_by("pk").values_list("pk", flat=True)),
        "move": ids(ClassMove) or [NOWHERE],
        "copy": [copy for copy, _work in copies],
        "override": ids(DateOverride),
        "regrade": ids(Regrade) or [NOWHERE],
        "key": [key for key, _work in comments],
        "receipts:code": ["0000-0000"],  # whoever has a code may ask about it, and is told the code
        "sha256": ids(Edition),
        "lessons:slug": list(Edition.objects.values_list("lesson__slug", flat=True).distinct()),
        "me": ids(DeviceToken),
        "settings": ids(DeviceToken),
        **{name: [NOWHERE] for name in ("pk", "question", "upgrade", "erratum", "user", "device")},
        **{name: ["none"] for name in ("slug", "code", "source_slug", "token")},
        "extension": ["ris"],
        "of": [dict([*copies, *comments])],
    }
