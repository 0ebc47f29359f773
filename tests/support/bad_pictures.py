"""Bad pictures."""

import functools
import io
import struct
import zlib
from pathlib import Path
from typing import Any

from bad_bytes import STROKES, mutated, pick
from hypothesis import strategies as st
from PIL import Image

from classroom.preprocessing.digits import from_strokes


def png_chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", head), *more, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@functools.cache
def huge_pictures() -> list[bytes]:
    nothing = zlib.compress(bytes(20_000_000), 9)
    text = b"strokes\0\0" + zlib.compress(b"[" * 30_000_000)
    return [
        png(60_000, 60_000, 1, 0, nothing),
        png(2**31 - 1, 2**31 - 1, 16, 6, nothing),
        png(7000, 7000, 8, 0, nothing),
        png(28, 28, 8, 0, nothing),
        png(28, 28, 8, 0, zlib.compress(bytes(29 * 28)), png_chunk(b"zTXt", text)),
        b"P5\n99999 99999\n255\n" + bytes(100),
    ]


@functools.cache
def pictures() -> list[tuple[str, bytes]]:
    image = Image.fromarray(from_strokes(STROKES))
    page = Image.new("RGB", (90, 60), "white")
    page.paste(image.convert("RGB").point(lambda level: 255 - level), (20, 10))
    made = []
    for ending in ("png", "jpg", "gif", "bmp", "tif", "webp", "pgm"):
        for picture in (image, page if ending != "pgm" else image):
            file = io.BytesIO()
            kind = {"jpg": "JPEG", "tif": "TIFF", "pgm": "PPM"}.get(ending, ending.upper())
            picture.save(file, kind)
            made.append((ending, file.getvalue()))
    return made


def picture(data: Any, folder: Path) -> None:
    """Write a picture, mostly in a folder that says which digit it is."""
    where = folder / data.draw(st.sampled_from(["3", "3", "3", "x"]))
    where.mkdir()
    ending, content = data.draw(st.sampled_from(pictures()))
    if data.draw(st.integers(0, 60)) == 0:
        content = pick(data, huge_pictures())
    (where / f"d.{ending}").write_bytes(mutated(data, content))
