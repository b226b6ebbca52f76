"""The student's pages without a script: the day, the desk and its forms, handing in, what was set aside, feedback."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions as people
from accounts.models import User
from assignments import access, actions, answers, desk, readings
from assignments.errors import AssignmentClosed, StateConflict
from assignments.models import Assignment, Attempt, Draft, Grade, ParkedCopy, Submission
from assignments.today import today
from destalin_site.common import clock
from destalin_site.common.errors import VersionStale
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories


@pytest.fixture
def hers(client: Client, cast: Cast) -> Client:
    """The student's."""
    client.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(client: Client, name: str, *args: object, **query: str) -> Any:
    return client.get(reverse(name, args=args), query)


def essay(assignment: Assignment) -> str:
    return next(name for name, question in readings.questions(assignment).items() if question.kind == "essay")


def press(client: Client, submission: Submission, do: str, text: str | None = None, **fields: object) -> Any:
    """Opens the desk and sends its form as a browser without scripts would, with these fields changed. `text` goes
    into the first field, for which a citation is too."""
    page = get(client, "desk", submission.pk).context_data["desk"]
    sent: dict[str, object] = {"base": json.dumps(page.base), "rev": page.rev, "do": do}
    for box in page.boxes:
        sent |= {f"text-{block.id}": block.text for block in box.blocks}
        sent |= {f"choice-{box.id}": option.id for option, chosen in box.options if chosen}
    first = page.boxes[0].blocks[0].id
    sent |= {"target": first} | ({} if text is None else {f"text-{first}": text})
    return client.post(reverse("desk", args=[submission.pk]), {**sent, **fields})


def draft(submission: Submission) -> answers.Body:
    return Draft.objects.get(submission=submission).body


# --- The day ----------------------------------------------------------------------------------------------------------


def test_a_day_without_work_says_what_will_stand_there(hers: Client) -> None:
    page = get(hers, "my-work")
    assert page.context_data["today"].empty
    assert "Nothing has been given to you yet" in page.content.decode()


def test_the_day_puts_each_piece_of_work_where_its_turn_is(hers: Client, cast: Cast) -> None:
    edition = work.make_edition()
    titles = ["Later", "Begun", "Handed in", "Returned", "Due first"]
    opens = {"Later": {"opens_at": work.at("2036-01-01T08:00Z")}, "Due first": {"due": work.due("2035-01-01T23:59")}}
    given = {title: work.make_assignment(cast, edition, title=title, **opens.get(title, {})) for title in titles}
    mine = {title: work.submission_of(assignment, cast.student) for title, assignment in given.items()}
    actions.save_draft(mine["Begun"], body=work.body_for(given["Begun"]), if_rev=0, by=cast.student)
    work.hand_in(mine["Handed in"])
    work.hand_in(mine["Returned"])
    work.mark(mine["Returned"], cast.teacher)
    actions.return_grade(mine["Returned"], by=cast.teacher)
    groups = {group.id: group for group in get(hers, "my-work").context_data["today"].groups}
    assert [item.title for item in groups["todo"].items] == ["Due first", "Begun", "Later"]
    assert [item.title for item in groups["handed-in"].items] == ["Handed in"]
    [returned] = groups["returned"].items
    assert (returned.title, returned.big, returned.small) == ("Returned", "7", "of 7")
    acts = {item.title: (item.act, item.primary) for item in groups["todo"].items}
    assert acts == {"Due first": ("Start reading", True), "Later": ("", False), "Begun": ("Go on writing", False)}


def test_late_and_missing_are_said_in_words_and_times_name_their_zone(hers: Client, cast: Cast) -> None:
    edition = work.make_edition()
    missing = work.make_assignment(cast, edition, title="Missing", due=work.due("2026-01-10T12:00"))
    late = work.make_assignment(cast, edition, title="Late", due=work.due("2026-01-10T12:00"))
    with time_machine.travel("2026-01-10T11:14Z", tick=False):
        work.hand_in(work.submission_of(late, cast.student), received_at=clock.now())
        items = [item for group in get(hers, "my-work").context_data["today"].groups for item in group.items]
    words = {item.title: (item.word.text, item.said) for item in items}
    assert words[missing.title][0] == "Missing"
    assert "(CET)" in words[missing.title][1]
    assert words[late.title][0] == "Late 13 min"


