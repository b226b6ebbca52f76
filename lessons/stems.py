"""Words as the search compares them: without case, accents and endings, and Russian ones in Latin letters too.

Every word of a text becomes one stem. A Russian word has a key besides, under which it is found by whoever writes it in
Latin letters, in any of the usual ways: оттепель by ottepel, ottepel’ and ottepeli, Хрущёв by Khrushchev and Chruščev.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, NamedTuple

import snowballstemmer

# Another way to make stems, or more to tell of a passage, is another version: what was indexed under an older one is
# indexed anew after migrating.
VERSION: Final = 3
KEY: Final = "q"  # before every key: Latin before Cyrillic, as no word is written
LONGEST: Final = 40  # characters of a word that count
WORDS_AT_MOST: Final = 8  # of a question
READ_AT_MOST: Final = 300  # characters of a question

# A letter or digit, then those, combining accents, and apostrophes inside: Khrushchev’s, bol’shevik. No underscore.
_APOSTROPHES: Final = "'’‘ʹʼ′`´"
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad]|[{_APOSTROPHES}](?=[^\W_]))*")
_HYPHENS: Final = frozenset("-‐‑")
_JOINED: Final = re.compile(rf"{_WORD.pattern}(?:[-‐‑]{_WORD.pattern})+")
_NO_HYPHEN: Final = str.maketrans(dict.fromkeys("-‐‑"))
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_NO_APOSTROPHE: Final = str.maketrans("", "", _APOSTROPHES)
_ONE_APOSTROPHE: Final = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))

_SHORT_I: Final = "ҋ"  # stands for й while accents are taken off: it is one letter, in no Russian word

# Words that stand in every text and tell none from another.
_EMPTY_ENGLISH: Final = (
    "a an and are as at be but by for from had has have he her him his i in is it its no nor not of on or our she"
    " so than that the their them then there they this to was we were what when which who will with you your"
)
_EMPTY_RUSSIAN: Final = (
    "а без был была было были быть в во вы где да для до его ее если же за и из или им их к как ко ли мы на не"
    " него нет ни но о об он она они от по при с со так там то тот ты у уже что чтобы это этот я"
)
_EMPTY: Final = frozenset(f"{_EMPTY_ENGLISH} {_EMPTY_RUSSIAN}".split())

_ENGLISH: Final = snowballstemmer.stemmer("english")
_RUSSIAN: Final = snowballstemmer.stemmer("russian")
_STEMMING: Final = Lock()  # a stemmer keeps its word in itself


class Word(NamedTuple):
    """A word of a text, with where it stands in it. `key` is empty for what is not Russian."""

    start: int
    end: int
    stem: str
    key: str


def words(text: str) -> Iterator[Word]:
    """The words of a text that can be found, in their order.

    Of words joined by a hyphen each is one, and so are both together, at the place of the first: de-Stalinization is
    found as destalinization too.
    """
    run: list[tuple[int, int, str]] = []
    last = -1
    for found in _WORD.finditer(text):
        start, end = found.span()
        if run and not (start == last + 1 and text[last] in _HYPHENS):
            yield from _of_run(run)
            run = []
        run.append((start, end, found.group()))
        last = end
    yield from _of_run(run)


def _of_run(run: Sequence[tuple[int, int, str]]) -> list[Word]:
    said = [Word(start, end, *_forms(raw[: LONGEST * 2])) for start, end, raw in run]
    if len(run) > 1:
        joined = "".join(raw for _start, _end, raw in run)
        said.append(Word(run[0][0], run[-1][1], *_forms(joined[: LONGEST * 2])))
    return [word for word in said if word.stem]


def places(text: str, forms: Set[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand that have one of these stems or keys, in no order: what `words` says of them, sooner.

    A text has few of the words that are looked for. So its different words are asked first, and only if one of them
    is meant is it gone through.
    """
    meant = {raw for raw in set(_WORD.findall(text)) if _is_of(raw, forms)}
    if meant:
        for found in _WORD.finditer(text):
            if found.group() in meant:
                yield found.span()
    if _HYPHENS.isdisjoint(text):
        return
    for found in _JOINED.finditer(text):
        if _is_of(found.group().translate(_NO_HYPHEN), forms):
            yield found.span()


def _is_of(raw: str, forms: Set[str]) -> bool:
    stem, key = _forms(raw[: LONGEST * 2])
    return stem in forms or key in forms


@lru_cache(maxsize=50_000)
def _forms(raw: str) -> tuple[str, str]:
    """The stem and the key of one word as it is written; nothing for an empty word."""
    word = _plain(raw)
    if not word or word in _EMPTY:
        return "", ""
    if not _CYRILLIC.search(word):
        return _english(word), ""
    word = word.translate(_NO_APOSTROPHE)
    return _russian(word), KEY + _key(word)


def _plain(raw: str) -> str:
    """In small letters without accents. й is a letter of its own, ё is written е."""
    folded = unicodedata.normalize("NFKC", raw).casefold().replace("й", _SHORT_I)
    bare = (each for each in unicodedata.normalize("NFD", folded) if each.isalnum() or each in _APOSTROPHES)
    return "".join(bare).replace(_SHORT_I, "й").translate(_ONE_APOSTROPHE)[:LONGEST]


