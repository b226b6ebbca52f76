from django.urls import path

from accounts.api import views

urlpatterns = [
    path("me", views.MeView.as_view(), name="api-me"),
    path("me/school", views.MySchoolView.as_view(), name="api-me-school"),
    path("me/devices", views.DevicesView.as_view(), name="api-devices"),
    path("me/devices/<uuid:pk>", views.DeviceView.as_view(), name="api-device"),
    path("classrooms", views.ClassroomsView.as_view(), name="api-classrooms"),
    path("classrooms/<uuid:pk>", views.ClassroomView.as_view(), name="api-classroom"),
    path("classrooms/<uuid:pk>/join-code", views.JoinCodeView.as_view(), name="api-join-code"),
    path("classrooms/<uuid:pk>/members", views.MembersView.as_view(), name="api-members"),
    path("classrooms/<uuid:pk>/members/<uuid:member>", views.MemberView.as_view(), name="api-member"),
    path(
        "classrooms/<uuid:pk>/members/<uuid:member>/password-reset",
        views.PasswordResetView.as_view(),
        name="api-password-reset",
    ),
    path("joins", views.JoinsView.as_view(), name="api-joins"),
    path("problems/<slug:code>", views.ProblemView.as_view(), name="api-problem"),
]