def test_what_is_missing_and_still_open_says_until_when_and_how_long_that_is(cast: Cast) -> None:
    made = work.make_assignment(cast, due=work.due("2036-01-10T12:00"), closes_at=work.at("2036-01-13T12:00:00+01:00"))

    def said(now: str) -> str:
        return today(cast.student, now=work.at(now)).groups[0].items[0].said

    left = "You can hand in until 13 January, 12:00 (CET), in 2 days 1 hour."
    assert said("2036-01-11T11:00:00+01:00").endswith(left)
    assert "hand in until" not in said("2036-01-09T12:00:00+01:00")
    assert "hand in until" not in said("2036-01-13T12:01:00+01:00")
    submission = work.submission_of(made, cast.student)
    Submission.objects.filter(pk=submission.pk).update(state="revising")
    [group] = today(cast.student, now=work.at("2036-01-11T11:00:00+01:00")).groups
    assert (group.id, group.items[0].said) == ("revise", f"Your teacher asks for another version. {left}")


def test_what_is_not_open_yet_is_no_thing_to_do(cast: Cast) -> None:
    work.make_assignment(cast, due=work.due("2036-01-10T12:00"), opens_at=work.at("2036-01-02T12:00:00+01:00"))

    def summary(now: str) -> str:
        return today(cast.student, now=work.at(now)).summary

    assert summary("2036-01-02T11:59:59+01:00") == "Nothing to do, 1 that opens later."
    assert summary("2036-01-02T12:00:00+01:00") == "1 thing to do."


def test_the_day_does_not_tell_when_work_is_due_that_is_not_open_yet(hers: Client, cast: Cast) -> None:
    edition = work.make_edition()
    for title, opens, date in [("Opens last", "2036-02-01", "2036-03-10"), ("Opens first", "2036-01-01", "2036-03-20")]:
        fields = {"opens_at": work.at(f"{opens}T08:00Z"), "due": work.due(f"{date}T12:00")}
        work.make_assignment(cast, edition, title=title, **fields)
    page = get(hers, "my-work")
    [group] = page.context_data["today"].groups
    assert [(item.title, item.big, item.small) for item in group.items] == [
        ("Opens first", "–", "not open"),
        ("Opens last", "–", "not open"),
    ]
    assert "Opens Tuesday 1 January 2036" in group.items[0].said
    assert "Mar" not in page.content.decode()
    [group] = today(cast.student, now=work.at("2036-02-02T08:00Z")).groups
    assert [(item.title, item.big, item.small) for item in group.items] == [
        ("Opens last", "10", "Mar"),
        ("Opens first", "20", "Mar"),
    ]


def test_the_day_costs_the_same_for_one_piece_of_work_and_for_twenty(
    cast: Cast, hers: Client, queries: Callable[[Callable[[], object]], int]
) -> None:
    edition = work.make_edition()

    def give(n: int) -> None:
        for _n in range(n):
            assignment = work.make_assignment(cast, edition)
            submission = work.submission_of(assignment, cast.student)
            actions.save_draft(submission, body=work.body_for(assignment), if_rev=0, by=cast.student)
            with pytest.raises(VersionStale):
                actions.save_draft(submission, body=work.body_for(assignment, "Or so."), if_rev=0, by=cast.student)

    give(1)
    one = queries(lambda: get(hers, "my-work"))
    give(19)
    assert queries(lambda: get(hers, "my-work")) == one


# --- The desk ---------------------------------------------------------------------------------------------------------


def test_before_it_opens_only_the_title_and_the_opening_time_are_shown(hers: Client, cast: Cast) -> None:
    assignment = work.make_assignment(
        cast, title="Secret walls", instructions="Not yet.", opens_at=work.at("2036-01-01T08:00Z")
    )
    page = get(hers, "desk", work.submission_of(assignment, cast.student).pk).content.decode()
    assert "Secret walls" in page
    assert "Tuesday 1 January 2036, 09:00 Warsaw time (CET)" in page
    assert "Not yet." not in page
    assert work.TEXT not in page


def test_opening_and_saving_an_untouched_desk_changes_nothing(hers: Client, submission: Submission) -> None:
    press(hers, submission, "save")
    assert draft(submission) == answers.EMPTY
    page = get(hers, "desk", submission.pk).context_data["desk"]
    assert page.config["saved"] == answers.EMPTY


