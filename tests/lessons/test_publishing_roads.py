"""Every road to publication cuts exactly one edition, and either all of it happens or nothing does."""

import datetime
import io
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry, TaskState, WorkflowState

from accounts.models import User
from destalin_site.common.errors import DomainError
from lessons import actions
from lessons.models import CurrentEdition, Edition, Lesson, Section, Source
from lessons.models.edition import EditionManager
from tests.lessons.desk import (
    at_desk,
    author,
    editor,
    lesson_form,
    loaded,
    new_section,
    send,
    source_form,
    with_section,
)
from tests.lessons.factories import make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> User:
    return author()


@pytest.fixture
def publisher() -> User:
    return editor()


@pytest.fixture
def lesson() -> Lesson:
    return make_lesson(title="Walls")


def by_button(lesson: Lesson, publisher: User, **changes: Any) -> Any:
    return send(at_desk(publisher), lesson, lesson_form(lesson, **changes), "publish")


def submit(lesson: Lesson, writer: User) -> Any:
    return send(at_desk(writer), lesson, lesson_form(lesson), "submit")


def approve(lesson: Lesson, publisher: User, action: str = "approve", **data: Any) -> Any:
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    url = f"/cms/snippets/lessons/lesson/workflow/action/{lesson.pk}/{action}/{state.pk}/"
    return at_desk(publisher).post(url, data)


def by_approval(lesson: Lesson, writer: User, publisher: User) -> None:
    submit(lesson, writer)
    approve(lesson, publisher)


