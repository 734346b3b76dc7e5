"""Settings. Production is the default; `./run` sets TROUBLESHOOT_DEMO for a demo on this machine alone."""

from pathlib import Path

from csp.constants import NONE, SELF

from troubleshoot.env import (
    env_cache,
    env_database,
    env_days,
    env_email,
    env_flag,
    env_hours,
    env_int,
    env_list,
    env_map,
    env_text,
)

BASE_DIR = Path(__file__).resolve().parent.parent
#: Where the running site keeps its own files: embedded database, collected static files, demo key.
VAR_DIR = Path(env_text("VAR_DIR", str(BASE_DIR / ".var")))

#: A demo on this machine: plain http on loopback, a reviewer whose second factor is printed. Never in production.
DEMO = env_flag("DEMO", default=False)
DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = env_text("SECRET_KEY", "demo-only-" + "0" * 60 if DEMO else None)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "troubleshoot.core.static.OwnStaticFilesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "troubleshoot.core",
    "troubleshoot.accounts",
    "troubleshoot.mail",
    "troubleshoot.notices",
    "troubleshoot.flows",
    "troubleshoot.reports",
    "troubleshoot.finder",
    "troubleshoot.tickets",
    "troubleshoot.review",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "troubleshoot.urls"
WSGI_APPLICATION = "troubleshoot.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "troubleshoot.core.context.page",
            ],
        },
    }
]

