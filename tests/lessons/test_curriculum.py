"""The curriculum that comes with the project: that it is whole and honest, and that loading it is safe to repeat."""

import datetime
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Revision

from lessons import citations, dates
from lessons.curriculum import reading_level
from lessons.curriculum.files import Mapped
from lessons.curriculum.loading import Curriculum, read_files
from lessons.management.commands.load_curriculum import DEFAULT
from lessons.models import CuratedImage, Edition, Event, GlossaryTerm, Lesson, Person, Source
from tests.api_client import ApiClient

SKILLS = {"sourcing", "contextualization", "corroboration", "close reading", "argument"}

# What is often said of de-Stalinization and is not so, with the words of the claim by which pupils meet it.
ERRORS = {
    "khrushchev-succeeded-stalin": "Khrushchev succeeded him",
    "it-began-with-the-speech": "De-Stalinization began with Khrushchev’s speech",
    "the-amnesty-freed-the-politicals": "set the political prisoners free",
    "beria-opposed-reform": "Beria opposed every reform",
    "beria-shot-when-arrested": "shot on 26 June 1953",
    "speech-on-another-day": "24 February 1956",
    "speech-at-midnight": "at midnight",
    "speech-improvised": "made up the speech on the spot",
    "speech-secret-from-soviet-people": "kept secret from the Soviet people",
    "speech-published-in-1956": "published in the Soviet Union in the summer of 1956",
    "speech-condemned-everything": "condemned Lenin, the party, collectivization and all of the terror",
    "mossad-alone": "The Mossad alone",
    "cia-published-it": "the CIA published it",
    "first-news-in-june": "first heard of the speech in June 1956",
    "everyone-was-glad": "everyone in the Soviet Union was glad",
    "poznan-was-solidarity": "the Solidarity union called a strike in Poznan",
    "tens-of-thousands-in-hungary": "25,000 to 30,000 Hungarians were killed",
    "nagy-shot-in-1956": "Imre Nagy was shot that autumn",
    "rakosi-and-the-statue": "Rakosi fell in June 1956",
    "anti-party-group-wanted-terror": "planned to bring back the terror",
    "anti-party-group-was-shot": "its leaders were shot",
    "mausoleum-in-1956": "After the secret speech of 1956 Stalin was taken out of the Mausoleum",
    "stalin-cremated": "cremated",
    "stalingrad-after-the-speech": "Right after the speech of 1956 Stalingrad",
    "all-cities-at-once": "got rid of Stalin’s name as soon as",
    "all-peoples-went-home": "let all the deported peoples go home",
    "collective-farms-given-up": "admitted the famine of 1932–33 and gave up collective farming",
    "virgin-lands-plain-failure": "a plain failure",
    "sovnarkhozy-decentralized-the-party": "decentralized the Communist Party",
    "the-thaw-in-novy-mir": "was first printed in *Novy Mir*",
    "censorship-ended": "censorship in the Soviet Union came to an end",
    "festival-ended-early": "ended on 5 August",
    "manege-closed": "closed the exhibition at the Manege",
    "dissent-child-of-the-thaw": "a child of the freedom",
    "split-caused-by-the-speech": "The secret speech caused the Sino-Soviet split",
    "romania-was-freer": "chosen a freer system",
    "nkvd-renamed-kgb": "the NKVD was simply renamed KGB",
    "millions-in-the-gulag": "Five or six million people were in the Gulag",
    "memorial-closed-for-the-war": "closed Memorial because of the war",
    "russians-want-stalin-back": "want Stalin back",
}


@pytest.fixture(scope="module")
def files() -> Curriculum:
    return read_files(DEFAULT)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The curriculum as it is right after loading; the tests of this file only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_curriculum", verbosity=0)
        yield
        transaction.set_rollback(True)


def lesson_ids(curriculum: Curriculum) -> list[str]:
    return [lesson["slug"] for lesson in curriculum.lessons]


def blocks(lesson: Mapped, kind: str) -> list[Any]:
    return [block[kind] for section in lesson["sections"] for block in section["blocks"] if kind in block]


