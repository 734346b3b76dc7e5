"""Settings of the tests: the demo's, with files of their own and quick passwords."""

import os
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_folder = Path(tempfile.gettempdir()) / f"accesso-facile-tests-{os.getuid()}" / _worker
_folder.mkdir(parents=True, exist_ok=True)
os.environ["TROUBLESHOOT_DEMO"] = "1"
os.environ["TROUBLESHOOT_VAR_DIR"] = str(_folder)

from troubleshoot.settings import *  # noqa: E402, F403

FLOWS_RELOAD = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
