"""Recognises what a file is by its content, because its name may be wrong.

The import, `predict` and the window all ask `kind_of`, so that they agree. The sentences about
kinds that are not read are in `file_refusals`.
"""

import enum
import gzip
import json
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from classroom import archives
from classroom.errors import ClassroomError
from classroom.hand_in import prefix_in


class Kind(enum.Enum):
    """What a file holds. The first group is read, the rest is refused in a sentence."""

    PICTURE = enum.auto()
    STROKES = enum.auto()
    NPZ = enum.auto()
    IDX_IMAGES = enum.auto()
    IDX_LABELS = enum.auto()
    ZIP = enum.auto()
    HAND_IN = enum.auto()
    SQLITE = enum.auto()

    MISSING = enum.auto()
    FOLDER = enum.auto()
    SPECIAL = enum.auto()
    UNREADABLE = enum.auto()
    EMPTY = enum.auto()
    HEIC = enum.auto()
    OTHER_PICTURE = enum.auto()
    SVG = enum.auto()
    PDF = enum.auto()
    POSTSCRIPT = enum.auto()
    OFFICE = enum.auto()
    VIDEO = enum.auto()
    CSV = enum.auto()
    ARFF = enum.auto()
    NPY = enum.auto()
    MAT = enum.auto()
    HDF5 = enum.auto()
    PARQUET = enum.auto()
    PICKLE = enum.auto()
    KERAS = enum.auto()
    INKML = enum.auto()
    JSON = enum.auto()
    HTML = enum.auto()
    XML = enum.auto()
    TEXT = enum.auto()
    ARCHIVE = enum.auto()
    UNKNOWN = enum.auto()


READ = frozenset(
    {
        Kind.PICTURE, Kind.STROKES, Kind.NPZ, Kind.IDX_IMAGES, Kind.IDX_LABELS,
        Kind.ZIP, Kind.HAND_IN, Kind.SQLITE,
    }
)  # fmt: skip

# The element types of IDX files, by the third byte of their magic number.
IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"
# How many bytes are read to recognise a file: the headers of all kinds, or some lines of text.
_HEAD = 4096
# The fewest columns of flat images, 4x4 pixels. Shorter rows are labels, one-hot for example,
# or QMNIST's eight columns.
_SHORTEST_FLAT_IMAGE = 16

# The first bytes of files whose kind they determine.
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF87a", Kind.PICTURE),
    (b"GIF89a", Kind.PICTURE),
    (b"II*\0", Kind.PICTURE),
    (b"MM\0*", Kind.PICTURE),
    (b"II+\0", Kind.PICTURE),
    (b"MM\0+", Kind.PICTURE),
    (b"8BPS", Kind.OTHER_PICTURE),  # Photoshop
    (b"gimp xcf", Kind.OTHER_PICTURE),
    (b"\0\0\1\0", Kind.OTHER_PICTURE),  # Windows icon
    (b"\0\0\0\x0cjP  ", Kind.OTHER_PICTURE),  # JPEG 2000
    (b"\xff\x4f\xff\x51", Kind.OTHER_PICTURE),
    (b"\0\0\0\x0cJXL ", Kind.OTHER_PICTURE),  # JPEG XL
    (b"\xff\x0a", Kind.OTHER_PICTURE),
    (b"%PDF-", Kind.PDF),
    (b"%!PS", Kind.POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", Kind.POSTSCRIPT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),  # Word and Excel before 2007
    (b"SQLite format 3\0", Kind.SQLITE),
    (b"\x93NUMPY", Kind.NPY),
    (b"\x89HDF\r\n\x1a\n", Kind.HDF5),
    (b"MATLAB ", Kind.MAT),
    (b"PAR1", Kind.PARQUET),
    (b"ARROW1", Kind.PARQUET),
    (b"FEA1", Kind.PARQUET),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),  # Zstandard
    (b"\x1aE\xdf\xa3", Kind.VIDEO),  # Matroska and WebM
)
# The possible lengths of the second header of a BMP file.
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")


