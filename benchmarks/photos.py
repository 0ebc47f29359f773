"""Photos of differing kinds: ruled paper, pens, a blackboard, hard shadows, creases, tables.

Takes a strokes file. Every kind of photo is made by script from real strokes,
and a digit counts as found where its box is, and only its box; what is found
where nothing was written counts as well.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import results
import sheets

GOAL = 0.97
# The share of each side that is cut off so that the paper fills the photo.
RIM = 0.12
# The distances of printed squares and lines in millimetres.
SQUARE, LINE = 5, 9


def squared(paper: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Print squares of five millimetres on the paper."""
    step, tone = SQUARE * sheets.DENSITY, int(chance.integers(190, 225))
    for at in range(step // 2, max(paper.shape), step):
        paper[at : at + 2] = np.minimum(paper[at : at + 2], tone)
        paper[:, at : at + 2] = np.minimum(paper[:, at : at + 2], tone)
    return paper


def lined(paper: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Print lines and a margin on the paper."""
    step, tone = LINE * sheets.DENSITY, int(chance.integers(170, 215))
    for at in range(step, len(paper), step):
        paper[at : at + 3] = np.minimum(paper[at : at + 3], tone)
    margin = slice(12 * sheets.DENSITY, 12 * sheets.DENSITY + 3)
    paper[:, margin] = np.minimum(paper[:, margin], tone - 20)
    return paper


def board(paper: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Turn paper into a blackboard that was wiped: light on dark."""
    import cv2

    wiped = chance.normal(0, 1, (30, 8)).astype(np.float32)
    cloud = cv2.resize(wiped, paper.shape[::-1], interpolation=cv2.INTER_CUBIC) * 5
    return np.clip(290 - paper.astype(np.float32) + cloud, 0, 255).astype(np.uint8)


def creased(paper: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Crumple the paper: facets of different brightness with sharp edges between them."""
    import cv2

    height, width = paper.shape
    y, x = np.mgrid[0:height:8, 0:width:8].astype(np.float32)
    shade = np.ones_like(x)
    for _fold in range(14):
        angle = chance.uniform(0, np.pi)
        away = (x - chance.uniform(0, width)) * np.cos(angle)
        away += (y - chance.uniform(0, height)) * np.sin(angle)
        shade *= 1 + chance.uniform(-0.09, 0.09) * np.tanh(away / 30)
    shade = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(paper * np.clip(shade, 0.3, 1.2) * 0.85, 0, 255).astype(np.uint8)


def shadowed(paper: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Let the hard shadow of something straight fall over the paper."""
    import cv2

    height, width = paper.shape
    angle = chance.uniform(0, 2 * np.pi)
    along = np.array([-np.sin(angle), np.cos(angle)])
    across = np.array([np.cos(angle), np.sin(angle)])
    start = np.array([width, height]) * chance.uniform(0.3, 0.7, 2)
    far = 2 * height
    corners = [start - far * along, start + far * along]
    corners += [corners[1] + far * across, corners[0] + far * across]
    mask = np.zeros(paper.shape, np.float32)
    cv2.fillConvexPoly(mask, np.array(corners, np.int32), 1.0)
    mask = cv2.GaussianBlur(mask, (0, 0), chance.uniform(1.0, 8.0))
    return np.clip(paper * (1 - chance.uniform(0.25, 0.55) * mask), 0, 255).astype(np.uint8)


def plain(paper: np.ndarray, _chance: np.random.Generator) -> np.ndarray:
    """Leave the paper as it is."""
    return paper


# For each kind of photo: the finish of the paper, the range of the pen's width in millimetres,
# and the range of the ink's grey levels.
KINDS: dict[str, tuple[Callable, tuple[float, float], tuple[int, int]]] = {
    "pencil, light": (plain, (0.4, 0.8), (120, 185)),
    "ball pen": (plain, (0.3, 0.5), (40, 110)),
    "thick marker": (plain, (2.0, 3.2), (10, 80)),
    "squared paper": (squared, (0.6, 1.2), (20, 110)),
    "lined paper": (lined, (0.6, 1.2), (20, 110)),
    "blackboard": (board, (0.8, 1.6), (40, 90)),
    "hard shadow": (shadowed, (0.5, 1.2), (20, 120)),
    "crumpled paper": (creased, (0.6, 1.2), (20, 110)),
}


def photo_of(kind: str, lines: list, chance: np.random.Generator, cut: bool) -> tuple:
    """Return a photo, and where in it the digits are: left, top, right, bottom.

    `cut`: the paper fills the photo; otherwise it lies on a table.
    """
    from PIL import Image

    finish, pens, inks = KINDS[kind]
    paper, written = sheets.scatter(lines, chance, pens, inks)
    paper = Image.fromarray(finish(np.array(paper), chance))
    photo, transform = sheets.photograph(paper, chance, turned=False)
    if cut:
        height, width = photo.shape
        rim = np.array([height, width, height, width]) * RIM
        top, left, bottom, right = rim.astype(int)
        photo = photo[top : height - bottom, left : width - right]
        shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], float)
        transform = shift @ transform
    return photo, sheets.places_in(photo, transform, written)


def cut_off(digit: "FoundDigit", shape: tuple[int, int]) -> bool:  # noqa: F821
    """Say whether a digit lies so close to the edge that the photo may have cut it."""
    left, top, right, bottom = digit.box
    down, across = RIM * shape[0], RIM * shape[1]
    return left < across or top < down or right > shape[1] - across or bottom > shape[0] - down


def score(options: "Namespace", lines: list, kind: str) -> tuple[int, int, int]:  # noqa: F821
    """Return the numbers of digits found, of digits written, and of false detections."""
    from classroom.preprocessing.photos import read_page

    found = total = more = 0
    for number in range(options.photos):
        for cut in (False, True):
            chance = np.random.default_rng(options.seed + number)
            photo, places = photo_of(kind, lines, chance, cut)
            at_places, left = sheets.matched(read_page(photo).found_in_photo(), places)
            total += len(places)
            found += sum(one is not None for one in at_places)
            # Where the paper fills the photo, the photo's edge may cut digits.
            more += sum(not (cut and cut_off(digit, photo.shape)) for digit in left)
    print(f"{kind}: {found} of {total}, {more} too many", flush=True)
    return found, total, more


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("--photos", type=int, default=6, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="default: %(default)s")
    options = parser.parse_args()
    lines = sheets.strokes_of(options.strokes)
    figures = []
    all_more = 0
    for kind in KINDS:
        found, total, more = score(options, lines, kind)
        all_more += more
        figures.append(
            results.Figure(
                f"{kind}: digits found ({found:,} of {total:,})",
                [100 * found / total],
                "{:.1f}%",
                at_least=100 * GOAL,
            )
        )
    figures.append(results.Figure("found where there is none", [float(all_more)], "{:.0f}"))
    note = "Of each kind as many photos with the paper on a table as with paper that fills them."
    results.record("Photos of many kinds", results.table(figures) + "\n\n" + note, options)


if __name__ == "__main__":
    main()
