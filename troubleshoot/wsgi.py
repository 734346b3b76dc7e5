"""WSGI entry. Content with a mistake stops the start here, with every problem listed."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troubleshoot.settings")
application = get_wsgi_application()

from troubleshoot.flows import library  # noqa: E402 - settings must stand first

library.current()
