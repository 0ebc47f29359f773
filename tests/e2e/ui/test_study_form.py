"""Unknown writers, a report and a study by a real engine, in one window: starting it costs most."""

import re
from pathlib import Path
from tkinter import filedialog

import pytest
from support import until

from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.evaluation import studies
from classroom.evaluation.results import LearningPoint, Score
from classroom.evaluation.studies import CombinationResult
from classroom.paths import store_url
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.core.controls import State

WRITERS = ("<i>Ånn</i>", "Bob")
# Of each writer's digit every third goes to the exam.
PRACTICE, EXAM = 8, 4


@pytest.fixture
def samples(home: Path, small_mnist: Mnist) -> str:
    """Ones and sevens of two writers; returns their fingerprint."""
    with Dataset(store_url(home)) as store:
        for label in (1, 7):
            images = small_mnist.train_images[small_mnist.train_labels == label]
            for place in range(6):
                store.keep(Sample(images[place], label, WRITERS[place % 2], "drawn"))
        assert (store.stats()["practice"], store.stats()["exam"]) == (PRACTICE, EXAM)
        return store.fingerprint()


@pytest.fixture
def panel(app: App, samples: str) -> ComparePanel:
    found = app.panels[ComparePanel]
    assert isinstance(found, ComparePanel)
    app.select_tab(ComparePanel)
    for name in ("cnn", "svm"):
        found.chosen[name].set(False)
    settled(app)
    return found


def settled(app: App) -> None:
    until(app.root, lambda: app.controls.state is State.READY and not app.background.busy)


def test_unknown_writers_a_report_and_a_study(
    app: App,
    panel: ComparePanel,
    home: Path,
    checksums: Checksums,
    samples: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare_with_unknown_writers(app, panel)
    saved = tmp_path / "<i>my</i> report"
    monkeypatch.setattr(filedialog, "askdirectory", lambda **_options: str(saved))
    save_a_report(app, panel, saved)
    place = studies.folder(home, checksums.fingerprint, samples)
    study_from_a_stop_to_the_end(app, panel, place)


def compare_with_unknown_writers(app: App, panel: ComparePanel) -> None:
    panel.size_buttons[0].invoke()
    until(app.root, lambda: panel.run_bar.unseen_tick.instate(["!disabled"]))
    panel.run_bar.unseen_tick.invoke()
    panel.compare_button.invoke()
    until(app.root, lambda: "unseen" in panel.table.tree.cget("displaycolumns"))
    settled(app)
    _name, *scores = (str(value) for value in panel.table.tree.item("knn", "values"))
    assert scores[-1].endswith(f" of {EXAM}")
    choices = panel.plot_pane.choices
    assert choices.writer.cget("values") == ("everyone", *WRITERS)
    choices.writer.current(2)
    choices.writer.event_generate("<<ComboboxSelected>>")
    until(app.root, lambda: not panel.plot_pane.view.busy)
    assert choices.request.writer == "Bob"
    assert panel.plot_pane.view.sentence == ""


def save_a_report(app: App, panel: ComparePanel, folder: Path) -> None:
    bar = panel.run_bar
    until(app.root, lambda: bar.report_button.instate(["!disabled"]))
    for number, (name, ticked) in enumerate(bar.in_report.items()):
        if ticked.get() != (name in ("confusion", "digits")):
            bar.menu.invoke(number)
    bar.menu.invoke("end")
    until(app.root, lambda: "The report is in" in app.notice.text)
    assert str(folder) in app.notice.text
    page = (folder / "report.html").read_text(encoding="utf-8")
    headings = re.findall("<h2>(.*?)</h2>", page)
    assert [text for text in headings if text.startswith(("Confusion", "Per digit"))] == [
        "Confusion, MNIST test",
        "Confusion, own exam",
        "Per digit, MNIST test",
        "Per digit, own exam",
    ]
    assert page.count("data:image/svg+xml") == 4
    assert "Known and unknown hands" in headings
    assert '<th scope="row">k-NN</th>' in page
    assert f"{EXAM} of {EXAM}" in page
    assert not re.search("<(script|i)>", page)


def study_from_a_stop_to_the_end(app: App, panel: ComparePanel, place: Path) -> None:
    for seed in (0, 1):
        point = LearningPoint("knn", 50, PRACTICE, seed, Score(300, 500), Score(1, EXAM))
        studies.keep(place, CombinationResult(point, 0.1, 0.1))
    settled(app)
    panel.run_bar.study_button.invoke()
    form = panel.run_bar.study
    form.sizes.set("50 100")
    form.seeds.set("2")
    form.start_button.invoke()
    until(app.root, lambda: form.said.cget("text") == "2 of 4 are there.")
    app.status.cancel_button.invoke()
    until(app.root, lambda: "Cancelled" in form.said.cget("text"))
    settled(app)
    form.start_button.invoke()
    until(app.root, lambda: form.said.cget("text").startswith("Done"))
    assert form.said.cget("text") == "Done: 2 trainings computed, 2 found from before."
    points = panel.plot_pane.choices.points
    assert sorted((point.mnist, point.seed) for point in points) == [
        (50, 0),
        (50, 1),
        (100, 0),
        (100, 1),
    ]
    until(app.root, lambda: not panel.plot_pane.view.busy)
    assert panel.plot_pane.plot.get() == "learning"
    assert panel.plot_pane.view.sentence == ""
