"""A teacher's own versions of lessons, through REST. The contract is docs/api.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import person
from destalin_site.common.api import APIView, EmptyIn, Input, etag, paginate, read, required_version
from destalin_site.common.names import NameField
from lessons import access, adaptations, adapting
from lessons.api.serializers import EditionRefOut
from lessons.models import Adaptation, Edition

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version that this changes."
)
CURSOR = [
    OpenApiParameter("cursor", str, description="Where the page before ended."),
    OpenApiParameter("limit", int, description="1 to 200, 50 when it is not said."),
]
LETTER = "v"
MOST = 1_000  # of any list in a plan


# --- What requests may contain, and answers do ------------------------------------------------------------------------


def _text(limit: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=limit, allow_blank=True, trim_whitespace=False, **kwargs)


class AdaptationIn(Input):
    lesson = serializers.SlugField(max_length=100, help_text=_("The slug of a lesson; its current edition is adapted."))


class KeptIn(Input):
    id = serializers.CharField(max_length=100)
    kept = serializers.BooleanField(required=False, default=True)


class PlanSectionIn(KeptIn):
    questions = KeptIn(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]


class OwnOptionIn(Input):
    id = serializers.CharField(max_length=64)
    text = _text(adapting.OPTION_LIMIT)
    correct = serializers.BooleanField()


class OwnQuestionIn(Input):
    kind = serializers.ChoiceField(sorted(adapting.OWN_KINDS))
    prompt = _text(adapting.PROMPT_LIMIT)
    points = serializers.CharField(max_length=12)
    required = serializers.BooleanField(required=False, default=True)  # type: ignore[assignment]
    skill = _text(adapting.SKILL_LIMIT, required=False, default="")
    rubric = _text(100, required=False, default="", help_text=_("The id of one of the edition’s rubrics."))
    model_answer = _text(adapting.ANSWER_LIMIT, required=False, default="")
    options = OwnOptionIn(many=True, required=False, max_length=adapting.MOST_OPTIONS)  # type: ignore[call-arg]


class PlanIn(Input):
    """What it does not name is left out."""

    sections = PlanSectionIn(many=True, max_length=MOST)  # type: ignore[call-arg]
    sources = KeptIn(many=True, max_length=MOST)  # type: ignore[call-arg]
    own = serializers.DictField(child=OwnQuestionIn(), required=False, help_text=_("By ids that the client makes."))


class AdaptationChangeIn(Input):
    title = NameField(max_length=200, required=False)
    instructions = _text(adaptations.INSTRUCTIONS_LIMIT, required=False)
    plan = PlanIn(required=False)


class AncestorOut(serializers.Serializer[Any]):
    id = serializers.CharField(help_text=_("The sha256 of the edition that it was made of."))
    number = serializers.IntegerField()
    lesson = serializers.CharField(help_text=_("The slug of its lesson."))
    current = serializers.CharField(allow_null=True, help_text=_("The sha256 of the lesson’s current edition."))


class AdaptationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    instructions = serializers.CharField()
    ancestor = AncestorOut()
    edition = EditionRefOut(allow_null=True, help_text=_("The one that was cut last: what can be assigned."))
    archived = serializers.BooleanField()
    changed_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class WholeAdaptationOut(AdaptationOut):
    plan = serializers.DictField(help_text=_("As it is sent, with everything in its place."))


class AdaptationPageOut(serializers.Serializer[Any]):
    results = AdaptationOut(many=True)
    next = serializers.CharField(allow_null=True)


class TroubleOut(serializers.Serializer[Any]):
    at = serializers.CharField(help_text=_("The id of the section or question; empty for the whole."))
    code = serializers.CharField()
    message = serializers.CharField()


class AdaptationPreviewOut(serializers.Serializer[Any]):
    document = serializers.DictField(help_text=_("What cutting it now would publish to the caller’s classes."))
    troubles = TroubleOut(many=True, help_text=_("What must be resolved before it can be cut."))


class AdaptedEditionOut(EditionRefOut):
    ancestor = AncestorOut()


def _edition(edition: Edition) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in ("id", "number", "size", "published_at")}


def _ancestor(row: Adaptation) -> dict[str, Any]:
    lesson = row.ancestor.lesson
    current = getattr(lesson, "current_edition", None)
    return {
        "id": row.ancestor_id,
        "number": row.ancestor.number,
        "lesson": lesson.slug,
        "current": current.edition_id if current and lesson.live else None,
    }


def _shown(row: Adaptation) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("id", "title", "instructions", "archived", "changed_at", "version")},
        "ancestor": _ancestor(row),
        "edition": _edition(row.edition) if row.edition else None,
    }


def _answer(row: Adaptation, status: int = 200) -> Response:
    headers = {"ETag": etag(LETTER, row.version)}
    if status == 201:
        headers["Location"] = reverse("api-adaptation", kwargs={"pk": row.pk})
    return Response({**_shown(row), "plan": row.plan}, status=status, headers=headers)


# --- Routes -----------------------------------------------------------------------------------------------------------


class AdaptationsView(APIView):
    @extend_schema(
        operation_id="adaptations_list", tags=["adaptations"], parameters=CURSOR, responses=AdaptationPageOut
    )
    def get(self, request: Request) -> Response:
        """The caller's own versions of lessons, those that were put away too. Oldest first."""
        rows = Adaptation.objects.visible_to(person(request))
        rows = rows.select_related("ancestor__lesson__current_edition", "edition")
        page = paginate(rows, request, order=["created_at", "id"])
        return page.response([_shown(row) for row in page.rows])

    @extend_schema(
        operation_id="adaptations_create",
        tags=["adaptations"],
        request=AdaptationIn,
        responses={201: WholeAdaptationOut},
    )
    def post(self, request: Request) -> Response:
        """A version of the caller's own of a lesson's current edition, with everything in it. For approved teachers."""
        me = person(request)
        body = read(AdaptationIn, request)
        return _answer(adaptations.start(access.edition_to_adapt(me, body["lesson"]), by=me), status=201)


