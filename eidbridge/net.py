"""The only module that opens network sockets: to ports of this computer, to look at sites, and to send to one."""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import certifi
import truststore

T = TypeVar("T")
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
    return _within(_SITE_S, lambda: _asked(host, port, public or _public(), system or _system())) or Site(Reach.NOTHING)


def _within(seconds: float, ask: Callable[[], T]) -> T | None:
    """What `ask` gives, or None after `seconds`: looking up a name, and an answer that drips, have no limit of their
    own.
    """
    found: list[T] = []
    asking = threading.Thread(target=lambda: found.append(ask()), daemon=True)
    asking.start()
    asking.join(seconds)
    return found[0] if found else None


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
    if parts.scheme not in ("", "http", "https"):
        raise ValueError("a proxy of another kind")
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


# Addresses.

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9.-]{1,253}|[0-9a-f:.]{2,45}", re.ASCII)


class AddressError(Exception):
    """Not an address to talk to. origin: what was asked for, tidied; empty where it is none at all."""

    def __init__(self, origin: str = "", *, is_plain: bool = False) -> None:
        super().__init__(origin)
        self.origin, self.is_plain = origin, is_plain


def origin_of(address: str) -> str:
    """The origin of an address (RFC 6454). Raises AddressError for what is none, or not safe to talk to."""
    text = address.strip()
    try:
        parts = urllib.parse.urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError) as error:
        raise AddressError from error
    if parts.scheme not in _PORTS or parts.username is not None or port == 0 or not _HOST.fullmatch(host):
        raise AddressError
    try:
        shown = f"[{ipaddress.IPv6Address(host).compressed}]" if ":" in host else host
    except ValueError as error:
        raise AddressError from error
    origin = f"{parts.scheme}://{shown}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")
    if parts.scheme == "http" and not is_this_computer(origin):
        raise AddressError(origin, is_plain=True)
    return origin


def host_of(origin: str) -> str:
    """Host and port, as an origin has them."""
    return urllib.parse.urlsplit(origin).netloc


def is_this_computer(origin: str) -> bool:
    """Whether it is a loopback address, where nobody listens in between."""
    host = urllib.parse.urlsplit(origin).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# Sending to a site.


class Trouble(StrEnum):
    """Why a site could not be spoken to."""

    NOTHING = "nothing"  # no way there, or no answer in time
    NOT_TRUSTED = "not-trusted"  # a certificate that this computer does not trust
    NOT_NOW = "not-now"  # a certificate that is not valid at this computer's time
    PROXY_SIGN_IN = "proxy-sign-in"  # the proxy asks for a name and a password, which this program never has
    PROXY = "proxy"  # the proxy does not let this program through
    NO_SENSE = "no-sense"  # what came is no HTTP, too long, or leads elsewhere


class TroubleError(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Said:
    """A site's answer. retry_after_s: what it asks to wait, 0 where it asks nothing."""

    status: int
    content_type: str
    body: bytes
    retry_after_s: int = 0


_PROXY_SIGN_IN = "Tunnel connection failed: 407"
#: Longest wait that a site's answer can ask for; and how long one POST may take in all.
_LONGEST_WAIT_S, _POST_S = 3_600, 20.0


def post(origin: str, path: str, body: bytes, *, content_type: str, max_answer: int) -> Said:
    """POST to a site by HTTPS through the system's proxy, trusting what the system trusts; plain HTTP is for loopback.

    No redirect is followed, no cookie kept, no name or version of this computer told. Takes `_POST_S` seconds at most,
    however slowly an answer drips. Raises TroubleError.
    """

    def ask() -> Said | Trouble:  # an error would hold the frames that hold it, and with them its socket
        try:
            return _posted(origin, path, body, content_type, max_answer)
        except TroubleError as error:
            return error.trouble

    said = _within(_POST_S, ask) or Trouble.NOTHING
    if isinstance(said, Trouble):
        raise TroubleError(said)
    return said


def _posted(origin: str, path: str, body: bytes, content_type: str, max_answer: int) -> Said:
    behind_proxy = False
    connection: http.client.HTTPConnection | None = None
    headers = {"Content-Type": content_type, "Accept": "application/json", "User-Agent": "eidbridge"}
    try:
        connection, behind_proxy = _connection(origin)
        connection.request("POST", path, body, headers)
        with connection.getresponse() as answer:
            read = answer.read(max_answer + 1)
    except ssl.SSLCertVerificationError as error:
        raise TroubleError(Trouble.NOT_NOW if error.verify_code in _TIMES else Trouble.NOT_TRUSTED) from error
    except OSError as error:
        raise TroubleError(_trouble_of(error, behind_proxy=behind_proxy)) from error
    except (http.client.HTTPException, ValueError) as error:
        raise TroubleError(Trouble.NO_SENSE if connection else Trouble.PROXY) from error
    finally:
        if connection:
            connection.close()
    if len(read) > max_answer or 300 <= answer.status < 400:
        raise TroubleError(Trouble.NO_SENSE)
    wait = answer.headers.get("Retry-After", "")
    retry_after_s = min(int(wait), _LONGEST_WAIT_S) if wait.isascii() and wait.isdecimal() else 0
    return Said(answer.status, answer.headers.get_content_type(), read, retry_after_s)


def _connection(origin: str) -> tuple[http.client.HTTPConnection, bool]:
    """The way to a site, not open yet, and whether it leads through a proxy. Raises ValueError for a proxy's setting
    that makes no sense.
    """
    parts = urllib.parse.urlsplit(origin)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=_SITE_S), False
    target = (host, parts.port or 443)
    proxy = _proxy_for(host)
    connection = http.client.HTTPSConnection(*(proxy or target), timeout=_SITE_S, context=_trusted())
    if proxy:
        connection.set_tunnel(*target)
    return connection, proxy is not None


def _trouble_of(error: OSError, *, behind_proxy: bool) -> Trouble:
    if str(error).startswith(_PROXY_SIGN_IN):
        return Trouble.PROXY_SIGN_IN
    if str(error).startswith("Tunnel connection failed"):
        return Trouble.PROXY
    return Trouble.PROXY if behind_proxy and isinstance(error, ConnectionRefusedError) else Trouble.NOTHING


def _trusted() -> ssl.SSLContext:
    """What the system trusts: its own store on Windows and macOS, and wherever a Linux keeps it.

    So an authority that the office's proxy needs is taken here, as the browser takes it.
    """
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
