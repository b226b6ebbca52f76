"""Every setting of the site, in one place.

`MODE` says what kind of site this is: `local` (the default: loopback hosts, no demo people), `demo`
(local, with the demo class) or `production` (unsafe settings stop the start). The environment variables
are listed in the README.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from destalin_site.common import env

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.choice("MODE", ["local", "demo", "production"], "local")
PRODUCTION = MODE == "production"
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
SITE_NAME = env.text("SITE_NAME", "Destalin")

DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise env.UnsafeSetting(
        "destalin.E011",
        "DEBUG must be off in production: error pages would show settings and student text.",
        "Leave DEBUG unset; to look into a fault, set LOG_LEVEL=DEBUG.",
    )
SECRET_KEY = env.secret("SECRET_KEY", made_in=None if PRODUCTION else DATA_DIR)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
if PRODUCTION and any(env.is_weak(key) for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)):
    raise env.UnsafeSetting(
        "destalin.E013",
        "SECRET_KEY or one of SECRET_KEY_FALLBACKS can be guessed: whoever has it signs in as anybody.",
        "Set it to 50 random characters or more: openssl rand -base64 48",
    )

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
if PRODUCTION and not ALLOWED_HOSTS:
    raise env.UnsafeSetting(
        "destalin.E012",
        "ALLOWED_HOSTS is not set. Production does not start without the names it answers to.",
        "Set it to the names that people type, with commas: history.example.org",
    )
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise env.UnsafeSetting(
        "destalin.E014",
        "ALLOWED_HOSTS accepts every name: pages and links could carry a stranger's.",
        "Name the hosts that the site answers to, with commas: history.example.org",
    )
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000)}"
)

INSTALLED_APPS = [
    "assignments",
    "lessons",
    "accounts",
    "destalin_site.common",
    "destalin_site",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "django_htmx",
    "lucide",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "destalin_site.common.middleware.RequestIdMiddleware",
    "destalin_site.common.middleware.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "destalin_site.common.middleware.OthersMarkupMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "destalin_site.common.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "destalin_site.navigation.NoticesMiddleware",
    "destalin_site.common.middleware.ReadableJsonMiddleware",
    "destalin_site.common.middleware.TroubleMiddleware",
]

ROOT_URLCONF = "destalin_site.urls"
WSGI_APPLICATION = "destalin_site.wsgi.application"
ASGI_APPLICATION = "destalin_site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "destalin_site.common.context.site",
                "destalin_site.navigation.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Where things are kept ------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Kept for the life of a thread. Opening one reads the whole schema again (2.5 ms a request), and at a deadline the
    # last to close takes the journal away from under who opens it just then: "disk I/O error"
    # (docs/decisions/0004-sqlite-by-default.md).
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # A transaction that begins by reading and then writes cannot be retried by SQLite: take the lock at once.
        "transaction_mode": "IMMEDIATE",
        # FULL, since a receipt is a promise: NORMAL lost acknowledged writes at a power loss (docs/architecture.md).
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
            "PRAGMA cache_size=-8000; PRAGMA journal_size_limit=27103364;"
        ),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": env.number("DATABASE_POOL_MIN", 2),
        "max_size": env.number("DATABASE_POOL_MAX", 10),
        "timeout": 10,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count here, so every worker must see the same cache: a table, or Redis when there is one.
if REDIS_URL := env.text("REDIS_URL"):
    CACHES: dict[str, Any] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # Above so many a hundredth of those that still count is thrown away. Django's 300 were less than one school
            # mistypes in a morning. `purge` keeps the table small, since every write counts its rows.
            "OPTIONS": {"MAX_ENTRIES": 1_000_000, "CULL_FREQUENCY": 100},
        }
    }

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Outside production the files are served from where they lie: no collecting, so a start takes seconds.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# --- What runs by the clock -----------------------------------------------------------------------------------

# How often the server that `manage.py serve` starts looks for what is due, in seconds; 0 leaves it to cron.
DUE_EVERY = env.number("DUE_EVERY", 60)

# --- People ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.entrance.SignInForm",
    "signup": "accounts.entrance.SignUpForm",
    "change_password": "accounts.entrance.ChangePasswordForm",
    "set_password": "accounts.entrance.SetPasswordForm",
    "reset_password": "accounts.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance.ReauthenticateForm",
    "add_email": "accounts.entrance.AddEmailForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
# Mandatory verification would lock out pupils without e-mail: a teacher's rights wait for it, not the sign-in.
ACCOUNT_EMAIL_VERIFICATION = "optional"
# The page on which it is changed stays signed in; accounts.receivers ends everything else.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
# A school sits behind one address, so limits by address are wide and limits by name are narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "200/m/ip,5/300s/key",
    "signup": "100/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

HEADLESS_ONLY = False
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.api.tokens.DeviceTokenStrategy"  # noqa: S105 - a dotted path
HEADLESS_SERVE_SPECIFICATION = False
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.entrance.SecondStepForm",
    "reauthenticate": "accounts.entrance.SecondStepAgainForm",
    "activate_totp": "accounts.entrance.ActivateAppForm",
    "add_webauthn": "accounts.entrance.AddKeyForm",
    "edit_webauthn": "accounts.entrance.RenameKeyForm",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
DEVICE_TOKEN_DAYS = 90

# --- Language and time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
# How Django's own pages write a time: with its zone.
FORMAT_MODULE_PATH = ["destalin_site.formats"]
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")

# --- Security -------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk's preview frames our own reading page
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "destalin_site.common.pages.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env.flag("BEHIND_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [NONE],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# Pages whose markup is not ours and uses inline style or script: the CMS and the API browser.
OTHERS_MARKUP = ("/cms/", "/api/docs/")

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# The largest rubric has some three thousand fields: 60 criteria of 12 levels.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- The REST layer -------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # Token authentication is listed first: it names the scheme of the 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.DeviceTokenAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["destalin_site.common.json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["destalin_site.common.json.OrjsonRenderer"],
    "DEFAULT_METADATA_CLASS": None,  # the schema describes the API; OPTIONS tells nothing beside it
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "destalin_site.common.api.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_BODY_LIMIT = 1024 * 1024  # bytes; lifecycle rule 2
# A teacher's own versions of lessons, those that she put away too, and the editions that are cut of one of them: none
# of these is ever deleted.
ADAPTATIONS_A_TEACHER = 500
EDITIONS_AN_ADAPTATION = 200
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "The REST layer that mobile clients and the offline reader live on.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Role": "accounts.models.Membership.Role",
        "GivenRole": "accounts.api.serializers.GIVEN_ROLES",
        "ScopeEnum": "assignments.api.upgrade_shapes.SCOPES",
        "RegradeScope": "assignments.api.rubric_shapes.SCOPES",
        "RegradeScopeSaid": "assignments.api.rubric_shapes.SCOPES_SAID",
    },
    "PREPROCESSING_HOOKS": ["destalin_site.common.openapi.only_v1"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "destalin_site.common.openapi.document_problems",
    ],
}

# --- Curation -------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAILADMIN_PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "lessons.CuratedImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "lessons.image_forms.CuratedImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
# Nothing calls another host.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Mail and logs --------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.mail("EMAIL_URL", "consolemail://")
vars().update(EMAIL_CONFIG)
# Less than the lease of a mail (assignments/actions/digests.py): whoever waits longer has lost it to another.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <noreply@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
# Frames of our own origin are wanted: previews of the CMS and of the assign page. The CSP says the same.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