class AdaptationView(APIView):
    @extend_schema(operation_id="adaptations_read", tags=["adaptations"], responses=WholeAdaptationOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """One version with its plan."""
        return _answer(access.adaptation(person(request), pk))

    @extend_schema(
        operation_id="adaptations_update",
        tags=["adaptations"],
        parameters=[IF_MATCH],
        request=AdaptationChangeIn,
        responses=WholeAdaptationOut,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Changes title, instructions or plan. What is assigned already stays as it is."""
        me = person(request)
        found = access.adaptation_to_change(me, pk)
        version = required_version(request, LETTER)
        said = read(AdaptationChangeIn, request)
        return _answer(adaptations.change(found, if_version=version, by=me, **said))


class PreviewView(APIView):
    @extend_schema(operation_id="adaptations_preview", tags=["adaptations"], responses=AdaptationPreviewOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The document that cutting it now would give, and what must be resolved first. Nothing is kept."""
        made = adaptations.adapted(access.adaptation(person(request), pk))
        troubles = [
            {"at": trouble.at, "code": trouble.code, "message": adaptations.sentence(trouble)}
            for trouble in made.troubles
        ]
        return Response({"document": made.document, "troubles": troubles})


class CutView(APIView):
    @extend_schema(
        operation_id="adaptations_cut",
        tags=["adaptations"],
        parameters=[IF_MATCH],
        request=EmptyIn,
        responses={201: AdaptedEditionOut},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Cuts an edition that the caller's classes can be given. Content that has an edition gets that one."""
        me = person(request)
        found = access.adaptation_to_change(me, pk)
        version = required_version(request, LETTER)
        read(EmptyIn, request)
        edition = adaptations.cut(found, by=me, if_version=version)
        return Response({**_edition(edition), "ancestor": _ancestor(found)}, status=201)


class ArchiveView(APIView):
    @extend_schema(
        operation_id="adaptations_archive", tags=["adaptations"], request=EmptyIn, responses=WholeAdaptationOut
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Puts it away: it can neither be changed nor assigned. What is assigned stays."""
        me = person(request)
        found = access.adaptation_to_change(me, pk)
        read(EmptyIn, request)
        return _answer(adaptations.put_away(found, by=me))


class RestorationView(APIView):
    @extend_schema(
        operation_id="adaptations_restore", tags=["adaptations"], request=EmptyIn, responses=WholeAdaptationOut
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Brings back what was put away."""
        me = person(request)
        found = access.adaptation_to_change(me, pk)
        read(EmptyIn, request)
        return _answer(adaptations.bring_back(found, by=me))