def _english(word: str) -> str:
    with _STEMMING:
        stem: str = _ENGLISH.stemWord(word)
    return stem.replace("'", "")


def _russian(word: str) -> str:
    """Without endings, twice: of Хрущёв and Хрущёва one would go a step further than the other."""
    with _STEMMING:
        stem: str = _RUSSIAN.stemWord(_RUSSIAN.stemWord(word))
    return stem


# --- Russian in Latin letters -----------------------------------------------------------------------------------------

# What the ways to write Russian in Latin letters do not tell apart, or each in its own way, falls together here.
_LOOSE: Final = str.maketrans({"ё": "е", "э": "е", "й": "и", "ы": "и", "я": "иа", "ю": "иу", "ь": None, "ъ": None})
_LATIN: Final = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("šč", "щ"),
    ("zh", "ж"),
    ("ž", "ж"),
    ("kh", "х"),
    ("ch", "ч"),
    ("č", "ч"),
    ("sh", "ш"),
    ("š", "ш"),
    ("ts", "ц"),
    ("tz", "ц"),
    ("ye", "е"),
    ("je", "е"),
    ("yo", "е"),
    ("jo", "е"),
    ("ë", "е"),
    ("è", "е"),
    *zip("abvgdezijyklmnoprstufhxcwq", "абвгдезиииклмнопрстуфххцвк", strict=True),
)
_LATIN_LETTER: Final = re.compile("|".join(latin for latin, _cyrillic in _LATIN))
_LATIN_TO: Final = dict(_LATIN)


def _key(cyrillic: str) -> str:
    """The key of a Russian word in plain small letters, or of one that was read from Latin letters."""
    loose = cyrillic.translate(_LOOSE).replace("тс", "ц").replace("шч", "щ").replace("кс", "х")
    return _russian(re.sub("ии+", "и", loose))


@lru_cache(maxsize=10_000)
def _latin_keys(raw: str) -> tuple[str, ...]:
    """The keys that a word in Latin letters may be meant for; none where it cannot be Russian."""
    word = unicodedata.normalize("NFC", raw.casefold()).translate(_NO_APOSTROPHE).replace("ʺ", "").replace('"', "")
    # ALA-LC binds two letters with a bow; other marks than the caron say nothing that the letters do not.
    word = "".join(character for character in word if unicodedata.category(character) != "Mn")
    word = word.replace("ĭ", "i").replace("ė", "e").replace("ŝ", "shch").replace("û", "iu").replace("â", "ia")
    word = word[:LONGEST]
    if len(word) < 3 or not re.fullmatch("[a-zžčšëè]+", word):
        return ()
    # Of ch, German and scholarly tables make х; of x, х or кс.
    read = {
        _LATIN_LETTER.sub(lambda found: _LATIN_TO[found.group()], each) for each in (word, word.replace("ch", "kh"))
    }
    return tuple(sorted(KEY + _key(cyrillic) for cyrillic in read))


# --- Questions --------------------------------------------------------------------------------------------------------

# One way to say what is looked for: stems that follow each other.
Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that an edition must have, as one of these runs. A single word is a run of one."""

    runs: tuple[Run, ...]


def question(asked: str) -> tuple[Wanted, ...]:
    """What somebody wants who typed this, each of which an edition must have. Empty where no word is left.

    Words between quotation marks must follow each other. Every other sign only parts words: nothing here is a command.
    """
    wanted: list[Wanted] = []
    for place, part in enumerate(_QUOTE.split(asked[:READ_AT_MOST])):
        if place % 2 and len(found := list(_asked_words(part))) > 1:
            wanted.append(Wanted(_phrase(found)))
        else:
            wanted += [Wanted(runs) for runs in _asked_words(part)]
    return tuple(dict.fromkeys(wanted))[:WORDS_AT_MOST]


_QUOTE: Final = re.compile('["“”„«»]')


def _asked_words(text: str) -> Iterator[tuple[Run, ...]]:
    """For each word the runs that it may stand as. Words joined by a hyphen may stand joined as well."""
    run: list[str] = []
    last = -1
    for found in _WORD.finditer(text):
        if run and not (text[last : found.start()] in _HYPHENS and last < found.start()):
            yield from _asked_run(run)
            run = []
        run.append(found.group())
        last = found.end()
    yield from _asked_run(run)


def _asked_run(run: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    if len(run) > 1:
        stems = tuple(stem for stem, _key in (_forms(raw[: LONGEST * 2]) for raw in run) if stem)
        joined = _alternatives("".join(run)[: LONGEST * 2])
        if joined or stems:
            yield (*joined, *([stems] if stems else []))
        return
    for raw in run:
        if found := _alternatives(raw[: LONGEST * 2]):
            yield found


def _alternatives(raw: str) -> tuple[Run, ...]:
    stem, key = _forms(raw)
    if not stem:
        return ()
    return ((stem,), *((each,) for each in ([] if key else _latin_keys(raw))))


def _phrase(found: Sequence[tuple[Run, ...]]) -> tuple[Run, ...]:
    """Whole runs: all in stems, or all in keys where each has one."""
    stems = tuple(stem for runs in found for stem in runs[0])
    keys = tuple(key for runs in found for run in runs[1:2] for key in run)
    return (stems, *([keys] if len(keys) == len(stems) else []))