def test_a_save_without_script_keeps_texts_and_choices(hers: Client, submission: Submission) -> None:
    assignment = submission.assignment
    single = next(n for n, question in readings.questions(assignment).items() if question.kind == "single")
    option = readings.document(assignment.edition_id).question(single)["options"][1]["id"]
    assert press(hers, submission, "save", "One\r\ntwo", **{f"choice-{single}": option}).status_code == 302
    written, chosen = draft(submission)["answers"]
    assert [block["text"] for block in written["blocks"]] == ["One\ntwo"]
    assert chosen == {"question": single, "blocks": [], "choice": [option]}


def test_a_passage_is_cited_from_the_list_and_taken_out_again(hers: Client, submission: Submission) -> None:
    [passage] = readings.document(submission.assignment.edition_id).citable_blocks()
    press(hers, submission, "cite", passage=passage["id"], stance="contradicts")
    [citation] = draft(submission)["answers"][0]["blocks"][0]["citations"]
    assert (citation["anchor"]["quote"], citation["stance"]) == (work.TEXT, "contradicts")
    press(hers, submission, "save", **{f"stance-{citation['id']}": "context"})
    assert draft(submission)["answers"][0]["blocks"][0]["citations"][0]["stance"] == "context"
    press(hers, submission, f"uncite {citation['id']}")
    assert draft(submission) == answers.EMPTY


def test_a_claim_is_added_and_removed(hers: Client, submission: Submission) -> None:
    press(hers, submission, f"add-claim {essay(submission.assignment)}")
    [_paragraph, claim] = draft(submission)["answers"][0]["blocks"]
    assert claim["kind"] == "claim"
    page = get(hers, "desk", submission.pk)
    assert "This claim needs a passage" in page.content.decode()
    press(hers, submission, f"remove {claim['id']}")
    assert draft(submission) == answers.EMPTY


@pytest.mark.parametrize("odd", [{"do": "dance"}, {"stance": "sideways"}, {"passage": "p" * 200}])
def test_an_odd_word_in_a_form_costs_nobody_her_text(hers: Client, submission: Submission, odd: dict[str, str]) -> None:
    do = odd.get("do", "save")
    answer = press(hers, submission, do, "Readable.", **{key: odd[key] for key in odd if key != "do"})
    assert answer.status_code == 302
    assert "Readable." in json.dumps(draft(submission))


@pytest.mark.parametrize("rev", ["", "newest", "-1", "9" * 30])
def test_a_form_without_a_revision_is_set_aside(hers: Client, submission: Submission, rev: str) -> None:
    answer = press(hers, submission, "save", "Readable.", rev=rev)
    copy = ParkedCopy.objects.waiting().get()
    assert answer.url == reverse("parked-copy", args=[submission.pk, copy.pk])
    assert "Readable." in json.dumps(copy.body)
    assert not Draft.objects.exists()


def test_a_form_that_cannot_be_read_is_answered_with_a_page(
    hers: Client, cast: Cast, submission: Submission, parked: ParkedCopy
) -> None:
    addresses = [
        reverse("desk", args=[submission.pk]),
        reverse("hand-in", args=[submission.pk]),
        reverse("parked-copy", args=[submission.pk, parked.pk]),
    ]
    answers = [hers.post(address, {"base": "{"}) for address in addresses]
    hers.force_login(cast.teacher, backend="django.contrib.auth.backends.ModelBackend")
    answers.append(hers.post(reverse("desk-preview", args=[submission.assignment_id]), {"base": "{"}))
    for answer in answers:
        assert answer.status_code == 400
        assert "errors/400.html" in [template.name for template in answer.templates]


def test_a_stale_save_shows_both_texts_and_overwrites_nothing(hers: Client, cast: Cast, submission: Submission) -> None:
    page = get(hers, "desk", submission.pk).context_data["desk"]
    actions.save_draft(
        submission, body=work.body_for(submission.assignment, "From my phone."), if_rev=0, by=cast.student
    )
    block = page.boxes[0].blocks[0].id
    answer = hers.post(
        reverse("desk", args=[submission.pk]),
        {"base": json.dumps(page.base), "rev": 0, "do": "save", f"text-{block}": "From my desk."},
        follow=True,
    )
    assert answer.redirect_chain[0][0] == reverse("parked-copy", args=[submission.pk, ParkedCopy.objects.get().pk])
    shown = answer.content.decode()
    assert "From my phone." in shown
    assert "From my desk." in shown
    assert "From my phone." in json.dumps(draft(submission))


