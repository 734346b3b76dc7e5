"""Run the tests that touch the database once more, on a throw-away PostgreSQL."""

import os
import subprocess
import sys

from tests.postgres import running


def main() -> int:
    with running() as url:
        env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        chosen = "django_db and not browser"
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-m", chosen], env=env, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
