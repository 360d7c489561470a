"""The one settings file. Everything that differs between machines comes from the environment (docs/settings.md)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("MASTHEAD_VAR", str(BASE_DIR / "var")))

ENVIRONMENT = env.text("MASTHEAD_ENV", "development")  # development, demo, test or production
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
_KNOWN_TO_ALL = "not-secret-only-for-development-and-tests-0123456789abcdef"
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else _KNOWN_TO_ALL)
# Seals what staff type on the desk and only the server may read again (foundation.vault): Stripe keys, mail password.
VAULT_KEYS = env.words("VAULT_KEYS") or [SECRET_KEY]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = env.text("PUBLIC_URL", None if PRODUCTION else "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)  # how many proxies of ours add to X-Forwarded-For

INSTALLED_APPS = [
    "web.desk",  # first, as its templates take the place of allauth's and the admin's
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "foundation.accounts",
    "foundation.clock",
    "foundation.audit",
    "foundation.mail",
    "foundation.limits",
    "foundation.vault",
    "subscriptions.catalog",
    "subscriptions.readers",
    "subscriptions.newsletters",
    "subscriptions.terms",
    "subscriptions.fulfillment",
    "orders.ledger",
    "orders.payments",
    "orders.checkout",
    "orders.renewals",
    "orders.revenue",
    "web.api",
    "web.reader",
]

MIDDLEWARE = [
    "foundation.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [BASE_DIR / "demo" / "templates"] if ENVIRONMENT == "demo" else [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/folder` as Django's settings."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": env.number("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Prepared on the server from the second use on; not through a pooler in transaction mode.
            "server_side_binding": True,
            "prepare_threshold": 2,
            "application_name": "masthead",
            **options,
        },
    }


DATABASES = {"default": database(env.text("DATABASE_URL", "postgresql:///masthead"))}
# allauth counts failed sign-ins and used codes in the cache, so it has to be one that all processes share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits_cache",  # made by a migration of foundation.limits
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MASTHEAD_COMMIT = env.text("MASTHEAD_COMMIT", "unknown")

# Time. Rows are UTC; books and people's dates are in the book time zone.
USE_TZ = True
TIME_ZONE = "UTC"
BOOK_TIME_ZONE = env.text("BOOK_TIME_ZONE", "America/Chicago")
CLOCK_CAN_BE_MOVED = env.flag("CLOCK_CAN_BE_MOVED", False) and not PRODUCTION
LANGUAGE_CODE = "en-us"
USE_I18N = True

# Files that leave the house: label files, manifests.
_LOCAL_FILES = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": env.text("FILES_FOLDER", str(VAR_DIR / "files"))},
}
_S3_FILES = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": env.text("S3_BUCKET", ""),
        "endpoint_url": env.text("S3_ENDPOINT", "") or None,
        "default_acl": "private",
        "file_overwrite": False,
    },
}
STORAGES = {
    "default": _S3_FILES if env.text("S3_BUCKET", "") else _LOCAL_FILES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
WHITENOISE_USE_FINDERS = not PRODUCTION

# People. Readers sign in with a mailed link (foundation.mail); these are the staff's accounts.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/desk/sign-in/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/desk/sign-in/login/"
ACCOUNT_ADAPTER = "foundation.accounts.adapter.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, at the latest after SESSION_COOKIE_AGE
ACCOUNT_RATE_LIMITS: dict[str, str] = {"login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "foundation.accounts.adapter.SealedSecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Masthead"
SESSION_COOKIE_AGE = 12 * 60 * 60

# Mail leaves through rows (foundation.mail); this is the wire behind them.
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "foundation.mail.backends.HouseSmtp")  # the desk's server, else this one:
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
MAIL_FOLDER = Path(env.text("MAIL_FOLDER", str(VAR_DIR / "mail")))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Masthead <subscriptions@localhost>")
# A provider instead of SMTP: EMAIL_BACKEND=anymail.backends.<provider>.EmailBackend, and its keys as ANYMAIL_<NAME>.
# ANYMAIL_WEBHOOK_SECRET ("user:password") opens its bounce webhook under /anymail/.
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
MAIL_BOUNCE_TOKEN = env.text("MAIL_BOUNCE_TOKEN", "")  # what the mail provider's bounce webhook must present

# Stripe. Keys may instead be entered on the desk (orders.payments.models.StripeAccount).
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_API_KEY = env.text("STRIPE_API_KEY", "")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_VERSION = "2026-10-28.endive"
STRIPE_TIMEOUT_SECONDS = (5, 30)
STRIPE_MAX_RPS = env.number("STRIPE_MAX_RPS", 15)

# Leases: how long a claimed row is left alone before the sweep takes it from a worker that died.
LEASE_SECONDS = env.number("LEASE_SECONDS", 120)
# Stripe takes no less than 30, counted from when it hears of the page: a slow call or a try again must still fit.
CHECKOUT_SESSION_MINUTES = 35
# Less than this is not sent back to a payer but held as a credit.
REFUND_MINIMUM_CENTS = env.number("REFUND_MINIMUM_CENTS", 100)
# Card testing (docs/decisions/0006): orders and checkouts per hour.
LIMIT_ORDERS_PER_IP = env.number("LIMIT_ORDERS_PER_IP", 10)
LIMIT_ORDERS_PER_SUBNET = env.number("LIMIT_ORDERS_PER_SUBNET", 30)
LIMIT_ORDERS_PER_EMAIL = env.number("LIMIT_ORDERS_PER_EMAIL", 3)
LIMIT_DECLINES_PER_IP = env.number("LIMIT_DECLINES_PER_IP", 8)  # in a day
LIMIT_CHECKOUTS_PER_ORDER = env.number("LIMIT_CHECKOUTS_PER_ORDER", 5)
LIMIT_SIGN_INS_PER_EMAIL = env.number("LIMIT_SIGN_INS_PER_EMAIL", 5)
LIMIT_GIFT_CODES_PER_IP = env.number("LIMIT_GIFT_CODES_PER_IP", 20)
# Questions of one website or member of staff: who may read online (web.api.views.entitlements).
LIMIT_ENTITLEMENTS_PER_MINUTE = env.number("LIMIT_ENTITLEMENTS_PER_MINUTE", 1200)
# Fewer checkouts than this in ten minutes never look like card testing (orders.payments.queries.breaker_is_open).
LIMIT_CHECKOUT_BURST = env.number("LIMIT_CHECKOUT_BURST", 200)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["web.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["web.api.permissions.DenyAll"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["web.api.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "web.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Masthead",
    "DESCRIPTION": "Print-magazine subscriptions counted in issues.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Words that several answers use for different things.
    "ENUM_NAME_OVERRIDES": {
        "RunPurpose": [(purpose, purpose) for purpose in ("main", "supplement", "claims")],
        "ContactPurpose": "subscriptions.readers.models.ContactPreference.Purpose",
        "PrivacyKind": "subscriptions.readers.models.PrivacyRequest.Kind",
        "AddressKind": [(kind, kind) for kind in ("permanent", "temporary", "seasonal")],
    },
}

# Security headers. The desk's theme (unfold, Alpine) needs unsafe-eval; the reader's pages and checkout do not get it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'", "https://checkout.stripe.com", STRIPE_API_BASE],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Tells other sites nothing of our addresses, which hold tokens. Not "no-referrer": browsers then send forms with
# "Origin: null", even to ourselves, and every POST fails its CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.error_pages.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # W021 asks for HSTS preload: a promise for the whole domain and all its hosts, which only its owner can make.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# Celery: the clock and the hands (config/celery.py). Rows are the queue.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://localhost/")
BROKER_FOLDER = Path(env.text("BROKER_FOLDER", str(VAR_DIR / "broker")))

from config.followers import FOLLOWERS  # noqa: F401  (a setting, kept apart as it names every app)
from config.logs import LOGGING  # noqa: F401  (a setting, kept apart)
from config.unfold import UNFOLD  # noqa: F401  (a long table of the desk's menu, kept apart)
