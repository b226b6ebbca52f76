from django.urls import path

from accounts import views

urlpatterns = [
    path("home/", views.home, name="home"),
    path("join/", views.join, name="join"),
    path("classes/", views.classrooms, name="classrooms"),
    path("classes/open/", views.classroom_open, name="classroom-open"),
    path("classes/teacher-code/", views.teacher_code, name="teacher-code"),
    path("classes/<uuid:pk>/code/", views.join_code, name="join-code"),
    path("classes/<uuid:pk>/code/change/", views.join_code_change, name="join-code-change"),
    path("classes/<uuid:pk>/settings/", views.classroom_settings, name="classroom-settings"),
    path("classes/<uuid:pk>/archive/", views.classroom_archive, name="classroom-archive"),
    path("classes/<uuid:pk>/unarchive/", views.classroom_unarchive, name="classroom-unarchive"),
    path("classes/<uuid:pk>/leave/", views.classroom_leave, name="classroom-leave"),
    path("classes/<uuid:pk>/members/", views.members, name="members"),
    path("classes/<uuid:pk>/members/print/", views.class_print, name="class-print"),
    path("classes/<uuid:pk>/members/<uuid:member>/remove/", views.member_remove, name="member-remove"),
    path("classes/<uuid:pk>/members/<uuid:member>/restore/", views.member_restore, name="member-restore"),
    path("classes/<uuid:pk>/members/<uuid:member>/role/", views.member_role, name="member-role"),
    path("classes/<uuid:pk>/members/<uuid:member>/password/", views.member_password, name="member-password"),
    path("settings/", views.my_settings, name="settings"),
    path("settings/devices/", views.devices, name="devices"),
    path("settings/devices/<uuid:pk>/revoke/", views.device_revoke, name="device-revoke"),
]
