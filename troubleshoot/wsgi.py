"""WSGI entry. Content with a mistake, the guide's or the finder's, stops the start here, with every problem listed."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troubleshoot.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - settings must stand first
from django.utils import timezone  # noqa: E402

from troubleshoot.core.office import office  # noqa: E402
from troubleshoot.finder import shelf  # noqa: E402
from troubleshoot.tickets.browsers import name_of  # noqa: E402

shelf.current()
# What the first person would wait a second for: addresses with their views, holidays, names of browsers.
get_resolver().url_patterns  # noqa: B018 - read once
office().is_open_on(timezone.localdate())
name_of("Mozilla/5.0 (X11; Linux x86_64)")