def test_the_desk_is_drawn_without_a_query(
    hers: Client, cast: Cast, submission: Submission, no_queries: Callable[[], AbstractContextManager[None]]
) -> None:
    page = desk.desk_page(submission.assignment, person=cast.student, now=clock.now(), submission=submission)
    with no_queries():
        render_to_string("assignments/student/desk.html", {"desk": page, "base_json": "{}", "action": "/", "back": "/"})


@pytest.mark.parametrize("date", ["1955", ""])
def test_a_source_on_the_desk_leads_to_what_was_known_then(hers: Client, cast: Cast, date: str) -> None:
    source = factories.make_source(slug="wall", date=date, passages=("They pay by the stone.",))
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    edition = factories.make_edition(sections=[("S", [shown, ("question", factories.question("essay", points="4"))])])
    submission = work.submission_of(work.make_assignment(cast, edition), cast.student)
    page = get(hers, "desk", submission.pk).content.decode()
    # On the tab of the source alone, and beside the work: what is being written stays open.
    link = f'href="/courses/{edition.lesson.course.slug}/timeline/?as_of=wall" target="_blank"'
    assert page.count(link) == page.count("as_of=") == bool(date)
    edition.lesson.unpublish()
    assert "as_of=" not in get(hers, "desk", submission.pk).content.decode()


@pytest.mark.parametrize("secret", ["another", None])
def test_the_key_of_a_copy_is_the_persons_and_the_works_own(
    cast: Cast, submission: Submission, settings: Any, secret: str | None
) -> None:
    mine = desk.copy_keys(cast.student, submission)[0]
    assert len(mine) == 64
    assert mine != desk.copy_keys(cast.classmate, submission)[0]
    if secret:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, [settings.SECRET_KEY]
        assert desk.copy_keys(cast.student, submission)[1] == mine != desk.copy_keys(cast.student, submission)[0]


def test_words_of_the_script_come_in_every_plural_form() -> None:
    labels = desk.labels()
    assert labels["words"] == {
        **dict.fromkeys(("zero", "two", "few", "many", "other"), "%(n)s words"),
        "one": "%(n)s word",
    }


def test_the_desk_says_what_its_one_act_does_in_each_situation(
    hers: Client, cast: Cast, submission: Submission
) -> None:
    def act() -> tuple[str, bool, bool]:
        page = get(hers, "desk", submission.pk).context_data["desk"]
        return page.hand_in.label if page.hand_in else "", bool(page.hand_in and page.hand_in.waits), page.readonly

    assert act() == ("Hand in answer", False, False)
    work.hand_in(submission)
    assert act() == ("Hand in again", False, False)
    actions.claim(submission, by=cast.teacher)
    assert act() == ("Send a newer version", True, False)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    assert act() == ("", False, True)
    cast.room.archived_at = clock.now()
    cast.room.save()
    page = get(hers, "desk", submission.pk)
    assert "This class is archived" in page.content.decode()
    assert 'value="save"' not in page.content.decode()


def test_in_an_archived_class_the_desk_asks_for_nothing_more(hers: Client, cast: Cast) -> None:
    edition = work.make_edition()
    improving = work.submission_of(work.make_assignment(cast, edition, resubmission=True), cast.student)
    work.hand_in(improving)
    work.mark(improving, cast.teacher)
    actions.return_grade(improving, by=cast.teacher)
    work.revise(improving)
    taken_back = work.submission_of(work.make_assignment(cast, edition), cast.student)
    work.hand_in(taken_back)
    actions.withdraw(taken_back, by=cast.student)

    def said(row: Submission) -> str:
        return get(hers, "desk", row.pk).context_data["desk"].going_back.line

    assert "improved version" in said(improving)
    assert said(taken_back).endswith("hand in again.")
    people.archive(cast.room, by=cast.teacher)
    assert said(improving) == ""
    assert said(taken_back) == "Taken back: nothing counts as handed in."


# --- Handing in -------------------------------------------------------------------------------------------------------


