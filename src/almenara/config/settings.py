"""The one settings file. What differs between machines comes from the environment (see deploy/almenara.env)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from almenara.common.secrets import read_or_create
from almenara.config.encrypted import check_encrypted
from almenara.config.mail import mail
from almenara.config.provider import provider

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
# Where links in mails lead: the Host of a request is its sender's word. Without ALMENARA_ORIGINS it has to do.
SITE_ORIGIN = CSRF_TRUSTED_ORIGINS[0].rstrip("/") if CSRF_TRUSTED_ORIGINS else ""
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
    "almenara.design",
    "almenara.privacy",
    "almenara.witness",
    "almenara.places",
    "almenara.accounts",
    "almenara.agreements",
    "almenara.audit",
    "almenara.content",
    "almenara.risk",
    "almenara.observatory",
]

MIDDLEWARE = [
    "almenara.accounts.service_door.by_tls_only",
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
    "almenara.accounts.leaving.leaves_nothing",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "almenara.accounts.localhost.to_localhost",
    "almenara.accounts.pace.Pacing",
    "almenara.accounts.doorkeeper.Doorkeeper",
    "almenara.accounts.stepup.StepUp",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "almenara.config.urls"
WSGI_APPLICATION = "almenara.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "accounts" / "templates"],  # before allauth's, whose pages stand there anew
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

check_encrypted(os.environ)
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

# Seconds between a worker's signs of life; what it leaves when it dies is taken up after four of them.
WORKER_HEARTBEAT = float(os.environ.get("ALMENARA_WORKER_HEARTBEAT", "5"))

# How fast one person or one address may ask: times the pace of almenara.accounts.pace, 0 for as fast as they like.
PACE = float(os.environ.get("ALMENARA_PACE", "0" if DEMO else "1"))

AUTH_USER_MODEL = "accounts.User"
ACCESS_ROUTES = "almenara.config.access.ROUTES"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
ACCOUNT_ADAPTER = "almenara.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Almenara] "
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Wrong passwords are counted by almenara.accounts.lockout; this one is for codes, after the password.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "almenara.accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Almenara"
MFA_TOTP_TOLERANCE = 1  # half a minute early or late; each code still counts once
MFA_FORMS = {
    "authenticate": "almenara.accounts.second_factor.OneUseAuthenticateForm",
    "reauthenticate": "almenara.accounts.second_factor.OneUseReauthenticateForm",
    "activate_totp": "almenara.accounts.second_factor.OneUseActivateForm",
}
USERSESSIONS_ADAPTER = "almenara.accounts.sessions.SessionsAdapter"
SESSION_COOKIE_AGE = 12 * 3600
OIDC = provider(os.environ)
OIDC_PROVIDER, OIDC_TRUSTED_FACTORS = OIDC.id, OIDC.trusted_factors
SOCIALACCOUNT_ADAPTER = "almenara.accounts.adapter_provider.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = OIDC.allauth
BREACHED_PASSWORDS = os.environ.get("ALMENARA_BREACHED_PASSWORDS", "")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "almenara.accounts.context_words.ContextWordsValidator"},
    {"NAME": "almenara.accounts.validators.BreachedPasswordValidator"},
]
# "default" is shared by gunicorn's workers: one-time codes that were used, how often somebody tried.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "common_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
globals().update(mail(os.environ, DATA))

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
    "almenara.design.sheets.SheetFinder",
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
# clamd, which looks at every upload first: unix:///path, or tcp:// on this machine.
SCANNER = os.environ.get("ALMENARA_SCANNER", "")
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
    "form-action": " ".join(["'self'", *OIDC.origins]),
    "frame-ancestors": "'none'",
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
# Under a name that begins so, a browser takes a cookie only over TLS, for this host alone and every path.
COOKIE_PREFIX = "__Host-" if BEHIND_TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
# What is told stays out of cookies.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
