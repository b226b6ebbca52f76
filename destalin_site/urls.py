"""Every address of the site."""

from allauth.account.views import logout
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from destalin_site.common import pages

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.not_found
handler500 = pages.server_error

# Every sign-in goes through allauth, with its limits and its second factor.
admin.site.login = RedirectView.as_view(  # type: ignore[method-assign,assignment]
    pattern_name=settings.LOGIN_URL, query_string=True
)
admin.site.site_header = admin.site.site_title = settings.SITE_NAME

urlpatterns = [
    # First what is asked for most: an address is compared with all that stand before it.
    path("api/", include("destalin_site.api_urls")),
    path("healthz", pages.healthz, name="healthz"),
    path("favicon.ico", require_safe(RedirectView.as_view(url=f"{settings.STATIC_URL}img/icon.svg")), name="favicon"),
    path("admin/", admin.site.urls),
    # Wagtail's forms for people ask for names that ours do not have, and keep their pictures as they came.
    path("cms/account/", RedirectView.as_view(pattern_name="settings"), name="cms-account"),
    re_path(r"^cms/users/.*$", RedirectView.as_view(pattern_name="admin:accounts_user_changelist"), name="cms-users"),
    # Wagtail's own sign-in knows neither limits nor a second factor.
    path("cms/login/", RedirectView.as_view(pattern_name=settings.LOGIN_URL, query_string=True), name="cms-login"),
    path("cms/logout/", logout, name="cms-logout"),
    re_path(r"^cms/password_reset/.*$", RedirectView.as_view(pattern_name="account_reset_password"), name="cms-reset"),
    path("cms/", include(wagtailadmin_urls)),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("lessons.urls")),
    path("", include("assignments.urls")),
]
urlpatterns += [re_path(r"^api/.*$", pages.nothing_here)]
