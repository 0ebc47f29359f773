"""Make ``classroom/assets/lesson.jsonl``: the strokes that the lesson draws.

    python tools/make_lesson_strokes.py [FILE]

The digits are synthetic, by three invented writers: shapes as they are taught
in schools, each time slanted, bent and shaken a little differently. The same
seed makes the same file.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Shape = list[list[tuple[float, float]]]

SEED = 1990
# The standard deviation of the distance of a point from the curve, in canvas units.
TREMOR = 0.6
OUTPUT = Path(__file__).resolve().parent.parent / "classroom" / "assets" / "lesson.jsonl"

# The strokes of each shape, as control points: x from 0 to 0.7, y from 0 (top) to 1. The curve is
# smooth at each point, except at a point that is listed twice, which is a corner.
SHAPES: dict[str, Shape] = {
    "0": [[(0.40, 0.01), (0.20, 0.07), (0.06, 0.33), (0.05, 0.64), (0.17, 0.92), (0.36, 0.98),
           (0.56, 0.80), (0.62, 0.50), (0.56, 0.20), (0.40, 0.03), (0.31, 0.05)]],
    "0 slashed": [[(0.40, 0.01), (0.20, 0.07), (0.06, 0.33), (0.05, 0.64), (0.17, 0.92),
                   (0.36, 0.98), (0.56, 0.80), (0.62, 0.50), (0.56, 0.20), (0.40, 0.03),
                   (0.32, 0.03)],
                  [(0.66, 0.02), (0.46, 0.34), (0.24, 0.68), (0.02, 1.00)]],
    "1": [[(0.31, 0.00), (0.30, 0.35), (0.29, 0.70), (0.28, 1.00)]],
    "1 flagged": [[(-0.06, 0.64), (0.10, 0.44), (0.26, 0.21), (0.40, 0.00), (0.40, 0.00),
                   (0.39, 0.35), (0.38, 0.70), (0.37, 1.00)]],
    "1 with base": [[(0.06, 0.24), (0.18, 0.14), (0.31, 0.00), (0.31, 0.00), (0.30, 0.35),
                     (0.29, 0.70), (0.28, 0.98)],
                    [(0.04, 1.00), (0.28, 0.98), (0.56, 0.99)]],
    "2": [[(0.07, 0.24), (0.17, 0.06), (0.38, 0.01), (0.56, 0.15), (0.51, 0.38), (0.31, 0.66),
           (0.05, 0.97), (0.05, 0.97), (0.34, 0.95), (0.64, 0.96)]],
    "2 looped": [[(0.09, 0.20), (0.25, 0.03), (0.46, 0.05), (0.55, 0.22), (0.45, 0.50),
                  (0.24, 0.80), (0.08, 0.92), (0.05, 0.83), (0.17, 0.79), (0.36, 0.90),
                  (0.54, 0.97), (0.68, 0.89)]],
    "3": [[(0.07, 0.13), (0.22, 0.01), (0.44, 0.04), (0.51, 0.20), (0.40, 0.38), (0.22, 0.45),
           (0.22, 0.45), (0.45, 0.50), (0.58, 0.69), (0.49, 0.91), (0.25, 0.99), (0.02, 0.88)]],
    "3 flat": [[(0.06, 0.05), (0.30, 0.04), (0.55, 0.02), (0.55, 0.02), (0.42, 0.20), (0.28, 0.39),
                (0.28, 0.39), (0.50, 0.48), (0.59, 0.70), (0.43, 0.94), (0.20, 0.98),
                (0.02, 0.87)]],
    "4": [[(0.45, 0.00), (0.24, 0.32), (0.01, 0.65), (0.01, 0.65), (0.34, 0.65), (0.67, 0.62)],
          [(0.46, 0.01), (0.46, 0.35), (0.45, 0.70), (0.44, 1.00)]],
    "4 open": [[(0.16, 0.03), (0.11, 0.28), (0.03, 0.57), (0.03, 0.57), (0.34, 0.58),
                (0.67, 0.55)],
               [(0.50, 0.20), (0.47, 0.55), (0.43, 1.00)]],
    "5": [[(0.16, 0.04), (0.13, 0.24), (0.10, 0.44), (0.10, 0.44), (0.31, 0.38), (0.53, 0.50),
           (0.56, 0.75), (0.38, 0.96), (0.14, 0.97), (0.00, 0.87)],
          [(0.16, 0.04), (0.38, 0.04), (0.62, 0.01)]],
    "5 in one": [[(0.61, 0.02), (0.40, 0.03), (0.18, 0.04), (0.18, 0.04), (0.14, 0.24),
                  (0.11, 0.43), (0.11, 0.43), (0.32, 0.39), (0.52, 0.52), (0.54, 0.76),
                  (0.36, 0.96), (0.12, 0.96), (0.00, 0.86)]],
    "6": [[(0.47, 0.01), (0.26, 0.14), (0.10, 0.40), (0.05, 0.70), (0.16, 0.94), (0.38, 0.97),
           (0.54, 0.80), (0.46, 0.58), (0.26, 0.55), (0.08, 0.72)]],
    "7": [[(0.02, 0.06), (0.30, 0.06), (0.60, 0.03), (0.60, 0.03), (0.44, 0.35), (0.31, 0.68),
           (0.24, 1.00)]],
    "7 crossed": [[(0.02, 0.08), (0.30, 0.07), (0.62, 0.03), (0.62, 0.03), (0.46, 0.34),
                   (0.32, 0.67), (0.24, 1.00)],
                  [(0.13, 0.51), (0.35, 0.49), (0.60, 0.47)]],
    "8": [[(0.52, 0.13), (0.34, 0.00), (0.13, 0.09), (0.13, 0.31), (0.32, 0.46), (0.53, 0.65),
           (0.52, 0.90), (0.29, 1.00), (0.07, 0.89), (0.10, 0.66), (0.31, 0.47), (0.50, 0.31),
           (0.51, 0.12)]],
    "9": [[(0.53, 0.16), (0.35, 0.01), (0.13, 0.09), (0.06, 0.30), (0.20, 0.48), (0.42, 0.41),
           (0.54, 0.18), (0.55, 0.45), (0.50, 0.78), (0.35, 0.97), (0.12, 0.94)]],
    "9 curled": [[(0.46, 0.12), (0.34, 0.04), (0.24, 0.10), (0.22, 0.22), (0.30, 0.31),
                  (0.41, 0.26), (0.47, 0.13), (0.50, 0.38), (0.50, 0.72), (0.36, 0.98),
                  (0.14, 0.99), (0.00, 0.84), (0.06, 0.76)]],
}  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """A writer: the shapes that they write, and how."""

    name: str
    special: dict[str, str]
    samples: dict[str, int] = field(default_factory=dict)
    slant: float = 0.0
    width: float = 1.0
    wobble: float = 0.03

    def shape(self, digit: str) -> Shape:
        """Return the control points of a digit in this writer's shape."""
        return SHAPES[self.special.get(digit, digit)]


