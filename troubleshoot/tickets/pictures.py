"""Screenshots made safe before anything keeps them: decoded in a process with limits, written anew from pixels alone.

What is read may take that process over, so its answer is checked like anything else from outside.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)

#: Largest picture taken from people, in bytes.
MAX_BYTES = 7 * 1024 * 1024
#: Most pixels of a picture taken.
MAX_PIXELS = 25_000_000
#: Largest picture handed back, in bytes: quickly encoded, it can be larger than what came.
MAX_CLEAN_BYTES = 20 * 1024 * 1024
#: Seconds a picture may take on the clock, Python's start with it; the child itself ends after 3 s of processor time.
WALL_LIMIT_S = 6.0
#: Seconds a picture waits for others before it is refused.
MAX_WAIT_S = 30.0
#: Longest first line of an answer, in bytes.
MAX_HEADER_BYTES = 200

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}

#: Places for children: each may take 512 MB.
_places = threading.BoundedSemaphore(2)
#: `-I`: neither our folder nor our environment has a say in what it imports.
_COMMAND = (sys.executable, "-I", "-B", str(Path(__file__).with_name("picture_child.py")))
#: All it sees of our environment: what Windows needs to start a program.
_ENVIRONMENT = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
#: How a child ends that has no processor time left, or for which the machine has no memory.
_OUT_OF_LIMITS = ("SIGXCPU", "SIGKILL")


class PictureFault(StrEnum):
    """Why a picture is not taken."""

    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    ANIMATED = "animated"
    DAMAGED = "damaged"
    TOO_SLOW = "too-slow"
    BAD_CROP = "bad-crop"


class PictureError(Exception):
    def __init__(self, fault: PictureFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A file that holds its pixels and nothing else of what was sent."""

    content: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Percent cut off at each edge of the picture as it is seen. Raises ValueError where nothing would be left."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        if not all(0 <= percent <= 99 for percent in astuple(self)):
            raise ValueError(f"{self} is not within 0-99 %")
        if self.left + self.right >= 100 or self.top + self.bottom >= 100:
            raise ValueError(f"{self} leaves nothing")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a picture, in percent of it as it is seen. Raises ValueError where it reaches beyond."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(astuple(self)) < 0 or self.left + self.width > 100 or self.top + self.height > 100:
            raise ValueError(f"{self} is not within the picture")


@dataclass(frozen=True, slots=True)
class _Answer:
    header: bytes
    content: bytes


def clean(
    content: bytes, *, cut: Cut | None = None, cover: Area | None = None, max_bytes: int = MAX_BYTES
) -> CleanPicture:
    """The same pixels in a new file of the same format, upright and without metadata. Raises PictureError.

    Takes up to a few seconds, and waits while two others are being cleaned. cover: black from now on. max_bytes: a
    clean picture that is to be cut or covered may have MAX_CLEAN_BYTES.
    """
    if not content:
        raise PictureError(PictureFault.EMPTY)
    if len(content) > max_bytes:
        raise PictureError(PictureFault.TOO_LARGE)
    format_ = _format_of(content)
    if format_ is None:
        raise PictureError(PictureFault.NOT_A_PICTURE)
    order = {
        "format": format_,
        "max_pixels": MAX_PIXELS,
        "cut": astuple(cut or Cut()),
        "cover": astuple(cover) if cover else (),
    }
    with _place():
        answer = _ask_child(json.dumps(order).encode() + b"\n" + content)
    return _checked(answer, format_)


def _format_of(content: bytes) -> str | None:
    """Pillow's name of the format that the first bytes promise."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    return None


@contextlib.contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=MAX_WAIT_S):
        raise PictureError(PictureFault.TOO_SLOW)
    try:
        yield
    finally:
        _places.release()


def _ask_child(order: bytes) -> _Answer:
    """What a child says that ended in time, in order and without saying too much; PictureError otherwise."""
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - the command is ours
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    ) as child:
        clock = threading.Timer(WALL_LIMIT_S, child.kill)
        clock.start()
        try:
            answer = _exchange(child, order)
            returncode = child.wait()
        finally:
            clock.cancel()
            child.kill()
    if returncode:
        raise PictureError(_fault_of(returncode, seconds=time.monotonic() - started))
    return answer


def _exchange(child: subprocess.Popen[bytes], order: bytes) -> _Answer:
    """All is written before anything is read: a child that reads nothing, or speaks first, is met by the clock."""
    with contextlib.suppress(BrokenPipeError), _pipe(child.stdin) as to_child:
        to_child.write(order)
    from_child = _pipe(child.stdout)
    answer = _Answer(from_child.readline(MAX_HEADER_BYTES), from_child.read(MAX_CLEAN_BYTES + 1))
    if len(answer.content) > MAX_CLEAN_BYTES:
        raise PictureError(PictureFault.TOO_LARGE)
    return answer


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _fault_of(returncode: int, *, seconds: float) -> PictureFault:
    ended_by = signal.Signals(-returncode).name if returncode < 0 else ""
    if seconds >= WALL_LIMIT_S or ended_by in _OUT_OF_LIMITS:
        return PictureFault.TOO_SLOW
    logger.warning("A picture ended its process unexpectedly: %s", ended_by or returncode)
    return PictureFault.DAMAGED


def _checked(answer: _Answer, format_: str) -> CleanPicture:
    """The picture of an answer, if it is one of this format and size. Raises PictureError."""
    try:
        header = json.loads(answer.header)
    except ValueError:
        header = None
    match header:
        case {"ok": False, "fault": str(fault)} if fault in list(PictureFault):
            raise PictureError(PictureFault(fault))
        case {"ok": True, "format": str(said), "width": int(width), "height": int(height)}:
            if said == format_ == _format_of(answer.content) and _has_good_size(width, height):
                return CleanPicture(answer.content, MEDIA_TYPES[format_], width, height)
    logger.warning("A picture's process gave no answer that can be used")
    raise PictureError(PictureFault.DAMAGED)


def _has_good_size(width: int, height: int) -> bool:
    return min(width, height) >= 1 and width * height <= MAX_PIXELS
