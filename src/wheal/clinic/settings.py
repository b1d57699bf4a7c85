"""Settings of the site, flat, read from the environment. Everything a clinic keeps is under WHEAL_DATA."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.functional import SimpleLazyObject
from jwcrypto.jwk import JWK

from wheal.clinic import databases, environment, mail_line

DATA = Path(os.environ.get("WHEAL_DATA", "data")).resolve()
HERE = Path(__file__).parent
HERE_ITSELF = ("localhost", "127.0.0.1", "[::1]")
KNOWLEDGE = HERE.parent / "knowledge" / "data"


def _secret_key() -> str:
    """From the environment, or made once and kept beside the data, readable by its owner alone."""
    if key := os.environ.get("WHEAL_SECRET_KEY"):
        return key
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _hosts(said: str) -> list[str]:
    """Those that were named, and this machine by its own names: what watches over it asks past the proxy."""
    named = [host.strip() for host in said.split(",") if host.strip()]
    return list(dict.fromkeys([*named, *HERE_ITSELF]))


def _languages() -> list[tuple[str, str]]:
    """Those that the knowledge speaks, each by its own name, as its speakers write it."""
    held = sorted(file.stem for file in (KNOWLEDGE / "text").glob("*.toml"))
    return [(code, LANG_INFO.get(code, {"name_local": code})["name_local"].capitalize()) for code in held]


def _openid_key() -> str:
    """Made when a program first asks who somebody is; kept beside the data, readable by its owner alone."""
    path = DATA / "openid-key"
    if not path.exists():
        made = path.with_name(f"openid-key.{secrets.token_hex(8)}")
        made.touch(mode=0o600)
        made.write_bytes(JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None))
        with suppress(FileExistsError):  # two at once: the first one stands
            os.link(made, path)
        made.unlink()
    return path.read_text()


DEBUG = environment.is_on("WHEAL_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _hosts(os.environ.get("WHEAL_HOSTS", ""))
PUBLIC_ADDRESS = os.environ.get("WHEAL_ADDRESS", "").rstrip("/")  # by which patients' phones reach this site
HEALTH_LINK_HOSTS = os.environ.get("WHEAL_HEALTH_LINK_HOSTS", "").split()  # of the own network
REGISTRY = os.environ.get("WHEAL_REGISTRY", "").rstrip(
    "/"
)  # where clinics of this site send; else to its own
HTTPS = environment.is_on("WHEAL_HTTPS")  # behind a proxy that ends TLS
STATIC_IS_COLLECTED = environment.is_on("WHEAL_STATIC_IS_COLLECTED")  # by `wheal serve`
DEMO = environment.is_on("WHEAL_DEMO")  # shows the demo log-ins
WITHOUT_SNAPSHOT = environment.is_on(
    "WHEAL_WITHOUT_SNAPSHOT"
)  # before an upgrade, with a backup of one's own

INSTALLED_APPS = [
    "wheal.clinic.audit.apps.AuditConfig",
    "wheal.clinic.people.apps.PeopleConfig",
    "wheal.clinic.patients.apps.PatientsConfig",
    "wheal.clinic.stock.apps.StockConfig",
    "wheal.clinic.equipment.apps.EquipmentConfig",
    "wheal.clinic.photographs.apps.PhotographsConfig",
    "wheal.clinic.treatments.apps.TreatmentsConfig",
    "wheal.clinic.quotes.apps.QuotesConfig",
    "wheal.clinic.appointments.apps.AppointmentsConfig",
    "wheal.clinic.formulary.apps.FormularyConfig",
    "wheal.clinic.followup.apps.FollowUpConfig",
    "wheal.clinic.preparing.apps.PreparingConfig",
    "wheal.clinic.safety.apps.SafetyConfig",
    "wheal.clinic.portal.apps.PortalConfig",
    "wheal.clinic.rights.apps.RightsConfig",
    "wheal.clinic.breakglass.apps.BreakGlassConfig",
    "wheal.clinic.fhir.apps.FhirConfig",
    "wheal.clinic.registry.apps.RegistryConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "oauth2_provider",
]

MIDDLEWARE = [
    "wheal.clinic.operations.measured.requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wheal.clinic.headers.content_security_policy",
    "wheal.clinic.fhir.origins.let_in",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wheal.clinic.people.sessions.cookies_are_read",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "wheal.clinic.headers.queries_are_text",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wheal.clinic.people.middleware.pieces_lead_on",
    "wheal.clinic.people.middleware.clinic_of_the_request",
    "wheal.clinic.people.middleware.form_has_arrived",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wheal.clinic.patients.readings.noted",
]

ROOT_URLCONF = "wheal.clinic.urls"
WSGI_APPLICATION = "wheal.clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wheal.clinic.context.page",
            ],
            "builtins": ["wheal.clinic.templatetags.wheal"],
        },
    }
]

DATABASES = {"default": databases.named(os.environ, DATA), **databases.standby(os.environ, DATA)}
DATABASE_ROUTERS = ["wheal.clinic.standby.Router"] if len(DATABASES) > 1 else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "wheal.clinic.people.own_words.OwnWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = (
    1 if HTTPS else 0
)  # tries at logging in count for whoever asked, not for the proxy
ACCOUNT_RATE_LIMITS = {  # in each worker; what the library says of codes stays
    "login": None,  # the two below count those that were wrong: people/tries.py
    "tried_from_an_address": "30/m/ip",
    "tried_on_a_known_device": "30/m/key",
}
ACCOUNT_ADAPTER = "wheal.clinic.people.accounts.InvitedOnly"

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {  # SMART on FHIR: clinic/fhir/smart
    "SCOPES_BACKEND_CLASS": "wheal.clinic.fhir.smart.granting.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "wheal.clinic.fhir.smart.validator.Smart",
    "OIDC_ENABLED": True,  # a program may ask who it was that gave it leave
    "OIDC_RSA_PRIVATE_KEY": SimpleLazyObject(_openid_key),
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],  # http to this machine alone: actions.register
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 24 * 3600,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # digests alone are kept
}

# e-mail: without a server nothing is sent, and the pages say so
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("WHEAL_MAIL_HOST", "")
EMAIL_PORT = environment.number("WHEAL_MAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("WHEAL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WHEAL_MAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = mail_line.protected(EMAIL_HOST, os.environ.get("WHEAL_MAIL_TLS", "starttls"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("WHEAL_MAIL_FROM", EMAIL_HOST_USER or "wheal@localhost")

SECOND_FACTOR = environment.one_of(
    "WHEAL_SECOND_FACTOR", "nobody" if DEMO else "signers", ("nobody", "signers", "everybody")
)
MFA_ADAPTER = "wheal.clinic.people.accounts.SealedFactors"
MFA_FORMS = {
    "authenticate": "wheal.clinic.people.forms_codes.LoginForm",
    "reauthenticate": "wheal.clinic.people.forms_codes.ProofForm",
    "authenticate_webauthn": "wheal.clinic.people.forms_codes.KeyForm",
    "login_webauthn": "wheal.clinic.people.forms_codes.KeyLoginForm",
    "reauthenticate_webauthn": "wheal.clinic.people.forms_codes.KeyProofForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Wheal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on this machine itself, where browsers allow it
PROVEN_FOR = 60 * environment.number("WHEAL_PROVEN_MINUTES", 15)  # who signs later proves who they are again
IDLE_AFTER = 60 * environment.number("WHEAL_IDLE_MINUTES", 60)
SESSION_ENGINE = "wheal.clinic.people.sessions"
LOG_IN_ENDS_AFTER = SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HTTPS, True, "Lax"
MESSAGE_STORAGE = "wheal.clinic.told.Told"
if HTTPS:  # browsers then take them from this very host alone, and only encrypted
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wheal.clinic.patients.views_links.forged"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^status/(live|ready|metrics)$"]  # asked on this machine, without the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

USE_I18N = True
LANGUAGES = _languages()
LANGUAGE_CODE = "en"
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = "wheal.clinic.written"
USE_TZ = True
TIME_ZONE = "UTC"  # each clinic shows its own: people.middleware

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = DATA / "static" if STATIC_IS_COLLECTED else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_IS_COLLECTED
MEDIA_ROOT = DATA / "files"
# what is uploaded never touches the disk unencrypted: it stays in memory, and goes into the vault or nowhere
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024  # of a whole request; beyond it there is no file
VAULT = DATA / "vault"  # encrypted files
VAULT_KEY = os.environ.get("WHEAL_VAULT_KEY", "")  # instead of the file
VAULT_KEY_FILE = Path(os.environ.get("WHEAL_VAULT_KEY_FILE", DATA / "vault-key"))
BACKUPS = os.environ.get("WHEAL_BACKUPS", "")  # the folder for those of every night
BACKUPS_KEPT = os.environ.get("WHEAL_BACKUPS_KEPT", "7,5,12")  # of how many days, weeks and months
LEAST_RESULTS = environment.number("WHEAL_LEAST_RESULTS", 10)  # measured people, before a result is shown
KNOWLEDGE_KEPT = DATA / "knowledge"  # all that ever judged a signed session, by digest

SLOW_STATEMENT = environment.seconds("WHEAL_SLOW_STATEMENT", 0.2)  # what takes longer is logged
METRICS_TOKEN = os.environ.get("WHEAL_METRICS_TOKEN", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "wheal.clinic.operations.logs.AsJSON"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["console"],
        "level": environment.one_of("WHEAL_LOG", "WARNING", environment.LEVELS),
    },
    # Django's own would go to the console in words of its own as well, where DEBUG is on
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