def confirm(client: Client, submission: Submission) -> tuple[Any, dict[str, object]]:
    page = get(client, "hand-in", submission.pk)
    context = page.context_data
    sent = {"rev": context["draft"].rev, "client_attempt_id": str(context["attempt_id"])}
    return page, {**sent, **({"incomplete": "on"} if context["missing"] else {})}


def test_handing_in_is_confirmed_done_once_and_answered_with_a_receipt(hers: Client, submission: Submission) -> None:
    answer = press(hers, submission, "hand-in", "All of it.")
    assert answer.url == reverse("hand-in", args=[submission.pk])
    assert not Attempt.objects.exists()
    shown, sent = confirm(hers, submission)
    assert "Your teacher gets this text as hand-in 1" in shown.content.decode()
    for _again in range(2):
        answer = hers.post(reverse("hand-in", args=[submission.pk]), sent)
        assert answer.url == reverse("receipt", args=[submission.pk, 1])
    attempt = Attempt.objects.get()
    receipt = hers.get(answer.url).content.decode()
    assert attempt.receipt_code in receipt
    assert attempt.body_sha256 in receipt
    assert "Warsaw time" in receipt
    assert "All of it." in receipt


def test_unanswered_questions_are_named_before_they_are_handed_in(hers: Client, submission: Submission) -> None:
    press(hers, submission, "save")
    shown, sent = confirm(hers, submission)
    assert [box.name for box in shown.context_data["missing"]] == ["Question 1"]
    hers.post(reverse("hand-in", args=[submission.pk]), sent)
    assert Attempt.objects.get().incomplete


def test_a_draft_that_moved_on_is_looked_at_once_more(hers: Client, cast: Cast, submission: Submission) -> None:
    press(hers, submission, "save")
    _shown, sent = confirm(hers, submission)
    actions.save_draft(submission, body=work.body_for(submission.assignment), if_rev=1, by=cast.student)
    answer = hers.post(reverse("hand-in", args=[submission.pk]), sent)
    assert answer.url == reverse("hand-in", args=[submission.pk])
    assert not Attempt.objects.exists()


def test_after_the_close_a_hand_in_is_set_aside_and_says_so(hers: Client, cast: Cast) -> None:
    assignment = work.make_assignment(cast, closes_at=work.at("2026-01-01T12:00Z"))
    submission = work.submission_of(assignment, cast.student)
    press(hers, submission, "save")
    shown, sent = confirm(hers, submission)
    assert shown.context_data["desk"].hand_in.waits
    answer = hers.post(reverse("hand-in", args=[submission.pk]), sent, follow=True)
    assert "your teacher sees it and decides" in answer.content.decode()
    assert not Attempt.objects.exists()


