"""Settings of the benchmark: the demo's as a production process runs them, with two more views.

The environment names the folder of its files (TROUBLESHOOT_VAR_DIR) and the database (DATABASE_URL).
"""

import os

os.environ["TROUBLESHOOT_DEMO"] = "1"
if "TROUBLESHOOT_VAR_DIR" not in os.environ:
    raise RuntimeError("Start the benchmark with: python -m tests.bench")

from troubleshoot.settings import *  # noqa: F403

DEBUG = False
FLOWS_RELOAD = False
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]  # noqa: F405
ROOT_URLCONF = "tests.bench.urls"
