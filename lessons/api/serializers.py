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


class LessonPageOut(serializers.Serializer[Any]):
    results = LessonOut(many=True)
    next = serializers.CharField(allow_null=True)


class CourseOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    lessons = serializers.IntegerField(help_text=_("How many the catalogue shows."))


class CoursePageOut(serializers.Serializer[Any]):
    results = CourseOut(many=True)
    next = serializers.CharField(allow_null=True)