def test_a_hand_in_counts_at_the_time_at_which_it_came(
    hers: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = work.make_assignment(cast, closes_at=work.at("2026-05-01T12:00Z"))
    submission = work.submission_of(assignment, cast.student)
    with time_machine.travel("2026-05-01T11:59:59Z", tick=False) as time:
        hers.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
        press(hers, submission, "save", "In time.")
        _shown, sent = confirm(hers, submission)
        find = access.submission_to_write

        def slowly(user: User, pk: UUID) -> Submission:
            time.move_to("2026-05-01T12:00:02Z")
            return find(user, pk)

        monkeypatch.setattr(access, "submission_to_write", slowly)
        hers.post(reverse("hand-in", args=[submission.pk]), sent)
    assert Attempt.objects.get().received_at == work.at("2026-05-01T11:59:59Z")


def test_anybody_checks_a_receipt_and_learns_nothing_of_its_author(client: Client, submission: Submission) -> None:
    attempt = work.hand_in(submission).attempt
    shown = get(client, "receipt-check", code=attempt.receipt_code.lower().replace("-", " ")).content.decode()
    assert "This receipt is genuine" in shown
    assert attempt.body_sha256 in shown
    assert str(submission.student) not in shown
    assert submission.assignment.title not in shown
    assert get(client, "receipt-check", code="AAAA-AAAA").status_code == 404


def test_who_pressed_a_button_signed_out_is_told_after_signing_in_that_nothing_was_done(
    client: Client, cast: Cast, submission: Submission
) -> None:
    work.hand_in(submission)
    button = reverse("take-back", args=[submission.pk])
    login = client.post(button)
    assert login.url.endswith(f"next={button}")
    client.force_login(cast.student)
    led_back = client.get(button)
    assert (led_back.status_code, led_back["Allow"]) == (405, "POST")
    assert "Nothing was done yet" in led_back.content.decode()
    assert client.post(button).status_code == 302
    assert work.reread(submission).state == "drafting"


# --- What was set aside -----------------------------------------------------------------------------------------------


@pytest.fixture
def parked(cast: Cast, submission: Submission) -> ParkedCopy:
    actions.save_draft(submission, body=work.body_for(submission.assignment, "At school."), if_rev=0, by=cast.student)
    with pytest.raises(VersionStale):
        actions.save_draft(submission, body=work.body_for(submission.assignment, "Here."), if_rev=0, by=cast.student)
    return ParkedCopy.objects.get()


def test_the_desk_leads_to_every_text_that_was_set_aside(
    hers: Client, cast: Cast, submission: Submission, parked: ParkedCopy, queries: Callable[[Callable[[], object]], int]
) -> None:
    desk = reverse("desk", args=[submission.pk])
    hers.get(desk)
    one = queries(lambda: hers.get(desk))
    assert "A text of yours was set aside." in hers.get(desk).content.decode()
    for text in ("And here.", "And there."):
        with suppress(VersionStale):
            actions.save_draft(submission, body=work.body_for(submission.assignment, text), if_rev=0, by=cast.student)
    assert queries(lambda: hers.get(desk)) == one
    shown = hers.get(desk).content.decode()
    assert "3 texts of yours were set aside" in shown
    newest_first = ParkedCopy.objects.order_by("-received_at", "-pk").values_list("pk", flat=True)
    places = [shown.index(reverse("parked-copy", args=[submission.pk, copy])) for copy in newest_first]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("choice", "words"), [("mine", ["Here."]), ("school", ["At school."]), ("both", ["At school.", "Here."])]
)
def test_she_chooses_between_two_texts(hers: Client, parked: ParkedCopy, choice: str, words: list[str]) -> None:
    address = reverse("parked-copy", args=[parked.submission_id, parked.pk])
    shown = hers.get(address)
    answer = hers.post(address, {"choice": choice, "rev": shown.context_data["rev"]})
    assert answer.url == reverse("desk", args=[parked.submission_id]) + "#answer"
    blocks = draft(parked.submission)["answers"][0]["blocks"]
    assert [block["text"] for block in blocks] == words
    assert not ParkedCopy.objects.waiting().exists()


def test_put_together_the_draft_keeps_its_choice_and_the_copy_with_another_waits(
    hers: Client, cast: Cast, submission: Submission
) -> None:
    for text, option in [("At school.", 0), ("Here.", 1)]:
        body = work.body_for(submission.assignment, text, single=[option])
        with suppress(VersionStale):
            actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    before, copy = draft(submission), ParkedCopy.objects.get()
    address = reverse("parked-copy", args=[submission.pk, copy.pk])
    shown = hers.post(address, {"choice": "both", "rev": 1}, follow=True).content.decode()
    assert "the other text stays set aside" in shown
    assert draft(submission)["answers"][1] == before["answers"][1]
    assert ParkedCopy.objects.waiting().get() == copy


def test_of_what_was_taken_away_while_she_wrote_it_is_said_that_it_was(
    hers: Client, cast: Cast, submission: Submission
) -> None:
    actions.delete_assignment(submission.assignment, by=cast.teacher)
    with pytest.raises(StateConflict):
        actions.save_draft(submission, body=work.body_for(submission.assignment, "Gone?"), if_rev=0, by=cast.student)
    copy = ParkedCopy.objects.get()
    shown = hers.get(reverse("parked-copy", args=[submission.pk, copy.pk])).content.decode()
    assert "Gone?" in shown
    assert "This work had been taken away from you" in shown


@pytest.fixture
def set_aside_hand_in(cast: Cast) -> ParkedCopy:
    """A hand-in after the close, with another text as her draft."""
    assignment = work.make_assignment(cast, closes_at=work.at("2026-01-01T12:00Z"))
    submission = work.submission_of(assignment, cast.student)
    actions.save_draft(submission, body=work.body_for(assignment, "At school."), if_rev=0, by=cast.student)
    with pytest.raises(AssignmentClosed):
        work.hand_in(submission, work.body_for(assignment, "Handed in."))
    return ParkedCopy.objects.get()


