"""A simulated card behind the virtual reader `vpcd` of pcscd (vsmartcard): it connects, and plays a card until it goes.

Each message is two bytes of length, then the bytes. One byte is a control: 0 power off, 1 power on, 2 reset, and 4 asks
for the ATR; anything longer is a command APDU. ATRs are asked for every 0.4 s, also between two commands.
"""

import struct
import threading

from eidbridge.net import answer_at_once, connect_to_this_machine, hang_up
from eidbridge.simulator.faults import FaultyCard, GoneError, SilenceError

#: Port of the first slot, as Debian's package sets it up.
DEFAULT_PORT = 35_963
_ATR = 4
#: Longest message that two bytes of length can say.
_LONGEST = 65_535


class VirtualCard:
    """A card on the virtual reader, served by a thread until `eject`."""

    def __init__(self, card: FaultyCard, port: int = DEFAULT_PORT) -> None:
        """Raises OSError where no virtual reader listens on the port."""
        self.card = card
        self.answered = 0
        self._gone = threading.Event()
        self._socket = connect_to_this_machine(port)
        self._thread = threading.Thread(target=self._serve, name="eidbridge-card", daemon=True)
        self._thread.start()

    def __enter__(self) -> "VirtualCard":
        return self

    def __exit__(self, *error: object) -> None:
        self.eject()

    @property
    def is_there(self) -> bool:
        return not self._gone.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the card is gone, by itself or because the reader went; whether it is."""
        return self._gone.wait(timeout_s)

    def eject(self) -> None:
        """Take the card away."""
        self._leave()
        self._thread.join(2)

    def _leave(self) -> None:
        if self._gone.is_set():
            return
        self._gone.set()
        hang_up(self._socket)

    def _serve(self) -> None:
        try:
            while True:
                (length,) = struct.unpack(">H", self._read(2))
                self._take(self._read(length))
        except (EOFError, OSError, GoneError):
            self._leave()

    def _take(self, message: bytes) -> None:
        if message == bytes((_ATR,)):
            self._send(self.card.atr)
        elif len(message) == 1:
            self.card.reset()  # off, on and reset: after each the chip begins anew
        else:
            self._answer(message)

    def _answer(self, command: bytes) -> None:
        try:
            answer = self.card.transmit(command)
        except SilenceError:
            answer = b""
        if not answer:
            self._read(1)  # nothing more is sent to a card that owes an answer
            raise GoneError
        self.answered += 1
        self._send(answer[:_LONGEST])

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            answer_at_once(self._socket)
            part = self._socket.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _send(self, message: bytes) -> None:
        self._socket.sendall(struct.pack(">H", len(message)) + message)