def kind_of(path: Path) -> Kind:
    """Return the kind of a file; pipes and devices are not opened, and nothing is raised.

    Parameters
    ----------
    path : Path
        The content decides. Where it may be several kinds, as with lines of text or a
        file that is cut short, the ending of the name decides between them.

    Returns
    -------
    Kind
        ``MISSING``, ``FOLDER``, ``SPECIAL`` (a pipe, a device) or ``UNREADABLE``
        where there is no content.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Kind.FOLDER
        if not stat.S_ISREG(mode):
            return Kind.SPECIAL
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (FileNotFoundError, NotADirectoryError):
        return Kind.MISSING
    except (OSError, ValueError):
        # A name may be too long for the system, or hold a NUL byte.
        return Kind.UNREADABLE
    if not head:
        return Kind.EMPTY
    if head.startswith(_GZIP):
        return _kind_in_gzip(path)
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _kind_of_zip(path, head)
    kind = _kind_of_bytes(head, path)
    if kind in (Kind.UNKNOWN, Kind.TEXT) and _is_zip(path):
        # A zip may have a program or a damaged byte in front of it.
        return _kind_of_zip(path, head)
    return kind


# --- by the first bytes -------------------------------------------------------------
def _kind_in_gzip(path: Path) -> Kind:
    """Return the kind of a gzipped file's content, or ``ARCHIVE`` where it is never read."""
    try:
        with gzip.open(path) as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        # The start is damaged, so only the ending of the name says anything.
        return _kind_by_ending(path) or Kind.UNKNOWN
    if not head:
        return Kind.EMPTY
    kind = _kind_of_bytes(head, path.with_suffix("") if path.suffix == ".gz" else path)
    if kind in (Kind.STROKES, Kind.IDX_IMAGES, Kind.IDX_LABELS):
        return kind
    if kind in (Kind.CSV, Kind.ARFF, Kind.NPY, Kind.JSON, Kind.INKML, Kind.PICKLE, Kind.XML):
        return kind
    return Kind.ARCHIVE


def _kind_of_bytes(head: bytes, path: Path) -> Kind:
    """Return the kind of a file that begins with these bytes, and is neither zip nor gzip."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": Kind.PICTURE, b"AVI ": Kind.VIDEO}.get(head[8:12], Kind.UNKNOWN)
    if head[4:8] == b"ftyp":
        return _kind_of_container(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Kind.PICTURE
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return Kind.PICTURE
    if head[257:262] == b"ustar":
        return Kind.ARCHIVE
    if len(head) >= 8 and head[:2] == b"\0\0" and head[2] in IDX_TYPES and 1 <= head[3] <= 4:
        return _kind_of_idx(head)
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return Kind.PICKLE
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    text = _text_of(head)
    return Kind.UNKNOWN if text is None else _kind_of_text(text, path)


def _kind_of_container(head: bytes) -> Kind:
    """Return the kind of an ISO container, which phones use for pictures and for videos."""
    length = min(int.from_bytes(head[:4], "big"), _HEAD)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    # "mif1" alone says only that it is a picture, so AVIF is looked for first.
    if any(brand in _AVIF_BRANDS for brand in brands):
        return Kind.OTHER_PICTURE
    if any(brand in _HEIC_BRANDS for brand in brands):
        return Kind.HEIC
    return Kind.VIDEO


def _kind_of_idx(head: bytes) -> Kind:
    """Distinguish images and labels in IDX files by the number of dimensions."""
    dimensions = head[3]
    if dimensions != 2:
        return Kind.IDX_LABELS if dimensions == 1 else Kind.IDX_IMAGES
    columns = int.from_bytes(head[8:12], "big")
    return Kind.IDX_IMAGES if columns >= _SHORTEST_FLAT_IMAGE else Kind.IDX_LABELS


# --- zips -----------------------------------------------------------------------------
def _is_zip(path: Path) -> bool:
    try:
        return zipfile.is_zipfile(path)
    except archives.UNREADABLE:
        return False


def _kind_of_zip(path: Path, head: bytes) -> Kind:
    """Return the kind of a zip; npz files, networks, documents and hand-ins are zips too."""
    try:
        with archives.opened(path, path.name) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
    except ClassroomError:
        # The zip is cut short or encrypted, but it begins with the name of its first file.
        length = int.from_bytes(head[26:28], "little")
        names = [head[30 : 30 + length].decode("utf-8", "replace")]
    if names and all(name.endswith(".npy") for name in names):
        return Kind.NPZ
    plain = set(names)
    if {"config.json", "model.weights.h5"} <= plain:
        return Kind.KERAS
    if "[Content_Types].xml" in plain or {"mimetype", "content.xml"} <= plain:
        return Kind.OFFICE
    if _holds_hand_in(names):
        return Kind.HAND_IN
    return Kind.NPZ if not names and path.suffix.lower() == ".npz" else Kind.ZIP


def _holds_hand_in(names: Iterable[str]) -> bool:
    return prefix_in(list(names)) is not None


# --- texts ----------------------------------------------------------------------------
def _text_of(head: bytes) -> str | None:
    """Return bytes as text; None where they are no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    if b"\0" in head:
        return None
    # Decoding ignores errors, because the last letter may be cut in two.
    text = head.decode("utf-8-sig", "ignore")
    control = sum(letter < " " and letter not in "\t\n\r\f" for letter in text)
    lost = len(head) - len(text.encode())
    return text if control + max(0, lost - 6) <= len(head) // 20 else None


