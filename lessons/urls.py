from django.urls import path

from lessons import reference_views, views

urlpatterns = [
    path("", views.front, name="front"),
    path("catalogue/", views.catalogue_page, name="catalogue"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:source_slug>/", views.current_source, name="current-source"),
    path("courses/<slug:slug>/timeline/", reference_views.course_timeline, name="course-timeline"),
    path("glossary/", reference_views.glossary, name="glossary"),
    path("people/", reference_views.people, name="people"),
    path("people/<slug:slug>/", reference_views.person, name="person"),
    path("timeline/", reference_views.timeline_page, name="timeline"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("lessons/<slug:slug>/editions/<int:number>/", views.edition, name="edition"),
    path("adaptations/<uuid:pk>/editions/<int:number>/", views.adapted_edition, name="adapted-edition"),
    path("lessons/<slug:slug>/editions/<int:number>/sources/<slug:source_slug>/", views.source, name="source"),
    path(
        "lessons/<slug:slug>/editions/<int:number>/sources/<slug:source_slug>/citation.<slug:extension>",
        views.source_download,
        name="source-download",
    ),
]
