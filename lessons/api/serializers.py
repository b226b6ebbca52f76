"""What answers about the catalogue contain."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class EditionRefOut(serializers.Serializer[Any]):
    """Enough of an edition to decide whether to fetch it."""

    id = serializers.CharField(help_text=_("The sha256 of the document."))
    number = serializers.IntegerField()
    size = serializers.IntegerField(help_text=_("Bytes of the document."))
    published_at = serializers.DateTimeField()


class LessonOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    course = serializers.CharField(help_text=_("The slug of the course."))
    language = serializers.CharField()
    level = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    edition = EditionRefOut()


class SpanOut(serializers.Serializer[Any]):
    start = serializers.IntegerField(help_text=_("Code points of the text."))
    end = serializers.IntegerField()


def _paraphrase() -> serializers.BooleanField:
    return serializers.BooleanField(help_text=_("A study paraphrase: not the wording of the document."))


class HitOut(serializers.Serializer[Any]):
    """The passage that fits best. `source` is empty where the page of the lesson shows it."""

    kind = serializers.CharField(help_text=_("lead, text, question, source, heading or word"))
    name = serializers.CharField(help_text=_("¶14, A2, or what else it is called"))
    anchor = serializers.CharField(help_text=_("The part of the page behind the #."))
    source = serializers.CharField(  # type: ignore[assignment]
        help_text=_("The slug of the source on whose own page it stands.")
    )
    language = serializers.CharField(help_text=_("Empty where it is that of the lesson."))
    url = serializers.CharField(help_text=_("The page that shows it, at this place."))
    paraphrase = _paraphrase()
    text = serializers.CharField(help_text=_("An excerpt."))
    marks = SpanOut(many=True)


class ListedLessonOut(LessonOut):
    hit = HitOut(allow_null=True, help_text=_("With q; else null."))


class LessonPageOut(serializers.Serializer[Any]):
    results = ListedLessonOut(many=True)
    next = serializers.CharField(allow_null=True)


class CourseOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    lessons = serializers.IntegerField(help_text=_("How many the catalogue shows."))


class CoursePageOut(serializers.Serializer[Any]):
    results = CourseOut(many=True)
    next = serializers.CharField(allow_null=True)


class UncertainDateOut(serializers.Serializer[Any]):
    edtf = serializers.CharField(help_text=_("As EDTF writes it; empty when nothing is known."))
    display = serializers.CharField(help_text=_("As a reader sees it."))
    sort_from = serializers.DateField(allow_null=True, help_text=_("The first day that it may mean; null when open."))
    sort_to = serializers.DateField(allow_null=True, help_text=_("The last day that it may mean; null when open."))


class SourceUseOut(serializers.Serializer[Any]):
    slug = serializers.CharField(help_text=_("The lesson."))
    title = serializers.CharField()
    letter = serializers.CharField(help_text=_("What the source is called in it."))
    edition = serializers.CharField(help_text=_("The sha256 of the lesson’s current edition."))


class SourceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    creator = serializers.CharField()
    date = UncertainDateOut()
    kind = serializers.CharField()
    primary = serializers.BooleanField()
    language = serializers.CharField()
    edition = EditionRefOut(help_text=_("The newest edition that shows it; what is said here is its copy."))
    lessons = SourceUseOut(many=True)


class SourcePageOut(serializers.Serializer[Any]):
    results = SourceOut(many=True)
    next = serializers.CharField(allow_null=True)


class RecordOut(serializers.Serializer[Any]):
    author = serializers.CharField()
    audience = serializers.CharField()
    purpose = serializers.CharField()
    perspective = serializers.CharField()
    omits = serializers.CharField()


class GroundOut(serializers.Serializer[Any]):
    """A passage that a claim rests on, with its words."""

    source = serializers.CharField(help_text=_("The id of the source that it stands in."))  # type: ignore[assignment]
    title = serializers.CharField(help_text=_("Of that source."))
    bibliography = serializers.CharField()
    passage = serializers.IntegerField(help_text=_("Its number in that source, from 1."))
    text = serializers.CharField()
    paraphrase = _paraphrase()
    reading = serializers.CharField(help_text=_("How this historian reads it."))


class HistorianClaimOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()
    locator = serializers.CharField(help_text=_("Where in the work it stands."))
    rests_on = GroundOut(many=True)


class ReadingOut(serializers.Serializer[Any]):
    """How a historian reads a passage, and what is claimed on it."""

    source = serializers.CharField(help_text=_("The slug of the historian’s work."))  # type: ignore[assignment]
    title = serializers.CharField()
    creator = serializers.CharField()
    reading = serializers.CharField()
    claim = serializers.CharField()
    locator = serializers.CharField()


class ReadDifferentlyOut(serializers.Serializer[Any]):
    """A passage that several historians rest a claim on, the older work first."""

    passage = serializers.IntegerField(help_text=_("Its number in the source, from 1."))
    text = serializers.CharField(help_text=_("As the lessons of today quote it."))
    paraphrase = _paraphrase()
    readings = ReadingOut(many=True)


class WholeSourceOut(SourceOut):
    place = serializers.CharField()
    archive = serializers.CharField()
    reference = serializers.CharField()
    url = serializers.CharField()
    rights = serializers.CharField()
    paraphrase = _paraphrase()
    record = RecordOut()
    csl = serializers.DictField(help_text=_("A CSL-JSON item."))
    note = serializers.CharField(help_text=_("As a footnote cites it, in the Chicago style."))
    bibliography = serializers.CharField()
    blocks = serializers.ListField(child=serializers.DictField(), help_text=_("Its passages, as in the document."))
    claims = HistorianClaimOut(many=True, help_text=_("Of a historian’s work: what it claims, and on which passages."))
    read_differently = ReadDifferentlyOut(
        many=True, help_text=_("Its passages that several works read, by all current editions.")
    )


def _lessons() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(), help_text=_("The slugs of the lessons whose current edition has it.")
    )


class TermOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    term = serializers.CharField()
    original = serializers.CharField()
    language = serializers.CharField(help_text=_("Of the original."))
    transliteration = serializers.CharField()
    meaning = serializers.CharField()
    lessons = _lessons()


class HistoricalPersonOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    original = serializers.CharField()
    language = serializers.CharField(help_text=_("Of the original."))
    born = UncertainDateOut()
    died = UncertainDateOut()
    office = serializers.CharField()
    role = serializers.CharField()
    lessons = _lessons()
    sources = serializers.ListField(
        child=serializers.CharField(), help_text=_("The slugs of the sources that this person made.")
    )


class EventOut(serializers.Serializer[Any]):
    """With `as_of`, what is told from today is empty: text, conflict, known_by and lessons."""

    id = serializers.CharField()
    title = serializers.CharField()
    date = UncertainDateOut()
    place = serializers.CharField()
    known = UncertainDateOut(help_text=_("When the public could first know of it."))
    known_by = serializers.CharField(help_text=_("Who knew earlier, and how it came out."))
    text = serializers.CharField()
    conflict = serializers.CharField(help_text=_("How accounts differ."))
    lessons = _lessons()


class CorrectedFieldOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    old = serializers.CharField(help_text=_("What the edition says."))
    new = serializers.CharField(help_text=_("What is right."))


class ErratumOut(serializers.Serializer[Any]):
    """A correction of a source. It stands beside the edition, whose document never changes."""

    id = serializers.UUIDField()
    source = serializers.CharField(help_text=_("The id of the source in the document."))  # type: ignore[assignment] # its key in the answer
    letter = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField(choices=["minor", "major"])
    note = serializers.CharField(help_text=_("To teachers and students, in plain words."))
    at = serializers.DateTimeField()
    facts = CorrectedFieldOut(many=True)


class ErratumPageOut(serializers.Serializer[Any]):
    results = ErratumOut(many=True)
    next = serializers.CharField(allow_null=True)
