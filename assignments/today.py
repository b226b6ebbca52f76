"""A student's day: what to do, what waits with the teacher, what came back. Finished values, in four queries, and one
more where missing work counts as something, or where nothing is given to her now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.dateformat import DateFormat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import asking, missing, signs, timing
from assignments.desk_words import clock_words, counting_words, missing_words, with_yours, your_time
from assignments.grading import Counted
from assignments.lifecycle import State, Window
from assignments.models import Draft, ExtensionRequest, ParkedCopy, Submission
from assignments.timing import Origin, Result
from assignments.words import explain_timing
from destalin_site.common import moments

if TYPE_CHECKING:
    from accounts.models import User

NEWEST: Final = 10  # of the returned ones; the others are a link away


@dataclass(frozen=True, slots=True)
class Word:
    """A fact beside the state, in words. `tone` is a class of the style sheet."""

    icon: str
    text: str
    tone: str = ""
    why: str = ""  # how it comes to that


@dataclass(frozen=True, slots=True)
class Item:
    id: UUID
    title: str
    url: str
    classroom: str
    big: str
    small: str
    word: Word | None
    said: str
    act: str
    primary: bool = False
    receipt_url: str = ""
    ask_url: str = ""  # where more time is asked for
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    items: tuple[Item, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class SetAside:
    title: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Room:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Today:
    day: str
    summary: str
    groups: tuple[Group, ...]
    set_aside: tuple[SetAside, ...]
    rooms: tuple[Room, ...]  # the classes that gave her something
    kept: bool  # whether nothing of this is left to her but work that was removed

    @property
    def empty(self) -> bool:
        return not self.groups


def today(person: User, *, now: dt.datetime, all_returned: bool = False) -> Today:
    """Everything that was given to this person, by whose turn it is."""
    saved = Draft.objects.filter(submission=OuterRef("pk")).values("saved_at")
    rows = list(Submission.objects.own(person).with_facts().with_wrote_since().annotate(draft_saved_at=Subquery(saved)))
    asked = asking.newest_of(person)
    by_state: dict[str, list[Submission]] = {"todo": [], "revise": [], "handed-in": [], "returned": [], "done": []}
    for row in rows:
        by_state[_GROUP[row.state_at(now)]].append(row)
    for name in ("todo", "revise"):
        by_state[name].sort(key=partial(_by_date, now=now))
    by_state["handed-in"].sort(key=lambda row: row.handed_in_at or row.changed_at, reverse=True)
    by_state["returned"].sort(key=_returned_at, reverse=True)
    shown = by_state["returned"] if all_returned else by_state["returned"][:NEWEST]
    hidden = len(by_state["returned"]) - len(shown)
    titles = {
        "todo": _("To do"),
        "revise": _("To revise"),
        "returned": _("Returned to you"),
        "handed-in": _("Handed in"),
        "done": _("Nothing to do"),
    }
    projected = missing.projections({row.assignment_id: row.assignment for row in rows}.values())
    groups = []
    for name, title in titles.items():
        found = shown if name == "returned" else by_state[name]
        if found:
            items = tuple(
                _item(row, asked.get(row.pk), person=person, now=now, projected=projected.get(row.assignment_id))
                for row in found
            )
            groups.append(Group(name, title, items, more=hidden if name == "returned" else 0))
    groups = _with_primary(groups)
    zone = person.zone or (rows[0].assignment.classroom.zone if rows else "UTC")
    return Today(
        day=moments.weekday(now, zone),
        summary=_summary(by_state, now),
        groups=tuple(groups),
        set_aside=tuple(_set_aside(person, now)),
        rooms=tuple(_rooms(rows)),
        kept=not rows and Submission.objects.kept_by(person).exists(),
    )


def _rooms(rows: Sequence[Submission]) -> list[Room]:
    found = {row.assignment.classroom_id: row.assignment.classroom.name for row in rows}
    return [Room(pk, name) for pk, name in sorted(found.items(), key=lambda one: signs.name_key(one[1], one[0]))]


_GROUP: Final = {
    State.ASSIGNED: "todo",
    State.DRAFTING: "todo",
    State.REVISING: "revise",
    State.SUBMITTED: "handed-in",
    State.IN_REVIEW: "handed-in",
    State.RETURNED: "returned",
    State.EXCUSED: "done",
}


def _by_date(row: Submission, *, now: dt.datetime) -> tuple[bool, bool, dt.datetime, dt.datetime]:
    """What is due first comes first; what has no date, last, in the order in which it was given. Behind it stands what
    only opens later, by when it does: its due time is not told, nor by its place."""
    shut = row.window_at(now) is Window.BEFORE
    date = row.assignment.opens_at if shut else row.due_at
    return shut, date is None, date or row.created_at, row.created_at


def _returned_at(row: Submission) -> dt.datetime:
    grade = row.returned_grade
    return (grade.returned_at if grade else None) or row.changed_at


def _with_primary(groups: Sequence[Group]) -> list[Group]:
    """One primary act a page: the first thing that can be worked on."""
    found = list(groups)
    for place, group in enumerate(found):
        for n, item in enumerate(group.items):
            if group.id in ("todo", "revise") and item.act:
                items = (*group.items[:n], replace(item, primary=True), *group.items[n + 1 :])
                found[place] = replace(group, items=items)
                return found
    return found


def _more_time(row: Submission, request: ExtensionRequest | None, *, person: User, now: dt.datetime) -> tuple[str, str]:
    """What became of her request for more time, and what she may do about it where more time would help her."""
    if request is not None and request.waiting:
        return _("You asked for more time; it is not answered yet."), _("See what you asked")
    if not asking.may_ask(row, person=person, now=now):
        return "", ""
    declined = request is not None and request.answer == ExtensionRequest.Answer.DECLINED
    words = {"words": asking.short(request.words)} if request is not None else {}
    return _("No more time was given: “%(words)s”") % words if declined else "", _("Ask for more time")


def _item(
    row: Submission,
    request: ExtensionRequest | None,
    *,
    person: User,
    now: dt.datetime,
    projected: Counted | None,
) -> Item:
    assignment = row.assignment
    zone = assignment.classroom.zone
    state = row.state_at(now)
    desk = reverse("desk", args=[row.pk])
    window = row.window_at(now)
    if window is Window.BEFORE:
        big, small = "–", _("not open")
    elif date := row.due_at:
        due_zone = assignment.due_zone or zone
        big, small = _on(date, due_zone, "j"), _on(date, due_zone, "M")
    else:
        big, small = "–", _("no date")
    url, act, said, receipt = desk, "", [], ""
    if state in (State.ASSIGNED, State.DRAFTING):
        if window is Window.BEFORE:
            assert assignment.opens_at is not None
            said.append(_("Opens %(moment)s.") % {"moment": moments.moment(assignment.opens_at, zone)})
        else:
            # What she wrote while she was excused is a draft, though the work came back as it stood before.
            begun = state is State.DRAFTING or row.draft_saved_at is not None  # type: ignore[attr-defined]
            act = _("Go on writing") if begun else _("Start reading")
            said += _news(row)
            if not begun:
                said.append(_("Not started."))
            if row.withdrawn_id:
                said.append(_("Taken back: not handed in."))
            if saved := row.draft_saved_at:  # type: ignore[attr-defined]
                said.append(_("Draft saved at school %(time)s.") % {"time": clock_words(saved, zone, now)})
            said += [_due(row, now=now, person=person), missing_words(row, now, projected)]
            if window is Window.CLOSED:
                close = row.effective_close
                assert close is not None
                said.append(_("Closed %(moment)s.") % {"moment": moments.moment_short(close, zone)})
            elif row.due_at and now >= timing.over(row.due_at):
                said.append(_still_open(row, now=now))
    elif state is State.REVISING:
        act = _("Revise")
        said += _news(row)
        asked = row.due_from == Origin.REVISION and (row.late_from is None or now < row.late_from)
        if asked or (not row.assignment.resubmission and row.due_from == Origin.REVISION):
            said += [_("Your teacher asks for another version."), _due(row, now=now, person=person)]
        elif row.assignment.resubmission:
            said += [_("You are writing a better version."), _still_open(row, now=now)]
        else:
            said += [_("Your teacher asks for another version."), _still_open(row, now=now)]
    elif state in (State.SUBMITTED, State.IN_REVIEW):
        act = _("Open")
        receipt = reverse("receipt", args=[row.pk, row.attempt_count]) if row.attempt_count else ""
        if row.handed_in_at:
            said.append(_("Handed in %(moment)s.") % {"moment": moments.moment_short(row.handed_in_at, zone)})
        if state is State.IN_REVIEW:
            said.append(_("Your teacher is reading it."))
        if row.wrote_since:  # type: ignore[attr-defined]
            said.append(_("You have changed it since, and the changes are not handed in."))
    elif state is State.RETURNED:
        url, act = reverse("feedback", args=[row.pk]), _("Read the feedback")
        grade, mark = row.returned_grade, row.mark_grade
        if grade is not None and mark is not None:
            big = signs.points(mark.final_score) if mark.final_score is not None else "–"
            out_of = {"points": signs.points(mark.out_of)}
            small = _("of %(points)s") % out_of if mark.final_score is not None else _("no points")
            said.append(counting_words(row))
            assert grade.returned_at is not None
            said.append(_("Returned %(moment)s.") % {"moment": moments.moment_short(grade.returned_at, zone)})
            if grade.seen_at is None:
                said.insert(0, _("New."))
            if assignment.resubmission and window is Window.OPEN:
                said += [_("You may improve it."), _still_open(row, now=now)]
    else:
        said.append(_("You are excused: %(category)s.") % {"category": row.get_excuse_category_display()})
        big, small = "–", _("excused")
    if row.hand_ins_waiting:
        said.append(_("Your teacher decides whether what you sent counts."))
    about, ask = _more_time(row, request, person=person, now=now)
    said.append(about)
    return Item(
        id=row.pk,
        title=assignment.title,
        url=url,
        classroom=assignment.classroom.name,
        big=big,
        small=small,
        word=_word(row, state, now),
        said=" ".join(part for part in said if part),
        act=act,
        receipt_url=receipt,
        ask_url=reverse("more-time", args=[row.pk]) if ask else "",
        ask=ask,
    )


def _news(row: Submission) -> list[str]:
    return [_("Its text was brought to another edition: see first what changed.")] if row.upgrade_unseen else []


def _on(at: dt.datetime, zone: str, form: str) -> str:
    return DateFormat(at.astimezone(moments.zone_of(zone))).format(form)


def _due(row: Submission, *, now: dt.datetime, person: User) -> str:
    at, zone = row.due_at, row.assignment.due_zone or row.assignment.classroom.zone
    if at is None:
        return _("No due date.")
    seconds = int((at - now).total_seconds())
    words = {
        "day": moments.weekday(at, zone),
        "clock": moments.clock_time(at, zone),
        "zone": moments.zone_short(at, zone),
        "left": _("in %(span)s") % {"span": moments.span_left(seconds)}
        if now < timing.over(at)
        else _("%(span)s ago") % {"span": moments.span_spoken(-seconds)},
    }
    if row.due_from == Origin.REVISION:
        said = _("Revise it by %(day)s, %(clock)s (%(zone)s), %(left)s.") % words
    elif row.extended:
        said = _("You have more time: until %(day)s, %(clock)s (%(zone)s), %(left)s.") % words
    else:
        said = _("Due %(day)s, %(clock)s (%(zone)s), %(left)s.") % words
    return with_yours(said, your_time(at, zone, person))


def _still_open(row: Submission, *, now: dt.datetime) -> str:
    """Until when it can be handed in, with the time that is left; empty where that has no end or is over."""
    close, zone = row.effective_close, row.assignment.classroom.zone
    if close is None or close <= now:
        return ""
    return _("You can hand in until %(moment)s, %(left)s.") % {
        "moment": moments.moment_short(close, zone),
        "left": _("in %(span)s") % {"span": moments.span_left(int((close - now).total_seconds()))},
    }


def _word(row: Submission, state: State, now: dt.datetime) -> Word | None:
    if state is State.EXCUSED:
        return Word("minus", _("Excused"))
    timing = row.timing_at(now)
    why = partial(explain_timing, timing, row.assignment.classroom.zone)
    if timing.result is Result.MISSING and state in (State.ASSIGNED, State.DRAFTING):
        return Word("square-dashed", _("Missing"), "late", why())
    if timing.result is Result.LATE:
        return Word("clock", signs.late(timing.seconds), "late", why())
    if row.extended and state in (State.ASSIGNED, State.DRAFTING) and row.window_at(now) is not Window.BEFORE:
        return Word("calendar-plus", _("More time"), "", why())
    if timing.result is Result.ON_TIME and state is State.RETURNED:
        return Word("check", _("On time"), "ok")
    return None


def _summary(rows: dict[str, list[Submission]], now: dt.datetime) -> str:
    shut = sum(row.window_at(now) is Window.BEFORE for row in rows["todo"])
    todo, handed_in = len(rows["todo"]) - shut + len(rows["revise"]), len(rows["handed-in"])
    fresh = sum(1 for row in rows["returned"] if row.returned_grade and row.returned_grade.seen_at is None)
    said = [
        ngettext("%(n)d thing to do", "%(n)d things to do", todo) % {"n": todo} if todo else _("Nothing to do"),
        ngettext("%(n)d that opens later", "%(n)d that open later", shut) % {"n": shut} if shut else "",
        ngettext("%(n)d with your teacher", "%(n)d with your teacher", handed_in) % {"n": handed_in}
        if handed_in
        else "",
        ngettext("%(n)d newly returned", "%(n)d newly returned", fresh) % {"n": fresh} if fresh else "",
    ]
    return ", ".join(part for part in said if part) + "."


def _set_aside(person: User, now: dt.datetime) -> list[SetAside]:
    copies = ParkedCopy.objects.own(person).waiting().defer("body_json")
    # A text that was sent to be handed in waits for somebody else than one that was saved.
    theirs = set(copies.to_decide().values_list("pk", flat=True))
    said = {True: _("Sent %(moment)s: your teacher decides whether it counts."), False: _("Set aside %(moment)s.")}
    return [
        SetAside(
            title=copy.submission.assignment.title,
            url=reverse("parked-copy", args=[copy.submission_id, copy.pk]),
            said=said[copy.pk in theirs]
            % {"moment": moments.moment_short(copy.received_at, copy.submission.assignment.classroom.zone)},
        )
        for copy in copies.select_related("submission__assignment__classroom")
    ]
