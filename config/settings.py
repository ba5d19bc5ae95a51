"""Settings, all from the environment; without any, the embedded default runs.

README's table "Settings" names every variable read here.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
"""Everything the site writes in the embedded default: database, uploads, collected static files."""
VAR_DIR.mkdir(parents=True, exist_ok=True)


def local_secret_key() -> str:
    """The key of this installation, made once and readable only by its owner."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE = env.bool("SECURE", default=False)
"""True behind a TLS proxy: cookies, redirects and HSTS then insist on https."""

INSTALLED_APPS = [
    "network",
    "casebook",
    "matching",
    "search",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "rest_framework.authtoken",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "network.middleware.PersonalAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "network.middleware.OneLook",
    "network.middleware.StewardSecondFactor",
    "network.middleware.ButtonsOnly",
    "network.middleware.BusyDatabase",
    "network.once.Once",
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "network.context.acting_for",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
LOCK_SECONDS = 20
"""So long anybody waits for rows that somebody else holds; then the answer is 503, and nothing was saved."""
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later must not fail half-way with "locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    # Under ASGI a persistent connection per thread is never given back: a pool instead.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "options": f"-c lock_timeout={LOCK_SECONDS}s",
        **DATABASES["default"].get("OPTIONS", {}),  # what the address says itself, as ?sslmode=require
        "pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL", default=10), "timeout": 5},
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Search, realtime ---------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
MEILISEARCH_URL = env.str("MEILISEARCH_URL", default="")
MEILISEARCH_SEARCH_KEY = env.str("MEILISEARCH_SEARCH_KEY", default="")
"""Least rights: what the web process uses to search."""
MEILISEARCH_ADMIN_KEY = env.str("MEILISEARCH_ADMIN_KEY", default="")
"""Only for the worker, which writes the index."""
DRAIN_IN_PROCESS = env.bool("DRAIN_IN_PROCESS", default=bool(MEILISEARCH_ADMIN_KEY))
"""Whether this process writes the index after its own changes, without waiting for the worker."""
MEILISEARCH_INDEX = env.str("MEILISEARCH_INDEX", default="sections")

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
"""With it, what is to be done in the background goes to Celery; without, to `manage.py worker` or the own process."""
CELERY_TASK_ACKS_LATE = True  # a task that dies with its process is done again; all of them may be
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_BEAT_SCHEDULE = {
    "soon": {"task": "search.tasks.soon", "schedule": 5.0, "options": {"expires": 5}},
    "index": {"task": "search.tasks.write_index", "schedule": 5.0, "options": {"expires": 5}},
    "look": {"task": "search.tasks.look", "schedule": 10.0, "options": {"expires": 10}},
    "made": {
        "task": "search.tasks.write_index",
        "schedule": 10.0,
        "kwargs": {"look": True},
        "options": {"expires": 10},
    },
    "daily": {"task": "search.tasks.daily", "schedule": 86_400.0},
}
"""Beat puts them on; nobody waits behind rounds that were missed."""

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # redis-py gives up on an idle socket after 5 s unless told otherwise; one that cannot be reached is soon known.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": 30, "socket_connect_timeout": 2}],
            "capacity": 2000,
        },
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "network.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="none")
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="musubime@localhost")
EMAIL_TIMEOUT = 5
"""Seconds for each answer of the mail server: somebody may be waiting. What did not go out goes out later."""
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[結び目] "

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "結び目"
MFA_TOTP_TOLERANCE = 1
"""A telephone's clock may be half a minute off."""
MFA_ADAPTER = "network.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "network.forms.accounts.ActivateForm",
    "authenticate": "network.forms.accounts.CodeForm",
    "reauthenticate": "network.forms.accounts.CodeAgainForm",
    "add_webauthn": "network.forms.accounts.AddPasskeyForm",
    "edit_webauthn": "network.forms.accounts.EditPasskeyForm",
    "authenticate_webauthn": "network.forms.accounts.PasskeyForm",
    "reauthenticate_webauthn": "network.forms.accounts.PasskeyAgainForm",
    "login_webauthn": "network.forms.accounts.PasskeyAloneForm",
}
USERSESSIONS_TRACK_ACTIVITY = False

# --- The registry -------------------------------------------------------------------------------

SITE_URL = env.str("SITE_URL", default="").rstrip("/")
"""The site's own address, as https://musubime.example.jp: for links in mails that no request asked for."""
RECONFIRM_AFTER_DAYS = env.int("RECONFIRM_AFTER_DAYS", default=180)
"""Declarations that nobody confirmed for so many days are asked for again, and are believed less from then on."""
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
"""How long an invitation by e-mail can be taken up."""
OPEN_INVITATIONS = 50
"""How many invitations an organization may have open at a time."""
RATE_LIMITS = {"join": "20/10m/ip", "apply": "5/h/ip"}
"""Attempts at invitation codes, and applications, from one address."""

# --- The casebook -------------------------------------------------------------------------------

ANONYMITY_K = env.int("ANONYMITY_K", default=5)
"""Where fewer companies fit what a case tells of its client, the check before publication warns."""

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [path for path in [BASE_DIR / "config" / "static", BASE_DIR / "var" / "vendor"] if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")
"""Where a ClamAV daemon looks through what people attach: host:port or a path; without one nobody does."""
FILE_UPLOAD_HANDLERS = [
    "network.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # The client's address is what the server saw: a header that anyone can write must not lift a limit.
    "NUM_PROXIES": 0,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "network.api.authentication.TokenAuthentication",
        "network.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "network.api.schema.Described",
    "DEFAULT_PAGINATION_CLASS": "network.api.lists.Pages",
    "DEFAULT_FILTER_BACKENDS": ["network.api.lists.NamedParameters"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "network.api.errors.handle",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="60/min"),
        "user": env.str("API_RATE_USER", default="600/min"),
    },
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "結び目 API",
    "DESCRIPTION": "支援機関の登録簿、案件と提案、事例と検索。画面と同じ規則で読み書きします。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "PREPROCESSING_HOOKS": ["network.api.lists.without_slash"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "SectionKindEnum": "casebook.vocabulary.SectionKind",
        "WeightProfileEnum": "matching.weights.NAMES",
        "PlanStateEnum": "matching.vocabulary.PlanState",
        "SeatStateEnum": "matching.vocabulary.SeatState",
        "SeatInvitationStateEnum": "matching.vocabulary.InvitationState",
        "EngagementStateEnum": "matching.vocabulary.EngagementState",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
