"""What each setting of `classroom/runtime.py` gains: on and off in turn, in fresh processes.

The median of each, and what it is without the setting, divided by what it is with it.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import results

TRAININGS = 8
PLOTS = 20


@dataclass(frozen=True)
class Setting:
    """One setting, and how it is measured.

    Attributes
    ----------
    what : str
        What the figure is.
    unit : str
        As Python's format.
    measure : callable
        Runs in a process of its own; returns the figure.
    """

    what: str
    unit: str
    measure: Callable[[], float]


def resident() -> float:
    """Return the memory of this process, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 2**20


def digits(count: int) -> "tuple[Images, Labels]":  # noqa: F821
    """Return random images and labels: what is learned from them does not matter here."""
    import numpy as np

    random = np.random.default_rng(0)
    return (
        random.integers(0, 256, (count, 28, 28), dtype=np.uint8),
        random.integers(0, 10, count, dtype=np.uint8),
    )


def first_answer() -> float:
    """Return the processor's seconds from the start of the process to the CNN's first answer.

    By the clock, what else the machine does would count for more than the setting.
    """
    import numpy as np

    from classroom.classifiers.cnn import Cnn
    from classroom.starts import Start

    Cnn.load(Start.BASE.file).predict_proba(np.zeros((1, 28, 28), np.uint8))
    return time.process_time()


def train() -> None:
    """Train a network, and leave nothing of it that Python knows of."""
    from classroom.networks.from_scratch import fit_network
    from classroom.networks.registry import new_network

    fit_network(new_network("compact", 0), *digits(256), epochs=1)
    gc.collect()


def left_by_a_training() -> float:
    """Return the MiB by which each training lets the process grow."""
    for _ in range(3):  # what is made once
        train()
    before = resident()
    for _ in range(TRAININGS):
        train()
    return (resident() - before) / TRAININGS


class Collections:
    """Times Python's collections of garbage, in milliseconds."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._began = 0.0
        gc.callbacks.append(self._note)

    def _note(self, phase: str, _info: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._began = now
        else:
            self.taken.append(1000 * (now - self._began))


def pause_of_the_engine() -> float:
    """Return the milliseconds of the longest collection of garbage during a training."""
    from classroom import runtime
    from classroom.classifiers.cnn import Cnn
    from classroom.engine import engine  # noqa: F401  as the engine's process has it
    from classroom.starts import Start

    Cnn.load(Start.BASE.file)
    runtime.freeze_loaded_objects()
    collections = Collections()
    for _ in range(3):
        train()
    return max(collections.taken)


def figure() -> None:
    """Draw what a comparison of three shows most often: three confusion matrices."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    drawn = Figure(figsize=(15, 6), dpi=100)
    canvas = FigureCanvasAgg(drawn)
    for ax in drawn.subplots(1, 3):
        ax.imshow(np.eye(10))
        for place in range(100):
            ax.text(place % 10, place // 10, str(place))
    canvas.draw()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def left_by_plots() -> float:
    """Return the MiB that a process has more after many plots than after the first."""
    from classroom import runtime

    runtime.return_large_blocks()
    figure()
    gc.collect()
    before = resident()
    for _ in range(PLOTS):
        figure()
    gc.collect()
    return resident() - before


def pause_of_the_window() -> float:
    """Return the milliseconds of the longest collection of garbage while plots are drawn."""
    from classroom import runtime
    from classroom.ui import app  # noqa: F401  as the window's process has it

    figure()
    runtime.freeze_loaded_objects()
    collections = Collections()
    for _ in range(PLOTS):
        figure()
        gc.collect()
    return max(collections.taken)


SETTINGS = {
    "unused_by_keras_hidden": [
        Setting("processor time to the first answer", "{:.2f} s", first_answer)
    ],
    "let_networks_be_freed": [Setting("left by each training", "{:.1f} MiB", left_by_a_training)],
    "freeze_loaded_objects": [
        Setting("longest pause of the engine for garbage", "{:.0f} ms", pause_of_the_engine),
        Setting("longest pause of the window for garbage", "{:.0f} ms", pause_of_the_window),
    ],
    "return_large_blocks": [Setting(f"left by {PLOTS} plots", "{:.0f} MiB", left_by_plots)],
}


def measured(name: str, number: int, off: bool) -> float:
    """Measure in a fresh process, with the setting or without it."""
    from classroom.runtime import SWITCHED_OFF

    done = subprocess.run(
        [sys.executable, __file__, "--measure", name, str(number)],
        env={**os.environ, SWITCHED_OFF: name if off else ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return float(done.stdout.split()[-1])


def row(name: str, number: int, setting: Setting, runs: int) -> str:
    """Return the row of a table: both in turn, so that what else the machine does meets both."""
    pairs = [(measured(name, number, False), measured(name, number, True)) for _ in range(runs)]
    on, off = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = f"{off / on:.1f}" if on > 0 else ""
    cells = [f"`{name}`", setting.what, setting.unit.format(on), setting.unit.format(off), ratio]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        print(SETTINGS[sys.argv[2]][int(sys.argv[3])].measure())
        return
    parser = results.parser(__doc__, runs=5)
    parser.add_argument("--only", choices=SETTINGS, default=None)
    options = parser.parse_args()
    rows = ["| setting | what | with it | without | ratio |", "| --- | --- | --- | --- | --- |"]
    for name, settings in SETTINGS.items():
        if options.only in (None, name):
            for number, setting in enumerate(settings):
                rows.append(row(name, number, setting, options.runs))
                print(rows[-1], file=sys.stderr, flush=True)
    body = "\n".join([*rows, "", f"Medians of {options.runs} runs each."])
    results.record("Settings of the process", body, options)


if __name__ == "__main__":
    main()
