"""A proxy of an office that opens every protected connection, with an authority of its own that its PCs trust."""

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.authority import Authority


@contextmanager
def intercepting(office: Authority, *hosts: str) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the targets it was asked for. hosts: names it plays; to a port of this machine it hands on."""
    listener = socket.create_server(("127.0.0.1", 0))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(*office.certify("localhost", *hosts))
    asked: list[str] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(client,), daemon=True).start()

    def handle(client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            target = head.split(b" ")[1].decode()
            asked.append(target)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with secure.wrap_socket(client, server_side=True) as opened:
                if target.startswith("localhost:"):
                    hand_on(opened, int(target.partition(":")[2]))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.close()


def hand_on(opened: ssl.SSLSocket, port: int) -> None:
    """Both ways between the program and the real site: all of it is read on its way."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    with blind.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost") as site:
        other = {opened: site, site: opened}
        while True:
            ready = [each for each in other if each.pending()] or select.select(list(other), [], [], 10)[0]
            if not ready:
                return
            for source in ready:
                source.setblocking(False)
                try:
                    data = source.recv(65_536)
                except ssl.SSLWantReadError:  # a record of the protocol's own, such as a ticket
                    continue
                finally:
                    source.setblocking(True)
                if not data:
                    return
                other[source].sendall(data)
