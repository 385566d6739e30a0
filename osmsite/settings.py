"""The only settings file. Everything that differs between instances comes from the environment.

`docs/settings.md` lists the names; an invalid value stops the start with a one-line message.
"""

import json
import os
from email.utils import formataddr
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from apps.instance import embedded

from .backends import database, trace_storage
from .environment import (
    LIMITS,  # noqa: F401 (checks.py reads it here)
    env,
    env_bool,
    env_int,
    env_ints,
    env_list,
    env_url,
    limit,
)

BASE_DIR = Path(__file__).resolve().parent.parent

API_TIMEOUT = limit("OSMSITE_API_TIMEOUT", 300)
WEB_TIMEOUT = limit("OSMSITE_WEB_TIMEOUT", 30)

# The instance

DATA_DIR = Path(env("OSMSITE_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG = env_bool("OSMSITE_DEBUG", default=False)
try:
    SECRET_KEY = os.environ.get("OSMSITE_SECRET_KEY") or embedded.secret_key(DATA_DIR)
    SIGNING_KEY = embedded.signing_key(DATA_DIR)
except OSError as error:
    raise ImproperlyConfigured(f"cannot use the data folder {DATA_DIR}: {error.strerror}") from None
PUBLIC_URL = env("OSMSITE_URL", "http://127.0.0.1:8000").rstrip("/")
STATUS = env("OSMSITE_STATUS", "online")
DATABASE_IS_EMBEDDED = not os.environ.get("DATABASE_URL")
REDIS_IS_EMBEDDED = not os.environ.get("REDIS_URL")
DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL") or embedded.database_url(DATA_DIR), timeout=API_TIMEOUT
    )
}
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url(DATA_DIR)

# Limits and texts of the API, with openstreetmap.org's values as the defaults

API_VERSION = "0.6"
# The operator's own site. "OpenStreetMap" stays where the data or the API is meant.
SITE_NAME = env("OSMSITE_NAME", "").strip() or "osmsite"
OPERATOR = env("OSMSITE_OPERATOR", "").strip()
SUPPORT_EMAIL = env("OSMSITE_SUPPORT_EMAIL", "").strip()
LOGO = env("OSMSITE_LOGO", "")
TEXTS_DIR = DATA_DIR / "texts"

