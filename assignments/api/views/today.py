"""The day of whoever asks, through REST. The contract is docs/api.md."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from accounts.api.authentication import signed_in
from assignments import boards, errata
from assignments import today as days
from assignments.api import today_shapes
from assignments.api.today_shapes import TodayOut
from assignments.api.views.boards import BOARD_RESPONSES, board_answer
from assignments.models import Submission
from destalin_site.common import clock
from destalin_site.common.api import PlainView, flag


class TodayView(PlainView):
    @extend_schema(
        operation_id="today",
        tags=["boards"],
        parameters=[
            OpenApiParameter("all_returned", bool, description="All that came back, not the newest alone."),
            OpenApiParameter(
                "all_waiting",
                bool,
                description="To staff: all questions, requests and hand-ins to decide about, not the first alone.",
            ),
        ],
        responses={200: TodayOut, **BOARD_RESPONSES},
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """What waits for the caller: for whoever teaches over all of her classes, and of the work that was given to
        her."""
        me, now = signed_in(request), clock.now()
        everything, waiting = bool(flag(request, "all_returned")), bool(flag(request, "all_waiting"))
        teaches = boards.has_a_day_of_teaching(me)
        learns = not teaches or Submission.objects.own(me).exists()
        day = boards.teacher_today(me, now, all_waiting=waiting) if teaches else None
        said = {
            "teacher": today_shapes.teacher(day, errata.waiting(me)) if day else None,
            "student": today_shapes.student(days.today(me, now=now, all_returned=everything)) if learns else None,
        }
        return board_answer(request, said)
