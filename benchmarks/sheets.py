"""How many boxes of photographed sheets come back, and as what, and how many digits of photos.

Takes a strokes file. Sheets are drawn as they are printed, filled with real
strokes, and photographed by script: turned, askew, unevenly lit, out of
focus, noisy, with a light pen, packed as JPEG. A box counts where a digit was
found in it, labelled as it was meant, and looking like what was written. The
same is done with digits on plain paper, whose place and label nobody knows:
there a digit counts as found where its box is, and as labelled right where
the shipped CNN says so.
"""

import io
from pathlib import Path

import numpy as np
import results

# The resolution of the paper before it is photographed, in pixels a millimetre.
DENSITY = 10
# The greatest mean difference, in grey levels, of two images of the same writing.
ALIKE = 26
GOAL = 0.97


def strokes_of(file: Path) -> "list[StrokesLine]":  # noqa: F821
    """Return the labelled digits of a strokes file."""
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    lines = [line for line in read_strokes_file(file) if isinstance(line, StrokesLine)]
    return [line for line in lines if line.label is not None]


def write(paper: "Image", strokes: "Strokes", box: tuple, pen: float, ink: int) -> None:  # noqa: F821
    """Write strokes into a box of the paper; `pen` is a width in pixels, `ink` a grey level."""
    from PIL import ImageDraw

    points = np.concatenate([np.array(stroke) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    left, top, right, bottom = box
    room = np.array([right - left, bottom - top]) - pen
    scale = float((room / np.maximum(high - low, 1e-9)).min())
    offset = np.array([left + right, top + bottom]) / 2 - (low + high) / 2 * scale
    draw = ImageDraw.Draw(paper)
    for stroke in strokes:
        at = (np.array(stroke) * scale + offset).tolist()
        draw.line([tuple(point) for point in at], fill=ink, width=round(pen), joint="curve")
        for x, y in at:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=ink)


def photograph(paper: "Image", chance: np.random.Generator, turned: bool = True) -> tuple:  # noqa: F821
    """Return a photo of the paper on a table, and the transform of its points into the photo.

    Plain paper has nothing that says which way is up, so it is not `turned`.
    """
    import cv2
    from PIL import Image

    source = np.asarray(paper)
    height, width = source.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    side = chance.uniform(1500, 3600)
    tilt = chance.uniform(-0.09, 0.09, (4, 2))
    target = corners / height + tilt
    degrees = chance.uniform(-25, 25) + 90 * chance.integers(4) if turned else chance.uniform(-4, 4)
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = target @ turn.T
    target = (target - target.min(axis=0)) / np.ptp(target, axis=0).max()
    margin = 0.06 * side
    target = (target * (side - 2 * margin) + margin).astype(np.float32)
    size = tuple(int(value) for value in np.ceil(target.max(axis=0) + margin))
    transform = cv2.getPerspectiveTransform(corners, target)
    table = int(chance.integers(40, 200))
    photo = cv2.warpPerspective(
        source, transform, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT,
        borderValue=table,
    ).astype(np.float32)  # fmt: skip
    photo *= light(photo.shape, chance)
    photo = cv2.GaussianBlur(photo, (0, 0), chance.uniform(0.5, 1.6))
    photo += chance.normal(0, chance.uniform(2, 8), photo.shape)
    packed = io.BytesIO()
    picture = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
    picture.save(packed, "JPEG", quality=int(chance.integers(60, 95)))
    return np.asarray(Image.open(packed)), transform


def light(shape: tuple[int, int], chance: np.random.Generator) -> np.ndarray:
    """Return the brightness of each pixel, 0 to 1: a lamp on one side, and a soft shadow."""
    import cv2

    coarse = chance.uniform(0.75, 1.0, (4, 4)).astype(np.float32)
    soft = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    x, y = np.meshgrid(np.linspace(-1, 1, shape[1]), np.linspace(-1, 1, shape[0]))
    angle = chance.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y
    return np.clip(soft * (0.8 + 0.25 * slope), 0.2, 1.05).astype(np.float32)


def plain_sheet(writer: str) -> "Image":  # noqa: F821
    """Return the printed sheet as a picture."""
    from PIL import Image

    from classroom.preprocessing import sheet

    packed = io.BytesIO()
    sheet.draw_sheet(writer).savefig(packed, format="png", dpi=DENSITY * sheet.MM_PER_INCH)
    return Image.open(packed).convert("L")


def fill(lines: list, chance: np.random.Generator) -> tuple:
    """Return a filled-in sheet, and the image written into each box; None for an empty box."""
    from classroom.preprocessing import sheet
    from classroom.preprocessing.digits import from_strokes

    paper = plain_sheet("ann")
    ink, pen = int(chance.integers(20, 150)), chance.uniform(0.4, 1.2) * DENSITY
    written: list[np.ndarray | None] = []
    by_label = {digit: [one for one in lines if one.label == digit] for digit in range(10)}
    for place in sheet.places():
        if chance.random() < 0.1:
            written.append(None)
            continue
        one = by_label[place.label][chance.integers(len(by_label[place.label]))]
        size = chance.uniform(0.55, 0.95)
        middle = np.array([place.left + place.right, place.top + place.bottom]) / 2
        half = np.array([place.right - place.left, place.bottom - place.top]) / 2
        middle = middle + chance.uniform(-1, 1, 2) * half * (1 - size)
        box = np.concatenate([middle - half * size, middle + half * size]) * DENSITY
        write(paper, one.strokes, tuple(box), pen, ink)
        written.append(from_strokes(one.strokes))
    return paper, written


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two 28x28 images show the same writing; pens may differ in width."""
    import cv2

    soft = [cv2.GaussianBlur(image, (0, 0), 1.5).astype(float) for image in (one, other)]
    return float(np.abs(soft[0] - soft[1]).mean()) <= ALIKE


def score_sheets(options: "Namespace", lines: list) -> dict[str, tuple[int, int]]:  # noqa: F821
    """Return for each figure how many are right, and out of how many."""
    from classroom.preprocessing import sheet
    from classroom.preprocessing.sheet_reader import read_sheet

    right = empty = names = boxes = blanks = 0
    places = sheet.places()
    for number in range(options.sheets):
        chance = np.random.default_rng(options.seed + number)
        paper, written = fill(lines, chance)
        read = read_sheet(photograph(paper, chance)[0])
        cells = {box_of(digit): digit for digit in read.found} if read else {}
        before = right
        for at, image in enumerate(written):
            if image is None:
                blanks += 1
                empty += at not in cells
                continue
            boxes += 1
            digit = cells.get(at)
            right += bool(digit and digit.label == places[at].label and alike(digit.image, image))
        names += bool(read and read.writer == "ann")
        print(f"sheet {number}: {right - before} right", flush=True)
    return {
        "sheets: boxes found and labelled right": (right, boxes),
        "sheets: boxes left empty and found so": (empty, blanks),
        "sheets: the printed name read": (names, options.sheets),
    }


def box_of(digit: "FoundDigit") -> int:  # noqa: F821
    """Return the number of the box of a sheet that a digit was found in."""
    from classroom.preprocessing import sheet
    from classroom.preprocessing.sheet_reader import SCALE

    x, y = (digit.box[0] + digit.box[2]) / 2, (digit.box[1] + digit.box[3]) / 2
    column = int((x / SCALE - sheet.FIRST_BOX[0]) // sheet.PITCH[0])
    row = int((y / SCALE - sheet.FIRST_BOX[1]) // sheet.PITCH[1])
    return row * sheet.COLUMNS + column


def scatter(
    lines: list,
    chance: np.random.Generator,
    pens: tuple[float, float] = (0.5, 1.4),
    inks: tuple[int, int] = (20, 150),
) -> tuple:
    """Return paper with digits in uneven rows; box and label of each, in pixels of the paper.

    `pens` are the narrowest and the widest pen in millimetres, `inks` the darkest and lightest.
    """
    from PIL import Image

    paper = Image.new("L", (210 * DENSITY, 297 * DENSITY), 245)
    ink, pen = int(chance.integers(*inks)), chance.uniform(*pens) * DENSITY
    written = []
    for row in range(6):
        for column in range(5):
            size = np.array([20, 26]) * chance.uniform(0.7, 1.1) * DENSITY
            at = np.array([16 + 37 * column, 22 + 44 * row]) * DENSITY
            at = at + chance.uniform(0, 8, 2) * DENSITY
            one = lines[chance.integers(len(lines))]
            box = tuple(np.concatenate([at, at + size]))
            write(paper, one.strokes, box, pen, ink)
            written.append((box, one.label))
    return paper, written


def places_in(photo: np.ndarray, transform: np.ndarray, written: list) -> list:
    """Return the box, in pixels of the photo, and the label of each digit within the photo."""
    import cv2

    places = []
    for box, label in written:
        corners = np.array([[(box[0], box[1]), (box[2], box[3])]], float)
        (x0, y0), (x1, y1) = cv2.perspectiveTransform(corners, transform)[0]
        if min(x0, y0) >= 0 and x1 <= photo.shape[1] and y1 <= photo.shape[0]:
            places.append(((x0, y0, x1, y1), label))
    return places


def matched(digits: list, places: list) -> tuple[list, list]:
    """Return the one digit found at each place, else None, and the digits found elsewhere."""
    left, at_places = list(digits), []
    for (x0, y0, x1, y1), _label in places:
        inside = [
            digit
            for digit in left
            if abs((digit.box[0] + digit.box[2]) / 2 - (x0 + x1) / 2) < abs(x1 - x0) / 3
            and abs((digit.box[1] + digit.box[3]) / 2 - (y0 + y1) / 2) < abs(y1 - y0) / 3
        ]
        at_places.append(inside[0] if len(inside) == 1 else None)
        if len(inside) == 1:
            left.remove(inside[0])
    return at_places, left


def score_photos(options: "Namespace", lines: list) -> dict[str, tuple[int, int]]:  # noqa: F821
    """Return for each figure how many are right, and out of how many."""
    from classroom.classifiers.cnn import Cnn
    from classroom.preprocessing.photos import find_digits
    from classroom.starts import Start

    network = Cnn.load(Start.BASE.file)
    found = right = more = total = 0
    for number in range(options.photos):
        chance = np.random.default_rng(1000 + options.seed + number)
        paper, written = scatter(lines, chance)
        photo, transform = photograph(paper, chance, turned=False)
        places = places_in(photo, transform, written)
        at_places, left = matched(find_digits(photo), places)
        there = [(one, label) for one, (_box, label) in zip(at_places, places, strict=True) if one]
        total, found, more = total + len(places), found + len(there), more + len(left)
        if there:
            images = np.stack([one.image for one, _label in there])
            answers = network.predict_proba(images).argmax(axis=1)
            right += int((answers == [label for _one, label in there]).sum())
        print(
            f"photo {number}: {len(places) - len(there)} missed, {len(left)} too many", flush=True
        )
    return {
        "photos: digits found": (found, total),
        "photos: found, and taken by the CNN for what they are": (right, total),
        "photos: found where there is none": (more, total),
    }


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--sheets", type=int, default=40, metavar="N", help="default: %(default)s")
    parser.add_argument("--photos", type=int, default=40, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    options = parser.parse_args()
    lines = strokes_of(options.strokes)
    counts = score_sheets(options, lines) | score_photos(options, lines)
    figures = [
        results.Figure(
            f"{what} ({good:,} of {of:,})",
            [100 * good / of],
            "{:.1f}%",
            at_least=100 * GOAL if what.endswith(("labelled right", "digits found")) else None,
        )
        for what, (good, of) in counts.items()
        if of
    ]
    results.record("Sheets and photos", results.table(figures), options)


if __name__ == "__main__":
    main()
