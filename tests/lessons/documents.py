"""A small document for the tests of pure modules."""

from typing import Any


def block(block_id: str, n: int | None, text: str, kind: str = "paragraph", **extra: Any) -> dict[str, Any]:
    name = "" if n is None else extra.pop("name", f"¶{n}")
    return {"id": block_id, "kind": kind, "n": n, "name": name, "text": text, "html": f"<p>{text}</p>", **extra}


def small_document() -> dict[str, Any]:
    """Two sections, one source of two passages, one question."""
    return {
        "schema": 3,
        "lesson": {
            "slug": "walls",
            "title": "Walls",
            "summary": "",
            "inquiry": "Why are walls built?",
            "course": "cities",
            "language": "en",
            "level": "",
            "minutes": 45,
        },
        "sections": [
            {
                "id": "s1",
                "number": 1,
                "heading": "Before",
                "blocks": [
                    block("h", None, "A heading", "heading", level=3),
                    block("p1", 1, "The wall went up in a night."),
                    block("l1", 2, "stone\nmortar\nlabour", "list", ordered=False),
                ],
            },
            {
                "id": "s2",
                "number": 2,
                "heading": "After",
                "blocks": [
                    block("src", 3, "Read what the mason says.", "source", source="source-a", passages=["a1"]),
                    block("q1", None, "Who paid?", "question"),
                ],
            },
        ],
        "sources": [
            {
                "id": "source-a",
                "slug": "mason",
                "letter": "A",
                "title": "A mason to his brother",
                "creator": "",
                "date": {"edtf": "1956~", "display": "c. 1956", "from": "1956-01-01", "to": "1956-12-31"},
                "kind": "letter",
                "primary": True,
                "place": "",
                "language": "ru",
                "archive": "",
                "reference": "",
                "url": "",
                "rights": "",
                "paraphrase": True,
                "record": {"author": "", "audience": "", "purpose": "", "perspective": "", "omits": ""},
                "csl": {},
                "note": "",
                "note_html": "",
                "bibliography": "",
                "bibliography_html": "",
                "blocks": [
                    block("a1", 1, "Здравствуй, брат 🧱 e\u0301t voilà.", name="A1"),
                    block("a2", 2, "They pay by the stone.", name="A2"),
                ],
                "images": [],
                "claims": [],
            }
        ],
        "glossary": [
            {
                "id": "mason",
                "term": "Mason",
                "original": "каменщик",
                "language": "ru",
                "transliteration": "kamenshchik",
                "meaning": "Somebody who builds with stone.",
            }
        ],
        "people": [],
        "events": [],
        "questions": [
            {
                "id": "q1",
                "section": "s2",
                "kind": "short",
                "prompt": "Who paid?",
                "points": "5",
                "required": True,
                "skill": "sourcing",
                "rubric": "",
                "options": [],
                "columns": [],
                "rows": [],
            }
        ],
        "rubrics": [],
    }