def test_of_what_she_sent_too_late_desk_and_day_say_whose_turn_it_is(
    hers: Client, set_aside_hand_in: ParkedCopy
) -> None:
    pages = [reverse("desk", args=[set_aside_hand_in.submission_id]), reverse("today")]
    said = ["is set aside: your teacher decides", "Your teacher decides whether what you sent counts."]
    for page, words in zip(pages, said, strict=True):
        assert words in hers.get(page).content.decode()
        assert "A text of yours was set aside." not in hers.get(page).content.decode()
    actions.discard_parked(set_aside_hand_in, by=set_aside_hand_in.by)
    for page, words in zip(pages, said, strict=True):
        assert words not in hers.get(page).content.decode()


@pytest.mark.parametrize(
    ("choice", "words"),
    [("mine", ["Handed in."]), ("school", ["At school."]), ("both", ["At school.", "Handed in."])],
)
def test_what_she_does_with_her_draft_leaves_a_hand_in_waiting_for_her_teacher(
    hers: Client, cast: Cast, set_aside_hand_in: ParkedCopy, choice: str, words: list[str]
) -> None:
    submission = set_aside_hand_in.submission
    address = reverse("parked-copy", args=[submission.pk, set_aside_hand_in.pk])
    shown = hers.get(address)
    assert 'value="withdraw"' in shown.content.decode()
    assert 'value="school"' not in shown.content.decode()
    hers.post(address, {"choice": choice, "rev": shown.context_data["rev"]})
    assert [block["text"] for block in draft(submission)["answers"][0]["blocks"]] == words
    assert actions.accept_parked(set_aside_hand_in, by=cast.teacher).attempt.number == 1


def test_a_hand_in_is_withdrawn_only_when_she_says_so(hers: Client, cast: Cast, set_aside_hand_in: ParkedCopy) -> None:
    submission = set_aside_hand_in.submission
    address = reverse("parked-copy", args=[submission.pk, set_aside_hand_in.pk])
    shown = hers.post(address, {"choice": "withdraw", "rev": 1}, follow=True).content.decode()
    assert "The hand-in is withdrawn" in shown
    submission.refresh_from_db()
    assert submission.hand_ins_waiting == 0
    with pytest.raises(StateConflict):
        actions.accept_parked(set_aside_hand_in, by=cast.teacher)


def test_a_choice_upon_a_draft_that_moved_on_is_made_again(hers: Client, cast: Cast, parked: ParkedCopy) -> None:
    newer = work.body_for(parked.submission.assignment, "Newer.")
    actions.save_draft(parked.submission, body=newer, if_rev=1, by=cast.student)
    address = reverse("parked-copy", args=[parked.submission_id, parked.pk])
    answer = hers.post(address, {"choice": "mine", "rev": 1})
    assert answer.url == address
    assert draft(parked.submission) == newer
    assert ParkedCopy.objects.waiting().filter(pk=parked.pk).exists()


def test_the_desk_script_gets_the_two_texts_alone(hers: Client, parked: ParkedCopy) -> None:
    address = reverse("parked-copy", args=[parked.submission_id, parked.pk])
    fragment = hers.get(address, headers={"X-Fragment": "versions"}).content.decode()
    assert "<html" not in fragment
    assert "At school." in fragment
    assert "csrfmiddlewaretoken" in fragment


# --- What came back ---------------------------------------------------------------------------------------------------


