"""Every address under /api/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from destalin_site.common import pages

TELEPHONES = ("account/phone", "auth/phone/verify", "auth/phone/verify/resend")

V1 = [
    path("", include("lessons.api.urls")),
    path("", include("assignments.api.urls")),
    path("", include("accounts.api.urls")),
]

urlpatterns = [
    path("v1/", include(V1)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    # allauth has addresses for telephone numbers, and breaks on them where none are kept.
    *(path(f"auth/app/v1/{address}", pages.nothing_here) for address in TELEPHONES),
    path("auth/", include("allauth.headless.urls")),
]
