"""Sentences about files that are refused: what a file is, and how its digits can be imported.

The import, `predict` and the photo's tab show them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from classroom.errors import ClassroomError
from classroom.i18n import _, ngettext
from classroom.preprocessing.file_kinds import READ, Kind, kind_of
from classroom.preprocessing.inventory import listed
from classroom.preprocessing.strokes import Rejected

# The most digits of one file that are refused one by one for the same reason.
_DIGITS_ONE_BY_ONE = 5


def refusal(kind: Kind, name: str) -> str:
    """Return the sentences on a file of a kind that is not read, and on what to do.

    Parameters
    ----------
    kind : Kind
        A kind that is not in `file_kinds.READ`.
    name : str
        What the user calls the file.
    """
    return _refusals()[kind].format(name=name)


def check_readable(path: Path, name: str) -> Kind:
    """Return the kind of a file that can be read.

    Raises
    ------
    ClassroomError
        The file is of a kind that is not read; the sentence says what to do.
    """
    kind = kind_of(path)
    if kind not in READ:
        raise ClassroomError(refusal(kind, name))
    return kind


# --- many at once ---
def of_kinds(refused: Mapping[Kind, list[str]]) -> list[Rejected]:
    """Return one refusal for all files of a kind, for each kind."""
    found = []
    for kind, names in refused.items():
        why, more = refusal(kind, names[0]), len(names) - 1
        if more:
            text = ngettext(
                "{more:,} more file is of this kind.", "{more:,} more files are of this kind.", more
            )
            why = f"{why} {text.format(more=more)}"
        found.append(Rejected(listed(names), why))
    return found


def of_reasons(alike: Mapping[str, list[str]]) -> list[Rejected]:
    """Return one refusal for all files with the same reason, for each reason."""
    return [Rejected(listed(names), why) for why, names in alike.items()]


def together(rejected: Sequence[Rejected], name: str) -> list[Rejected]:
    """Return the refusals of a file's digits, many with the same reason joined to one.

    Parameters
    ----------
    rejected : sequence of Rejected
        One for each digit.
    name : str
        What the user calls the file.
    """
    by_why: dict[str, list[str]] = defaultdict(list)
    for one in rejected:
        by_why[one.why].append(one.item)
    found = []
    for one in rejected:
        items = by_why[one.why]
        if len(items) <= _DIGITS_ONE_BY_ONE:
            found.append(one)
        elif one.item == items[0]:
            text = _("{count:,} of its digits: {why}").format(count=len(items), why=one.why)
            found.append(Rejected(f"{name}: {listed(items)}", text))
    return found


# --- kind by kind ---
def _refusals() -> dict[Kind, str]:
    """Return the sentences for each kind that is not read, in the current language."""
    as_folders = _(
        "Digits come in as pictures in folders named 0 to 9, or as an npz file with the arrays "
        "x_train (n, 28, 28) and y_train (n)."
    )
    return {
        Kind.MISSING: _("{name} was not found. Check the name and the folder."),
        Kind.FOLDER: _("{name} is a folder, and a file was expected."),
        Kind.SPECIAL: _(
            "{name} is a pipe or a device, not a file, and was not opened. "
            "Save what it gives as a file first."
        ),
        Kind.UNREADABLE: _("{name} cannot be opened. Check that you may read it."),
        Kind.EMPTY: _("{name} is empty. Get it again, or save it again."),
        Kind.HEIC: _(
            "{name} is a HEIC photo, as iPhones take them, which is not read here. Save it as "
            "JPEG or PNG: in Photos with File, Export; in Preview or Paint with Save as. Or set "
            "the iPhone to Settings, Camera, Formats, Most Compatible."
        ),
        Kind.OTHER_PICTURE: _(
            "{name} is a picture of a kind that is not read. Open it in a picture program such as "
            "Paint, Preview or GIMP, and save or export it as PNG."
        ),
        Kind.SVG: _(
            "{name} is an SVG drawing, made of lines and not of pixels. Open it in Inkscape or a "
            "browser, and export it as PNG (Inkscape: File, Export) or save a screenshot of it."
        ),
        Kind.PDF: _(
            "{name} is a PDF, and only pictures of its pages can be read. Save each page as PNG: "
            "in Preview with File, Export; elsewhere with a screenshot, or set the scanner to PNG "
            "or JPEG."
        ),
        Kind.POSTSCRIPT: _(
            "{name} is a PostScript file, which is a program and is not run here. Open it in "
            "Inkscape or GIMP, and export it as PNG."
        ),
        Kind.OFFICE: _(
            "{name} is a document of an office program. Save each picture in it as PNG "
            "(right click, Save as Picture), or take a screenshot."
        ),
        Kind.VIDEO: _(
            "{name} is a video. Show it to the tab Camera, or pause it and save a screenshot as "
            "PNG."
        ),
        Kind.CSV: _(
            "{name} is a table (CSV), which is not read yet. With Python: np.savez('digits.npz', "
            "x_train=table[:, 1:].reshape(-1, 28, 28), y_train=table[:, 0]), where table = "
            "np.loadtxt(file, delimiter=',', skiprows=1) has the label in its first column."
        ),
        Kind.ARFF: _(
            "{name} is a table of Weka or OpenML (ARFF), which is not read yet. With Python: "
            "scipy.io.arff.loadarff reads it, and np.savez('digits.npz', x_train=..., "
            "y_train=...) writes images (n, 28, 28) and labels (n) as a file that is read."
        ),
        Kind.NPY: _(
            "{name} is a single NumPy array (npy), and images and labels are needed together. "
            "With Python: np.savez('digits.npz', x_train=np.load('images.npy'), "
            "y_train=np.load('labels.npy')) makes one npz of the two."
        ),
        Kind.MAT: _(
            "{name} is a MATLAB file, which is not read yet. With Python: scipy.io.loadmat reads "
            "it (h5py, if it is of version 7.3), and np.savez('digits.npz', x_train=..., "
            "y_train=...) writes images (n, 28, 28) and labels (n) as a file that is read."
        ),
        Kind.HDF5: _(
            "{name} is an HDF5 file, which is not read yet. With Python: h5py.File(file) reads "
            "it, and np.savez('digits.npz', x_train=..., y_train=...) writes images (n, 28, 28) "
            "and labels (n) as a file that is read."
        ),
        Kind.PARQUET: _(
            "{name} is a table in Parquet or Arrow, which is not read yet. With Python: "
            "pandas.read_parquet reads it, and np.savez('digits.npz', x_train=..., y_train=...) "
            "writes images (n, 28, 28) and labels (n) as a file that is read."
        ),
        Kind.PICKLE: _(
            "{name} is a Python pickle. Opening it could run any program, so it is not read. "
            "Whoever made it can write an npz: np.savez('digits.npz', x_train=..., y_train=...)."
        ),
        Kind.KERAS: _("{name} is a network that Keras has saved, and holds no digits."),
        Kind.INKML: _(
            "{name} is handwriting in InkML, which is not read yet. Export it as a picture from "
            "the program that wrote it, or as lines of JSON: "
            '{{"label": 3, "strokes": [[[x, y], [x, y]]]}}, one digit a line.'
        ),
        Kind.JSON: _(
            "{name} is JSON, but not one digit a line. Write each digit on a line of its own as "
            '{{"label": 3, "strokes": [[[x, y], [x, y]]]}}.'
        ),
        Kind.HTML: _(
            "{name} is a web page, not the file that it should be. Open the page in a browser, "
            "and download the file itself."
        ),
        Kind.XML: _("{name} is XML, and holds nothing that is read.") + f" {as_folders}",
        Kind.TEXT: _("{name} is a text, and holds no digits.") + f" {as_folders}",
        Kind.ARCHIVE: _(
            "{name} is packed in a way that is not unpacked here; only zip is. "
            "Unpack it, and import the folder."
        ),
        Kind.UNKNOWN: _("{name} is damaged, or of no kind that can be read.") + f" {as_folders}",
    }  # fmt: skip