WRITERS = (
    Writer(
        "Anna",
        {"0": "0 slashed", "1": "1 flagged", "4": "4 open", "7": "7 crossed", "9": "9 curled"},
        samples={"0": 6, "1": 6, "7": 6, "9": 6},
        slant=0.06,
        width=1.05,
    ),
    Writer("Ben", {}, slant=-0.02, width=1.0, wobble=0.036),
    Writer(
        "Chloé",
        {"1": "1 with base", "2": "2 looped", "3": "3 flat", "5": "5 in one", "7": "7 crossed"},
        slant=0.27,
        width=0.92,
        wobble=0.026,
    ),
)


def main(arguments: Sequence[str]) -> None:
    """Write the file, with one digit in each line."""
    path = Path(arguments[0]) if arguments else OUTPUT
    random = np.random.default_rng(SEED)
    lines = []
    for writer in WRITERS:
        for digit in "0123456789":
            for _ in range(writer.samples.get(digit, 3)):
                strokes = written(writer, writer.shape(digit), random)
                line = {"label": int(digit), "writer": writer.name, "strokes": strokes}
                lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def written(
    writer: Writer, shape: Shape, random: np.random.Generator
) -> list[list[tuple[float, float]]]:
    """Return one digit of a shape: strokes on a canvas of 400 x 400."""
    control = [np.array(stroke) + _wandering(stroke, writer.wobble / 2, random) for stroke in shape]
    curves = [_sampled(_smooth(stroke), random) for stroke in control]
    bend = _Bend(writer, random)
    height = random.uniform(200, 300)
    corner = random.uniform((90, 30), (150, 400 - height - 20))
    strokes = []
    for curve in curves:
        points = bend.applied(curve) * height + corner
        points += random.normal(0, TREMOR, points.shape)
        strokes.append([(float(x), float(y)) for x, y in points.round(1)])
    return strokes


