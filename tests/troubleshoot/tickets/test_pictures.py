"""Each picture here goes through a real child, unless a test says what plays the child's part."""

import functools
import io
import json
import re
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from troubleshoot.tickets import picture_child, pictures
from troubleshoot.tickets.pictures import MAX_BYTES, CleanPicture, Cut, PictureError, PictureFault, clean

FORMATS = ("PNG", "JPEG", "WEBP")
SIGNATURE = b"\x89PNG\r\n\x1a\n"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
SECRET = b"Via Nazionale 1, Roma"
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"


def quarters(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red and green above blue and white."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    return picture.convert(mode)


def file_of(picture: Image.Image, format_: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size: tuple[int, int], rows: bytes, *, bits: int = 8, colour: int = 0, between: bytes = b"") -> bytes:
    """A PNG by hand. rows: compressed; colour: 0 grey, 2 RGB, 3 palette, 4 and 6 with alpha; between: more chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0))
    return SIGNATURE + head + between + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_chunk(extra: bytes, *, after_pixels: bool = False) -> bytes:
    file = file_of(quarters())
    place = len(file) - 12 if after_pixels else len(SIGNATURE) + 25
    return file[:place] + extra + file[place:]


def parts_of(file: bytes) -> list[bytes]:
    """Names of the chunks of a PNG."""
    names, place = [], len(SIGNATURE)
    while place < len(file):
        names.append(file[place + 4 : place + 8])
        place += 12 + int.from_bytes(file[place : place + 4], "big")
    return names


@functools.cache
def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "Rosas Telefon"
    gps = data.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (41.0, 54.0, 10.123457)
    gps[ExifTags.GPS.GPSAreaInformation] = SECRET
    return data


def opened(result: CleanPicture) -> Image.Image:
    picture = Image.open(io.BytesIO(result.content))
    picture.load()
    assert picture.size == (result.width, result.height)
    assert picture.get_format_mimetype() == result.media_type
    return picture


def seen(result: CleanPicture) -> Image.Image:
    return opened(result).convert("RGB")


def fault(content: bytes, cut: Cut | None = None) -> PictureFault:
    with pytest.raises(PictureError) as raised:
        clean(content, cut=cut)
    return raised.value.fault


def is_like(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """The same colour but for what JPEG and WebP lose."""
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))


# What comes out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_keeps_its_pixels(format_):
    result = clean(file_of(quarters(), format_))
    assert (result.media_type, result.width, result.height) == (f"image/{format_.lower()}", 64, 48)
    picture = seen(result)
    for place, colour in {(8, 8): RED, (56, 8): GREEN, (8, 40): BLUE, (56, 40): WHITE}.items():
        assert is_like(picture.getpixel(place), colour)


def test_png_keeps_every_pixel():
    picture = Image.effect_noise((120, 70), 80).convert("RGB")
    assert seen(clean(file_of(picture))).tobytes() == picture.tobytes()


@pytest.mark.parametrize("format_", FORMATS)
def test_where_a_photo_was_taken_is_gone(format_):
    traces = [b"Exif", b"EXIF", b"eXIf", b"Rosas", SECRET, struct.pack(">II", 41, 1), struct.pack("<II", 41, 1)]
    sent = file_of(quarters(), format_, exif=exif())
    assert sum(trace in sent for trace in traces) >= 4
    got = clean(sent).content
    assert [trace for trace in traces if trace in got] == []
    assert not Image.open(io.BytesIO(got)).getexif()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_stands_upright(orientation):
    sent = file_of(quarters(), exif=exif(orientation))
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(sent)))
    result = seen(clean(sent))
    assert (result.size, result.tobytes()) == (expected.size, expected.tobytes())


@pytest.mark.parametrize("format_", ["JPEG", "WEBP"])
def test_a_photo_stands_upright_in_every_format(format_):
    picture = seen(clean(file_of(quarters(), format_, exif=exif(6))))
    assert picture.size == (48, 64)
    assert is_like(picture.getpixel((4, 4)), BLUE)
    assert is_like(picture.getpixel((44, 4)), RED)


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"eXIf", b"no EXIF at all"),
        chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x09"),
        chunk(b"tEXt", b"xmp\0no XMP"),
        chunk(b"tEXt", b"exif\0none"),
    ],
)
def test_exif_that_cannot_be_read_turns_nothing(extra):
    assert seen(clean(with_chunk(extra))).tobytes() == quarters().tobytes()


def test_a_png_holds_nothing_but_pixels():
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_text("Comment", SECRET.decode(), zip=True)
    words.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
    words.add(b"tIME", bytes(7))
    words.add(b"prVt", SECRET)
    words.add(b"prVt", SECRET, after_idat=True)
    sent = file_of(quarters(), pnginfo=words, icc_profile=SECRET, exif=exif(), dpi=(300, 300))
    assert {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"pHYs", b"prVt"} <= set(parts_of(sent))
    assert set(parts_of(clean(sent).content)) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("format_", ["JPEG", "WEBP"])
def test_a_photo_holds_no_profile_comment_or_xmp(format_):
    options = {"icc_profile": SECRET, "comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET, "exif": exif()}
    sent = file_of(quarters(), format_, **options)
    assert sent.count(SECRET) >= 3
    got = clean(sent).content
    for trace in (SECRET, b"ICC", b"xmp", b"XMP", b"http"):
        assert trace not in got
    assert set(Image.open(io.BytesIO(got)).info) <= {
        *("jfif", "jfif_version", "jfif_unit", "jfif_density"),
        *("loop", "background", "timestamp", "duration"),
    }


def test_a_phone_s_picture_in_two_views_is_its_first():
    second = Image.new("RGB", (64, 48), (1, 200, 200))
    sent = file_of(quarters(), "MPO", save_all=True, append_images=[second], exif=exif())
    assert b"MPF\0" in sent
    result = clean(sent)
    assert is_like(seen(result).getpixel((8, 8)), RED)
    assert b"MPF\0" not in result.content


# What is seen of unusual kinds ---------------------------------------------------------------------------------------


def test_a_palette_and_its_transparency_are_seen_the_same():
    picture = quarters().quantize(4)
    number = picture.getpixel((8, 8))
    alphas = bytes(90 if entry == number else 255 for entry in range(4))
    result = opened(clean(file_of(picture, transparency=alphas)))
    assert result.mode == "RGBA"
    assert result.getpixel((8, 8)) == (*RED, 90)
    assert result.getpixel((56, 8)) == (*GREEN, 255)


def test_a_palette_cannot_carry_words():
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette(SCRIPT.ljust(60, b"!"))
    sent = file_of(picture)
    assert SCRIPT in sent
    assert SCRIPT not in clean(sent).content


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_print_colours_become_screen_colours(options):
    result = opened(clean(file_of(quarters(mode="CMYK"), "JPEG", **options)))
    assert result.mode == "RGB"
    assert is_like(result.getpixel((8, 8)), RED)


def test_sixteen_bits_become_eight():
    grey = png((4, 1), zlib.compress(b"\0" + struct.pack(">4H", 0, 0x1000, 0x8000, 0xFFFF)), bits=16)
    assert opened(clean(grey)).tobytes() == bytes([0, 0x10, 0x80, 0xFF])
    colour = png((1, 1), zlib.compress(b"\0" + struct.pack(">3H", 0x1000, 0x8000, 0xFFFF)), bits=16, colour=2)
    assert opened(clean(colour)).getpixel((0, 0)) == (0x10, 0x80, 0xFF)


@pytest.mark.parametrize(
    ("sent", "mode", "pixels"),
    [
        (file_of(Image.new("1", (9, 9), 1)), "L", (255,) * 2),
        (png((2, 1), zlib.compress(b"\0\xff\x10"), between=chunk(b"tRNS", b"\0\x10")), "LA", ((255, 255), (0, 0))),
        (file_of(Image.new("LA", (2, 1), (7, 9))), "LA", ((7, 9),) * 2),
        (file_of(Image.new("RGBA", (2, 1), (7, 8, 9, 255))), "RGB", ((7, 8, 9),) * 2),
        (file_of(Image.new("RGBA", (2, 1), (7, 8, 9, 30))), "RGBA", ((7, 8, 9, 30),) * 2),
        (file_of(Image.new("RGB", (2, 1), RED), transparency=RED), "RGBA", ((0, 0, 0, 0),) * 2),
        (file_of(Image.new("L", (2, 1), 77), "JPEG"), "L", (77,) * 2),
    ],
)
def test_other_kinds_of_pixels(sent, mode, pixels):
    picture = opened(clean(sent))
    assert picture.mode == mode
    assert (picture.getpixel((0, 0)), picture.getpixel((1, 0))) == pixels


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}])
def test_a_webp_stays_transparent_where_it_is(options):
    picture = quarters(mode="RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 32, 24))
    result = opened(clean(file_of(picture, "WEBP", **options)))
    assert result.mode == "RGBA"
    assert (result.getpixel((8, 8))[3], result.getpixel((56, 40))[3]) == (0, 255)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_what_was_rubbed_out_cannot_be_brought_back(format_):
    picture = Image.effect_noise((64, 48), 80).convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 0))
    sent = file_of(picture, format_, **({"lossless": True, "exact": True} if format_ == "WEBP" else {}))
    assert len(Image.open(io.BytesIO(sent)).convert("RGB").getcolors()) > 50
    assert len(seen(clean(sent)).getcolors()) == 1


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        SCRIPT,
        b"\xef\xbb\xbf<!doctype html>" + SCRIPT,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<?xml version='1.0'?><svg/>",
        *(file_of(quarters(), format_) for format_ in ("GIF", "TIFF", "BMP", "PDF", "ICO", "PPM", "JPEG2000")),
        b"GIF89a/*" + file_of(quarters()),
        b" " + file_of(quarters()),
        b"MZ" + bytes(64),
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x89PNG",
    ],
    ids=lambda content: repr(content[:8]),
)
def test_what_is_no_picture_of_ours_is_refused(content):
    assert fault(content) is PictureFault.NOT_A_PICTURE


def test_nothing_is_refused():
    assert fault(b"") is PictureFault.EMPTY


def test_size_in_bytes_has_a_limit_and_padding_goes():
    sent = file_of(quarters()).ljust(MAX_BYTES, b"x")
    assert len(clean(sent).content) < 2000
    assert fault(sent + b"x") is PictureFault.TOO_LARGE


def test_a_clean_picture_larger_than_what_people_may_send_can_be_cut():
    sent = file_of(quarters()).ljust(pictures.MAX_CLEAN_BYTES, b"x")
    assert clean(sent, cut=Cut(left=50), max_bytes=pictures.MAX_CLEAN_BYTES).width == 32


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kept", [0.1, 0.9])
def test_a_file_that_ends_early_is_damaged(format_, kept):
    sent = file_of(Image.effect_noise((64, 48), 50).convert("RGB"), format_, exif=exif())
    assert fault(sent[: int(len(sent) * kept)]) is PictureFault.DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        SIGNATURE + SCRIPT,
        b"\xff\xd8\xff" + SCRIPT,
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + SCRIPT,
        png((0, 1), zlib.compress(b"\0")),
        png((1, 1), b"no zlib"),
        png((1, 1), zlib.compress(b"\0\0\0\0"), colour=7),
        with_chunk(chunk(b"tEXt", b"transparency\0yes")),
        with_chunk(chunk(b"tEXt", b"bbox\0all")),
    ],
    ids=range(8),
)
def test_a_file_that_lies_about_itself_is_damaged(content):
    assert fault(content) is PictureFault.DAMAGED


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(format_):
    frames = [quarters(), quarters().transpose(Image.Transpose.ROTATE_180)]
    assert fault(file_of(frames[0], format_, save_all=True, append_images=frames[1:])) is PictureFault.ANIMATED


# What carries more than a picture ------------------------------------------------------------------------------------


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr("Evil.class", SCRIPT)
    return file.getvalue()


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


@pytest.mark.parametrize(
    "sent",
    [
        *(file_of(quarters(), format_) + archive() for format_ in FORMATS),
        with_comment(file_of(quarters(), "JPEG"), SCRIPT),
        with_comment(file_of(quarters(), "JPEG"), archive()) + archive(),
        with_chunk(chunk(b"juNk", archive() + SCRIPT)),
        with_chunk(chunk(b"tEXt", b"k\0" + SCRIPT), after_pixels=True),
        with_chunk(chunk(b"IDAT", SCRIPT), after_pixels=True),
    ],
    ids=range(8),
)
def test_a_second_file_inside_a_picture_is_gone(sent):
    got = clean(sent).content
    assert SCRIPT in sent
    for trace in (b"script", b"Evil.class", b"PK\x03\x04"):
        assert trace not in got
    assert not zipfile.is_zipfile(io.BytesIO(got))


# What would cost too much --------------------------------------------------------------------------------------------


def jpeg_that_claims(width: int, height: int) -> bytes:
    file = file_of(quarters(), "JPEG")
    place = file.index(b"\xff\xc0") + 5
    return file[:place] + struct.pack(">HH", height, width) + file[place + 4 :]


def webp_that_claims(width: int, height: int) -> bytes:
    canvas = b"".join((length - 1).to_bytes(3, "little") for length in (width, height))
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas + file_of(quarters(), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "sent",
    [
        png((20_000, 20_000), zeros(50), bits=1),
        png((20_000, 20_000), b""),
        png((2**31 - 1, 2**31 - 1), b""),
        jpeg_that_claims(60_000, 60_000),
        webp_that_claims(16_000, 16_000),
        png((5001, 5000), b""),
    ],
    ids=["bomb", "20000", "2^31", "jpeg", "webp", "one column more"],
)
def test_too_many_pixels_are_refused_before_they_are_decoded(sent):
    assert len(sent) < 1_000_000
    started = time.monotonic()
    assert fault(sent) is PictureFault.TOO_MANY_PIXELS
    assert time.monotonic() - started < 4


def test_a_picture_of_25_megapixels_is_taken():
    result = clean(file_of(quarters(5000, 5000), compress_level=1))
    assert (result.width, result.height) == (5000, 5000)


def test_pixels_beyond_the_promised_size_are_left_out():
    result = clean(png((8, 8), zeros(60)))
    assert opened(result).tobytes() == bytes(64)


@pytest.mark.parametrize(
    ("extra", "after_pixels"),
    [
        (chunk(b"zTXt", b"k\0\0" + zeros(60)), False),
        (chunk(b"zTXt", b"k\0\0" + zeros(60)), True),
        (chunk(b"iTXt", b"k\0\1\0\0\0" + zeros(60)), True),
        (chunk(b"iCCP", b"k\0\0" + zeros(60)), False),
        (chunk(b"zTXt", b"k\0\0" + zeros(1)) * 80, False),
    ],
    ids=["zTXt", "zTXt at the end", "iTXt", "iCCP", "many"],
)
def test_words_that_swell_are_refused(extra, after_pixels):
    assert fault(with_chunk(extra, after_pixels=after_pixels)) is PictureFault.DAMAGED


def test_a_picture_that_needs_too_much_memory_is_too_slow():
    picture = Image.new("RGBA", (5000, 5000), (1, 2, 3, 100))
    picture.paste((4, 5, 6, 50), (0, 0, 2500, 5000))
    assert fault(file_of(picture, "WEBP", lossless=True, method=0, quality=0)) is PictureFault.TOO_SLOW


# Cuts ----------------------------------------------------------------------------------------------------------------


def striped() -> Image.Image:
    """100 × 50 pixels, of which each says where it is."""
    picture = Image.new("RGB", (100, 50))
    picture.putdata([(x, y, 0) for y in range(50) for x in range(100)])
    return picture


@pytest.mark.parametrize(
    ("cut", "first", "last"),
    [
        (Cut(), (0, 0), (99, 49)),
        (Cut(left=10, top=20, right=30, bottom=40), (10, 10), (69, 29)),
        (Cut(top=1), (0, 1), (99, 49)),  # half a pixel is a pixel
        (Cut(left=99), (99, 0), (99, 49)),
    ],
)
def test_a_cut_takes_its_part_of_the_picture(cut, first, last):
    picture = seen(clean(file_of(striped()), cut=cut))
    corners = picture.getpixel((0, 0)), picture.getpixel((picture.width - 1, picture.height - 1))
    assert corners == ((*first, 0), (*last, 0))


def test_a_cut_is_made_in_the_picture_as_it_is_seen():
    sent = file_of(striped(), exif=exif(6))  # seen, its left edge is the file's lower one
    picture = seen(clean(sent, cut=Cut(left=50, bottom=90)))
    assert picture.size == (25, 10)
    assert (picture.getpixel((0, 0)), picture.getpixel((24, 9))) == ((0, 24, 0), (9, 0, 0))


@pytest.mark.parametrize("format_", ["JPEG", "WEBP"])
def test_a_cut_leaves_no_edge_of_what_was_cut(format_):
    picture = seen(clean(file_of(quarters(160, 160), format_), cut=Cut(left=55, bottom=55)))
    assert picture.size == (72, 72)
    for place in ((4, 4), (67, 67), (4, 67)):
        assert is_like(picture.getpixel(place), GREEN)


@pytest.mark.parametrize("edges", [(-1, 0, 0, 0), (0, 100, 0, 0), (60, 0, 40, 0), (0, 50, 0, 50), (99, 0, 1, 0)])
def test_a_cut_that_leaves_nothing_cannot_be_made(edges):
    with pytest.raises(ValueError, match="Cut"):
        Cut(*edges)


@pytest.mark.parametrize(
    ("size", "cut"), [((1, 1), Cut(left=1)), ((9, 1), Cut(top=50, bottom=1)), ((100, 50), Cut(bottom=99))]
)
def test_a_picture_too_small_for_its_cut_is_refused(size, cut):
    assert fault(file_of(Image.new("RGB", size)), cut) is PictureFault.BAD_CROP


# Whatever comes ------------------------------------------------------------------------------------------------------


def is_clean_or_refused(content: bytes) -> bool:
    try:
        return isinstance(clean(content), CleanPicture)
    except PictureError:
        return True


@given(
    start=st.sampled_from([SIGNATURE, b"\xff\xd8\xff", b"RIFF\x24\0\0\0WEBPVP8 ", b""]), rest=st.binary(max_size=300)
)
@settings(max_examples=10)
def test_any_bytes_are_refused_in_order(start, rest):
    assert is_clean_or_refused(start + rest)


@given(
    format_=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
)
@settings(max_examples=20)
def test_any_change_to_a_picture_is_met_in_order(format_, changes):
    content = bytearray(file_of(quarters(), format_, exif=exif(6)))
    for place, byte in changes:
        content[int(place * len(content))] = byte
    assert is_clean_or_refused(bytes(content))


def test_many_pictures_at_once_are_all_cleaned():
    sent = [file_of(quarters(), FORMATS[number % 3]) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(clean, sent))
    assert [result.media_type for result in results] == ["image/png", "image/jpeg", "image/webp"] * 2


def test_whoever_waits_too_long_is_told(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_WAIT_S", 0.01)
    with pictures._place(), pictures._place():
        assert fault(file_of(quarters())) is PictureFault.TOO_SLOW
    assert clean(file_of(quarters()))


# The child, and what may sit in its place ----------------------------------------------------------------------------


@pytest.fixture
def played_by(tmp_path, monkeypatch):
    """Let a few lines of Python answer in the child's place; the order was read already."""

    def play(lines: str) -> None:
        script = tmp_path / "child.py"
        script.write_text(f"import json, os, signal, sys\nsys.stdin.buffer.read()\nout = sys.stdout.buffer\n{lines}")
        monkeypatch.setattr(pictures, "_COMMAND", (*pictures._COMMAND[:-1], str(script)))

    return play


def says(header: object, content: bytes = SIGNATURE) -> str:
    return f"out.write({json.dumps(header).encode()!r} + b'\\n' + {content!r})"


GOOD = {"ok": True, "format": "PNG", "width": 1, "height": 1}


def test_the_part_can_be_played(played_by):
    played_by(says(GOOD))
    assert clean(file_of(quarters())) == CleanPicture(SIGNATURE, "image/png", 1, 1)


def test_the_child_knows_none_of_our_secrets(played_by, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("TROUBLESHOOT_SECRET_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/tmp")
    facts = "{'env': dict(os.environ), 'cwd': os.getcwd(), 'path': sys.path, 'sid': os.getsid(0) == os.getpid()}"
    played_by(f"{says(GOOD)}\nout.write(json.dumps({facts} | {{'files': os.listdir('/proc/self/fd')}}).encode())")
    found = json.loads(clean(file_of(quarters())).content.removeprefix(SIGNATURE))
    assert set(found["env"]) <= {"LC_CTYPE"}  # Python itself sets it where no language is set
    assert (found["cwd"], found["sid"]) == ("/", True)
    assert not {"/tmp", "", str(Path.cwd())} & set(found["path"])
    assert len(found["files"]) == 4  # three and the listing itself


def test_the_child_has_its_limits(played_by):
    child = Path(picture_child.__file__)
    played_by(
        f"import resource, runpy\nrunpy.run_path({str(child)!r})['limit_resources']()\n"
        "limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if 'RLIMIT_' in name}\n"
        "try: bytearray(520 * 1024 * 1024)\nexcept MemoryError: limits['memory ran out'] = True\n"
        f"{says(GOOD)}\nout.write(json.dumps(limits).encode())"
    )
    found = json.loads(clean(file_of(quarters())).content.removeprefix(SIGNATURE))
    assert found["memory ran out"]
    assert found["RLIMIT_AS"] == [512 * 1024 * 1024] * 2
    assert found["RLIMIT_CPU"] == [3, 3]
    assert found["RLIMIT_FSIZE"] == found["RLIMIT_CORE"] == found["RLIMIT_NPROC"] == [0, 0]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("os.kill(os.getpid(), signal.SIGXCPU)", PictureFault.TOO_SLOW),
        ("os.kill(os.getpid(), signal.SIGKILL)", PictureFault.TOO_SLOW),
        ("os.kill(os.getpid(), signal.SIGSEGV)", PictureFault.DAMAGED),
        (says(GOOD) + "\nout.flush()\nos.kill(os.getpid(), signal.SIGSEGV)", PictureFault.DAMAGED),
        ("raise RuntimeError", PictureFault.DAMAGED),
        ("", PictureFault.DAMAGED),
        ("out.write(b'[' * 100_000)", PictureFault.DAMAGED),
        ("out.write(b'{' + b' ' * 5000 + b'}\\n')", PictureFault.DAMAGED),
        ("out.write(b'\\xff\\n')", PictureFault.DAMAGED),
        ("out.write(b'null\\n')", PictureFault.DAMAGED),
        ("while True: out.write(bytes(1_000_000))", PictureFault.TOO_LARGE),
        (says(GOOD) + "\nwhile True: out.write(bytes(1_000_000))", PictureFault.TOO_LARGE),
        (says({"ok": False, "fault": "animated"}), PictureFault.ANIMATED),
        (says({"ok": False, "fault": "<script>"}), PictureFault.DAMAGED),
        (says({"ok": False, "fault": 7}), PictureFault.DAMAGED),
        (says(GOOD | {"ok": 1}), PictureFault.DAMAGED),
        (says(GOOD, SCRIPT), PictureFault.DAMAGED),
        (says(GOOD, b""), PictureFault.DAMAGED),
        (says(GOOD, b"\xff\xd8\xff"), PictureFault.DAMAGED),
        (says(GOOD | {"format": "JPEG"}, b"\xff\xd8\xff"), PictureFault.DAMAGED),
        (says(GOOD | {"format": "SVG"}), PictureFault.DAMAGED),
        (says(GOOD | {"width": 0}), PictureFault.DAMAGED),
        (says(GOOD | {"width": -5000, "height": -5000}), PictureFault.DAMAGED),
        (says(GOOD | {"width": 5001, "height": 5000}), PictureFault.DAMAGED),
        (says(GOOD | {"height": "1"}), PictureFault.DAMAGED),
        (says(GOOD | {"height": 1.5}), PictureFault.DAMAGED),
    ],
    ids=range(26),
)
def test_nothing_a_child_says_is_believed(played_by, lines, expected):
    played_by(lines)
    assert fault(file_of(quarters())) is expected


