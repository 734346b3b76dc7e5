"""PC/SC in a process of its own, with a limit on every exchange.

Nothing in PC/SC can be ended: a mute card or another program's transaction holds a call for ever. So the calls are made
in a child process; where one takes too long the child is ended and the next call starts a new one, from the list of
readers on.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, cast

from eidbridge.errors import (
    CardInUseError,
    CardMuteError,
    CardResetError,
    EidError,
    LinkBrokenError,
    NoReaderError,
    ProgramFaultError,
    ReaderGoneError,
    ServiceStoppedError,
)
from eidbridge.transport import codes
from eidbridge.transport.states import Event, ReaderState, events

#: Limits in seconds: starting and a look at the readers, connecting, waiting for other programs, one exchange.
START_S, LOOK_S, CONNECT_S, BEGIN_S, TRANSMIT_S = 15.0, 5.0, 5.0, 3.0, 10.0
#: How long a card that another program holds is tried again, and after what pause.
PATIENCE_S, _AGAIN_S = 2.5, 0.25
#: How long a child that was ended may take to go.
_GO_S = 2.0
#: What speaks to a card, and what only looks.
_WITH_CARD = frozenset({"begin", "transmit", "reset", "disconnect"})
#: VERIFY: after it the card is left reset.
_VERIFY = 0x20


class Pcsc:
    """All of PC/SC there is in this program. Use it as a context manager; every method raises EidError.

    limit_s: of one exchange with the card. patience_s: how long a card that others hold is tried again.
    """

    def __init__(self, *, limit_s: float = TRANSMIT_S, patience_s: float = PATIENCE_S) -> None:
        self.limit_s, self.patience_s = limit_s, patience_s
        self.run = 0
        self.connected = 0
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> "Pcsc":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def readers(self) -> list[ReaderState]:
        """The readers as they are now. Raises ServiceStoppedError, ServiceDeniedError, NoReaderError."""
        found = self.list_readers()
        if not found:
            raise NoReaderError("no reader is listed")
        return found

    def list_readers(self) -> list[ReaderState]:
        """The same where none is no error."""
        found: list[ReaderState] = self.ask("readers", limit_s=LOOK_S)
        return found

    def watch(self, *, for_s: float, step_s: float = 1.0) -> Iterator[Event]:
        """What happens to readers and cards, from what is there on."""
        before: Sequence[ReaderState] = ()
        for after in self.looks(for_s=for_s, step_s=step_s):
            yield from events(before, after or ())
            before = after or ()

    def looks(self, *, for_s: float, step_s: float = 1.0) -> Iterator[list[ReaderState] | None]:
        """The readers after each change and each `step_s`; None while the service is gone, which is waited for."""
        before: Sequence[ReaderState] = ()
        end = time.monotonic() + for_s
        while (left := end - time.monotonic()) > 0:
            after = self._look(before, min(step_s, left))
            yield after
            if not after:
                time.sleep(min(0.5, step_s, left))
            before = after or ()

    def _look(self, before: Sequence[ReaderState], step_s: float) -> list[ReaderState] | None:
        """The readers once something changed; none where the one waited for is gone, None without a service."""
        try:
            if before:
                changed: list[ReaderState] = self.ask("wait", before, step_s, limit_s=step_s + LOOK_S)
                return changed
            return self.list_readers()
        except ServiceStoppedError:
            return None
        except (ReaderGoneError, LinkBrokenError):
            return []

    def connect(self, reader: str, *, alone: bool = True) -> "PcscConnection":
        """The card on a reader; alone: nobody else can send it anything until it is closed.

        One card is held at a time: an earlier connection has ended then. A card that another program holds for a
        moment is waited for, and one that it has just reset is taken again.

        Raises NoCardError, CardInUseError where another program holds the card, CardUnresponsiveError and others.
        """
        self.connected += 1
        end, was_reset = time.monotonic() + self.patience_s, False
        while True:
            try:
                return self._connected(reader, alone=alone)
            except CardInUseError:
                if time.monotonic() >= end:
                    raise
            except CardResetError:
                if was_reset:
                    raise
                was_reset = True
            time.sleep(_AGAIN_S)

    def _connected(self, reader: str, *, alone: bool) -> "PcscConnection":
        atr = self.ask("connect", reader, limit_s=CONNECT_S)
        if alone:
            self.ask("begin", limit_s=BEGIN_S)
        return PcscConnection(self, atr, alone=alone)

    @property
    def process_id(self) -> int:
        """Of the child; 0 where none runs."""
        return (self._process.pid or 0) if self._process is not None else 0

    def close(self) -> None:
        """End the child. A card that was connected is left as it is."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        self.run += 1
        if pipe is not None:
            pipe.close()
        if process is None:
            return
        process.join(0.2)  # it goes by itself when nobody is left to ask
        if process.is_alive():
            process.kill()
            process.join(_GO_S)
        if not process.is_alive():
            process.close()

    def ask(self, operation: str, *values: Any, limit_s: float, **options: Any) -> Any:
        """One call in the child. Raises EidError; after a limit or a crash the child is gone."""
        pipe = self._started()
        try:
            pipe.send((operation, values, options))
            kind, answer = pipe.recv() if pipe.poll(limit_s) else ("late", None)
        except (EOFError, OSError) as error:
            self._end()
            said = f"{operation}: the process for PC/SC ended"
            raise (LinkBrokenError if operation in _WITH_CARD else ProgramFaultError)(said) from error
        except BaseException:  # Ctrl-C too: an answer that nobody took would be taken for the next one's
            self._end()
            raise
        if kind == "late":
            self._end()
            raise _too_late(operation, limit_s)
        if kind == "failed":
            code, connected = cast("tuple[int, bool]", answer)
            raise codes.error_for(code, while_doing=operation, connected=connected)
        if kind == "broken":
            raise ProgramFaultError(f"{operation}: {answer}")
        return answer

    def _started(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), name="eidbridge-pcsc", daemon=True)
            try:
                with _ctrl_c_waits():  # and the child never hears of it
                    process.start()
                    self._process = process
            except OSError as error:
                self._end()
                raise ProgramFaultError("no process for PC/SC can be started") from error
            finally:
                theirs.close()
            said = _first_words(self._pipe)
            if said != "ready":
                self._end()
                raise ProgramFaultError(said)
        return self._pipe

    def _end(self) -> None:
        """End the child at once, whatever it does."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
        self.close()


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Keep Ctrl-C back until the end of the block; a process that is started in it keeps it from itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it lets Ctrl-C through again when it has started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _first_words(pipe: Connection) -> str:
    """`ready`, or what keeps the child from it."""
    try:
        return str(pipe.recv()) if pipe.poll(START_S) else "the process for PC/SC does not start"
    except (EOFError, OSError):
        return "the process for PC/SC ended at once"


def _too_late(operation: str, limit_s: float) -> EidError:
    said = f"{operation}: no answer within {limit_s:g} s"
    if operation in ("transmit", "reset"):
        return CardMuteError(said)
    # A reader that is listed and cannot be connected to: another program sits in a transaction.
    return CardInUseError(said) if operation in ("connect", "begin") else ServiceStoppedError(said)


class PcscConnection:
    """A card over PC/SC (`transport.base.CardConnection`)."""

    def __init__(self, pcsc: Pcsc, atr: bytes, *, alone: bool) -> None:
        self._pcsc, self._atr, self._alone = pcsc, atr, alone
        self._which = (pcsc.run, pcsc.connected)
        self._pin_was_shown = False
        self._is_open = True
        self._lost: EidError | None = None

    def __repr__(self) -> str:
        return f"PcscConnection({'open' if self._is_open else 'closed'})"

    @property
    def atr(self) -> bytes:
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        if command[1] == _VERIFY:
            self._pin_was_shown = True
        answer: bytes = self._ask("transmit", command)
        return answer

    def reset(self) -> None:
        self._ask("reset")
        if self._alone:
            self._pcsc.ask("begin", limit_s=BEGIN_S)

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if self._is_current:
            try:
                self._pcsc.ask("disconnect", reset=self._pin_was_shown, limit_s=CONNECT_S)
            except EidError:  # the card or the service is gone: there is nothing to leave
                return

    @property
    def _is_current(self) -> bool:
        """Whether the child still holds this card, and not another one or none."""
        return self._which == (self._pcsc.run, self._pcsc.connected)

    def _ask(self, operation: str, *values: Any) -> Any:
        if self._lost is not None:
            raise self._lost  # what ended it, and not what would look like another program's doing
        if not (self._is_current and self._is_open):
            raise CardResetError(f"{operation}: this connection has ended")
        try:
            return self._pcsc.ask(operation, *values, limit_s=self._pcsc.limit_s)
        except EidError as error:
            if not self._is_current:
                self._lost = error
            raise


# In the child.


def serve(pipe: Connection) -> None:
    """Do what comes through the pipe until nobody is left at its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    _silence()
    try:
        from eidbridge.transport.pcsc import OPERATIONS, PcscError, Service  # noqa: PLC0415 - loads PC/SC's library
    except ImportError:
        pipe.send("the package pyscard cannot be loaded")
        return
    service = Service()
    pipe.send("ready")
    while True:
        try:
            operation, values, options = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(("done", OPERATIONS[operation](service, *values, **options)))
        except PcscError as error:
            pipe.send(("failed", (error.code, error.connected)))
        except Exception as error:  # noqa: BLE001 - the other side must hear of it; its text could hold a reader's name
            pipe.send(("broken", type(error).__name__))


def _silence() -> None:
    """Nothing of the child on the terminal: PC/SC's library writes there when it misses the service's."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
