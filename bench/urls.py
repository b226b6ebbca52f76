from django.urls import path

from bench import floor, naive
from destalin_site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("floor/editions/<str:pk>", floor.edition),
    path("floor/assignments", floor.assignments),
    path("floor/submissions/<uuid:pk>/attempts", floor.hand_in),
    path("floor/classrooms/<uuid:pk>/board", floor.board),
    path("floor/classrooms/<uuid:pk>/board/totals", floor.totals),
    path("floor/submissions/<uuid:pk>/draft", floor.save),
    path("floor/assignments/<uuid:pk>/returns", floor.return_all),
    path("floor/assignments/<uuid:pk>/marks", floor.marks),
    path("floor/assignments/<uuid:pk>/answers", floor.answers),
    path("floor/search", floor.search),
    path("naive/editions/<str:pk>", naive.EditionView.as_view()),
    path("naive/assignments", naive.AssignmentsView.as_view()),
    path("naive/submissions/<uuid:pk>/attempts", naive.AttemptsView.as_view()),
    path("naive/classrooms/<uuid:pk>/board", naive.BoardView.as_view()),
    *urlpatterns,
]