def _wandering(
    stroke: list[tuple[float, float]], size: float, random: np.random.Generator
) -> Points:
    """Return a random displacement for each control point; corners stay corners."""
    misses = random.normal(0, size, (len(stroke), 2))
    for i in range(1, len(stroke)):
        if stroke[i] == stroke[i - 1]:
            misses[i] = misses[i - 1]
    return misses


def _smooth(control: Points, steps: int = 24) -> Points:
    """Return a Catmull-Rom curve through the points, with corners at double points."""
    twice = np.flatnonzero((control[1:] == control[:-1]).all(axis=1)) + 1
    parts = [_catmull_rom(part, steps) for part in np.split(control, twice)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _catmull_rom(control: Points, steps: int) -> Points:
    """Return a uniform Catmull-Rom curve through the points (Catmull and Rom, 1974)."""
    before, after = 2 * control[0] - control[1], 2 * control[-1] - control[-2]
    p = np.vstack([before, control, after])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * p[i]
            + (p[i + 1] - p[i - 1]) * t
            + (2 * p[i - 1] - 5 * p[i] + 4 * p[i + 1] - p[i + 2]) * t**2
            + (3 * p[i] - p[i - 1] - 3 * p[i + 1] + p[i + 2]) * t**3
        )
        for i in range(1, len(p) - 2)
    ]
    return np.vstack([*pieces, control[-1:]])


def _sampled(curve: Points, random: np.random.Generator) -> Points:
    """Return 20 to 40 points of a curve, closer together where a pen is slow.

    A hand slows down in bends, with the third root of the curvature (Lacquaniti,
    Terzuolo and Viviani, 1983), and where it sets the pen down and lifts it.
    """
    step = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    curve, step = curve[np.append(True, step > 1e-9)], step[step > 1e-9]
    heading = np.unwrap(np.arctan2(*np.diff(curve, axis=0).T[::-1]))
    turning = np.abs(np.gradient(heading)) / step
    curvature = np.convolve(np.minimum(turning, 40), np.ones(7) / 7, mode="same")
    way = np.cumsum(step) / step.sum()
    ends = np.minimum(np.minimum(way, 1 - way) / 0.15, 1)
    speed = (0.35 + 0.65 * ends) / (1 + curvature) ** (1 / 3)
    time = np.append(0, np.cumsum(step / speed))
    count = int(np.clip(round(20 + 8 * step.sum()) + random.integers(-3, 4), 20, 40))
    at = np.linspace(0, time[-1], count)
    return np.column_stack([np.interp(at, time, curve[:, axis]) for axis in (0, 1)])


class _Bend:
    """The distortion of one digit: slant, width, and a smooth warp."""

    def __init__(self, writer: Writer, random: np.random.Generator) -> None:
        self.slant = writer.slant + random.normal(0, 0.04)
        self.turn = random.normal(0, 0.035)
        self.width = writer.width * random.uniform(0.9, 1.12)
        # Waves of a long wavelength bend a digit, short ones make it ripple.
        self.warp = random.normal(0, writer.wobble, (2, 4)) * (1.3, 0.4, 1.3, 0.4)

    def applied(self, points: Points) -> Points:
        """Return the distorted points."""
        x, y = points[:, 0], points[:, 1]
        waves = np.array(
            [np.sin(np.pi * y), np.sin(2 * np.pi * y), np.sin(np.pi * x), np.sin(2 * np.pi * x)]
        )
        along, down = self.warp @ waves
        x = (x + along) * self.width + (1 - y) * self.slant
        y = y + down
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return np.column_stack([cos * x - sin * y, sin * x + cos * y])


if __name__ == "__main__":
    main(sys.argv[1:])
