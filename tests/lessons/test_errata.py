"""A correction is said beside the editions that it is about, and changes none of them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from wagtail.models import ModelLogEntry

from accounts.models import User
from destalin_site.common.errors import ValidationFailed
from lessons import actions, adaptations, adapting, errata
from lessons.models import Adaptation, Edition, Erratum, ErratumEdition, Lesson, Source
from lessons.models.edition import WrittenOnce
from tests.cast import Cast
from tests.lessons.corrections import everything_wrong_in
from tests.lessons.desk import at_desk, author, editor
from tests.lessons.factories import make_lesson, make_source, publish

pytestmark = pytest.mark.django_db

NOTE = "The photograph was taken a year later than we said."


@pytest.fixture
def publisher() -> User:
    return editor()


@pytest.fixture
def source() -> Source:
    return make_source(title="A wall", kind="photograph", date="1955", passages=("Men carry stones.",))


def showing(source: Source, **fields: Any) -> Edition:
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    return publish(make_lesson(sections=[("S", [shown])], **fields))


def redate(source: Source, date: str = "1956") -> None:
    source.date = date
    source.save_revision().publish()


def announce(source: Source, by: User, **changes: Any) -> Erratum:
    return actions.announce_erratum(source, **{**everything_wrong_in(source, NOTE), **changes}, by=by)


# What differs


def test_the_fields_that_editions_have_otherwise_are_found(source: Source) -> None:
    showing(source)
    redate(source)
    (row,) = errata.differences(source).fields
    assert (row.field, row.old, row.new, row.editions) == ("date", "1955", "1956", 1)


def test_an_edition_that_was_cut_with_the_right_words_is_none_of_them(source: Source, publisher: User) -> None:
    wrong = showing(source)
    redate(source)
    actions.publish_again(wrong.lesson, by=publisher)
    right = showing(source)
    assert [edition.id for edition in errata.differences(source).editions] == [wrong.pk]
    assert right.pk != wrong.pk


def test_each_edition_keeps_what_its_own_copy_said(source: Source, publisher: User) -> None:
    first = showing(source)
    redate(source, "1957")
    second = showing(source)
    redate(source, "1956")
    announce(source, publisher)
    said = {use.edition_id: use.old["date"] for use in ErratumEdition.objects.all()}
    assert said == {first.pk: "1955", second.pk: "1957"}


def test_a_changed_text_is_said_by_its_passages(source: Source, publisher: User) -> None:
    edition = showing(source)
    source.text[0].value.source = "<p>Women carry stones.</p>"
    source.save_revision().publish()
    announce(source, publisher)
    (correction,) = errata.of_edition(edition.pk)
    (fact,) = correction.facts
    assert (fact.field, fact.old, fact.new) == ("text", "1. Men carry stones.", "1. Women carry stones.")


def test_of_a_long_text_the_difference_is_announced_wherever_it_stands_and_the_page_says_so(publisher: User) -> None:
    walls = "They carry stones. " * 400
    source = make_source(title="A wall", passages=(f"{walls} It ended in May.",))
    edition = showing(source)
    source.text[0].value.source = f"<p>{walls} It ended in June.</p>"
    source.save_revision().publish()
    page = at_desk(publisher).get(f"/cms/sources/{source.pk}/correction/").content.decode()
    assert "only what stands around the first difference" in page
    announce(source, publisher)
    (fact,) = errata.of_edition(edition.pk)[0].facts
    assert fact.old.startswith("… ")
    assert fact.old.endswith("They carry stones. It ended in May.")
    assert fact.new.endswith("They carry stones. It ended in June.")
    assert fact.in_part
    assert errata.differences(source).fields == ()
    for path in (edition.address, "/cms/corrections/"):
        assert "only what stands around the first difference" in at_desk(publisher).get(path).content.decode()


def test_what_differs_costs_the_same_for_one_edition_and_for_many(source: Source, queries: Any) -> None:
    showing(source)
    redate(source)
    one = queries(lambda: errata.differences(source))
    for date in ("1957", "1958", "1959"):
        redate(source, date)
        showing(source)
    redate(source, "1956")
    assert queries(lambda: errata.differences(source)) == one
    assert len(errata.differences(source).editions) == 4


# Announcing


def test_a_correction_changes_no_edition(source: Source, publisher: User) -> None:
    edition = showing(source)
    before = bytes(edition.face("document").bytes)
    redate(source)
    erratum = announce(source, publisher)
    assert (erratum.fields, erratum.old, erratum.new) == (["date"], {"date": "1955"}, {"date": "1956"})
    assert bytes(Edition.objects.get().face("document").bytes) == before
    assert Edition.objects.get().pk == edition.pk
    entry = ModelLogEntry.objects.for_instance(source).get(action="lessons.erratum")
    assert entry.user == publisher
    assert "1" in entry.message


def test_the_same_is_not_announced_twice(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    told = {"fields": ["date"], "old": {"date": "1955"}, "new": {"date": "1956"}}
    announce(source, publisher, **told)
    with pytest.raises(actions.NothingToCorrect):
        announce(source, publisher, **told)
    redate(source, "1957")
    announce(source, publisher)
    assert Erratum.objects.count() == 2


def test_what_changed_since_it_was_looked_at_is_not_announced(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    told = {"fields": ["date"], "old": {"date": "1955"}, "new": {"date": "1956"}}
    redate(source, "1957")
    with pytest.raises(actions.CorrectionOutdated):
        announce(source, publisher, **told)
    assert not Erratum.objects.exists()


def test_who_may_not_publish_announces_nothing(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    with pytest.raises(PermissionDenied):
        announce(source, author())
    assert not Erratum.objects.exists()
    assert announce(source, publisher)


@pytest.mark.parametrize(
    "wrong",
    [{"fields": []}, {"note": " \n"}, {"note": "x" * 2001}, {"severity": "enormous"}],
    ids=["no field", "no note", "long note", "severity"],
)
def test_a_correction_that_says_nothing_is_refused(source: Source, publisher: User, wrong: dict[str, Any]) -> None:
    showing(source)
    redate(source)
    with pytest.raises(ValidationFailed):
        announce(source, publisher, **wrong)
    assert announce(source, publisher)


# Written once


def test_what_was_announced_stays(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    erratum = announce(source, publisher)
    (use,) = erratum.affected.all()
    for act in [erratum.save, erratum.delete, use.save, use.delete, lambda: Erratum.objects.update(note="")]:
        with pytest.raises(WrittenOnce):
            act()
    for table, change in [
        ("lessons_erratum", "note = 'x'"),
        ("lessons_erratum", "\"old\" = '{}'"),
        ("lessons_erratum", "\"new\" = '{}'"),
        ("lessons_erratumedition", "letter = 'Z'"),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")
    publisher.delete()
    assert Erratum.objects.get().by is None


def test_a_source_with_a_correction_is_not_deleted(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    announce(source, publisher)
    client = at_desk(publisher)
    assert client.post(f"/cms/snippets/lessons/source/delete/{source.pk}/").status_code == 409
    assert Source.objects.filter(pk=source.pk).exists()


# The pages


def page_of(source: Source) -> str:
    return f"/cms/sources/{source.pk}/correction/"


def form_of(client: Any, source: Source, **changes: Any) -> dict[str, Any]:
    form = client.get(page_of(source)).context["form"]
    seen = {name: form[name].value() for name in ("fields_wrong", "severity", "seen")}
    return {**seen, "note": NOTE, **changes}


def test_the_page_offers_what_differs_and_announces_it(source: Source, publisher: User) -> None:
    showing(source, title="Walls")
    redate(source)
    client = at_desk(publisher)
    page = client.get(page_of(source)).content.decode()
    assert "“Walls”, edition 1" in page
    assert "</span>1955</del>" in page
    assert "</span>1956</ins>" in page
    answer = client.post(page_of(source), form_of(client, source), follow=True)
    assert "The correction stands beside 1 edition now." in answer.content.decode()
    assert NOTE in answer.content.decode()
    erratum = Erratum.objects.get()
    assert (erratum.by, erratum.severity, erratum.note) == (publisher, "minor", NOTE)
    assert "Every edition says what the source says now" in client.get(page_of(source)).content.decode()


def test_a_page_that_was_overtaken_announces_nothing_and_says_so(source: Source, publisher: User) -> None:
    showing(source)
    redate(source)
    client = at_desk(publisher)
    form = form_of(client, source, note="Typed for half an hour.", severity="major")
    redate(source, "1957")
    answer = client.post(page_of(source), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The source has changed since you looked at it. Nothing was announced." in page
    assert "</span>1957</ins>" in page
    assert not Erratum.objects.exists()
    # What was typed is there, and is announced upon what was seen now.
    shown = answer.context["form"]
    again = {name: shown[name].value() for name in ("fields_wrong", "severity", "seen", "note")}
    assert (again["note"], again["severity"]) == ("Typed for half an hour.", "major")
    assert client.post(page_of(source), again).status_code == 302
    assert Erratum.objects.get().new == {"date": "1957"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"note": ""},
        {"note": "x\x00"},
        {"fields_wrong": []},
        {"fields_wrong": ["title"]},
        {"fields_wrong": ["<script>"]},
        {"severity": "enormous"},
        {"seen": "x" * 99},
    ],
)
def test_a_form_that_is_not_whole_is_shown_again_with_what_is_wrong(
    source: Source, publisher: User, wrong: dict[str, Any]
) -> None:
    showing(source)
    redate(source)
    client = at_desk(publisher)
    assert client.post(page_of(source), form_of(client, source, **wrong)).status_code == 422
    assert not Erratum.objects.exists()
    assert client.post(page_of(source), form_of(client, source)).status_code == 302


def test_markup_in_a_note_is_shown_as_words(source: Source, publisher: User) -> None:
    edition = showing(source)
    redate(source)
    announce(source, publisher, note="<script>alert(1)</script>")
    page = at_desk(publisher).get("/cms/corrections/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert errata.of_edition(edition.pk)


def test_the_list_costs_the_same_for_one_correction_and_for_many(source: Source, publisher: User, queries: Any) -> None:
    showing(source)
    redate(source)
    announce(source, publisher)
    client = at_desk(publisher)
    client.get("/cms/corrections/")
    one = queries(lambda: client.get("/cms/corrections/"))
    for date in ("1957", "1958", "1959"):
        redate(source, date)
        announce(source, publisher)
    assert queries(lambda: client.get("/cms/corrections/")) == one


# Publishing meanwhile


@pytest.mark.parametrize("again", [False, True], ids=["published", "published again"])
def test_no_edition_is_cut_with_words_of_a_source_that_were_put_right_meanwhile(
    source: Source, publisher: User, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    lesson = showing(source).lesson
    compile, meanwhile = Lesson.compile, iter(["1956"])

    def compile_and_redate(draft: Lesson) -> Any:
        compiled = compile(draft)
        for date in meanwhile:
            redate(source, date)
            announce(source, publisher)
        return compiled

    monkeypatch.setattr(Lesson, "compile", compile_and_redate)
    lesson.title = "Other walls"
    edition = actions.publish_again(lesson, by=publisher) if again else publish(lesson)
    assert edition.read().sources[0]["date"]["display"] == "1956"
    assert errata.of_edition(edition.pk) == errata.differences(source).editions == ()


# Teachers' own versions


HERS = "Walls as I teach them"


def version_of(edition: Edition, teacher: User, title: str = HERS) -> Adaptation:
    row = adaptations.start(edition, by=teacher)
    return adaptations.change(row, if_version=1, by=teacher, title=title)


def test_a_correction_reaches_editions_of_teachers_and_curators_read_no_title_of_theirs(
    cast: Cast, source: Source, publisher: User
) -> None:
    edition = showing(source, title="Walls")
    cut = adaptations.cut(version_of(edition, cast.teacher), by=cast.teacher)
    redate(source)
    assert {row.id: (row.title, row.adapted) for row in errata.differences(source).editions} == {
        edition.pk: ("Walls", False),
        cut.pk: ("Walls", True),
    }
    client = at_desk(publisher)
    page = client.get(page_of(source)).content.decode()
    assert "“Walls”, edition 1" in page
    assert "1 edition of a teacher’s own version" in page
    assert HERS not in page
    listed = client.post(page_of(source), form_of(client, source), follow=True).content.decode()
    assert "beside 2 editions" in listed
    assert "Walls (1); 1 edition of a teacher’s own version" in listed
    assert HERS not in listed
    assert [fact.old for fact in errata.of_edition(cut.pk)[0].facts] == ["1955"]


def test_an_edition_of_a_teacher_that_is_cut_after_the_correction_carries_it(
    cast: Cast, source: Source, publisher: User
) -> None:
    first = make_source(title="A letter", passages=("We are tired.",))
    shown = [("source", {"source": each, "framing": "", "first": None, "last": None}) for each in (first, source)]
    edition = publish(make_lesson(sections=[("S", shown)]))
    redate(source)
    erratum = announce(source, publisher)
    row = version_of(edition, cast.teacher)
    cut = adaptations.cut(row, by=cast.teacher)
    (told,) = errata.of_edition(cut.pk)
    assert (told.id, told.letter, [fact.old for fact in told.facts]) == (str(erratum.pk), "B", ["1955"])
    plan = adapting.moved(row.plan, str(source.uuid), -1)
    row = adaptations.change(row, if_version=row.version, by=cast.teacher, plan=plan)
    assert errata.of_edition(adaptations.cut(row, by=cast.teacher).pk)[0].letter == "A"
    dropped = adapting.with_kept(row.plan, str(source.uuid), False)
    row = adaptations.change(row, if_version=row.version, by=cast.teacher, plan=dropped)
    assert errata.of_edition(adaptations.cut(row, by=cast.teacher).pk) == ()
    # What the editions were told is not offered once more.
    assert errata.differences(source).editions == ()
