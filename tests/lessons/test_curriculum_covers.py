"""What the course covers: every heading of the article that it answers, what that article gets wrong, every country."""

import re
from typing import NamedTuple

import pytest

from lessons.curriculum.files import Mapped
from lessons.curriculum.loading import read_files
from lessons.management.commands.load_curriculum import DEFAULT
from tests.lessons.test_curriculum import blocks, everything, own_words

COURSE = {lesson["slug"]: lesson for lesson in read_files(DEFAULT).lessons}
ARTICLE = "reading-an-article-against-the-evidence"


class Covered(NamedTuple):
    """In these lessons together stand these events, sources, terms and people."""

    lessons: tuple[str, ...]
    named: tuple[str, ...]


# By heading of the article, and below it by its points.
COVERED = {
    "origins: Stalin's legacy": Covered(
        ("what-was-there-to-undo",),
        ("order-00447", "collectivization-and-famine", "lenins-testament", "stalin", "gulag", "cult-of-personality"),
    ),
    "objectives: governance": Covered(
        ("the-spring-of-1953", "losing-without-dying"),
        ("collective-leadership", "beria-arrested", "special-board-abolished", "criminal-law-1958"),
    ),
    "objectives: liberalization": Covered(
        ("the-spring-of-1953", "who-came-back"),
        ("amnesty-of-1953", "rehabilitation", "review-commissions-1954", "autonomies-restored"),
    ),
    "objectives: industry": Covered(
        ("bread-flats-and-the-steppe",), ("sovnarkhoz-reform", "labour-decree-1956", "new-course-speech", "sputnik")
    ),
    "objectives: agriculture": Covered(
        ("bread-flats-and-the-steppe",),
        ("virgin-lands-campaign", "tractor-stations-dissolved", "harvest-failure-1963", "kolkhoz-sovkhoz"),
    ),
    "methods: the speech": Covered(
        ("the-closed-session", "how-a-secret-travelled"),
        ("closed-session-report", "secret-speech-1956", "speech-published-in-the-west", "resolution-30-june-1956"),
    ),
    "methods: who was removed and who rose": Covered(
        ("losing-without-dying",), ("june-1957", "zhukov-dismissed", "anti-party-group", "shepilov", "suslov")
    ),
    "methods: censorship": Covered(
        ("the-thaw-and-its-frosts",), ("glavlit", "pasternak-affair", "ivan-denisovich", "manege", "the-thaw")
    ),
    "methods: how history was written": Covered(
        ("the-thaw-and-its-frosts", ARTICLE),
        ("voprosy-istorii-purged", "new-party-history-1959", "historical-revisionism", "pankratova"),
    ),
    "impact: struggles for power": Covered(
        ("losing-without-dying",), ("june-1957", "fall-of-khrushchev", "cia-caesar-anti-party-group-1962")
    ),
    "impact: the split with China": Covered(
        ("many-roads",),
        ("peoples-daily-april-1956", "bucharest-1960", "chinese-letter-1963", "on-the-question-of-stalin"),
    ),
    "impact: intellectual freedom": Covered(
        ("the-thaw-and-its-frosts", "the-argument-that-did-not-end"), ("brodsky-trial", "samizdat", "tamizdat")
    ),
    "impact: human rights": Covered(
        ("the-argument-that-did-not-end",),
        ("glasnost-meeting", "chronicle-of-current-events", "moscow-helsinki-group", "dissident"),
    ),
    "global: the propaganda war": Covered(
        ("how-a-secret-travelled",),
        ("western-communists-1956", "state-department-telegram-june-1956", "editorial-note-propaganda-guidance-1956"),
    ),
    "global: the bloc": Covered(
        ("berlin-poznan-budapest", "many-roads"),
        ("rising-of-17-june", "polish-october", "hungarian-revolution", "prague-spring", "national-communism"),
    ),
    "legacy: what historians say": Covered(
        ("the-argument-that-did-not-end", ARTICLE),
        ("gorbachev-speech-1987", "cohen-rethinking-soviet-experience", "jones-myth-memory-trauma"),
    ),
    "legacy: Russia since": Covered(
        ("the-argument-that-did-not-end",),
        ("law-on-rehabilitation-1991", "memorial-dissolved", "levada-2019", "levada-polls-on-stalin-2003-2021"),
    ),
}


