"""The same answers as a quick Django REST framework project would give them: model serializers, no thought of cost."""

import json
import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Classroom
from assignments.models import Assignment, Attempt, Submission
from lessons.models import Edition


class Naive(APIView):
    renderer_classes = (JSONRenderer,)
    permission_classes = (IsAuthenticated,)


class EditionSerializer(serializers.ModelSerializer[Edition]):
    document = serializers.SerializerMethodField()
    course = serializers.CharField(source="lesson.course.title")

    class Meta:
        model = Edition
        fields = ("id", "number", "title", "course", "published_at", "document")

    def get_document(self, edition: Edition) -> Any:
        return edition.read().data


class EditionView(Naive):
    def get(self, request: Request, pk: str) -> Response:
        return Response(EditionSerializer(Edition.objects.get(pk=pk)).data)


class ClassroomSerializer(serializers.ModelSerializer[Classroom]):
    class Meta:
        model = Classroom
        fields = ("id", "name", "zone")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    classroom = ClassroomSerializer()
    edition_title = serializers.CharField(source="edition.title")

    class Meta:
        model = Assignment
        fields = ("id", "classroom", "edition_title", "title", "instructions", "due_at", "opens_at", "closes_at")


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    assignment = AssignmentSerializer()

    class Meta:
        model = Submission
        fields = ("id", "assignment", "state", "handed_in_at", "attempt_count")


class AssignmentsView(Naive):
    def get(self, request: Request) -> Response:
        return Response(SubmissionSerializer(Submission.objects.filter(student=request.user), many=True).data)


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    class Meta:
        model = Attempt
        fields = ("id", "number", "body_json", "received_at", "receipt_code")


class AttemptsView(Naive):
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        submission = Submission.objects.get(pk=pk, student=request.user)
        attempt = Attempt(
            submission=submission,
            number=submission.attempts.count() + 1,
            edition=submission.assignment.edition,
            client_attempt_id=request.data["client_attempt_id"],
            body_json=json.dumps(request.data["body"]),
            body_sha256="0" * 64,
            words=80,
            received_at=timezone.now(),
            made_at=timezone.now(),
            by=request.user,
            receipt_code=uuid.uuid4().hex[:9],
            receipt_signature="",
        )
        attempt.save()
        submission.attempt_count = attempt.number
        submission.counted = attempt
        submission.handed_in_at = attempt.received_at
        submission.state = "submitted"
        submission.save()
        return Response(AttemptSerializer(attempt).data, status=201)


class BoardView(Naive):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        rows = Submission.objects.filter(assignment__classroom=pk)
        return Response(SubmissionSerializer(rows, many=True).data)