def _kind_of_text(text: str, path: Path) -> Kind:
    """Return the kind of a text by its beginning."""
    start = text.lstrip()
    lower = start.lower()
    if not start:
        return _kind_by_ending(path) or Kind.EMPTY
    if start[0] == "<":
        return _kind_of_markup(lower)
    if start[0] in "{[":
        return _kind_of_json(start, path)
    lines = [line for line in lower.splitlines() if line and not line.startswith(("%", "#"))]
    if lines and lines[0].startswith("@relation"):
        return Kind.ARFF
    if _is_table(lines):
        return Kind.CSV
    return _kind_by_ending(path) or Kind.TEXT


def _kind_of_markup(lower: str) -> Kind:
    for word, kind in (("<svg", Kind.SVG), ("<ink", Kind.INKML), ("<html", Kind.HTML)):
        if word in lower:
            return kind
    return Kind.HTML if lower.startswith("<!doctype html") else Kind.XML


def _kind_of_json(start: str, path: Path) -> Kind:
    """Distinguish strokes, one JSON object a line, from other JSON."""
    line, rest = (start.splitlines() or [""])[0], start.splitlines()[1:]
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        # The first line may be longer than the part that was read, or damaged.
        by_ending = _kind_by_ending(path) is Kind.STROKES
        long = not rest and start[0] == "{" and '"strokes"' in start
        return Kind.STROKES if by_ending or long else Kind.JSON
    if isinstance(value, dict) and ("strokes" in value or _kind_by_ending(path)):
        return Kind.STROKES
    return Kind.STROKES if _kind_by_ending(path) is Kind.STROKES else Kind.JSON


def _is_table(lines: list[str]) -> bool:
    """Say whether lines of text are rows of a table with mostly numbers in them."""
    rows = lines[:-1] if len(lines) > 1 else lines
    for separator in ",;\t":
        columns = [row.split(separator) for row in rows[:5]]
        counts = {len(row) for row in columns}
        if len(counts) == 1 and counts.pop() > 1:
            last = columns[-1]
            numbers = sum(_is_number(cell) for cell in last)
            if 2 * numbers > len(last) or (len(rows) == 1 and len(last) > 20):
                return True
    return False


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().strip('"'))
    except ValueError:
        return False
    return True


def _kind_by_ending(path: Path) -> Kind | None:
    """Return the kind that the ending of a name says; None where it says none."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        return Kind.STROKES
    if "idx3-ubyte" in name or "idx3.ubyte" in name:
        return Kind.IDX_IMAGES
    if "idx1-ubyte" in name or "idx1.ubyte" in name:
        return Kind.IDX_LABELS
    return None
