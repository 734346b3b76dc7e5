"""What a browser tells of itself, in words."""

import ua_parser

#: Longest header looked at.
_MAX = 400


def name_of(user_agent: str) -> str:
    """`Chrome 143, Windows 10` for a User-Agent header (RFC 9110, 10.1.5); empty where it says nothing known."""
    found = ua_parser.parse(user_agent[:_MAX])
    browser = found.user_agent
    system = found.os
    parts = []
    if browser is not None and browser.family != "Other":
        parts.append(" ".join(filter(None, (browser.family, browser.major))))
    if system is not None and system.family != "Other":
        parts.append(" ".join(filter(None, (system.family, system.major))))
    return ", ".join(parts)