def named(lesson: Mapped) -> set[str]:
    lists = [*lesson["events"], *lesson["people"], *lesson["glossary"]]
    return {*lists, *(block["source"] for block in blocks(lesson, "source"))}


@pytest.mark.parametrize("heading", COVERED)
def test_a_heading_of_the_article_is_covered_by_lessons(heading: str) -> None:
    lessons, wanted = COVERED[heading]
    found = [named(COURSE[slug]) for slug in lessons]
    assert set(wanted) - set().union(*found) == set()
    assert all(set(wanted) & each for each in found), "each of the lessons has a part in it"


# What the article says too simply, and where the course says it better: a lesson, and words that stand in one
# paragraph, item or framing of it.
PUT_RIGHT = {
    "Khrushchev was not the one successor": (ARTICLE, r"successor.*collective leadership"),
    "the first steps came before 1956": (ARTICLE, r"no Beria.*no Malenkov.*Norilsk"),
    "master only about 1928-29": (ARTICLE, r"1922.*1928–29"),
    "the party was not decentralized": (ARTICLE, r"decentralize.*monopoly"),
    "collectivization was not questioned": (ARTICLE, r"Nobody in power called collectivization.*famine could not be"),
    "the speech was closed and selective": (ARTICLE, r"closed doors.*left out the man who gave it"),
    "not loyalists against reformers": (ARTICLE, r"loyalists.*Shepilov.*Zhukov.*Suslov.*Serov"),
    "censorship was loosened, with reversals": (ARTICLE, r"censors were never sent home.*1954, 1957–58 and 1962–64"),
    "history was not judged fairly": (ARTICLE, r"Voprosy istorii.*purged.*Short Course"),
    "revisionism is a loaded word": (ARTICLE, r"Revisionism.*term of abuse"),
    "the split with China had more causes": (ARTICLE, r"China had more than one.*first answer.*mild"),
    "human rights came after the Thaw": (ARTICLE, r"human rights arose mostly after 1964–65"),
    "Moscow itself sent the speech": (ARTICLE, r"Moscow.*sent the text.*Washington held back.*hit hardest"),
    "not all were satellites": (ARTICLE, r"“Satellite” suits countries"),
    "the balance was made by leaders": (ARTICLE, r"30 June 1956.*2 November 1987.*leaders of the party"),
    "what is left out altogether": (
        ARTICLE,
        r"rehabilitated.*deported.*flats.*Mausoleum.*new names.*Novocherkassk.*1964.*Gorbachev.*1991.*Memorial.*polls",
    ),
    "totalitarian is contested": (ARTICLE, r"Totalitarian.*contested category"),
    "no dates, two names and no sources": (ARTICLE, r"After 1956 no year.*Two people.*no source is given"),
}


@pytest.mark.parametrize("error", PUT_RIGHT)
def test_what_the_article_gets_wrong_is_put_right(error: str) -> None:
    slug, words = PUT_RIGHT[error]
    said = [text for text in everything(COURSE[slug]["sections"]) if re.search(words, text, re.DOTALL)]
    assert len(said) == 1


COUNTRIES = {
    "bloc-east-germany": "Berlin",
    "bloc-poland": "Poznan",
    "bloc-hungary": "Budapest",
    "bloc-czechoslovakia": "Prague",
    "bloc-romania": "Romania",
    "bloc-bulgaria": "Bulgaria",
    "bloc-albania": "Albania",
    "bloc-yugoslavia": "Yugoslavia",
    "bloc-china": "China",
}


@pytest.mark.parametrize("block", COUNTRIES)
def test_every_country_of_the_bloc_has_its_block_and_its_paragraph(block: str) -> None:
    [lesson] = [lesson for lesson in COURSE.values() if block in lesson["events"]]
    assert COUNTRIES[block] in own_words(lesson)


def test_no_country_is_left_without_a_row_here() -> None:
    events = {event["slug"] for event in read_files(DEFAULT).events}
    assert {slug for slug in events if slug.startswith("bloc-")} == set(COUNTRIES)
