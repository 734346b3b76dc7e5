"""No secret in a log."""

import logging
import re

from troubleshoot.core.secrets.covering import cover

#: An address with the key of a private link, wherever it is logged.
_KEY = re.compile(r"(richiesta/apri|avviso/conferma)/[^/\s\"']+")


class CoveringFilter(logging.Filter):
    """Covers secrets in a record before a handler sees them; drops what can't be read rather than raise.

    The traceback is formatted here and `exc_info` removed, so that no formatter or mail handler makes it anew.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg, record.exc_text, record.stack_info = _covered_parts(record)
        except Exception as error:  # noqa: BLE001 - an argument's own __str__ may raise anything; logging must go on
            record.msg = f"A log message could not be formatted ({type(error).__name__})"
            record.exc_text = record.stack_info = None
        record.args, record.exc_info = (), None
        return True


def _covered_parts(record: logging.LogRecord) -> tuple[str, str | None, str | None]:
    """Message, traceback and stack of a record."""
    trace = record.exc_text
    if not trace and isinstance(record.exc_info, tuple) and record.exc_info[0]:
        trace = logging.Formatter().formatException(record.exc_info)
    stack = record.stack_info
    return _clean(record.getMessage()), trace and _clean(trace), stack and _clean(stack)


def _clean(text: str) -> str:
    return cover(_KEY.sub(r"\1/…", text))
