"""A pcscd of our own with virtual readers: all of it in one folder, nothing of the system touched."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
#: Below the range for outgoing connections, from which a port could be taken meanwhile.
_FIRST_PORT, _PORTS = 12_000, 16_000


def missing() -> str:
    """What this machine lacks for the real stack, or nothing."""
    if pcscd() is None:
        return "pcscd is not installed: apt-get install pcscd"
    if not DRIVER.exists():
        return "the virtual reader is not installed: apt-get install vsmartcard-vpcd"
    return ""


def pcscd() -> str | None:
    return shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def free_port() -> int:
    """Two free ports one after the other: a virtual reader has two slots."""
    for attempt in range(200):
        port = _FIRST_PORT + (os.getpid() * 37 + attempt * 2 + int(time.monotonic() * 10) * 2) % _PORTS
        if all(_is_free(each) for each in (port, port + 1)):
            return port
    raise RuntimeError("no free port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


@dataclass
class Stack:
    """port: of the first slot; the second has the next one. Readers are called `<name> 00 00` and `<name> 00 01`."""

    home: Path
    name: str = "Test reader"
    port: int = field(default_factory=free_port)
    readers: bool = True
    _daemon: subprocess.Popen[bytes] | None = None

    @property
    def socket_path(self) -> Path:
        return self.home / "pcscd.comm"

    @property
    def first(self) -> str:
        return f"{self.name} 00 00"

    @property
    def second(self) -> str:
        return f"{self.name} 00 01"

    def start(self) -> None:
        """Start the daemon on a socket that listens already: a client that is early simply waits."""
        conf = self.home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        Path("/run/pcscd").mkdir(exist_ok=True)  # it writes its process id there
        if self.readers:
            (conf / "vpcd").write_text(
                f'FRIENDLYNAME "{self.name}"\nDEVICENAME /dev/null:{self.port}\n'
                f"LIBPATH {DRIVER}\nCHANNELID {self.port}\n"
            )
        self.socket_path.unlink(missing_ok=True)
        program, options = pcscd(), ["-f", "-i", "-c", str(conf)]
        assert program
        if "disable-polkit" in subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout:
            options.append("--disable-polkit")
        with socket.socket(socket.AF_UNIX) as listener, (self.home / "log").open("ab") as log:
            listener.bind(str(self.socket_path))
            listener.listen(16)
            fd = listener.fileno()
            command = f'[ {fd} = 3 ] || exec 3<&{fd}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@"'
            self._daemon = subprocess.Popen(
                ["/bin/bash", "-c", command, program, *options], pass_fds=(fd,), stdout=log, stderr=log
            )

    def stop(self, *, hard: bool = False) -> None:
        """End the daemon; hard: as a crash does."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return
        daemon.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
        daemon.wait(10)

    @property
    def process_id(self) -> int:
        assert self._daemon
        return self._daemon.pid

    def saw_the_last_card_go(self, reader: str) -> bool:
        """Whether the daemon's own look at the reader found it empty.

        A reset that fails marks the reader empty before that; a card that comes in between is never seen.
        """
        log = self.log()
        return log.rfind(f"Card inserted into {reader}") <= log.rfind(f"Card Removed From {reader}")

    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")
