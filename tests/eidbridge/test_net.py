"""Who answers at a site: real TLS on this machine, with authorities made here, and proxies."""

import datetime
import gc
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from eidbridge.net import Reach, Site, Trouble, TroubleError, post, reach

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


def name(organisation: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])


class Authority:
    """A certificate authority, and what it gives out for `localhost`."""

    def __init__(self, organisation: str) -> None:
        self._name, self._key = name(organisation), ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed(self._name, self._key, NOW - 30 * DAY, NOW + 30 * DAY, is_authority=True)

    def trust(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.load_verify_locations(cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode())
        return made

    def server(self, folder: Path, organisation: str, since: datetime.datetime, until: datetime.datetime) -> Path:
        """A file with key and certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name(organisation), key, since, until, is_authority=False)
        pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        written = folder / "server.pem"
        written.write_bytes(key.private_bytes(pem, pkcs8, plain) + certificate.public_bytes(pem))
        return written

    def _signed(self, subject, key, since, until, *, is_authority: bool) -> x509.Certificate:
        ours, theirs = self._key.public_key(), key.public_key()
        builder = (
            x509.CertificateBuilder(self._name, subject, theirs, x509.random_serial_number(), since, until)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(theirs), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ours), critical=False)
        )
        if not is_authority:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


PUBLIC, OFFICE = Authority("Public Authority"), Authority("Antivirus of the office")


@contextmanager
def listening(serve) -> Iterator[int]:
    """A server on this machine that does `serve` with each connection; its port."""
    with socket.create_server(("localhost", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


@contextmanager
def site(folder: Path, authority: Authority, since=NOW - DAY, until=NOW + DAY) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server(folder, "INPS\x1b[31m", since, until))

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as spoken:
            spoken.recv(1)

    with listening(serve) as port:
        yield port


def look(port: int, system: Authority = PUBLIC) -> Site:
    return reach("localhost", port, public=PUBLIC.trust(), system=system.trust())


def test_a_site_with_a_certificate_of_an_authority_that_browsers_know(tmp_path):
    with site(tmp_path, PUBLIC) as port:
        assert look(port) == Site(Reach.ANSWERED, "INPS[31m", "Public Authority")


def test_an_authority_that_only_this_computer_trusts_stands_in_between(tmp_path):
    """That is how an antivirus or a company's proxy opens connections: its authority is in the system's list."""
    with site(tmp_path, OFFICE) as port:
        assert look(port, system=OFFICE) == Site(Reach.NOT_ITS_OWN, "INPS[31m", "Antivirus of the office")


def test_an_authority_that_nobody_vouches_for_tells_nothing(tmp_path):
    """A site that forgets its intermediate certificate looks the same, and browsers open it."""
    with site(tmp_path, OFFICE) as port:
        assert look(port) == Site(Reach.CANNOT_TELL)


@pytest.mark.parametrize(("since", "until"), [(-9, -3), (3, 9)])
def test_a_certificate_that_is_not_valid_today_is_about_the_time(tmp_path, since, until):
    with site(tmp_path, PUBLIC, NOW + since * DAY, NOW + until * DAY) as port:
        assert look(port).said is Reach.NOT_NOW


def test_nobody_there():
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    assert look(port).said is Reach.NOTHING


def speak_no_tls(connection: socket.socket) -> None:
    with connection:
        connection.sendall(b"SSH-2.0-x\r\n")


def test_something_that_speaks_no_tls():
    with listening(speak_no_tls) as port:
        assert look(port).said is Reach.NOTHING


def test_something_that_never_speaks_is_left_after_the_limit(monkeypatch):
    monkeypatch.setattr("eidbridge.net._SITE_S", 0.3)
    kept: list[socket.socket] = []
    with listening(kept.append) as port:
        assert look(port).said is Reach.NOTHING
    for connection in kept:
        connection.close()


@contextmanager
def proxy(monkeypatch, answer: bytes, port: int) -> Iterator[list[bytes]]:
    """A proxy set for the system, that says `answer` and then lets through to `port`."""
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with connection, socket.create_connection(("localhost", port)) as onward:
            asked.append(connection.recv(4096).split(b"\r\n")[0])
            connection.sendall(answer)
            threading.Thread(target=pipe, args=(onward, connection), daemon=True).start()
            pipe(connection, onward)

    with listening(serve) as proxy_port:
        monkeypatch.setenv("https_proxy", f"http://localhost:{proxy_port}")
        monkeypatch.setenv("no_proxy", "")
        yield asked


def pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(4096):
            target.sendall(data)


def test_the_way_is_through_the_systems_proxy(tmp_path, monkeypatch):
    with site(tmp_path, PUBLIC) as port, proxy(monkeypatch, b"HTTP/1.0 200 OK\r\n\r\n", port) as asked:
        assert look(port).said is Reach.ANSWERED
    assert asked[0].startswith(f"CONNECT localhost:{port}".encode())


def test_a_proxy_that_wants_a_sign_in_tells_nothing_of_the_site(tmp_path, monkeypatch):
    with site(tmp_path, PUBLIC) as port, proxy(monkeypatch, b"HTTP/1.0 407 Who are you\r\n\r\n", port):
        assert look(port).said is Reach.CANNOT_TELL


def test_a_refused_connection_waits_for_no_garbage_collector(tmp_path, monkeypatch):
    """An error that holds its own frames would keep the way to the proxy open."""
    gc.collect()
    gc.disable()
    try:
        with site(tmp_path, PUBLIC) as port, proxy(monkeypatch, b"HTTP/1.0 407 Who are you\r\n\r\n", port):
            with pytest.raises(TroubleError) as caught:
                post("https://localhost", "/", b"", content_type="text/plain", max_answer=1)
            assert caught.value.trouble is Trouble.PROXY_SIGN_IN
            del caught
            until = time.monotonic() + 5
            while any(isinstance(each, http.client.HTTPConnection) for each in gc.get_objects()):
                assert time.monotonic() < until
                time.sleep(0.05)  # the thread that asked has said its answer, and ends
    finally:
        gc.enable()


def test_keys_are_never_written_to_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with site(tmp_path, PUBLIC) as port:
        assert reach("localhost", port).said is Reach.CANNOT_TELL  # the authority was made here
    assert not (tmp_path / "keys").exists()
