"""The only module that opens network sockets."""

import http.client
import socket
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import certifi

#: Seconds to wait for a port on this machine, and for a site.
_CONNECT_S, _SITE_S = 2.0, 8.0
#: OpenSSL's verdicts *not yet valid* and *expired*.
_TIMES = frozenset({9, 10})


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
    NOT_ITS_OWN = "not-its-own"  # a certificate of an authority that this computer trusts, and browsers bring not along
    NOT_NOW = "not-now"  # a certificate that is not valid at this computer's time
    CANNOT_TELL = (
        "cannot-tell"  # a proxy that does not let this program through, or a certificate that nobody vouches for
    )


@dataclass(frozen=True, slots=True)
class Site:
    """said: what was found. name, issuer: what the certificate says of itself, whoever made it; empty where unknown."""

    said: Reach
    name: str = ""
    issuer: str = ""


def reach(
    host: str, port: int = 443, *, public: ssl.SSLContext | None = None, system: ssl.SSLContext | None = None
) -> Site:
    """Open a TLS connection to a site, look at whose certificate answers, and hang up. Nothing else is sent.

    The way is the system's: through its proxy where one is set. The certificate is measured by the authorities that
    browsers bring along (`public`; certifi), and not by this computer's own list (`system`): there an antivirus or a
    company's proxy adds its own. Never raises; after `_SITE_S` seconds there is no answer.
    """
    found: list[Site] = []
    asking = threading.Thread(
        target=lambda: found.append(_asked(host, port, public or _public(), system or _system())), daemon=True
    )
    asking.start()  # looking up a name has no limit of its own
    asking.join(_SITE_S)
    return found[0] if found else Site(Reach.NOTHING)


def _asked(host: str, port: int, public: ssl.SSLContext, system: ssl.SSLContext) -> Site:
    try:
        return Site(Reach.ANSWERED, *_names(_certificate(host, port, public)))
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in _TIMES:
            return Site(Reach.NOT_NOW)
    except _ProxyError:
        return Site(Reach.CANNOT_TELL)
    except (OSError, ValueError, http.client.HTTPException):
        return Site(Reach.NOTHING)
    try:  # an authority that this computer alone trusts stands in between, and gives its name
        return Site(Reach.NOT_ITS_OWN, *_names(_certificate(host, port, system)))
    except (
        OSError,
        ValueError,
        http.client.HTTPException,
    ):  # neither list takes it: a site can forget a part of its own
        return Site(Reach.CANNOT_TELL)


class _ProxyError(OSError):
    """The proxy refused."""


def _certificate(host: str, port: int, trust: ssl.SSLContext) -> Mapping[str, object]:
    """The certificate that answers, once `trust` took it. Raises OSError, HTTPException, ValueError."""
    proxy = _proxy_for(host)
    connection = http.client.HTTPSConnection(*(proxy or (host, port)), timeout=_SITE_S, context=trust)
    if proxy:
        connection.set_tunnel(host, port)
    try:
        connection.connect()
        assert isinstance(connection.sock, ssl.SSLSocket)
        return connection.sock.getpeercert() or {}
    except OSError as error:
        if proxy and str(error).startswith("Tunnel connection failed"):
            raise _ProxyError(*error.args) from error
        raise
    finally:
        connection.close()


def _proxy_for(host: str) -> tuple[str, int] | None:
    """The system's proxy for a site: from the environment, on Windows and macOS from their settings."""
    setting = urllib.request.getproxies().get("https", "")
    if not setting or urllib.request.proxy_bypass(host):
        return None
    parts = urllib.parse.urlsplit(setting if "//" in setting else f"//{setting}")
    return (parts.hostname, parts.port or 80) if parts.hostname else None


def _names(certificate: Mapping[str, object]) -> tuple[str, str]:
    """Whom a certificate names, and who issued it; both are what a stranger wrote."""
    return _name(certificate.get("subject")), _name(certificate.get("issuer"))


def _name(parts: object) -> str:
    """The organisation, else the common name: at most 60 letters that can be shown."""
    fields = {key: value for each in parts for key, value in each} if isinstance(parts, tuple) else {}
    said = fields.get("organizationName") or fields.get("commonName") or ""
    return "".join(sign for sign in said if sign.isprintable())[:60]


def _public() -> ssl.SSLContext:
    """The authorities that browsers bring along, and no others."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(certifi.where())
    return trust


def _system() -> ssl.SSLContext:
    """This computer's own list of authorities. Keys are never written to a file, whatever SSLKEYLOGFILE says."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_default_certs()
    return trust
