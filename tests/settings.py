"""The program's own settings, with what a test run keeps to itself: database file, media, cache keys.

Works the same for `make test`, a bare `pytest` and an editor's test button. `DATABASE_URL` and `REDIS_URL` choose the
servers, as they do for the program.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ["DEBUG"] = "0"
os.environ["HTTPS"] = "0"
os.environ.setdefault("LOG_FORMAT", "console")

from loyalty.settings import *  # noqa: F403
from loyalty.settings import CACHES, DATABASES, STORAGES

# Removed when the process ends; every run and every parallel worker has one of its own.
_scratch = tempfile.TemporaryDirectory(prefix="loyalty-tests-", ignore_cleanup_errors=True)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_scratch.name) / "test.sqlite3")}
MEDIA_ROOT = Path(_scratch.name) / "media"
STATIC_ROOT = Path(_scratch.name)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# One Redis may serve several runs and parallel workers: their counters must not add up.
CACHES["default"]["KEY_PREFIX"] = Path(_scratch.name).name
# Tasks run in the test's own process; tests/journeys starts a real worker where that is the point.
CELERY_TASK_ALWAYS_EAGER = True

ALLOWED_HOSTS = ["*"]
ALLOW_TOKEN_IN_QUERY = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# One cheap round: the strength of Argon2 is Django's to test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
