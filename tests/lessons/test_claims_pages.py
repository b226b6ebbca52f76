"""The figures behind charts, and what historians claim: on the sheets and pages of their sources."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from lessons import reference, render
from lessons.document import Document
from tests.lessons.documents import block, small_document
from tests.lessons.factories import make_image, make_lesson, make_source, publish
from tests.lessons.test_render import blocks_of

pytestmark = pytest.mark.django_db

TABLE = {
    "columns": ["", "people", "Who says so"],
    "rows": [["The <police>", "681,692", "A summary"], ["Others", "1,000,000", ""]],
    "note": "These are not two guesses at one number.",
}


def shows(*sources: Any) -> list[Any]:
    return [("source", {"source": source, "framing": "", "first": None, "last": None}) for source in sources]


def claims(*grounds: tuple[Any, int, str], text: str = "He meant it.") -> list[Any]:
    rests_on = [{"source": source, "passage": passage, "reading": reading} for source, passage, reading in grounds]
    return [("claim", {"text": text, "locator": "page 7", "rests_on": rests_on})]


def make_book(name: str, *grounds: tuple[Any, int, str], **fields: Any) -> Any:
    return make_source(
        slug=name.lower(),
        title=f"{name} on it",
        creator=f"{name}, Ann",
        recipient="",
        kind="monograph",
        primary=False,
        claims=claims(*grounds, text=f"{name} says so."),
        **fields,
    )


@pytest.fixture
def speech() -> Any:
    return make_source(slug="speech", title="A speech", passages=("He spoke.", "He wept."))


def page_of(client: Any, edition: Any, source: Any) -> str:
    answer = client.get(f"/lessons/{edition.lesson.slug}/editions/{edition.number}/sources/{source.slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_figures_of_a_chart_stand_under_it_as_a_table_with_what_may_not_be_read_from_them(client: Any) -> None:
    image = make_image()
    image.table = TABLE
    image.save()
    figure = {"image": image, "alt": "A chart", "decorative": False, "caption": "<p>Counts.</p>"}
    plain = {**figure, "image": make_image(colour="red")}
    edition = publish(make_lesson(slug="walls", sections=[("One", [("figure", figure), ("figure", plain)])]))
    page = client.get("/lessons/walls/").content.decode()
    assert page.count("The figures as a table</summary>") == 1
    assert '<th scope="col">people</th>' in page
    assert '<th scope="row">The &lt;police&gt;</th><td>681,692</td><td>A summary</td>' in page
    assert page.count("These are not two guesses at one number.") == 1
    texts = {item["id"]: item["text"] for item in edition.read().blocks()}
    assert all(text == texts[name] for name, text in blocks_of(page).found)


def test_a_claim_leads_to_the_passages_that_are_here_and_quotes_the_others(client: Any, speech: Any) -> None:
    letter = make_source(title="A letter", passages=("Dear brother.",))
    book = make_book("Able", (speech, 2, "As regret."), (letter, 1, "As proof."))
    edition = publish(make_lesson(slug="walls", sections=[("One", shows(speech, book))]))
    own, lesson = page_of(client, edition, book), client.get("/lessons/walls/").content.decode()
    for page in (own, lesson):
        assert "Able says so." in page
        assert "(page 7)" in page
        assert 'href="/lessons/walls/editions/1/sources/speech/#A2"' in page
        assert "As regret." in page
        assert "Dear brother." in page
        assert '<cite lang="en">Mason, Jan. ' in page
    assert "What it claims" not in page_of(client, edition, speech)
    assert 'id="A2"' in page_of(client, edition, speech)


LABEL = "Study paraphrase</span>"


def test_a_passage_that_a_claim_rests_on_is_labelled_where_it_is_a_paraphrase(client: Any) -> None:
    spoken = make_source(slug="speech", title="A speech", passages=("He spoke.",), paraphrase=False)
    told = make_source(title="A letter", passages=("Dear brother.",), paraphrase=True)
    able, baker = make_book("Able", (spoken, 1, "As regret.")), make_book("Baker", (told, 1, "As proof."))
    edition = publish(make_lesson(slug="walls", sections=[("One", shows(spoken, able, baker))]))
    assert LABEL not in page_of(client, edition, able)
    # Of a source that this edition does not show.
    assert page_of(client, edition, baker).count(LABEL) == 1
    assert client.get("/lessons/walls/").content.decode().count(LABEL) == 1


def test_words_that_historians_read_differently_are_labelled_where_they_are_a_paraphrase(client: Any) -> None:
    for name, paraphrase in (("told", True), ("spoken", False)):
        source = make_source(slug=name, title=name, passages=("He wept.",), paraphrase=paraphrase)
        books = [make_book(f"{who}{name}", (source, 1, f"As {who} does.")) for who in ("Able", "Baker")]
        edition = publish(make_lesson(slug=f"of-{name}", sections=[("One", shows(source, *books))]))
        page = page_of(client, edition, source)
        assert page[page.index("Read differently") :].count(LABEL) == paraphrase


def test_an_edition_of_before_labels_the_passages_of_sources_that_it_shows() -> None:
    data = small_document()
    ground = {"source": "source-a", "title": "", "bibliography": "?", "passage": 2, "block": "a2", "text": "They pay."}
    claims_of = data["sources"][0]["claims"]
    claims_of.append({"id": "c", "text": "True.", "locator": "p. 1", "rests_on": [{**ground, "reading": "So."}]})
    sheet = render.whole_sheet(Document(data), "mason")
    assert sheet
    assert sheet.claims[0].grounds[0].paraphrase


def test_on_the_desk_a_claim_leads_to_the_passage_on_the_same_page() -> None:
    data = small_document()
    ground = {"source": "source-a", "title": "", "bibliography": "?", "passage": 2, "block": "a2", "text": "They pay."}
    claim = {"id": "c", "text": "True.", "locator": "p. 1", "rests_on": [{**ground, "reading": "As it stands."}]}
    data["sources"][0]["claims"] = [claim]
    data["sections"][0]["blocks"].append(block("again", 5, "All of it.", "source", source="source-a"))
    sheet = render.whole_sheet(Document(data), "mason")
    page = render_to_string("lessons/_sheet.html", {"sheet": sheet, "desk": True, "edition_url": "/x/"})
    assert 'href="#A2"' in page
    assert "A2" in blocks_of(page).ids


def test_a_passage_that_two_historians_read_shows_both_from_all_current_editions(client: Any, speech: Any) -> None:
    edition = publish(make_lesson(slug="walls", sections=[("One", shows(speech))]))
    able = make_book("Able", (speech, 2, "As regret."), (speech, 1, "As duty."), date="1970")
    publish(make_lesson(slug="first", sections=[("One", shows(able))]))
    assert "Read differently" not in page_of(client, edition, speech)
    baker = make_book("Baker", (speech, 2, "As theatre."), date="1960")
    other = publish(make_lesson(slug="second", sections=[("One", shows(baker))]))
    page = page_of(client, edition, speech)
    differently = page[page.index("Read differently") :]
    assert differently.index("As theatre.") < differently.index("As regret.")  # the older work first
    assert "As duty." not in differently  # nobody else reads that passage
    assert 'href="#A2"' in differently
    assert 'href="/lessons/second/editions/1/sources/baker/"' in differently
    assert "Read differently" not in page_of(client, other, baker)
    other.lesson.unpublish()
    assert "Read differently" not in page_of(client, edition, speech)


def test_an_app_gets_the_claims_of_a_work_and_who_reads_a_passage_differently(api: Any) -> None:
    speech = make_source(slug="speech", title="A speech", passages=("He spoke.", "He wept."), paraphrase=True)
    letter = make_source(slug="letter", title="A letter", passages=("Dear brother.",))
    able = make_book("Able", (speech, 2, "As regret."), (letter, 1, "As proof."), date="1970")
    publish(make_lesson(slug="walls", sections=[("One", shows(speech, able))]))
    told = api.get("/api/v1/sources/able").json()
    (claim,) = told["claims"]
    assert (claim["text"], claim["locator"], told["read_differently"]) == ("Able says so.", "page 7", [])
    first, second = claim["rests_on"]
    assert (first["source"], first["title"], first["passage"]) == (str(speech.uuid), "A speech", 2)
    assert (first["text"], first["paraphrase"], first["reading"]) == ("He wept.", True, "As regret.")
    assert (second["title"], second["text"], second["paraphrase"]) == ("A letter", "Dear brother.", False)
    assert api.get("/api/v1/sources/speech").json()["read_differently"] == []
    baker = make_book("Baker", (speech, 2, "As theatre."), date="1960")
    publish(make_lesson(slug="second", sections=[("One", shows(baker))]))
    told = api.get("/api/v1/sources/speech").json()
    (passage,) = told["read_differently"]
    assert (passage["passage"], passage["text"], passage["paraphrase"]) == (2, "He wept.", True)
    readings = [(one["source"], one["reading"], one["claim"], one["locator"]) for one in passage["readings"]]
    assert readings == [
        ("baker", "As theatre.", "Baker says so.", "page 7"),
        ("able", "As regret.", "Able says so.", "page 7"),
    ]
    assert told["claims"] == []


def test_a_historian_who_reads_a_passage_twice_does_not_differ_with_herself(speech: Any) -> None:
    able = make_book("Able", (speech, 1, "As duty."), (speech, 1, "As fear."))
    publish(make_lesson(sections=[("One", shows(speech, able))]))
    assert reference.library().read_differently(str(speech.uuid)) == []


def test_what_historians_say_costs_the_same_for_one_lesson_and_for_many(client: Any, queries: Any, speech: Any) -> None:
    edition = publish(make_lesson(slug="walls", sections=[("One", shows(speech))]))
    page_of(client, edition, speech)
    one = queries(lambda: page_of(client, edition, speech))
    for name in ("Able", "Baker", "Cole", "Dorn"):
        publish(make_lesson(sections=[("One", shows(make_book(name, (speech, 1, f"As {name} does."))))]))
    assert "As Dorn does." in page_of(client, edition, speech)  # documents that are new are read once
    assert queries(lambda: page_of(client, edition, speech)) == one
