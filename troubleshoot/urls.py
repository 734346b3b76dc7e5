"""Addresses. Everything for people stands under `/<language>/`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from troubleshoot.core import views as core

urlpatterns = [
    path("", core.choose_language, name="choose_language"),
    path("eidbridge/", include("troubleshoot.reports.program_urls")),
    *i18n_patterns(
        path("", include("troubleshoot.flows.urls")),
        path("", include("troubleshoot.reports.urls")),
        path("", include("troubleshoot.finder.urls")),
        path("", include("troubleshoot.tickets.urls")),
        path("", include("troubleshoot.notices.urls")),
        path("", include("troubleshoot.mail.urls")),
        path("accessibilita/", core.footer_page, {"name": "accessibility"}, name="accessibility"),
        path("privacy/", core.footer_page, {"name": "privacy"}, name="privacy"),
        path("contatti/", core.footer_page, {"name": "contact"}, name="contact"),
        path("licenze/", core.footer_page, {"name": "licences"}, name="licences"),
        path("redazione/", include("troubleshoot.review.urls")),
        path("redazione/accesso/", include("troubleshoot.accounts.urls")),
    ),
]

handler400 = core.bad_request
handler403 = core.forbidden
handler404 = core.not_found
handler500 = core.server_error
