"""The only module that opens network sockets."""

import socket
import ssl
from contextlib import suppress
from enum import StrEnum

#: Seconds to wait for a port on this machine, and for a site.
_CONNECT_S, _SITE_S = 2.0, 8.0


def connect_to_this_machine(port: int) -> socket.socket:
    """A TCP connection to a port of this machine, without a limit on waiting and without delay on sending.

    One try alone: a port of the range for outgoing connections could else connect to itself. Raises OSError.
    """
    if not 1 <= port <= 65_535:
        raise ValueError(f"{port} is no port")
    connected = socket.create_connection(("127.0.0.1", port), timeout=_CONNECT_S)
    connected.settimeout(None)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def hang_up(connected: socket.socket) -> None:
    """Close a connection so that a thread that waits on it wakes up; also where the other side went first."""
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
    connected.close()


def answer_at_once(connected: socket.socket) -> None:
    """Acknowledge what comes next without waiting: the virtual reader sends each message in two parts.

    Linux forgets it, so it is said before every read; other systems have no such option.
    """
    if quickack := getattr(socket, "TCP_QUICKACK", None):
        connected.setsockopt(socket.IPPROTO_TCP, quickack, 1)


class Reach(StrEnum):
    """What a site's port said. Never *works*: nobody signs in here."""

    ANSWERED = "answered"
    NOTHING = "nothing"
    NOT_ITS_OWN = "not-its-own"  # a certificate that this computer's trust store does not take for the site's


def reach(host: str, port: int = 443, *, context: ssl.SSLContext | None = None) -> Reach:
    """Open a TLS connection to a site, look at whose certificate answers, and hang up. Nothing is sent.

    A company's own certificate authority that is trusted by this computer is taken for the site: only who knows the
    site's real issuer could tell.
    """
    trust = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=_SITE_S) as plain,
            trust.wrap_socket(plain, server_hostname=host),
        ):
            return Reach.ANSWERED
    except ssl.SSLCertVerificationError:
        return Reach.NOT_ITS_OWN
    except (OSError, ValueError):
        return Reach.NOTHING