@pytest.mark.parametrize(
    "lines",
    [
        "signal.pause()",
        says(GOOD) + "\nout.flush()\nsignal.pause()",
        says(GOOD) + "\nout.flush()\nos.close(1)\nsignal.pause()",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    ],
    ids=["silent", "answered", "closed", "busy"],
)
def test_a_child_that_does_not_end_is_ended(played_by, monkeypatch, lines):
    monkeypatch.setattr(pictures, "WALL_LIMIT_S", 0.2)
    played_by(lines)
    assert fault(file_of(quarters())) is PictureFault.TOO_SLOW


def test_a_child_that_listens_to_nothing_is_ended(played_by, tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "WALL_LIMIT_S", 0.2)
    played_by("")
    (tmp_path / "child.py").write_text("import signal\nsignal.pause()")
    assert fault(file_of(quarters()).ljust(MAX_BYTES, b"x")) is PictureFault.TOO_SLOW


def test_the_child_runs_as_a_module_and_knows_no_django():
    order = {"format": "PNG", "max_pixels": 25_000_000, "cut": [0, 0, 0, 0]}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "troubleshoot.tickets.picture_child"],
        input=json.dumps(order).encode() + b"\n" + file_of(quarters()),
        capture_output=True,
        check=True,
        env={},
        timeout=20,
    )
    assert json.loads(done.stdout.partition(b"\n")[0]) == GOOD | {"width": 64, "height": 48}
    imported = {line.rpartition(b"|")[2].strip() for line in done.stderr.splitlines()}
    assert b"PIL.Image" in imported
    assert not any(name.startswith((b"django", b"troubleshoot.settings")) for name in imported)


def test_every_fault_of_the_child_is_one_of_ours():
    said = re.findall(r'RefusedError\("([a-z-]+)"\)', Path(picture_child.__file__).read_text())
    assert len(said) >= 5
    assert set(said) <= set(PictureFault)
