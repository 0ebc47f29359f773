"""The window's process stays light: it never loads what only the engine needs."""

import json
import subprocess
import sys
from pathlib import Path

from places import ROOT

HEAVY = ["keras", "tensorflow", "sklearn", "sklearnex"]


def modules_after(code: str, *arguments: str) -> set[str]:
    """Run `code` in a process of its own; return the modules that it has loaded at its end."""
    code += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.splitlines()[-1])
    return set(loaded)


def test_the_first_paint_needs_neither_the_engine_nor_plots() -> None:
    loaded = modules_after("import classroom.cli.main, classroom.ui.app")
    assert not loaded.intersection([*HEAVY, "matplotlib", "sqlalchemy", "cv2"])


# Every tab is opened, a curve is drawn, a digit is recognised and one is kept.
WORK = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/support")
from support import draw, until
from classroom.datasets import mnist_files
from classroom.datasets.dataset import Dataset
from classroom.evaluation.results import Epoch
from classroom.paths import store_url
from classroom.ui.app import App
from classroom.ui.train.panel import TrainPanel, draw_curves

home = Path(sys.argv[1])
small_mnist = mnist_files.read_npz(home / "data" / "mnist.npz", "the tests")
app = App(home, mnist_files.checksums(small_mnist))
until(app.root, lambda: len(app.panels) == 6)
for tab in app.panels:
    app.select_tab(tab)
    app.root.update()
curves = app.panels[TrainPanel].curves
app.select_tab(TrainPanel)
curves.show(lambda figure, style: draw_curves(figure, style, (Epoch(1, 2, 0.5, 0.8),)))
until(app.root, lambda: not curves.busy)
draw_panel = next(iter(app.panels.values()))
app.select_tab(type(draw_panel))
until(app.root, lambda: app.client.ready)
draw(app, [[(200.0, 60.0), (200.0, 340.0)]])
until(app.root, lambda: draw_panel.answers["cnn"].digit.cget("text") == "1")
draw_panel.keep(1)
until(app.root, lambda: not app.background.busy)
with Dataset(store_url(app.home)) as store:
    assert store.stats()["labels"]["1"] == 1
app.close()
"""


def test_the_window_at_work_needs_no_machine_learning_library(display: str, home: Path) -> None:
    loaded = modules_after(WORK, str(home))
    assert not loaded.intersection(HEAVY)
    assert "matplotlib" in loaded


FIRST_ANSWER = """
import numpy as np
from classroom.engine import engine
from classroom.classifiers.cnn import Cnn
from classroom.starts import Start

Cnn.load(Start.BASE.file).predict_proba(np.zeros((1, 28, 28), np.uint8))
"""


def test_the_first_answer_waits_for_nothing_but_keras() -> None:
    loaded = modules_after(FIRST_ANSWER)
    assert "keras" in loaded
    assert not loaded.intersection(["sklearn", "scipy", "matplotlib", "pandas"])


def test_only_the_window_needs_tkinter() -> None:
    files = (path.relative_to(ROOT) for path in (ROOT / "classroom").rglob("*.py"))
    names = sorted(
        ".".join(file.with_suffix("").parts)
        for file in files
        if "ui" not in file.parts and not file.stem.startswith("__")
    )
    loaded = modules_after(f"import {', '.join(names)}")
    assert not {"tkinter", "classroom.ui"} & loaded
