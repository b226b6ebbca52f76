"""Every address under /api/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("auth/", include("allauth.headless.urls")),
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("lessons.api.urls")),
    path("v1/", include("assignments.api.urls")),
]
