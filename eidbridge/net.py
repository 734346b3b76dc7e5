"""The only module that opens network sockets."""

import socket
from contextlib import suppress

#: Seconds to wait for a port on this machine.
_CONNECT_S = 2.0


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