def test_a_citation_has_one_number_on_every_page(client: Client, cast: Cast) -> None:
    """Through all questions, and within a text in the order in which it is read."""
    edition = factories.make_edition(
        sections=[
            (
                "Before",
                [
                    ("paragraph", f"<p>{work.TEXT}</p>"),
                    ("question", factories.question("essay", points="4")),
                    ("question", factories.question("essay", points="4")),
                ],
            )
        ]
    )
    submission = work.submission_of(work.make_assignment(cast, edition), cast.student)
    quotes = {"wall": 9, "went": 2, "night": None, "asked": None}
    cites = [work.cited(edition.pk, quote, **({} if at is None else {"at": at})) for quote, at in quotes.items()]
    first, second = readings.questions(submission.assignment)
    body = {
        "answers": [
            {
                "question": name,
                "blocks": [{"id": name[:9], "kind": "paragraph", "text": "It was built.", "citations": c}],
            }
            for name, c in ((first, cites[:3]), (second, cites[3:]))
        ]
    }
    expected = [(1, "went"), (2, "wall"), (3, "night"), (4, "asked")]
    actions.save_draft(submission, body=body, if_rev=0, by=cast.student)
    client.force_login(cast.student, backend="django.contrib.auth.backends.ModelBackend")
    page = get(client, "desk", submission.pk).context_data["desk"]
    shown = [(chip.number, chip.quote) for box in page.boxes for block in box.blocks for chip in block.chips]
    assert shown == expected
    work.hand_in(submission, body)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    receipt = get(client, "receipt", submission.pk, 1)
    feedback = get(client, "feedback", submission.pk)
    client.force_login(cast.teacher, backend="django.contrib.auth.backends.ModelBackend")
    grading = get(client, "grade", submission.pk)
    for read, work_shown in (
        (receipt, receipt.context_data["work"]),
        (feedback, feedback.context_data["work"]),
        (grading, grading.context_data["desk"].work),
    ):
        opened = [(one.chip.number, line.quote) for one in work_shown.opened for line in one.lines if line.quote]
        assert opened == expected
        assert all(f'<span class="cite-no">{number}</span>' in read.content.decode() for number, _quote in expected)


def test_feedback_does_not_exist_before_it_is_returned(hers: Client, cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    marks = [{**mark, "comment": "Which count?"} for mark in work.full_marks(submission.assignment)]
    work.mark(submission, cast.teacher, questions=marks, feedback="Clear and short.")
    assert get(hers, "feedback", submission.pk).status_code == 404
    for name, *args in [("my-work",), ("desk", submission.pk), ("receipt", submission.pk, 1)]:
        shown = get(hers, name, *args).content.decode()
        assert "Clear and short." not in shown
        assert "Which count?" not in shown
    actions.return_grade(submission, by=cast.teacher)
    shown = get(hers, "feedback", submission.pk).content.decode()
    for words in ("Clear and short.", "Which count?", "4 of 4", "of 7"):
        assert words in shown
    assert get(hers, "my-work").context_data["today"].groups[0].items[0].said.startswith("Returned")


def test_feedback_that_was_seen_is_shown_again_without_a_write(
    hers: Client, cast: Cast, submission: Submission
) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    get(hers, "feedback", submission.pk)
    with CaptureQueriesContext(connection) as again:
        get(hers, "feedback", submission.pk)
    assert Grade.objects.get().seen_at
    assert not [query for query in again.captured_queries if query["sql"].startswith("UPDATE")]


def test_feedback_tells_which_hand_in_it_is_about(hers: Client, cast: Cast, submission: Submission) -> None:
    work.hand_in(submission)
    work.mark(submission, cast.teacher)
    actions.return_grade(submission, by=cast.teacher)
    actions.recall(submission, by=cast.teacher, reason="A slip.")
    assert get(hers, "feedback", submission.pk).status_code == 404


# --- A preview --------------------------------------------------------------------------------------------------------


def test_a_preview_leaves_no_row_behind(client: Client, cast: Cast, assignment: Assignment) -> None:
    client.force_login(cast.teacher, backend="django.contrib.auth.backends.ModelBackend")
    models = (Submission, Draft, Attempt, ParkedCopy)
    before = [model.objects.count() for model in models]
    page = get(client, "desk-preview", assignment.pk)
    base = page.context_data["desk"].base
    block = page.context_data["desk"].boxes[0].blocks[0].id
    sent = {"base": json.dumps(base), "rev": 0, f"text-{block}": "Tried.", "do": "hand-in"}
    tried = client.post(reverse("desk-preview", args=[assignment.pk]), sent)
    assert tried.context_data["tried"]["missing"] == []
    assert "Tried." in tried.content.decode()
    assert "keys" not in tried.context_data["desk"].config
    assert [model.objects.count() for model in models] == before


def test_a_person_of_another_class_finds_no_desk(client: Client, cast: Cast, submission: Submission) -> None:
    people: dict[User, int] = {cast.teacher: 403, cast.classmate: 404, cast.other_student: 404, cast.stranger: 404}
    for person, status in people.items():
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert get(client, "desk", submission.pk).status_code == status