GENERATOR = env("OSMSITE_GENERATOR", "OpenStreetMap server")
COPYRIGHT_OWNER = env("OSMSITE_COPYRIGHT_OWNER", "OpenStreetMap and contributors")
ATTRIBUTION_URL = env("OSMSITE_ATTRIBUTION_URL", "http://www.openstreetmap.org/copyright")
LICENSE_URL = env("OSMSITE_LICENSE_URL", "http://opendatacommons.org/licenses/odbl/1-0/")
MAX_REQUEST_AREA = limit("OSMSITE_MAX_REQUEST_AREA", 0.25)
MAX_NOTE_REQUEST_AREA = limit("OSMSITE_MAX_NOTE_REQUEST_AREA", 25.0)
TRACEPOINTS_PER_PAGE = limit("OSMSITE_TRACEPOINTS_PER_PAGE", 5000)
MAX_NUMBER_OF_NODES = limit("OSMSITE_MAX_NUMBER_OF_NODES", 50_000)
MAX_NUMBER_OF_WAY_NODES = limit("OSMSITE_MAX_NUMBER_OF_WAY_NODES", 2000)
MAX_NUMBER_OF_RELATION_MEMBERS = limit("OSMSITE_MAX_NUMBER_OF_RELATION_MEMBERS", 32_000)
MAX_CHANGESET_ELEMENTS = 10_000
MAX_UPLOAD_SIZE = limit("OSMSITE_MAX_UPLOAD_SIZE", 50_000_000)
DEFAULT_CHANGESET_QUERY_LIMIT = limit("OSMSITE_DEFAULT_CHANGESET_QUERY_LIMIT", 100)
MAX_CHANGESET_QUERY_LIMIT = limit("OSMSITE_MAX_CHANGESET_QUERY_LIMIT", 100)
DEFAULT_NOTE_QUERY_LIMIT = limit("OSMSITE_DEFAULT_NOTE_QUERY_LIMIT", 100)
MAX_NOTE_QUERY_LIMIT = limit("OSMSITE_MAX_NOTE_QUERY_LIMIT", 10_000)
TRACES_DISABLED = env_bool("OSMSITE_TRACES_DISABLED", default=False)
RESTRICT_TRACE_VISIBILITY = env_bool("OSMSITE_RESTRICT_TRACE_VISIBILITY", default=False)
MAX_TRACE_SIZE = limit("OSMSITE_MAX_TRACE_SIZE", 1_000_000)
MAX_TRACE_UPLOAD_SIZE = limit("OSMSITE_MAX_TRACE_UPLOAD_SIZE", 100_000_000)
DEFAULT_CHANGESET_COMMENT_QUERY_LIMIT = limit("OSMSITE_DEFAULT_CHANGESET_COMMENT_QUERY_LIMIT", 100)
MAX_CHANGESET_COMMENT_QUERY_LIMIT = limit("OSMSITE_MAX_CHANGESET_COMMENT_QUERY_LIMIT", 10_000)
DEFAULT_CHANGESET_COMMENTS_FEED_QUERY_LIMIT = limit(
    "OSMSITE_DEFAULT_CHANGESET_COMMENTS_FEED_QUERY_LIMIT", 100
)
MAX_CHANGESET_COMMENTS_FEED_QUERY_LIMIT = limit("OSMSITE_MAX_CHANGESET_COMMENTS_FEED_QUERY_LIMIT", 10_000)
DEFAULT_MESSAGE_QUERY_LIMIT = limit("OSMSITE_DEFAULT_MESSAGE_QUERY_LIMIT", 100)
MAX_MESSAGE_QUERY_LIMIT = limit("OSMSITE_MAX_MESSAGE_QUERY_LIMIT", 100)
INITIAL_CHANGES_PER_HOUR = limit("OSMSITE_INITIAL_CHANGES_PER_HOUR", 1000)
MAX_CHANGES_PER_HOUR = limit("OSMSITE_MAX_CHANGES_PER_HOUR", 100_000)
DAYS_TO_MAX_CHANGES = limit("OSMSITE_DAYS_TO_MAX_CHANGES", 7)
IMPORTER_CHANGES_PER_HOUR = limit("OSMSITE_IMPORTER_CHANGES_PER_HOUR", 1_000_000)
MODERATOR_CHANGES_PER_HOUR = limit("OSMSITE_MODERATOR_CHANGES_PER_HOUR", 1_000_000)
INITIAL_SIZE_LIMIT = limit("OSMSITE_INITIAL_SIZE_LIMIT", 30_000_000)
MAX_SIZE_LIMIT = limit("OSMSITE_MAX_SIZE_LIMIT", 5_400_000_000)
DAYS_TO_MAX_SIZE_LIMIT = limit("OSMSITE_DAYS_TO_MAX_SIZE_LIMIT", 28)
IMPORTER_SIZE_LIMIT = limit("OSMSITE_IMPORTER_SIZE_LIMIT", 5_400_000_000)
MODERATOR_SIZE_LIMIT = limit("OSMSITE_MODERATOR_SIZE_LIMIT", 5_400_000_000)
INITIAL_CHANGESET_COMMENTS_PER_HOUR = limit("OSMSITE_INITIAL_CHANGESET_COMMENTS_PER_HOUR", 6)
MAX_CHANGESET_COMMENTS_PER_HOUR = limit("OSMSITE_MAX_CHANGESET_COMMENTS_PER_HOUR", 60)
COMMENTS_TO_MAX_CHANGESET_COMMENTS = limit("OSMSITE_COMMENTS_TO_MAX_CHANGESET_COMMENTS", 200)
MODERATOR_CHANGESET_COMMENTS_PER_HOUR = limit("OSMSITE_MODERATOR_CHANGESET_COMMENTS_PER_HOUR", 36_000)
MAX_MESSAGES_PER_HOUR = limit("OSMSITE_MAX_MESSAGES_PER_HOUR", 60)
MAX_FOLLOWS_PER_HOUR = limit("OSMSITE_MAX_FOLLOWS_PER_HOUR", 60)
# openstreetmap.org has no limits like these: high enough for every editor, and for many mappers behind one address.
MAX_ANONYMOUS_NOTES_PER_HOUR = limit("OSMSITE_MAX_ANONYMOUS_NOTES_PER_HOUR", 50)
MAX_NOTES_PER_HOUR = limit("OSMSITE_MAX_NOTES_PER_HOUR", 200)
INITIAL_NOTE_COMMENTS_PER_HOUR = limit("OSMSITE_INITIAL_NOTE_COMMENTS_PER_HOUR", 40)
MAX_NOTE_COMMENTS_PER_HOUR = limit("OSMSITE_MAX_NOTE_COMMENTS_PER_HOUR", 200)
MAX_TRACES_PER_HOUR = limit("OSMSITE_MAX_TRACES_PER_HOUR", 100)
MAX_CHANGESETS_PER_HOUR = limit("OSMSITE_MAX_CHANGESETS_PER_HOUR", 500)
MAX_APPLICATIONS_PER_DAY = limit("OSMSITE_MAX_APPLICATIONS_PER_DAY", 20)
WRONG_SECRETS_PER_ADDRESS = limit("OSMSITE_WRONG_SECRETS_PER_ADDRESS", 50)
USER_BLOCK_PERIODS = env_ints(
    "OSMSITE_USER_BLOCK_PERIODS",
    [0, 1, 3, 6, 12, 24, 48, 96, 168, 336, 731, 4383, 8766, 87_660],
)
IMAGERY_BLACKLIST = env_list("OSMSITE_IMAGERY_BLACKLIST", [])
# The editor of users who have not chosen one: `id` or `remote`.
DEFAULT_EDITOR = env("OSMSITE_DEFAULT_EDITOR", "id")
# A Nominatim elsewhere that searches instead of `apps/geocoding`; empty for none.
GEOCODER = env_url("OSMSITE_GEOCODER")

