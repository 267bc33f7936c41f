"""The one settings file. What differs between machines comes from the environment (see deploy/almenara.env)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from almenara.common.secrets import read_or_create

PACKAGE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ALMENARA_DATA", "var")).resolve()
NODE_MODULES = Path(os.environ.get("ALMENARA_NODE_MODULES", "node_modules")).resolve()

SECRET_KEY = os.environ.get("SECRET_KEY") or read_or_create(DATA / "secrets" / "secret-key")
# Keys of what is encrypted, "id:base64,id:base64", the current one first. Without it: DATA / "secrets" / "keys".
ENCRYPTION_KEYS = os.environ.get("ALMENARA_KEYS", "")
DEBUG = os.environ.get("ALMENARA_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("ALMENARA_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = os.environ.get("ALMENARA_ORIGINS", "").split()
BEHIND_TLS = os.environ.get("ALMENARA_TLS") == "1"
# One-click sign-in as simulated people. Where anybody else could come, the site does not start with it.
DEMO = os.environ.get("ALMENARA_DEMO") == "1"
REACHABLE = ("ALMENARA_TLS", "ALMENARA_HOSTS", "ALMENARA_ORIGINS", "DATABASE_URL")
if DEMO and (reachable := [name for name in REACHABLE if os.environ.get(name)]):
    raise ImproperlyConfigured(
        f"ALMENARA_DEMO lets anybody in by a click, and {', '.join(reachable)} makes the site one that people use. "
        "Take one of them away."
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "almenara.common",
    "almenara.privacy",
    "almenara.witness",
    "almenara.places",
    "almenara.accounts",
    "almenara.agreements",
    "almenara.audit",
    "almenara.risk",
    "almenara.observatory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "almenara.common.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "almenara.accounts.doorkeeper.Doorkeeper",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "almenara.config.urls"
WSGI_APPLICATION = "almenara.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DATABASE_WITNESS_URL = os.environ.get("DATABASE_WITNESS_URL", "")
# Without DATABASE_URL the backend starts the embedded PostgreSQL in DATA / "postgres" when it is first needed.
DATABASES = {
    "default": {
        "ENGINE": "almenara.config.database",
        "NAME": urlsplit(DATABASE_URL).path.lstrip("/") or "almenara",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
POSTGRES_OPTIONS: dict[str, str] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The log's seal (without a key: DATA / "secrets" / "seal-key") and the second place of its heads (DATA / "witness").
SEAL_KEY = os.environ.get("ALMENARA_SEAL_KEY", "")
WITNESS_COPY = os.environ.get("ALMENARA_WITNESS_COPY", "")
WITNESS_SYSLOG = os.environ.get("ALMENARA_WITNESS_SYSLOG", "")
SEALED_APART = os.environ.get("ALMENARA_SEALED_APART") == "1"

AUTH_USER_MODEL = "accounts.User"
ACCESS_ROUTES = "almenara.config.access.ROUTES"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("pt", "Português"), ("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "almenara.common.vendor.VendorFinder",
]
# From node_modules to /static/vendor/: what the pages use, nothing else.
VENDOR_FILES = {
    "maplibre-gl-csp.js": "maplibre-gl/dist/maplibre-gl-csp.js",
    "maplibre-gl-csp.js.map": "maplibre-gl/dist/maplibre-gl-csp.js.map",
    "maplibre-gl-csp-worker.js": "maplibre-gl/dist/maplibre-gl-csp-worker.js",
    "maplibre-gl-csp-worker.js.map": "maplibre-gl/dist/maplibre-gl-csp-worker.js.map",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}
# Before the first collectstatic (a fresh checkout, the tests) files are found where they lie, without hashed names.
STATIC_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
MEDIA_ROOT = DATA / "media"
# Terms that the operator sets instead of the apps' own: ALMENARA_RETENTION="privacy.Export=1 accounts.PersonalFile=730"
RETENTION_DAYS = {
    model: int(days)
    for model, _, days in (word.partition("=") for word in os.environ.get("ALMENARA_RETENTION", "").split())
}

# MapLibre's CSP build runs its worker from our own file, so no blob: and no eval are needed.
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
