from django.urls import URLPattern, path

from assignments.views import assigning, day, grading, student, teacher

urlpatterns: list[URLPattern] = [
    path("today/", day.today, name="today"),
    path("classes/<uuid:pk>/", teacher.classroom, name="classroom"),
    path("classes/<uuid:pk>/assign/", assigning.assign, name="assign"),
    path("classes/<uuid:pk>/assign/preview/", assigning.assign_preview, name="assign-preview"),
    path("classes/<uuid:pk>/corrections/<uuid:erratum>/acknowledge/", teacher.acknowledge, name="erratum-acknowledge"),
    path("assign/", assigning.assign_anywhere, name="assign-anywhere"),
    path("assignments/<uuid:pk>/board/", teacher.assignment_board, name="assignment-board"),
    path("assignments/<uuid:pk>/return/", teacher.return_graded, name="assignment-return"),
    path("assignments/<uuid:pk>/grade/", teacher.grade_next, name="grade-next"),
    path("assignments/<uuid:pk>/edit/", assigning.assignment_edit, name="assignment-edit"),
    path("assignments/<uuid:pk>/delete/", assigning.assignment_delete, name="assignment-delete"),
    path("assignments/<uuid:pk>/restore/", assigning.assignment_restore, name="assignment-restore"),
    path("submissions/<uuid:pk>/grading/", grading.grade, name="grade"),
    path("submissions/<uuid:pk>/grading/claim/", grading.grade_claim, name="grade-claim"),
    path("submissions/<uuid:pk>/grading/release/", grading.grade_release, name="grade-release"),
    path("submissions/<uuid:pk>/grading/marks/", grading.grade_marks, name="grade-marks"),
    path("submissions/<uuid:pk>/grading/return/", grading.grade_return, name="grade-return"),
    path("submissions/<uuid:pk>/grading/recall/", grading.grade_recall, name="grade-recall"),
    path("submissions/<uuid:pk>/grading/set-aside/<uuid:copy>/", grading.grade_accept, name="grade-accept"),
    path("work/", student.today, name="my-work"),
    path("work/<uuid:pk>/", student.reading_desk, name="desk"),
    path("work/<uuid:pk>/hand-in/", student.hand_in, name="hand-in"),
    path("work/<uuid:pk>/receipts/<int:number>/", student.receipt, name="receipt"),
    path("work/<uuid:pk>/set-aside/<uuid:copy>/", student.parked_copy, name="parked-copy"),
    path("work/<uuid:pk>/feedback/", student.feedback, name="feedback"),
    path("receipts/", student.check_receipt, name="receipt-check"),
    path("assignments/<uuid:pk>/preview/", student.desk_preview, name="desk-preview"),
]
