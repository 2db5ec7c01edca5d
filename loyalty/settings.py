"""Settings of the whole house, all of them from the environment (docs/operating.md lists every variable)."""

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

import environs
from django.core.exceptions import ImproperlyConfigured

from loyalty import logs
from loyalty.api.orderingstack.scopes import SCOPES as WALLET2_SCOPES
from loyalty.cockpit.unfold import UNFOLD as COCKPIT_UNFOLD

env = environs.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("Set SECRET_KEY to a long random text (or DEBUG=1 on your own machine).")
    SECRET_KEY = "for-development-only-and-refused-when-debug-is-off"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"] if DEBUG else ["localhost", "127.0.0.1"])

ROOT_URLCONF = "loyalty.urls"
WSGI_APPLICATION = "loyalty.wsgi.application"
AUTH_USER_MODEL = "loyalty.StaffUser"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "loyalty.cockpit.apps.CockpitConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "corsheaders",
    "csp",
    "axes",
    "loyalty",
    "customers",
    "wallet",
    "campaigns",
    "orders",
]

MIDDLEWARE = [
    "loyalty.middleware.measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "loyalty.middleware.trailing_slash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'loyalty.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": env.dj_db_url("DATABASE_URL", DATABASE_URL)}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    if _database["NAME"] != ":memory:":
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE takes the write lock at BEGIN: the row locks that SQLite lacks are never missed. WAL keeps readers
    # going meanwhile.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
    _database["CONN_MAX_AGE"] = None
    # A file, not :memory:, so that tests with several connections meet the same locks as the running program; one
    # per process, so that test runs do not meet each other.
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"loyalty-test-{os.getpid()}.sqlite3")}
else:
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 16), "timeout": 20},
        # The queries of `loyalty.prepared` are parsed and planned once per connection; no others are.
        "prepare_threshold": 2,
        "options": "-c lock_timeout=5000 -c timezone=UTC",
    }
    _database["CONN_HEALTH_CHECKS"] = True

# --- Redis, cache, tasks --------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", "")
EMBEDDED = not REDIS_URL
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = EMBEDDED
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# --- Log-in ---------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Who may hold a JSON Web Token: kind -> model with `token_version`, `is_active_principal` and `as_principal`.
PRINCIPALS = {
    "admin": "loyalty.StaffUser",
    "seller": "loyalty.Seller",
    "customer": "customers.Customer",
}
ACCESS_TOKEN_MINUTES = env.int("ACCESS_TOKEN_MINUTES", 15)
REFRESH_TOKEN_DAYS = env.int("REFRESH_TOKEN_DAYS", 30)
ALLOW_TOKEN_IN_QUERY = env.bool("ALLOW_TOKEN_IN_QUERY", False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
AXES_FAILURE_LIMIT = 20
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES

# --- Language and time ----------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski")]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]

# --- Files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
# Each folder under its own name, but not the sources that `npm run build` reads.
STATICFILES_DIRS = [
    (folder.name, folder)
    for folder in sorted((BASE_DIR / "static").iterdir())
    if folder.is_dir() and folder.name != "src"
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Largest file an import route reads (bytes); bigger ones are refused unread.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 100 * 1024 * 1024)

# --- Messages ------------------------------------------------------------------------------------------------
_email = env.dj_email_url("EMAIL_URL", "console://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST", "")
EMAIL_PORT = _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "loyalty@localhost")
EMAIL_TIMEOUT = 15
# Where the outside world finds this installation: links in messages begin with it.
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
# Text messages and push messages go through a gateway (loyalty/messages/gateways.py): a URL that takes them by HTTP,
# or without one the console.
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", "")
PUSH_GATEWAY_URL = env.str("PUSH_GATEWAY_URL", "")
PUSH_GATEWAY_TOKEN = env.str("PUSH_GATEWAY_TOKEN", "")

# --- REST -----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Loyalty platform",
    "DESCRIPTION": "One points ledger behind the Open Loyalty, Omniwallet, OrderingStack and WalletApp dialects.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    # A PATCH says as clearly as a POST what it cannot do without; where a form may be left half empty, it says so.
    "COMPONENT_SPLIT_PATCH": False,
    # Choices stay with their fields instead of becoming components named after guesses.
    "POSTPROCESSING_HOOKS": ["loyalty.api.open_loyalty.schema.name_store_as_documented"],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "permanentToken": {"type": "apiKey", "in": "header", "name": "X-AUTH-TOKEN"},
            "wallet2": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {"tokenUrl": "/auth-oauth2/oauth/token", "scopes": WALLET2_SCOPES}
                },
            },
        }
    },
}
# Front ends of any origin may call the Wallet2 dialect, and nothing else. No cookie opens it, so none is let through.
CORS_URLS_REGEX = r"^/(wallet2-api/api|auth-oauth2)/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_HEADERS = ["authorization", "x-tenant", "content-type", "range", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Content-Range", "X-Total-Count"]

# --- Safety ---------------------------------------------------------------------------------------------------
_secure = not DEBUG and env.bool("HTTPS", True)
SECURE_SSL_REDIRECT = _secure
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _secure
SECURE_HSTS_PRELOAD = _secure
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$", r"^api/healthcheck$"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = _secure
CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The strict policy; the cockpit alone adds 'unsafe-eval', because django-unfold's Alpine build compiles the
# expressions in its attributes (docs/decisions/0003-cockpit-csp.md).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# --- Logs -----------------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", "console" if DEBUG else "json")
LOGGING = logs.configure(LOG_FORMAT)
# One line a request, when it is answered. Without its address: that names a person, and a header may forge it.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN needs the package sentry-sdk beside the locked ones."
        ) from error
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)

# --- Cockpit --------------------------------------------------------------------------------------------------
UNFOLD = COCKPIT_UNFOLD