# Django

ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "osmsite.urls"
WSGI_APPLICATION = "osmsite.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "oauth2_provider",
    "osmsite.allauth_accounts.AllauthAccountConfig",
    "allauth.mfa",
    "osmsite",
    "apps.instance",
    "apps.text",
    "apps.notifications",
    "apps.users",
    "apps.oauth",
    "apps.changesets",
    "apps.elements",
    "apps.journal",
    "apps.features",
    "apps.geocoding",
    "apps.planet",
    "apps.notes",
    "apps.traces",
    "apps.messaging",
    "apps.moderation",
    "apps.api06",
    "apps.web",
    "apps.tiles",
]

# Middleware for pages lets requests under `/api/` pass (osmsite/middleware.py): the API pays only for what it needs.
MIDDLEWARE = [
    "osmsite.paths.tidy_paths",
    "osmsite.bodies.unpack_bodies",
    "osmsite.middleware.SecurityMiddleware",
    "osmsite.middleware.PagesMiddleware",
]
PAGE_MIDDLEWARE = [
    "osmsite.middleware.WhiteNoiseMiddleware",
    "osmsite.middleware.GZipMiddleware",
    "osmsite.middleware.ConditionalGetMiddleware",
    "apps.web.timeouts.TimeoutMiddleware",
    "apps.web.maintenance.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "osmsite.middleware.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.web.accounts.middleware.AccountMiddleware",
    "apps.web.errors.RateLimitMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.web.protocol.ProtocolMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.web.context.site",
            ],
            "builtins": ["apps.web.templatetags.csrf"],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
            ],
        },
    }
]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "apps.users.sessions"
SESSION_COOKIE_NAME = "_osm_session"
SESSION_COOKIE_SAMESITE = "Lax"

# Behind a proxy that terminates TLS (osmsite/handler.py tells which requests arrived through it)

IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = env_int("OSMSITE_HSTS_SECONDS", 365 * 24 * 3600) if IS_HTTPS else 0
# Some proxies do not pass on the `Host` that the visitor asked for.
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc
SILENCED_SYSTEM_CHECKS = [
    # Our own classes extend Django's (osmsite/middleware.py), and a Content-Security-Policy says who may frame a page.
    *("security.W001", "security.W002", "security.W003"),
    # Whether other hosts of the domain have TLS is not known here.
    *("security.W005", "security.W021"),
    # As on openstreetmap.org, whose clients these would shut out: `plain` challenges, no `iss`, tokens that are looked
    # up as they are, redirects to http://127.0.0.1. There are no refresh tokens.
    *(f"oauth2_provider.W00{number}" for number in (3, 5, 6, 7, 8)),
]

