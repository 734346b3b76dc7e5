"""Requests that no browser would send, byte by byte."""

import socket
from urllib.parse import urlsplit


def send(url: str, data: bytes, timeout_s: float = 60) -> bytes:
    """Everything the server at `url` answers to `data`, until it closes."""
    place = urlsplit(url)
    answer = b""
    with socket.create_connection((place.hostname, place.port), timeout=timeout_s) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it refused before it had read everything
        try:
            while part := connection.recv(65_536):
                answer += part
        except ConnectionResetError:
            pass
    return answer


def get(url: str, path: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> bytes:
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: localhost", b"Connection: close", *headers]
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    return send(url, b"\r\n".join(lines) + b"\r\n\r\n" + body)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])
