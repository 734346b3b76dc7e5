"""The demo must never stand where production settings do."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def demo_is_off(**_kwargs: object) -> list[CheckMessage]:
    if settings.DEMO:
        return [
            Error(
                "TROUBLESHOOT_DEMO is set.",
                hint="Unset it: a demo reviewer's second factor is public.",
                id="accounts.E001",
            )
        ]
    return []
