from django.urls import path

from lessons import views

urlpatterns = [
    path("", views.front, name="front"),
    path("catalogue/", views.catalogue_page, name="catalogue"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:source_slug>/", views.current_source, name="current-source"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("lessons/<slug:slug>/editions/<int:number>/", views.edition, name="edition"),
    path("lessons/<slug:slug>/editions/<int:number>/sources/<slug:source_slug>/", views.source, name="source"),
    path(
        "lessons/<slug:slug>/editions/<int:number>/sources/<slug:source_slug>/citation.<slug:extension>",
        views.source_download,
        name="source-download",
    ),
]
