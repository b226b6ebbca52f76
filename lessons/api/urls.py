from django.urls import path, register_converter

from lessons.api import adaptation_views, reference_views, views


class Sha256Converter:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256Converter, "sha256")

urlpatterns = [
    # First what is asked for most.
    path("editions/<sha256:sha256>", views.EditionView.as_view(), name="api-edition"),
    path("courses", views.CoursesView.as_view(), name="api-courses"),
    path("courses/<slug:slug>", views.CourseView.as_view(), name="api-course"),
    path("lessons", views.LessonsView.as_view(), name="api-lessons"),
    path("lessons/<slug:slug>", views.LessonView.as_view(), name="api-lesson"),
    path("sources", views.SourcesView.as_view(), name="api-sources"),
    path("sources/<slug:slug>", views.SourceView.as_view(), name="api-source"),
    path(
        "sources/<slug:slug>/citation.<slug:extension>", views.SourceDownloadView.as_view(), name="api-source-download"
    ),
    path("glossary", reference_views.GlossaryView.as_view(), name="api-glossary"),
    path("people", reference_views.PeopleView.as_view(), name="api-people"),
    path("events", reference_views.EventsView.as_view(), name="api-events"),
    path("editions/<sha256:sha256>/errata", views.EditionErrataView.as_view(), name="api-edition-errata"),
    path("adaptations", adaptation_views.AdaptationsView.as_view(), name="api-adaptations"),
    path("adaptations/<uuid:pk>", adaptation_views.AdaptationView.as_view(), name="api-adaptation"),
    path("adaptations/<uuid:pk>/preview", adaptation_views.PreviewView.as_view(), name="api-adaptation-preview"),
    path("adaptations/<uuid:pk>/editions", adaptation_views.CutView.as_view(), name="api-adaptation-editions"),
    path("adaptations/<uuid:pk>/archive", adaptation_views.ArchiveView.as_view(), name="api-adaptation-archive"),
    path(
        "adaptations/<uuid:pk>/restoration",
        adaptation_views.RestorationView.as_view(),
        name="api-adaptation-restoration",
    ),
    path("media/<sha256:sha256>", views.MediaView.as_view(), name="api-media"),
]