# Database: embedded by default, DATABASE_URL for PostgreSQL.
DATABASES = {"default": env_database(f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"
            "PRAGMA recursive_triggers=ON;"  # REPLACE is refused too where a row may not change
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared between the processes of this machine; CACHE_URL where there are several machines.
CACHES = {"default": env_cache(f"filecache://{VAR_DIR / 'cache'}")}

# Languages: Italian first.
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "troubleshoot" / "locale"]
TIME_ZONE = "Europe/Rome"
USE_TZ = True

# Static files: hashed names, compressed once.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "troubleshoot.core.static.ThirdPartyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Security. A demo on loopback has no HTTPS; everything else does.
_HTTPS = not DEMO
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_flag("BEHIND_HTTPS_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "troubleshoot.core.views.forbidden_post"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
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
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
#: Room for a text far too long, which the form then refuses with its words kept.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_145_728
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
#: More files than any form takes are read past, and named (`tickets.uploads`).
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Staff sign-in: password and a second factor, always.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "review_home"
ACCOUNT_ADAPTER = "troubleshoot.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "troubleshoot.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Accesso Facile"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

# Who runs this site: shown in the footer, on its pages and in its mails.
#: Name and mailbox of the office, and where its declaration of accessibility stands (AgID form).
SITE_OFFICE = env_text("SITE_OFFICE", "NIMIC, coordinatore nazionale IMI")
SITE_MAIL = env_text("SITE_MAIL", "nimic@governo.it")
SITE_ACCESSIBILITY_URL = env_text("SITE_ACCESSIBILITY_URL", "")
#: Where people reach the site; mailed links begin with it.
SITE_URL = env_text("SITE_URL", "http://localhost:8000" if DEMO else f"https://{(ALLOWED_HOSTS or ['localhost'])[0]}")

# Mail out: EMAIL_URL; the demo puts it into a folder, which a page shows.
vars().update(env_email("filemail://" if DEMO else "smtp://localhost:25"))
EMAIL_FILE_PATH = DEMO_MAILBOX = VAR_DIR / "mailbox"
DEFAULT_FROM_EMAIL = env_text("MAIL_FROM", f"Accesso Facile <{SITE_MAIL}>")
#: Where mail that cannot be delivered comes back to; `manage.py receive_mail` reads it there.
MAIL_BOUNCES_TO = env_text("MAIL_BOUNCES_TO", SITE_MAIL)
#: Right-hand side of every Message-ID.
MAIL_DOMAIN = SITE_URL.partition("://")[2].partition(":")[0]
#: Seconds a mail server may take to answer, and seconds a worker holds the mail it is sending.
MAIL_TIMEOUT_S = env_int("MAIL_TIMEOUT_S", default=30, minimum=1, maximum=120)
MAIL_LEASE_S = env_int("MAIL_LEASE_S", default=300, minimum=MAIL_TIMEOUT_S * 2, maximum=3_600)
#: Seconds before a mail server that did not answer at all is asked again.
MAIL_REST_S = env_int("MAIL_REST_S", default=20, minimum=1, maximum=600)
#: Days after which a mail that nobody takes is given up, and after which what is known of a mail is deleted.
MAIL_GIVE_UP_DAYS = env_int("MAIL_GIVE_UP_DAYS", default=3, minimum=1, maximum=14)
MAIL_KEEP_DAYS = env_int("MAIL_KEEP_DAYS", default=90, minimum=14, maximum=730)

# The desk.
#: When the office works (Monday is 1), its own closed days, and the province whose patron saint it keeps.
OFFICE_HOURS = env_hours("OFFICE_HOURS", "1-5 09:00-17:00")
OFFICE_CLOSED_DAYS = env_days("OFFICE_CLOSED_DAYS")
OFFICE_PROVINCE = env_text("OFFICE_PROVINCE", "RM")
#: Office hours within which a request gets its answer.
ANSWER_WITHIN_HOURS = env_int("ANSWER_WITHIN_HOURS", default=16, minimum=1, maximum=200)
#: Seconds within which a reviewer can call back what he has sent.
UNDO_S = env_int("UNDO_S", default=20, minimum=0, maximum=300)
#: Who answers a topic, where it is not the office itself: `training=Formazione IMI,outage=…`.
TICKET_OWNERS = env_map("TICKET_OWNERS")
#: Topics the desk takes no requests on; `cie-inps` where CIE and INPS are left to their own owners.
TICKET_TOPICS_OFF = env_list("TICKET_TOPICS_OFF", default=[] if DEMO else ["cie-inps"])
#: Hours a request that is being written is kept; hours an opened private link lasts; days the link itself does.
DRAFT_HOURS = env_int("DRAFT_HOURS", default=24, minimum=1, maximum=72)
TICKET_COOKIE_HOURS = 2
LINK_DAYS = env_int("LINK_DAYS", default=90, minimum=7, maximum=365)
#: New links a day for one request, and mails a day to one address that has confirmed nothing.
LINKS_A_DAY = 3
UNCONFIRMED_MAILS_A_DAY = env_int("UNCONFIRMED_MAILS_A_DAY", default=5, minimum=1, maximum=50)
#: From one network within an hour: requests whose mail goes out at once, pictures taken, pages of a form sent.
REQUESTS_AN_HOUR = env_int("REQUESTS_AN_HOUR", default=60, minimum=5, maximum=10_000)
PICTURES_AN_HOUR = env_int("PICTURES_AN_HOUR", default=300, minimum=10, maximum=100_000)
FORMS_AN_HOUR = env_int("FORMS_AN_HOUR", default=6_000, minimum=100, maximum=1_000_000)
#: Bytes of pictures kept in all of requests nobody has confirmed.
UNCONFIRMED_PICTURES_MAX_BYTES = env_int(
    "UNCONFIRMED_PICTURES_MAX_BYTES", default=2_000_000_000, minimum=1_000_000, maximum=100_000_000_000
)
#: Days until an unconfirmed request loses its pictures, until it goes; until any request goes after its last word;
#: days within which a solved one can be opened again.
UNCONFIRMED_PICTURES_DAYS = env_int("UNCONFIRMED_PICTURES_DAYS", default=7, minimum=1, maximum=30)
UNCONFIRMED_DAYS = env_int("UNCONFIRMED_DAYS", default=60, minimum=7, maximum=365)
TICKET_KEEP_DAYS = env_int("TICKET_KEEP_DAYS", default=365, minimum=30, maximum=3_650)
REOPEN_DAYS = env_int("REOPEN_DAYS", default=30, minimum=1, maximum=365)
#: What the worker runs, and every how many seconds.
WORKER_JOBS = {
    "troubleshoot.review.jobs.send_due": 0.5,
    "troubleshoot.mail.jobs.send_queued": 0.5,
    "troubleshoot.review.jobs.tell": 30,
    "troubleshoot.tickets.jobs.mail_wished_links": 1,
    "troubleshoot.notices.jobs.end_followed": 60,
    "troubleshoot.tickets.jobs.clear_drafts": 600,
    "troubleshoot.reports.jobs.clear": 60,
    "troubleshoot.tickets.jobs.clean": 3_600,
}

# The flows.
#: Folder of the guide's content; another one can be served for a trial.
FLOWS_CONTENT_DIR = Path(env_text("CONTENT_DIR", str(BASE_DIR / "troubleshoot" / "flows" / "content")))
#: Read changed content again without a restart; a mistake keeps the last valid content.
FLOWS_RELOAD = env_flag("FLOWS_RELOAD", default=DEMO or DEBUG)
#: Milliseconds between two looks at the files, where changed content is read again at all.
FLOWS_LOOK_EVERY_MS = env_int("FLOWS_LOOK_EVERY_MS", default=1_000, minimum=50, maximum=60_000)
#: Days after which a source counts as not checked.
FLOWS_STALE_DAYS = env_int("FLOWS_STALE_DAYS", default=180, minimum=30, maximum=730)
#: Oldest version of eidbridge whose reports are taken; folder of its builds, made by `.tools/build-program`.
EIDBRIDGE_LEAST = env_text("EIDBRIDGE_LEAST", "0.1.0")
PROGRAMS_DIR = Path(env_text("PROGRAMS_DIR", str(VAR_DIR / "programs")))
#: Pairings that one network may begin in an hour: an authority often has one address.
PAIRINGS_AN_HOUR = env_int("PAIRINGS_AN_HOUR", default=600, minimum=5, maximum=100_000)
#: Largest report accepted, in bytes. A full one is about 40 kB.
REPORT_MAX_BYTES = env_int("REPORT_MAX_BYTES", default=262_144, minimum=65_536, maximum=262_144)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"cover": {"()": "troubleshoot.core.secrets.CoveringFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["cover"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
