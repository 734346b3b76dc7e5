"""Decodes one picture and writes it anew: a process of its own, because what it reads may be hostile.

In: a line of JSON (`format`, `max_pixels`, `cut`: percent off left, top, right, bottom, `cover`: left, top, width and
height of what turns black, in percent, or nothing), then the picture.
Out: a line of JSON (`ok` with `format`, `width`, `height`, or with `fault`), then the new picture.
Only pixels come out: they are decoded, and encoded again with no word of what stood beside them.

It imports nothing of the site, so no settings and no secrets are near. An exception that is not expected of a broken
file ends it; `pictures.clean`, which starts it, calls that damaged and logs it.
"""

import io
import json
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ExifTags, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

#: Most a picture may cost, by resource; see `man setrlimit`.
LIMITS = {"RLIMIT_AS": 512 * 1024 * 1024, "RLIMIT_CPU": 3, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
#: Quick before small: zlib level 6 takes twice the time, WebP's method 4 three times, and both save a tenth.
ENCODING: dict[str, dict[str, int]] = {
    PngImagePlugin.PngImageFile.format: {"compress_level": 3},
    JpegImagePlugin.JpegImageFile.format: {"quality": 90},
    WebPImagePlugin.WebPImageFile.format: {"quality": 90, "method": 0},
}
#: What Pillow raises for a broken file; TypeError where a text chunk bears the name of one of its own facts.
BROKEN = (OSError, SyntaxError, ValueError, TypeError, struct.error)
#: How to turn a picture by EXIF's Orientation; 1 and unknown values turn nothing.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class RefusedError(Exception):
    """The first argument is a value of `pictures.PictureFault`."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the parent asks; its line was made by `pictures` and is believed."""

    format: str
    max_pixels: int
    cut: Sequence[int]
    cover: Sequence[int] = ()


def limit_resources() -> None:
    """Take away what a picture does not need. Outside Linux only the parent's clock limits it."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    for name, amount in LIMITS.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        most = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(which, (most, most))


def renew(content: bytes, order: Order) -> tuple[Image.Image, bytes]:
    """The picture as it is seen, and its file. Raises RefusedError."""
    try:
        picture = _decoded(content, order)
        turn = _turn(picture)
        picture = _plain(picture)  # from here on the decoder's memory is free again
        if turn is not None:
            picture = picture.transpose(turn)
        picture = _covered(_cut(picture, order.cut), order.cover)
        return picture, _encoded(picture, order.format)
    except Image.DecompressionBombError as error:
        raise RefusedError("too-many-pixels") from error
    except MemoryError as error:
        raise RefusedError("too-slow") from error
    except BROKEN as error:
        raise RefusedError("damaged") from error


def _decoded(content: bytes, order: Order) -> Image.Image:
    # Pillow refuses what has over twice this, before it makes room for pixels.
    Image.MAX_IMAGE_PIXELS = order.max_pixels // 2
    # A phone's picture in several views (MPO) is read as the first one, by one parser less.
    Image.register_open("JPEG", JpegImagePlugin.JpegImageFile)
    picture = Image.open(io.BytesIO(content), formats=[order.format])
    if picture.width * picture.height > order.max_pixels:
        raise RefusedError("too-many-pixels")
    if getattr(picture, "n_frames", 1) > 1:
        raise RefusedError("animated")
    picture.load()
    return picture


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How EXIF says to turn it; EXIF that can't be read says nothing."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except BROKEN:
        return None
    return TURNS.get(orientation)


def _plain(picture: Image.Image) -> Image.Image:
    """In L, LA, RGB or RGBA: a palette could carry foreign bytes, and a screen shows 8 bits."""
    if picture.mode == "I;16":
        return picture.point(lambda value: value / 256).convert("L")
    is_grey = picture.mode in {"1", "L", "LA"}
    if not picture.mode.endswith("A") and "transparency" not in picture.info:
        return picture.convert("L" if is_grey else "RGB")
    return _without_hidden_colours(picture.convert("LA" if is_grey else "RGBA"))


def _without_hidden_colours(picture: Image.Image) -> Image.Image:
    """Black where nothing is seen: an eraser may have left there what it was meant to remove."""
    alpha = picture.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return picture.convert(picture.mode.removesuffix("A"))
    picture.paste((0,) * len(picture.mode), mask=alpha.point(lambda value: 255 * (value == 0)))
    return picture


def _cut(picture: Image.Image, cut: Sequence[int]) -> Image.Image:
    """Without `cut` percent at left, top, right and bottom; a pixel that is touched goes."""
    if not any(cut):
        return picture
    off = [-(-percent * length // 100) for percent, length in zip(cut, picture.size * 2, strict=True)]
    box = (off[0], off[1], picture.width - off[2], picture.height - off[3])
    if box[0] >= box[2] or box[1] >= box[3]:
        raise RefusedError("bad-crop")
    return picture.crop(box)


def _covered(picture: Image.Image, cover: Sequence[int]) -> Image.Image:
    """With `cover` black; a pixel that is touched is covered."""
    if cover:
        left, top, width, height = cover
        size = picture.size * 2
        near = [percent * length // 100 for percent, length in zip((left, top), size, strict=False)]
        far = [-(-percent * length // 100) for percent, length in zip((left + width, top + height), size, strict=False)]
        black = (0,) * (len(picture.mode) - 1) + (255,) if picture.mode.endswith("A") else 0
        picture.paste(black, (*near, *far))
    return picture


def _encoded(picture: Image.Image, format_: str) -> bytes:
    picture.info = {}  # Pillow would write comment, transparency and colour profile from here
    file = io.BytesIO()
    try:
        picture.save(file, format_, **ENCODING[format_])
    except (OSError, ValueError) as error:  # it could be decoded, so what is wrong is that memory ran out
        raise RefusedError("too-slow") from error
    return file.getvalue()


def main() -> None:
    limit_resources()
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    try:
        picture, file = renew(sys.stdin.buffer.read(), order)
        header = {"ok": True, "format": order.format, "width": picture.width, "height": picture.height}
    except RefusedError as refused:
        header, file = {"ok": False, "fault": str(refused)}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + file)


if __name__ == "__main__":
    main()
