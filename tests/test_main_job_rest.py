"""The whole main job once through, by a script over REST: from an article to a returned answer.

On an article of our own, and on the one that ARTICLE_FILE names when it is set.
"""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts.models import User
from lessons import actions as curation
from lessons.models import Edition, Lesson
from tests.api_client import ApiClient, code
from tests.cast import PASSWORD, person

API = "/api/v1"
OWN = Path(__file__).parent / "lessons" / "data" / "the-thaw.txt"
ARTICLES = [OWN, *([Path(os.environ["ARTICLE_FILE"])] if os.environ.get("ARTICLE_FILE") else [])]


def ask(kind: str, prompt: str, points: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    value = {"kind": kind, "prompt": f"<p>{prompt}</p>", "points": points, "required": True, "skill": "sourcing"}
    return "question", {**value, "options": [], "model_answer": "<p>The key says so.</p>", **fields}


def publish_article(article: Path, *, author: User, editor: User) -> Edition:
    """What curators do: import, add questions, publish. The only part that is not REST: curation lives in the CMS."""
    call_command("import_article", str(article), course="De-Stalinization", by=author.username)
    lesson = Lesson.objects.get().get_latest_revision_as_object()
    section = lesson.sections.all()[0]
    section.body.append(ask("essay", "What does the article leave out?", "6"))
    options = [{"text": "Moscow", "correct": True}, {"text": "Lisbon", "correct": False}]
    section.body.append(ask("single", "Where was it decided?", "2", options=options, required=False))
    lesson.sections = [section, *list(lesson.sections.all())[1:]]
    curation.save_draft(lesson, by=author)
    return curation.publish_lesson(lesson, by=editor)


def sign_in(api: ApiClient, username: str) -> ApiClient:
    """A client that signed in by itself, as a phone does."""
    answer = api.post("/api/auth/app/v1/auth/login", {"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['meta']['access_token']}")
    return client


def said(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def cite(document: dict[str, Any], words: int = 4) -> dict[str, Any]:
    """The first words of the longest paragraph."""
    blocks = [block for section in document["sections"] for block in section["blocks"] if block["n"] is not None]
    block = max(blocks, key=lambda block: len(block["text"]))
    quote = " ".join(block["text"].split(" ")[:words])
    anchor = {"block": block["id"], "start": 0, "end": len(quote), "quote": quote}
    return {"id": str(uuid4()), "source": None, "stance": "supports", "anchor": anchor}


def answers(document: dict[str, Any], text: str, option: int) -> dict[str, Any]:
    essay, single = document["questions"]
    block = {"id": "b1", "kind": "paragraph", "text": text, "citations": [cite(document)]}
    return {
        "answers": [
            {"question": essay["id"], "blocks": [block]},
            {"question": single["id"], "blocks": [], "choice": [single["options"][option]["id"]]},
        ]
    }


@pytest.mark.django_db
@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.name)
def test_an_article_becomes_an_assignment_that_three_students_answer_and_get_back(
    article: Path, api: ApiClient
) -> None:
    author, editor = person("author"), person("publisher")
    author.groups.add(Group.objects.get(name="Authors"))
    editor.groups.add(Group.objects.get(name="Editors"))
    for name in ("ada", "boris", "chiara"):
        person(name)
    person("ms_teacher", teaches=True)
    publish_article(article, author=author, editor=editor)

    # Anybody finds the lesson; its edition is the bytes that its id is the digest of.
    [listed] = said(api.get(f"{API}/lessons"))["results"]
    edition = listed["edition"]["id"]
    document = orjson.loads(api.get(f"{API}/editions/{edition}", headers={"Accept-Encoding": "identity"}).content)
    assert document["sections"]

    # The teacher opens a class and assigns.
    teacher = sign_in(api, "ms_teacher")
    room = said(teacher.post(f"{API}/classrooms", {"name": "History 11", "zone": "Europe/Riga"}), 201)
    given = {
        "classroom": room["id"],
        "edition": edition,
        "title": "Read and judge",
        "due": {"date": "2099-05-01", "time": "23:59", "zone": "Europe/Riga"},
    }
    assignment = said(teacher.post(f"{API}/assignments", given), 201)

    # Students join by the code (after it was assigned), answer and hand in.
    work = {}
    for name, option in [("ada", 0), ("boris", 1), ("chiara", 0)]:
        student = sign_in(api, name)
        said(student.post(f"{API}/joins", {"code": room["join_code"].lower()}), 201)
        [mine] = said(student.get(f"{API}/submissions", {"assignment": assignment["id"]}))["results"]
        address = f"{API}/submissions/{mine['id']}"
        body = answers(document, f"{name} thinks that the famine is missing.", option)
        said(student.put(f"{address}/draft", {"body": body}, headers={"If-Match": '"d0"'}))
        attempt = {"client_attempt_id": str(uuid4()), "edition": edition, "body": body, "draft_rev": 1}
        handed_in = said(student.post(f"{address}/attempts", attempt), 201)
        assert said(student.post(f"{address}/attempts", attempt), 201)["receipt"] == handed_in["receipt"]
        assert said(api.get(f"{API}/receipts/{handed_in['receipt']['code']}"))["genuine"]
        work[name] = (student, address, mine["id"])

    # Nobody reads another's work.
    ada, ada_address, _ada_id = work["ada"]
    boris, _boris_address, _boris_id = work["boris"]
    assert code(boris.get(ada_address)) == "not-found"

    # The teacher grades two; the choice was scored by the key. What is drafted, students do not see.
    essay, single = document["questions"]
    for name, points in [("ada", "5.5"), ("boris", "3")]:
        _student, address, _id = work[name]
        said(teacher.put(f"{address}/claim", {}))
        version = teacher.get(f"{address}/grade")
        marks = {mark["question"]: mark for mark in said(version)["questions"]}
        assert Decimal(marks[single["id"]]["points"]) == (2 if name == "ada" else 0)
        marks[essay["id"]] = {"question": essay["id"], "points": points, "comment": "Which passage shows it?"}
        grade = {"questions": list(marks.values()), "feedback": "Go on."}
        said(teacher.put(f"{address}/grade", grade, headers={"If-Match": version["ETag"]}))
    assert said(ada.get(f"{ada_address}/grade")) == {"status": "none"}

    # She returns all three at once: two go, the third is told why not.
    ids = [submission for _student, _address, submission in work.values()]
    returns = teacher.post(
        f"{API}/assignments/{assignment['id']}/returns",
        {"submissions": ids},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert [row["status"] for row in said(returns)["results"]] == [200, 200, 422]

    # The students see it.
    back = said(ada.get(f"{ada_address}/grade"))
    assert (back["status"], back["final_score"], back["out_of"]) == ("returned", "7.50", "8.00")
    [mine] = said(ada.get(f"{API}/submissions", {"assignment": assignment["id"]}))["results"]
    assert mine["state"] == "returned"
    board = said(teacher.get(f"{API}/assignments/{assignment['id']}/board"))
    assert sorted(row["state"] for row in board["rows"]) == ["returned", "returned", "submitted"]
