"""gunicorn's configuration, and its own error pages made to lead on.

What the application server refuses by itself (a broken request, an address that is too long) never
reaches Django, so its answers are written here: plain, in both languages, with ways on.
"""

import logging
import os
import re
from html import escape

from gunicorn import util

bind = os.environ.get("TROUBLESHOOT_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("TROUBLESHOOT_WORKERS", "2"))
threads = 4
#: Read code and content once, then fork: a start costs half, and the workers share what they read.
preload_app = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat file
control_socket_disable = True
limit_request_line = 8_190
limit_request_fields = 60
graceful_timeout = 10
#: No query string, no client address: answers and people stay out of the log.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
accesslog = os.environ.get("TROUBLESHOOT_ACCESS_LOG")
wsgi_app = "troubleshoot.wsgi:application"

_WORDS = {
    400: ("La richiesta non si può leggere", "The request cannot be read"),
    414: ("L'indirizzo è troppo lungo", "The address is too long"),
    431: ("Il browser ha mandato troppi dati", "The browser sent too much"),
    500: ("Qualcosa si è rotto da noi", "Something broke on our side"),
}

_PAGE = """<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{it} – Accesso Facile</title>
</head>
<body>
<main>
<h1>{it}</h1>
<p>Torna alla pagina di prima, oppure <a href="/it/">comincia dalla pagina iniziale</a>
o <a href="/it/contatti/">scrivici</a>.</p>
<div lang="en">
<h2>{en}</h2>
<p>Go back to the page before, or <a href="/en/">begin at the start page</a>
or <a href="/en/contatti/">write to us</a>.</p>
</div>
</main>
</body>
</html>
"""


class NoPeople(logging.Filter):
    """Takes client addresses and query strings out of gunicorn's own messages: answers stand in the latter."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = re.sub(r"ip=\S+:", "a client:", record.getMessage())
        record.msg, record.args = re.sub(r"\?\S*", "", words), ()
        return True


class NoKeys(logging.Filter):
    """Takes the keys of private links out of the access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = re.sub(r"/(richiesta/apri|avviso/conferma|t)/[^/\s\"]+", r"/\1/…", record.getMessage())
        record.msg, record.args = words, ()
        return True


def post_worker_init(worker: object) -> None:
    """gunicorn's hook, once in each worker."""
    logging.getLogger("gunicorn.error").addFilter(NoPeople())
    logging.getLogger("gunicorn.access").addFilter(NoKeys())


def error_page(status: int, reason: str) -> bytes:
    """The whole HTTP answer to a request that gunicorn refuses. What was refused is not repeated."""
    italian, english = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    body = _PAGE.format(it=escape(italian), en=escape(english)).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nContent-Security-Policy: default-src 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n\r\n"
    )
    return head.encode("ascii") + body


def write_error_page(sock: object, status_int: int, reason: str, mesg: str) -> None:
    """Stands in for gunicorn's function of the same arguments."""
    util.write_nonblock(sock, error_page(status_int, reason))


util.write_error = write_error_page