# Accounts

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["apps.users.backends.NameOrEmail"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
# "Remember me"; without it the session ends with the browser.
SESSION_COOKIE_AGE = 28 * 24 * 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# How many of our own reverse proxies are in front of the site, and so how much of X-Forwarded-For to trust.
PROXIES = env_int("OSMSITE_PROXIES", 0)
# Hours since the user's last changeset was closed; None for no wait.
USER_ACCOUNT_DELETION_DELAY = (
    env_int("OSMSITE_USER_ACCOUNT_DELETION_DELAY", 0)
    if os.environ.get("OSMSITE_USER_ACCOUNT_DELETION_DELAY")
    else None
)
SIGNUP_IP_PER_DAY = limit("OSMSITE_SIGNUP_IP_PER_DAY", 100)
LOGINS_PER_ADDRESS = limit("OSMSITE_LOGINS_PER_ADDRESS", 60)
LOGINS_PER_ACCOUNT = limit("OSMSITE_LOGINS_PER_ACCOUNT", 10)
GUESSES_PER_ACCOUNT = limit("OSMSITE_GUESSES_PER_ACCOUNT", 500)
MAILS_PER_ACCOUNT = limit("OSMSITE_MAILS_PER_ACCOUNT", 5)
MAILS_PER_ADDRESS = limit("OSMSITE_MAILS_PER_ADDRESS", 60)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("MinimumLengthValidator", {"min_length": 8}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["display_name", "email"]}),
    ]
]
# The second step of a log-in: django-allauth stores and checks the codes; the pages are ours (decision 6).
ACCOUNT_USER_MODEL_USERNAME_FIELD = "display_name"
MFA_ADAPTER = "apps.users.authenticators.EncryptingAdapter"
MFA_TOTP_ISSUER = urlsplit(PUBLIC_URL).netloc

# Mail: files in the data folder unless a mail server is set

EMAIL_HOST = env("OSMSITE_SMTP_HOST", "")
EMAIL_PORT = env_int("OSMSITE_SMTP_PORT", 25)
EMAIL_HOST_USER = env("OSMSITE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env("OSMSITE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env_bool("OSMSITE_SMTP_STARTTLS", default=False)
EMAIL_USE_SSL = env_bool("OSMSITE_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "apps.notifications.backends.FileBackend"
)
# Seconds within which further comments of one discussion are gathered in one mail.
DISCUSSION_MAIL_PAUSE = limit("OSMSITE_DISCUSSION_MAIL_PAUSE", 300)
_SENDER = SUPPORT_EMAIL if SUPPORT_EMAIL.isascii() and SUPPORT_EMAIL else "noreply@example.com"
DEFAULT_FROM_EMAIL = env("OSMSITE_EMAIL_FROM", formataddr((SITE_NAME, _SENDER)))

# OAuth 2 and OpenID Connect

# Of public applications. A client that sends a challenge has to meet it in any case.
REQUIRE_PKCE = env_bool("OSMSITE_REQUIRE_PKCE", default=True)
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth.Application"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "apps.oauth.scopes.ApplicationScopes",
    "OAUTH2_VALIDATOR_CLASS": "apps.oauth.validator.Validator",
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": PUBLIC_URL,
    "OIDC_RSA_PRIVATE_KEY": SIGNING_KEY,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
}

# Languages

