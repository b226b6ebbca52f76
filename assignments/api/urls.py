from django.urls import path

from assignments.api.views import (
    assignments,
    boards,
    commenting,
    dates,
    errata,
    excusing,
    exports,
    grading,
    reports,
    revising,
    rubrics,
    submissions,
    upgrades,
)

ASSIGNMENT = "assignments/<uuid:pk>"
SUBMISSION = "submissions/<uuid:pk>"

urlpatterns = [
    path("assignments", assignments.AssignmentsView.as_view(), name="api-assignments"),
    path(ASSIGNMENT, assignments.AssignmentView.as_view(), name="api-assignment"),
    path(
        f"{ASSIGNMENT}/restoration", assignments.AssignmentRestorationView.as_view(), name="api-assignment-restoration"
    ),
    path(f"{ASSIGNMENT}/upgrade", upgrades.AssignmentUpgradeView.as_view(), name="api-assignment-upgrade"),
    path(f"{ASSIGNMENT}/rubric", rubrics.RubricView.as_view(), name="api-rubric"),
    path(f"{ASSIGNMENT}/rubric/editions", rubrics.RubricEditionsView.as_view(), name="api-rubric-editions"),
    path(f"{ASSIGNMENT}/rubric/regrade", rubrics.RegradeView.as_view(), name="api-regrade"),
    path(f"{ASSIGNMENT}/rubric/regrades/<uuid:regrade>", rubrics.RegradedView.as_view(), name="api-regraded"),
    path(
        f"{ASSIGNMENT}/rubric/regrades/<uuid:regrade>/undo", rubrics.RegradeUndoView.as_view(), name="api-regrade-undo"
    ),
    path(f"{ASSIGNMENT}/board", boards.AssignmentBoardView.as_view(), name="api-assignment-board"),
    path(f"{ASSIGNMENT}/overrides", dates.OverridesView.as_view(), name="api-overrides"),
    path(f"{ASSIGNMENT}/overrides/<uuid:override>", dates.OverrideView.as_view(), name="api-override"),
    path(f"{ASSIGNMENT}/report", reports.AssignmentReportView.as_view(), name="api-assignment-report"),
    path("classrooms/<uuid:pk>/skills", reports.ClassSkillsView.as_view(), name="api-class-skills"),
    path(
        "classrooms/<uuid:pk>/students/<uuid:student>/report",
        reports.StudentReportView.as_view(),
        name="api-student-report",
    ),
    path("classrooms/<uuid:pk>/about-me", reports.AboutMeView.as_view(), name="api-about-me"),
    path("classrooms/<uuid:pk>/board", boards.ClassBoardView.as_view(), name="api-class-board"),
    path(f"{ASSIGNMENT}/marks", exports.AssignmentMarksView.as_view(), name="api-assignment-marks"),
    path("classrooms/<uuid:pk>/export", exports.ClassExportView.as_view(), name="api-class-export"),
    path("classrooms/<uuid:pk>/errata", errata.ClassErrataView.as_view(), name="api-class-errata"),
    path(
        "classrooms/<uuid:pk>/errata/<uuid:erratum>/acknowledgement",
        errata.AcknowledgementView.as_view(),
        name="api-erratum-acknowledgement",
    ),
    path(f"{ASSIGNMENT}/returns", grading.ReturnsView.as_view(), name="api-returns"),
    path(f"{ASSIGNMENT}/recalls", grading.RecallsView.as_view(), name="api-recalls"),
    path("submissions", submissions.SubmissionsView.as_view(), name="api-submissions"),
    path(SUBMISSION, submissions.SubmissionView.as_view(), name="api-submission"),
    path(f"{SUBMISSION}/draft", submissions.DraftView.as_view(), name="api-draft"),
    path(f"{SUBMISSION}/parked", submissions.ParkedView.as_view(), name="api-parked"),
    path(f"{SUBMISSION}/parked/<uuid:copy>", submissions.ParkedCopyView.as_view(), name="api-parked-copy"),
    path(f"{SUBMISSION}/parked/<uuid:copy>/accept", submissions.ParkedAcceptView.as_view(), name="api-parked-accept"),
    path(f"{SUBMISSION}/attempts", submissions.AttemptsView.as_view(), name="api-attempts"),
    path(f"{SUBMISSION}/attempts/<int:number>", submissions.AttemptView.as_view(), name="api-attempt"),
    path(f"{SUBMISSION}/upgrade", upgrades.SubmissionUpgradeView.as_view(), name="api-submission-upgrade"),
    path(f"{SUBMISSION}/extension", dates.ExtensionView.as_view(), name="api-extension"),
    path(f"{SUBMISSION}/excuse", excusing.ExcuseView.as_view(), name="api-excuse"),
    path(f"{SUBMISSION}/claim", grading.ClaimView.as_view(), name="api-claim"),
    path(f"{SUBMISSION}/grade", grading.GradeView.as_view(), name="api-grade"),
    path(f"{SUBMISSION}/comments", commenting.CommentsView.as_view(), name="api-comments"),
    path(f"{SUBMISSION}/comments/<uuid:key>", commenting.CommentView.as_view(), name="api-comment"),
    path(f"{SUBMISSION}/comments/<uuid:key>/reply", commenting.ReplyView.as_view(), name="api-comment-reply"),
    path(f"{SUBMISSION}/log", grading.GradeLogView.as_view(), name="api-grade-log"),
    path(f"{SUBMISSION}/return", grading.ReturnView.as_view(), name="api-return"),
    path(f"{SUBMISSION}/recall", grading.RecallView.as_view(), name="api-recall"),
    path(f"{SUBMISSION}/withdrawal", revising.WithdrawalView.as_view(), name="api-withdrawal"),
    path(f"{SUBMISSION}/revision-request", revising.RevisionRequestView.as_view(), name="api-revision-request"),
    path(f"{SUBMISSION}/keep-grade", revising.KeepGradeView.as_view(), name="api-keep-grade"),
    path("comment-templates", commenting.TemplatesView.as_view(), name="api-comment-templates"),
    path("comment-templates/<uuid:pk>", commenting.TemplateView.as_view(), name="api-comment-template"),
    path("receipts/<str:code>", submissions.ReceiptView.as_view(), name="api-receipt"),
]