def by_schedule(lesson: Lesson, publisher: User) -> None:
    soon = timezone.now() + datetime.timedelta(hours=1)
    by_button(lesson, publisher, go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    assert not Edition.objects.exists()
    at_the_hour(soon)


def at_the_hour(when: datetime.datetime) -> str:
    import time_machine

    out = io.StringIO()
    with time_machine.travel(when + datetime.timedelta(minutes=1)):
        call_command("publish_scheduled", stdout=out, stderr=out)
    return out.getvalue()


def test_the_button_cuts_one_edition(lesson: Lesson, publisher: User) -> None:
    by_button(lesson, publisher)
    edition = Edition.objects.get()
    assert (edition.number, edition.published_by) == (1, publisher)
    assert CurrentEdition.objects.get().edition == edition


def test_an_approval_cuts_one_edition(lesson: Lesson, writer: User, publisher: User) -> None:
    submit(lesson, writer)
    assert not Edition.objects.exists()
    approve(lesson, publisher)
    assert Edition.objects.get().published_by == publisher
    assert Lesson.objects.get().live


def test_an_approval_inside_the_editor_cuts_one_edition(lesson: Lesson, writer: User, publisher: User) -> None:
    submit(lesson, writer)
    form = lesson_form(lesson, title="Walls, revised")
    send(at_desk(publisher), lesson, {**form, "workflow-action-name": "approve"}, "workflow-action")
    assert Edition.objects.get().title == "Walls, revised"


def told(response: Any) -> str:
    """The message of the desk's next page, as words."""
    (message,) = get_messages(response.wsgi_request)
    return " ".join(strip_tags(str(message)).split())


def test_publishing_and_approving_say_which_edition_it_is_and_lead_to_it(
    lesson: Lesson, writer: User, publisher: User
) -> None:
    answer = by_button(lesson, publisher)
    assert told(answer) == "“Walls” was published: edition 1. Read it Edit"
    (message,) = get_messages(answer.wsgi_request)
    assert f'href="{Edition.objects.get().address}"' in str(message)

    form = lesson_form(lesson, title="Walls, revised")
    send(at_desk(writer), lesson, form, "submit")
    assert told(approve(lesson, publisher)) == "“Walls, revised” was published: edition 2. Read it"

    submit(lesson, writer)
    mine = lesson_form(lesson, title="Walls, once more") | {"workflow-action-name": "approve"}
    answer = send(at_desk(publisher), lesson, mine, "workflow-action")
    assert told(answer) == "“Walls, once more” was published: edition 3. Read it Edit"


def test_what_is_approved_for_later_says_when_and_what_is_sent_back_says_that(
    lesson: Lesson, writer: User, publisher: User
) -> None:
    soon = timezone.now() + datetime.timedelta(days=2)
    later = lesson_form(lesson, go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    send(at_desk(writer), lesson, later, "submit")
    assert told(approve(lesson, publisher)).startswith("“Walls” will be published on ")
    assert not Edition.objects.exists()

    gates = make_lesson(title="Gates")
    submit(gates, writer)
    answer = approve(gates, publisher, "reject", comment="Who built them?")
    assert told(answer) == "“Gates” was sent back to whoever submitted it."


def test_the_schedule_cuts_one_edition_at_its_time_and_none_before(lesson: Lesson, publisher: User) -> None:
    by_schedule(lesson, publisher)
    assert Edition.objects.get().number == 1
    assert Lesson.objects.get().live


def test_an_old_edition_is_served_until_the_scheduled_one(lesson: Lesson, publisher: User) -> None:
    by_button(lesson, publisher)
    soon = timezone.now() + datetime.timedelta(hours=1)
    by_button(lesson, publisher, title="Walls, later", go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    assert Edition.objects.current().get().title == "Walls"
    at_the_hour(soon)
    assert Edition.objects.current().get().title == "Walls, later"
    assert Edition.objects.count() == 2


def test_a_command_cuts_one_edition(lesson: Lesson, publisher: User) -> None:
    actions.publish_lesson(lesson, by=publisher)
    assert Edition.objects.get().published_by == publisher


ROADS = [
    pytest.param(lambda lesson, writer, publisher: by_button(lesson, publisher), id="button"),
    pytest.param(by_approval, id="approval"),
    pytest.param(lambda lesson, writer, publisher: by_schedule(lesson, publisher), id="schedule"),
    pytest.param(lambda lesson, writer, publisher: actions.publish_lesson(lesson, by=publisher), id="command"),
]


class Fire(Exception):
    pass


@pytest.mark.parametrize("road", ROADS)
def test_a_failure_while_the_edition_is_cut_leaves_nothing_behind(
    road: Any, lesson: Lesson, writer: User, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burn(*args: Any) -> None:
        raise Fire

    monkeypatch.setattr(EditionManager, "_make_current", burn)
    with pytest.raises((Fire, CommandError)):
        road(lesson, writer, publisher)
    assert not Edition.objects.exists()
    row = Lesson.objects.get()
    assert (row.live, row.live_revision_id) == (False, None)
    assert not ModelLogEntry.objects.filter(action="wagtail.publish").exists()


@pytest.mark.parametrize("road", ROADS)
def test_each_road_taken_twice_with_the_same_words_cuts_nothing_more(
    road: Any, lesson: Lesson, writer: User, publisher: User
) -> None:
    actions.publish_lesson(lesson, by=publisher)
    if road is not ROADS[2].values[0]:  # the schedule has its own test
        road(lesson, writer, publisher)
    assert Edition.objects.count() == 1


# Who may


def test_an_author_cannot_publish(lesson: Lesson, writer: User) -> None:
    response = send(at_desk(writer), lesson, lesson_form(lesson), "publish")
    assert response.status_code == 302  # saved as a draft, as if the button were not there
    assert not Edition.objects.exists()
    assert not Lesson.objects.get().live


def test_an_author_cannot_approve_her_own_work(lesson: Lesson, writer: User) -> None:
    submit(lesson, writer)
    assert approve(lesson, writer).status_code in {302, 403}
    assert not Edition.objects.exists()


def test_an_author_cannot_take_a_lesson_out_of_the_catalogue(lesson: Lesson, writer: User, publisher: User) -> None:
    actions.publish_lesson(lesson, by=publisher)
    at_desk(writer).post(f"/cms/snippets/lessons/lesson/unpublish/{lesson.pk}/")
    assert Lesson.objects.get().live
    at_desk(publisher).post(f"/cms/snippets/lessons/lesson/unpublish/{lesson.pk}/")
    assert not Lesson.objects.get().live


def test_a_rejection_returns_the_draft_with_its_note(lesson: Lesson, writer: User, publisher: User) -> None:
    submit(lesson, writer)
    approve(lesson, publisher, "reject", comment="Name the archive.")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert TaskState.objects.get().comment == "Name the archive."
    assert not Edition.objects.exists()
    submit(lesson, writer)
    approve(lesson, publisher)
    assert Edition.objects.count() == 1


def test_a_submitted_lesson_is_locked_for_its_author(lesson: Lesson, writer: User) -> None:
    submit(lesson, writer)
    send(at_desk(writer), lesson, lesson_form(lesson, title="Changed behind the editor's back"))
    assert Lesson.objects.get().get_latest_revision_as_object().title == "Walls"


# What readers get


def test_a_saved_edit_of_a_published_lesson_changes_nothing_for_readers(lesson: Lesson, publisher: User) -> None:
    by_button(lesson, publisher)
    before = bytes(Edition.objects.get().face("document").bytes)
    send(at_desk(publisher), lesson, lesson_form(lesson, title="Walls, revised"))
    assert bytes(Edition.objects.current().get().face("document").bytes) == before
    by_button(lesson, publisher)
    assert Edition.objects.current().get().title == "Walls, revised"


def test_restoring_an_old_revision_is_a_new_revision_and_its_edition_is_current_again(
    lesson: Lesson, publisher: User
) -> None:
    by_button(lesson, publisher)
    first = Lesson.objects.get().latest_revision
    by_button(lesson, publisher, title="Walls, revised")
    assert Edition.objects.current().get().number == 2
    client = at_desk(publisher)
    url = f"/cms/snippets/lessons/lesson/history/{lesson.pk}/revisions/{first.pk}/revert/"
    assert b"Walls" in client.get(url).content
    revisions = lesson.revisions.count()
    client.post(url, {**lesson_form(lesson, title="Walls"), "action-publish": "on"})
    assert lesson.revisions.count() == revisions + 1
    assert Edition.objects.count() == 2
    assert Edition.objects.current().get().number == 1
    assert Lesson.objects.get().latest_revision.content["title"] == "Walls"


# What cannot be published


def test_a_draft_may_be_unfinished_and_says_beside_the_field_what_keeps_it_from_publishing(
    lesson: Lesson, publisher: User
) -> None:
    form = with_section(lesson_form(lesson), new_section(""))
    assert send(at_desk(publisher), lesson, form).status_code == 302
    form = lesson_form(lesson)
    response = send(at_desk(publisher), lesson, form, "publish")
    assert response.status_code == 200
    assert not Edition.objects.exists()
    assert "heading" in response.context["form"].formsets["sections"].forms[-1].errors


def test_an_unpublished_source_is_said_at_its_block(publisher: User) -> None:
    source = make_source(published=False)
    lesson = make_lesson(sections=[("S", [("source", {"source": source, "framing": "", "first": None, "last": None})])])
    response = by_button(lesson, publisher)
    assert response.status_code == 200
    (form,) = response.context["form"].formsets["sections"].forms
    (error,) = form.errors["body"].as_data()
    assert error.block_errors[0].block_errors["source"].code == "source-not-published"
    assert "has not been published yet" in response.content.decode()


def test_a_lesson_without_words_is_told_so(publisher: User) -> None:
    response = by_button(make_lesson(sections=[]), publisher)
    assert response.status_code == 200
    assert [error.code for error in response.context["form"].non_field_errors().as_data()] == ["sections-missing"]


def test_submitting_asks_for_a_lesson_that_could_be_published(writer: User) -> None:
    lesson = make_lesson(sections=[])
    assert submit(lesson, writer).status_code == 200
    assert not WorkflowState.objects.exists()


def test_an_approval_that_cannot_publish_changes_nothing_and_says_why(writer: User, publisher: User) -> None:
    source = make_source()
    lesson = make_lesson(sections=[("S", [("source", {"source": source, "framing": "", "first": None, "last": None})])])
    submit(lesson, writer)
    source.unpublish()
    response = approve(lesson, publisher)
    assert response.status_code == 302
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
    assert not Edition.objects.exists()
    page = at_desk(publisher).get(f"/cms/snippets/lessons/lesson/edit/{lesson.pk}/")
    assert page.status_code == 200


def test_what_fails_after_the_form_was_right_keeps_the_draft_and_is_no_error_of_the_server(
    lesson: Lesson, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise DomainError

    monkeypatch.setattr(Lesson, "publish", refuse)
    response = by_button(lesson, publisher, title="Kept")
    assert response.status_code == 302
    assert Lesson.objects.get().get_latest_revision_as_object().title == "Kept"


def test_one_lesson_that_cannot_be_published_does_not_hold_up_the_schedule(publisher: User) -> None:
    source = make_source()
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    bad, good = make_lesson(sections=[("S", [shown])]), make_lesson()
    soon = timezone.now() + datetime.timedelta(hours=1)
    for lesson in (bad, good):
        by_button(lesson, publisher, go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    source.unpublish()
    with pytest.raises(CommandError):
        at_the_hour(soon)
    assert Edition.objects.get().lesson == good


# Sources


def test_a_changed_source_offers_to_publish_again_the_lessons_that_show_it(publisher: User, writer: User) -> None:
    source = make_source(title="A letter", passages=("They pay by the stone.",))
    lesson = make_lesson(sections=[("S", [("source", {"source": source, "framing": "", "first": None, "last": None})])])
    actions.publish_lesson(lesson, by=publisher)
    source.text[0].value.source = "<p>They pay by the day.</p>"
    source.save_revision(user=writer)
    client = at_desk(publisher)
    url = f"/cms/snippets/lessons/source/edit/{source.pk}/"
    latest = Source.objects.get().latest_revision
    response = client.post(url, source_form(source) | loaded(latest) | {"action-publish": "on"}, follow=True)
    assert "1 published lesson still shows or quotes this source as it was." in response.content.decode()
    again = f"/cms/sources/{source.pk}/publish-again/"
    assert lesson.title in client.get(again).content.decode()
    assert at_desk(writer).post(again).status_code in {302, 403}
    assert Edition.objects.count() == 1
    client.post(again)
    assert Edition.objects.current().get().number == 2
    (shown,) = Edition.objects.current().get().read().sources
    assert shown["blocks"][0]["text"] == "They pay by the day."


@pytest.fixture
def source() -> Source:
    return make_source(title="A letter", passages=("They pay by the stone.",))


def showing(source: Source) -> tuple[str, dict[str, Any]]:
    return "source", {"source": source, "framing": "", "first": None, "last": None}


def make_showing(source: Source, **fields: Any) -> Lesson:
    return make_lesson(sections=[("S", [showing(source)])], **fields)


def change(source: Source) -> None:
    source.text[0].value.source = "<p>They pay by the day.</p>"
    source.save_revision().publish()


def words_of(lesson: Lesson) -> tuple[str, str]:
    """The title and the first passage that readers get."""
    document = Edition.objects.current().get(lesson=lesson).read()
    return document.lesson["title"], document.sources[0]["blocks"][0]["text"]


def press_publish_again(publisher: User, source: Source) -> Any:
    return at_desk(publisher).post(f"/cms/sources/{source.pk}/publish-again/", follow=True)


def test_publishing_again_leaves_a_scheduled_edition_to_its_hour(publisher: User, source: Source) -> None:
    lesson = make_showing(source, title="Walls")
    by_button(lesson, publisher)
    soon = timezone.now() + datetime.timedelta(hours=1)
    by_button(lesson, publisher, title="Walls, later", go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    scheduled = Lesson.objects.get().scheduled_revision
    change(source)
    press_publish_again(publisher, source)
    assert words_of(lesson) == ("Walls", "They pay by the day.")
    row = Lesson.objects.get()
    assert row.has_unpublished_changes
    assert row.scheduled_revision == scheduled
    assert row.scheduled_revision.approved_go_live_at == scheduled.approved_go_live_at
    at_the_hour(soon)
    assert words_of(lesson) == ("Walls, later", "They pay by the day.")
    assert Edition.objects.count() == 3


def test_publishing_again_calls_off_no_review(publisher: User, writer: User, source: Source) -> None:
    lesson = make_showing(source, title="Walls")
    by_button(lesson, publisher)
    submit(lesson, writer)
    change(source)
    press_publish_again(publisher, source)
    assert words_of(lesson) == ("Walls", "They pay by the day.")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_publishing_again_is_in_the_log_and_moves_nothing_else(publisher: User, source: Source) -> None:
    lesson = make_showing(source, title="Walls")
    by_button(lesson, publisher)
    before = Lesson.objects.get()
    change(source)
    press_publish_again(publisher, source)
    after = Lesson.objects.get()
    assert after.last_published_at > before.last_published_at
    moved = {f.name for f in Lesson._meta.fields if getattr(after, f.name) != getattr(before, f.name)}
    assert moved == {"last_published_at"}
    entries = ModelLogEntry.objects.for_instance(lesson).filter(user=publisher)
    assert entries.filter(action="wagtail.publish", revision=after.live_revision).count() == 2
    assert entries.filter(action="lessons.edition.cut").count() == 2


def test_what_was_published_while_others_were_published_again_stays(
    publisher: User, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_showing(source, position=1)
    second = make_showing(source, position=2, title="Gates", course=first.course)
    for lesson in (first, second):
        publish(lesson)
    change(source)
    cut = EditionManager.cut

    def cut_and_meet_a_colleague(self: Any, lesson: Lesson, *args: Any, **kwargs: Any) -> Edition:
        edition = cut(self, lesson, *args, **kwargs)
        if lesson == first:
            by_button(second, publisher, title="Gates, put right")
        return edition

    monkeypatch.setattr(EditionManager, "cut", cut_and_meet_a_colleague)
    press_publish_again(publisher, source)
    assert words_of(second) == ("Gates, put right", "They pay by the day.")


def test_what_was_published_while_the_same_lesson_was_compiled_stays(
    publisher: User, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = make_showing(source, title="Walls")
    publish(lesson)
    change(source)
    compile_lesson, colleagues = Lesson.compile, ["Walls, put right"]

    def compile_and_meet_a_colleague(self: Lesson) -> Any:
        compiled = compile_lesson(self)
        if colleagues:
            by_button(lesson, publisher, title=colleagues.pop())
        return compiled

    monkeypatch.setattr(Lesson, "compile", compile_and_meet_a_colleague)
    edition = actions.publish_again(lesson, by=publisher)
    assert edition.title == "Walls, put right"
    assert words_of(lesson) == ("Walls, put right", "They pay by the day.")


def test_what_was_taken_out_of_the_catalogue_meanwhile_stays_out(publisher: User, source: Source) -> None:
    lesson = make_showing(source)
    publish(lesson)
    stale = Lesson.objects.get()
    Lesson.objects.get().unpublish()
    with pytest.raises(actions.NothingToPublish):
        actions.publish_again(stale, by=publisher)
    assert not Edition.objects.current().exists()


def test_who_may_not_publish_publishes_nothing_again(writer: User, publisher: User, source: Source) -> None:
    lesson = make_showing(source)
    publish(lesson)
    change(source)
    with pytest.raises(PermissionDenied):
        actions.publish_again(lesson, by=writer)
    assert Edition.objects.count() == 1
    assert actions.publish_again(lesson, by=publisher).number == 2


def test_a_lesson_whose_draft_alone_shows_the_source_is_not_offered(publisher: User, source: Source) -> None:
    shows, mentions = make_showing(source, title="Walls"), make_lesson(title="Gates")
    for lesson in (shows, mentions):
        publish(lesson)
    draft = Lesson.objects.get(pk=mentions.pk).get_latest_revision_as_object()
    draft.sections.add(Section(heading="Planned", body=[showing(source)], sort_order=9))
    draft.save_revision()
    assert draft.draft_sources.exists()
    page = at_desk(publisher).get(f"/cms/sources/{source.pk}/publish-again/").content.decode()
    assert "Walls" in page
    assert "Gates" not in page
    change(source)
    done = actions.publish_again_showing(source, by=publisher)
    assert [result.lesson for result in done] == [shows]