LANGUAGE_CODE = "en"
USE_I18N = True
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Static files: our own, and the front-end packages that npm installed

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "traces": trace_storage(env("OSMSITE_TRACE_STORAGE", "file"), data_dir=DATA_DIR),
    # File names contain a digest of the content, so that browsers can cache them for ever; gzipped once.
    "staticfiles": {"BACKEND": "apps.instance.storage.StaticStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
_PACKAGES = BASE_DIR / "node_modules"


def version_of(package: str) -> str | None:
    """Return the version of a front-end package, or None if npm has not installed it."""
    description = _PACKAGES / package / "package.json"
    return json.loads(description.read_text())["version"] if description.exists() else None


# The editor iD, and the data that it requests by package and version: the URLs contain both.
EDITOR_FOLDERS = {
    f"{name}/{folder}": f"vendor/npm/{name}@{version}/{folder}"
    for name, folder in [
        ("@openstreetmap/id", "dist"),
        ("@openstreetmap/id-tagging-schema", "dist"),
        ("osm-community-index", "dist/json"),
        ("wmf-sitematrix", "data"),
    ]
    if (version := version_of(name))
}
# The map's styles and icons, which `make install` builds.
STYLE_DIR = BASE_DIR / "build/style"
STATICFILES_DIRS = [
    *([BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []),
    *([("style", STYLE_DIR)] if STYLE_DIR.is_dir() else []),
    *[
        (f"vendor/{name}", _PACKAGES / folder)
        for name, folder in [
            ("bootstrap", "bootstrap/dist"),
            ("htmx", "htmx.org/dist"),
            ("maplibre", "maplibre-gl/dist"),
        ]
        if (_PACKAGES / folder).is_dir()
    ],
    *[(prefix, _PACKAGES / folder) for folder, prefix in EDITOR_FOLDERS.items()],
]
TAGGING_SCHEMA_DIR = _PACKAGES / "@openstreetmap/id-tagging-schema/dist"
WORLD_ATLAS_DIR = _PACKAGES / "world-atlas"

# What pages may load from other hosts: only the tiles of the map layers that a user can choose

TILE_HOSTS = [
    "https://tile.openstreetmap.org",
    "https://*.tile-cyclosm.openstreetmap.fr",
    "https://*.tile.openstreetmap.fr",
]
# Where editors on the user's own machine, such as JOSM, listen for remote control.
REMOTE_CONTROL = "http://127.0.0.1:8111"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *TILE_HOSTS],
        "connect-src": ["'self'", REMOTE_CONTROL, *TILE_HOSTS],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

# API

# Seconds for which browsers remember the response to a CORS preflight request, here and for OAuth.
PREFLIGHT_LIFETIME = 1_728_000
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api06.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "EXCEPTION_HANDLER": "apps.api06.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

# Background work

# The module of the Celery app; each `tasks` module imports it before it sends anything.
TASKS_MODULE = "osmsite.celery"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# An edit is on the map within seconds, however long an import of a trace takes.
CELERY_TASK_ROUTES = {"apps.features.tasks.follow": {"queue": "map"}}
CELERY_BEAT_SCHEDULE = {
    # After everything else in the queue (9 is the least urgent), and dropped once the next one is due.
    "traces": {
        "task": "apps.traces.tasks.sweep",
        "schedule": 60,
        "options": {"priority": 9, "expires": 50},
    },
    "features": {
        "task": "apps.features.tasks.follow",
        "schedule": 60,
        "options": {"expires": 50},
    },
    "samples of features": {"task": "apps.features.tasks.check_sample", "schedule": 24 * 3600},
    "old entries of the journal": {"task": "apps.journal.tasks.prune", "schedule": 24 * 3600},
    "tiles": {
        "task": "apps.tiles.tasks.refresh",
        "schedule": 60,
        "options": {"priority": 9, "expires": 50},
    },
    "changes of tiles": {
        "task": "apps.tiles.tasks.forget_changes",
        "schedule": 600,
        "options": {"priority": 9, "expires": 500},
    },
    "mails about discussions": {
        "task": "apps.users.tasks.send_gathered_mails",
        "schedule": 60,
        "options": {"expires": 50},
    },
    "unconfirmed accounts": {"task": "apps.users.tasks.remove_unconfirmed", "schedule": 24 * 3600},
    "files of traces": {"task": "apps.traces.tasks.tidy", "schedule": 24 * 3600},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "osmsite.logs.RefusalsInOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["refusals"]}},
    "loggers": {
        # Anyone can send an invalid `Host`: the response is 400, and nothing to log.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # At lower levels, the library logs codes and tokens.
        "oauthlib": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