def own_words(lesson: Mapped) -> str:
    """The lesson's own text: paragraphs, lists, callouts and framings; sources are not counted."""
    parts = [*blocks(lesson, "paragraph")]
    parts += [item for items in blocks(lesson, "list") + blocks(lesson, "numbered") for item in items]
    parts += [callout["text"] for callout in blocks(lesson, "callout")]
    parts += [source.get("framing", "") for source in blocks(lesson, "source")]
    return "\n".join(parts)


def everything(value: Any) -> Iterator[str]:
    """Every text of the files."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from everything(part)
    elif isinstance(value, list):
        for part in value:
            yield from everything(part)


LESSONS = [lesson["slug"] for lesson in read_files(DEFAULT).lessons]


@pytest.fixture
def lesson(files: Curriculum, request: pytest.FixtureRequest) -> Mapped:
    return next(lesson for lesson in files.lessons if lesson["slug"] == request.param)


every_lesson = pytest.mark.parametrize("lesson", LESSONS, indirect=True)


# --- What each lesson has


@every_lesson
def test_a_lesson_has_its_parts(lesson: Mapped) -> None:
    assert lesson["inquiry"].endswith("?")
    assert lesson["summary"]
    assert lesson["minutes"]
    assert 4 <= len(lesson["sections"]) <= 8
    assert 1200 <= len(own_words(lesson).split()) <= 2500
    shown = {source["source"] for source in blocks(lesson, "source")}
    assert 3 <= len(shown) <= 8
    assert lesson["glossary"]
    assert lesson["people"]
    assert lesson["events"]


@every_lesson
def test_a_lesson_asks_across_the_skills_and_says_what_is_right(lesson: Mapped) -> None:
    questions = blocks(lesson, "question")
    assert 6 <= len(questions) <= 10
    assert len({question["skill"] for question in questions}) >= 4
    for question in questions:
        assert question["points"] > 0
        assert question["answer"], question["prompt"]
        if question["kind"] in {"short", "essay", "table"}:
            assert question["rubric"], question["prompt"]
        else:
            right = [option for option in question["options"] if option.startswith("+")]
            assert len(right) == 1 if question["kind"] == "single" else right
    assert questions[-1]["kind"] == "essay"


def claim_to_check(prompt: str) -> str:
    """The claim that a question puts to the test, or ""."""
    found = re.match(r"Check this claim: “(.+?)”", prompt)
    return found[1] if found else ""


@pytest.mark.parametrize("words", ERRORS.values(), ids=ERRORS.keys())
def test_each_common_error_is_a_claim_that_some_lesson_lets_pupils_check(words: str, files: Curriculum) -> None:
    asked = [question for lesson in files.lessons for question in blocks(lesson, "question")]
    assert [question["answer"] for question in asked if words in claim_to_check(question["prompt"])]


def most_points(rubric: Mapped) -> Decimal:
    """The best level of every criterion together."""
    levels = [[level.get("points") for level in criterion["levels"]] for criterion in rubric["criteria"]]
    return sum((max(Decimal(points or 0) for points in each) for each in levels), Decimal(0))


@every_lesson
def test_a_question_is_worth_what_its_rubric_can_give(lesson: Mapped, files: Curriculum) -> None:
    """Its score is the sum of the chosen levels: of 4 points beside a rubric of 6, one of the two would be untrue."""
    worth = {rubric["slug"]: most_points(rubric) for rubric in files.rubrics}
    judged = [question for question in blocks(lesson, "question") if worth.get(question.get("rubric"))]
    assert judged
    assert [one["prompt"] for one in judged if Decimal(str(one["points"])) != worth[one["rubric"]]] == []


@every_lesson
def test_the_essay_weighs_most_and_choices_weigh_little(lesson: Mapped) -> None:
    *others, essay = blocks(lesson, "question")
    assert essay["points"] > max(question["points"] for question in others)
    total = sum(question["points"] for question in [*others, essay])
    assert 40 <= total <= 55
    assert sum(question["points"] for question in others if "options" in question) <= total / 4


def test_right_options_do_not_give_themselves_away_by_their_place_or_length(files: Curriculum) -> None:
    asked = [question for lesson in files.lessons for question in blocks(lesson, "question")]
    single = [question["options"] for question in asked if question["kind"] == "single"]
    places = [next(i for i, option in enumerate(options) if option.startswith("+")) for options in single]
    longest = sum(max(options, key=len).startswith("+") for options in single)
    assert max(places.count(place) for place in set(places)) <= 0.6 * len(places)
    assert longest <= 0.6 * len(single)


# --- What the course has


def test_the_course_has_what_a_term_needs(files: Curriculum) -> None:
    assert 10 <= len(files.lessons) <= 12
    assert len(files.glossary) >= 56
    assert len(files.people) >= 60
    assert len(files.events) >= 110
    assert len(files.figures) >= 8
    primary = [source for source in files.sources if not source.get("claims")]
    assert len(primary) >= 60


def test_every_source_figure_term_and_person_is_used_by_a_lesson(files: Curriculum) -> None:
    for kind, key in (("source", "source"), ("figure", "figure")):
        used = {block[key] for lesson in files.lessons for block in blocks(lesson, kind)}
        assert {item["slug"] for item in getattr(files, f"{kind}s")} - used == set()
    for kind in ("glossary", "people"):
        used = {slug for lesson in files.lessons for slug in lesson[kind]}
        assert {item["slug"] for item in getattr(files, kind)} - used == set()


def test_every_source_says_how_to_weigh_it(files: Curriculum) -> None:
    for source in files.sources:
        assert set(source["record"]) == {"author", "audience", "purpose", "perspective", "omits"}, source["slug"]
        assert source["rights"], source["slug"]
        assert source.get("creator") or source["kind"] in {"photograph", "poster"}, source["slug"]
        assert source["date"], source["slug"]


# Where it was printed, read out or taken down is not known to this course.
NO_PLACE = {"false-imprint-pamphlet", "khrushchev-memoirs-1970", "radio-free-europe-policy-papers-1956"}


def test_every_document_says_where_it_comes_from_unless_nobody_here_knows(files: Curriculum) -> None:
    documents = [source for source in files.sources if source["primary"]]
    assert {source["slug"] for source in documents if not source.get("place")} == NO_PLACE


def test_a_document_that_stands_on_a_site_has_the_way_to_it(files: Curriculum) -> None:
    sites = re.compile(
        r"\b(?:at|on|quoted by) (?:[\w.]+\.(?:org|ru|online|com)|Regnum|Seventeen Moments)|Observatory", re.I
    )
    named = [source for source in files.sources if sites.search(source.get("container", ""))]
    assert len(named) >= 10
    assert [source["slug"] for source in named if not source.get("url")] == []


def test_an_archive_reference_that_nobody_checked_says_so(files: Curriculum) -> None:
    unsure = {"secret-speech-1956": "reference", "pospelov-report-1956": "archive"}
    unsure["austrian-state-treaty-1955"] = "container"
    by_slug = {source["slug"]: source for source in files.sources}
    assert [slug for slug, key in unsure.items() if "to be confirmed" not in by_slug[slug][key]] == []


def test_an_organization_is_not_written_as_a_person(files: Curriculum) -> None:
    """After the comma stands a given name: "United States, Department of State" would be cited the wrong way round."""
    given = [name.given for source in files.sources for name in citations.names(source.get("creator", ""))]
    assert [name for name in given if len(name.split()) > 2] == []


def test_texts_that_are_no_document_are_labelled_study_paraphrases(files: Curriculum) -> None:
    """The specimen is shown as it stands, for it is no document of the time, and says so itself."""
    itself = [source["title"] for source in files.sources if not source["paraphrase"]]
    assert itself == ["De-Stalinization: a specimen article written for this lesson"]


def test_the_specimen_is_there_to_be_read_and_questions_point_to_each_of_its_passages(files: Curriculum) -> None:
    specimen = next(source for source in files.sources if not source["paraphrase"])
    assert 180 <= len(" ".join(specimen["text"]).split()) <= 300
    assert not specimen["primary"]
    lesson = next(one for one in files.lessons if specimen["slug"] in str(one["sections"]))
    assert lesson["slug"] == "reading-an-article-against-the-evidence"
    assert blocks(lesson, "source")[0]["source"] == specimen["slug"], "it is read before anything is said of it"
    said = "\n".join([own_words(lesson), *everything(blocks(lesson, "question"))])
    pointed_at = {int(number) for number in re.findall(r"[Pp]assages? (\d)", said)}
    assert pointed_at >= set(range(1, len(specimen["text"]) + 1))


def test_the_specimen_has_the_faults_that_its_lesson_finds_in_it(files: Curriculum) -> None:
    text = " ".join(next(source["text"] for source in files.sources if not source["paraphrase"]))
    assert re.findall(r"\b1\d{3}s?\b", text) == ["1953", "1920s", "1956", "1960s"], "no year after 1956"
    people = {person["name"].split()[-1] for person in files.people}
    assert {name for name in people if re.search(rf"\b{name}\b", text)} == {"Stalin", "Khrushchev"}
    for blur in ("successor", "decentralized", "addressed", "loyalists", "satellite", "totalitarian", "balanced"):
        assert blur in text, blur


def test_every_figure_says_who_stands_behind_it_and_what_it_does_not_say(files: Curriculum) -> None:
    assert all(figure["who"] and figure["note"] for figure in files.figures)
    for lesson in files.lessons:
        for figure in blocks(lesson, "figure"):
            assert len(figure["alt"].split()) >= 15, figure["figure"]
        for disputed in blocks(lesson, "disputed"):
            assert all(row["who"] for row in disputed["rows"])
            assert disputed["explanation"]


@pytest.mark.parametrize(
    ("low", "high", "who"),
    [
        (1344923, 1344923, "Convicted in the two years"),
        (1570000, 1570000, "Arrested in the two years"),
        (3780000, 3780000, "Official Soviet papers of 1954 and 1988"),
        (5000000, 5000000, "Memorial"),
        (11000000, 11500000, "Memorial"),
        (20000000, 20000000, "Olga Shatunovskaya"),
        (642980, 642980, "Official paper of 1954"),
        (786098, 786098, "Official paper of 1988"),
    ],
)
def test_a_contested_number_of_victims_stands_beside_those_who_give_it(
    low: int, high: int, who: str, files: Curriculum
) -> None:
    rows = [row for lesson in files.lessons for disputed in blocks(lesson, "disputed") for row in disputed["rows"]]
    assert [row for row in rows if (row["low"], row["high"]) == (low, high) and row["who"].startswith(who)]


def test_no_number_is_made_by_doubling_another(files: Curriculum) -> None:
    """Soviet statistics of moves are about twice the 54 million that accounts repeat: nobody gives their total."""
    texts = "\n".join(str(part) for part in [files.lessons, files.figures, files.sources])
    assert "54 million" in texts
    assert "about twice as high" in texts
    assert re.findall(r"\b108(?: million|000000)\b|'value': 108\b", texts) == []


def test_two_historians_read_one_passage_differently_several_times(files: Curriculum) -> None:
    readings: dict[tuple[str, int], set[str]] = {}
    for source in files.sources:
        for claim in source.get("claims", []):
            for ground in claim["rests_on"]:
                readings.setdefault((ground["source"], ground["passage"]), set()).add(source["slug"])
    assert sum(len(historians) > 1 for historians in readings.values()) >= 3


def read_in(lesson: Mapped, files: Curriculum) -> str:
    """All that a pupil reads in a lesson: its words, questions and disputed numbers, and the passages it shows."""
    texts = {source["slug"]: source["text"] for source in files.sources}
    passages = [
        passage
        for shown in blocks(lesson, "source")
        for passage in texts[shown["source"]][shown.get("first", 1) - 1 : shown.get("last")]
    ]
    return "\n".join([lesson["inquiry"], lesson["summary"], *everything(lesson["sections"]), *passages])


def named_too_early(files: Curriculum) -> list[str]:
    """Events that a lesson names and that neither it, nor an earlier one, nor a term of its glossary explains."""
    terms = {term["slug"]: term for term in files.glossary}
    named: dict[str, set[str]] = {}
    for event in files.events:
        for name in event.get("names", []):
            named.setdefault(name, set()).add(event["slug"])
    explained: set[str] = set()
    early = []
    for lesson in files.lessons:
        explained |= set(lesson["events"])
        looked_up = "\n".join(
            "\n".join([terms[slug]["term"], terms[slug]["meaning"], *terms[slug].get("forms", [])])
            for slug in lesson["glossary"]
        )
        text = read_in(lesson, files)
        for name, events in named.items():
            known = events & explained or name in looked_up
            if not known and re.search(rf"\b{re.escape(name)}\b", text):
                early.append(f"{lesson['slug']}: {name}")
    return early


# Their days are in no document that was read: a reader is told so. Known all over the world, and left as they are, are
# 7 November 1917, Sputnik and Gagarin's flight.
DAYS_BY_COMMON_REPORT = {
    *("stalin-general-secretary", "lenins-testament", "stalins-fiftieth-birthday", "leningrad-affair", "doctors-plot"),
    *("khrushchev-first-secretary", "kgb-created", "malenkov-resigns", "party-split-in-two", "decree-on-architecture"),
    *("sovnarkhoz-reform", "meat-milk-butter", "tractor-stations-dissolved", "december-letter-1956"),
    *("zhukov-dismissed", "khrushchev-premier", "the-heirs-of-stalin", "brodsky-trial", "hoxha-attacks-khrushchev"),
    *("damansky-1969", "vorkuta-rising", "volga-germans-1964", "glasnost-meeting", "solzhenitsyn-expelled"),
    *("helsinki-final-act", "moscow-helsinki-group", "cominform-dissolved", "rehabilitation-commission-1987"),
    *("bukharin-rehabilitated", "memorial-nobel-prize"),
}


def test_a_day_that_is_only_commonly_reported_is_not_told_flatly(files: Curriculum) -> None:
    """It is marked as uncertain, or the date is a month or a year."""
    told = {
        event["slug"]: dates.parse(event["date"]) for event in files.events if event["slug"] in DAYS_BY_COMMON_REPORT
    }
    assert told.keys() == DAYS_BY_COMMON_REPORT
    ends = [
        (slug, end) for slug, date in told.items() for end in (date.start, date.end) if isinstance(end, dates.Point)
    ]
    assert [slug for slug, end in ends if end.day and not end.uncertain] == []


def test_every_event_says_by_which_names_a_text_speaks_of_it(files: Curriculum) -> None:
    assert [event["slug"] for event in files.events if not event.get("names")] == []


def test_no_lesson_speaks_of_an_event_before_it_was_explained(files: Curriculum) -> None:
    """By an earlier lesson, by itself, or by a term of its glossary whose meaning or form says the name."""
    assert named_too_early(files) == []


def a_paragraph(lesson: Mapped, files: Curriculum) -> None:
    lesson["sections"][0]["blocks"].append({"paragraph": "As in the Prague Spring."})


def a_question(lesson: Mapped, files: Curriculum) -> None:
    blocks(lesson, "question")[0]["answer"] += " As in the Prague Spring."


def a_disputed_number(lesson: Mapped, files: Curriculum) -> None:
    blocks(lesson, "disputed")[0]["explanation"] += " As in the Prague Spring."


def a_shown_passage(lesson: Mapped, files: Curriculum) -> None:
    shown = blocks(lesson, "source")[0]["source"]
    next(source for source in files.sources if source["slug"] == shown)["text"][0] += " As in the Prague Spring."


@pytest.mark.parametrize("somewhere", [a_paragraph, a_question, a_disputed_number, a_shown_passage])
def test_an_event_that_is_named_too_early_is_found_wherever_pupils_read(somewhere: Any) -> None:
    files = read_files(DEFAULT)
    somewhere(files.lessons[0], files)
    assert "what-was-there-to-undo: Prague Spring" in named_too_early(files)


def test_no_mark_of_the_workshop_is_in_a_text(files: Curriculum) -> None:
    """Evidence ids, grades and references are for the writer."""
    texts = "\n".join(everything([vars(files)[name] for name in vars(files)]))
    assert re.findall(r"\bE\d{1,3}\b|\[?GK\]?|\[checked|\[conflict|\bS\d{1,2}\b|\bH\d{1,2}\b|\bP\d{1,2}\b", texts) == []


def test_typography_is_that_of_a_book(files: Curriculum) -> None:
    texts = [text for lesson in files.lessons for text in everything(lesson["sections"])]
    assert [text for text in texts if re.search(r"\w'\w|(?<!\\)\"", text)] == []


def test_the_reading_level_of_every_section_is_told_and_fits_the_pupils(files: Curriculum) -> None:
    levels = reading_level.of(files)
    assert len(levels) == sum(len(lesson["sections"]) for lesson in files.lessons)
    hard = [f"{row.lesson}, {row.section}: {row.grade:.1f}" for row in levels if row.grade > 14]
    assert not hard, "too hard for upper secondary"


def test_a_text_of_short_words_is_easier_than_one_of_long_ones() -> None:
    easy = reading_level.grade("The cat sat on the mat. It was a fat cat. It ate.")
    hard = reading_level.grade("Administrative decentralization notwithstanding, institutional monopolies persisted.")
    assert easy < 3 < 14 < hard
    assert reading_level.grade("") == 0


# --- What was known then

# Orders, letters, closed trials, camps and deportations: done out of sight, and nothing that was printed told of them.
KEPT_FROM_THE_PUBLIC = {
    *("order-00447", "great-terror-at-its-height", "katyn-decision", "collectivization-and-famine"),
    *("chechens-and-ingush-deported", "crimean-tatars-deported", "leningrad-affair", "lenins-testament"),
    *("beria-arrested", "special-board-abolished", "norilsk-rising", "vorkuta-rising", "kengir-rising"),
    *("review-commissions-1954", "travelling-commissions-1956", "pospelov-commission", "decision-to-speak"),
    *("closed-session-report", "tbilisi-1956", "settlers-freed-1956", "december-letter-1956"),
    *("perpetrators-before-the-party", "shvernik-commission", "novocherkassk", "volga-germans-1964"),
    *("gulag-administration-ends", "letter-against-rehabilitating-stalin"),
}


def surely_by(edtf: str) -> datetime.date | None:
    return dates.latest(edtf, dates.sort_range(edtf)[1])


def test_what_was_kept_from_the_public_is_not_known_on_its_day(files: Curriculum) -> None:
    hidden = {event["slug"]: event for event in files.events if event.get("known_from")}
    assert hidden.keys() >= KEPT_FROM_THE_PUBLIC
    for event in hidden.values():
        assert event.get("known_by"), event["slug"]
        assert surely_by(event["known_from"]) != surely_by(event["date"]), event["slug"]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_with_the_eyes_of_every_source_nothing_is_seen_that_came_out_later(
    files: Curriculum, client: Any, api: ApiClient
) -> None:
    """On the page and in the answer, against the dates in the files."""
    days = {
        event["slug"]: (surely_by(event["date"]), surely_by(event.get("known_from", "") or event["date"]))
        for event in files.events
    }
    seen: dict[str, set[str]] = {}
    for source in files.sources:
        slug, made = source["slug"], dates.earliest(source["date"], dates.sort_range(source["date"])[0])
        late = {
            event for event, known in days.items() if made is None or any(day is None or day > made for day in known)
        }
        page = client.get(f"/timeline/?as_of={slug}").content.decode()
        drawn = set(re.findall(r'"#?e-([a-z0-9-]+)"', page))
        told = {row["id"] for row in api.get(f"/api/v1/events?as_of={slug}&limit=200").json()["results"]}
        assert (drawn & late, told & late) == (set(), set()), slug
        assert drawn == told, slug
        seen[slug] = told
    assert len(seen) == len(files.sources)
    # What could be known is there: an empty timeline would be no proof.
    assert len(seen["jones-myth-memory-trauma"]) > 90
    assert "order-00447" not in seen["jones-myth-memory-trauma"], "an open end is never sure"
    assert {"doctors-plot", "amnesty-of-1953"} <= seen["bohlen-on-malenkov-1953"]
    assert "beria-arrested" not in seen["bohlen-on-malenkov-1953"]


# --- Loading


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_everything_is_published_and_says_what_the_files_say(files: Curriculum) -> None:
    assert Edition.objects.current().count() == len(files.lessons)
    counts = [model.objects.count() for model in (GlossaryTerm, Person, Event, Source)]
    assert counts == [len(files.glossary), len(files.people), len(files.events), len(files.sources)]
    speech = Edition.objects.get(lesson__slug="the-closed-session").read()
    assert [section["heading"] for section in speech.sections] == [
        section["heading"]
        for section in next(one for one in files.lessons if one["slug"] == "the-closed-session")["sections"]
    ]
    assert speech.glossary
    assert any("marks" in block for section in speech.sections for block in section["blocks"])
    figures = [image for edition in Edition.objects.all() for image in edition.read().images()]
    assert len(figures) >= 8
    assert all(image["table"]["rows"] and image["alt"] for image in figures)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_every_picture_says_who_may_see_it_and_what_a_curator_said_stays() -> None:
    pictures = CuratedImage.objects.exclude(slug=None)
    assert set(pictures.values_list("shown_to", flat=True)) == {"public"}
    kept, unsaid = pictures.order_by("slug")[:2]
    with transaction.atomic():
        pictures.filter(pk=kept.pk).update(shown_to="classroom")
        pictures.filter(pk=unsaid.pk).update(shown_to="")
        call_command("load_curriculum", verbosity=0)
        said = dict(pictures.values_list("pk", "shown_to"))
        assert (said[kept.pk], said[unsaid.pk]) == ("classroom", "public")
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_second_time_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = (Edition.objects.count(), Revision.objects.count(), CuratedImage.objects.count())
    call_command("load_curriculum")
    assert (Edition.objects.count(), Revision.objects.count(), CuratedImage.objects.count()) == before
    assert capsys.readouterr().out.strip() == f"{len(LESSONS)} lessons as they were."


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_dumping_writes_the_same_files_back(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT, tmp_path / "same")
    call_command("dump_curriculum", str(tmp_path / "same"), verbosity=0)
    call_command("dump_curriculum", str(tmp_path / "fresh"), verbosity=0)
    for path in sorted(DEFAULT.rglob("*.yaml")):
        name = path.relative_to(DEFAULT)
        assert (tmp_path / "same" / name).read_text() == path.read_text(), name
    before = Revision.objects.count()
    call_command("load_curriculum", str(tmp_path / "fresh"), verbosity=0)
    assert Revision.objects.count() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_changed_paragraph_cuts_one_edition_and_keeps_every_other_id(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT, tmp_path / "files")
    path = next((tmp_path / "files" / "lessons").glob("03-*.yaml"))
    changed = path.read_text().replace(
        "heading:", "heading: Before it all\n    blocks:\n      - paragraph: New.\n  - heading:", 1
    )
    path.write_text(changed)
    lesson = Lesson.objects.get(slug="the-closed-session")
    old = Edition.objects.get(current__lesson=lesson).read()
    before = Edition.objects.count()
    with transaction.atomic():
        call_command("load_curriculum", str(tmp_path / "files"), verbosity=0)
        assert Edition.objects.count() == before + 1
        new = Edition.objects.get(current__lesson=lesson).read()
        assert [section["id"] for section in new.sections[1:]] == [section["id"] for section in old.sections]
        kept = {block["id"] for block in new.blocks()}
        assert {block["id"] for block in old.blocks()} <= kept
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_lesson_that_cannot_be_published_is_told_with_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT, tmp_path / "files")
    path = next((tmp_path / "files" / "lessons").glob("01-*.yaml"))
    path.write_text(re.sub(r"alt: .*?\n( {12}\S.*\n)*", "alt: scan_01.png\n", path.read_text(), count=1))
    before = Revision.objects.count()
    with pytest.raises(CommandError, match=r"01-what-was-there-to-undo.yaml:\d+: This is the name of a file"):
        call_command("load_curriculum", str(tmp_path / "files"), verbosity=0)
    assert Revision.objects.count() == before


def test_checking_reads_the_files_and_touches_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_curriculum", "--check")
    said = capsys.readouterr().out
    assert "Nothing is wrong with the files." in said
    assert "The closed session" in said, "the reading level of its sections"


def test_a_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"has no course\.yaml"):
        call_command("load_curriculum", str(tmp_path))
