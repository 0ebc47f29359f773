"""Studies: every cell once, kept at once, and the same however often it was broken off."""

import os
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest
from filelock import FileLock
from run_support import some_results
from support import keep_some

from classroom.catalogue import TITLES
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.jobs import Job
from classroom.engine.messages import CellDone, JobReport, Progress
from classroom.engine.scoring import NOTHING, Digits, Task, fit_and_score
from classroom.engine.study import CombinationTask, compute
from classroom.errors import Cancelled, ClassroomError
from classroom.evaluation import runs, studies
from classroom.evaluation.results import LearningPoint, Score
from classroom.evaluation.studies import Combination, CombinationResult, StudyPlan
from classroom.preprocessing.strokes import StrokesLine
from classroom.processes import Worker

PLAN = StudyPlan((50, 100), (0, 1), ("knn",))
A_CELL = CombinationResult(LearningPoint("svm", 100, 7, 2, Score(90, 100), Score(3, 4)), 1.5, 0.25)


def test_a_plan_has_every_cell_once_and_none_that_the_data_cannot_fill() -> None:
    plan = StudyPlan((100, 60_000, 90_000), (0, 1), ("cnn", "svm"), (0, 5, None))
    cells = plan.combinations(mnist=60_000, practice=5)
    assert len(cells) == len(set(cells)) == 2 * 2 * 2 * 2
    assert {cell.mnist for cell in cells} == {100, 60_000}
    assert {cell.own for cell in cells} == {0, 5}
    # One whole curve before the next seed begins.
    assert [cell.seed for cell in cells] == [0] * 8 + [1] * 8


def test_a_cell_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    studies.keep(tmp_path / "new", A_CELL)
    cell = studies.combination_of(A_CELL.point)
    assert studies.find(tmp_path / "new", cell) == replace(A_CELL, found=True)
    assert studies.listing(tmp_path / "new") == [replace(A_CELL, found=True)]
    assert studies.find(tmp_path / "new", replace(cell, seed=3)) is None
    assert studies.listing(tmp_path / "none") == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"point": {}}', '{"point": null}'])
def test_a_damaged_cell_is_computed_anew(tmp_path: Path, text: str) -> None:
    studies.keep(tmp_path, A_CELL)
    cell = studies.combination_of(A_CELL.point)
    (tmp_path / cell.name).write_text(text)
    assert studies.find(tmp_path, cell) is None
    assert studies.listing(tmp_path) == []


def test_other_data_and_other_libraries_mean_other_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {studies.folder(tmp_path, *data) for data in (("m", "s"), ("m", "t"), ("n", "s"))}
    monkeypatch.setattr("classroom.evaluation.runs.versions_here", lambda: {"numpy": "0"})
    places.add(studies.folder(tmp_path, "m", "s"))
    assert len(places) == 4


def test_a_study_goes_on_where_it_was_stopped(
    home: Path, checksums: Checksums, drawn: list[StrokesLine]
) -> None:
    keep_some(home, drawn, 30)
    bench = ClassifierService(home, checksums)
    reports: list[JobReport] = []

    def stop_after_one(report: JobReport) -> None:
        reports.append(report)
        if isinstance(report, CellDone):
            job.cancel()

    # So many that a busy machine does not finish all before it hears of the first.
    plan = replace(PLAN, seeds=tuple(range(10)))
    job = Job(stop_after_one)
    with pytest.raises(Cancelled):
        bench.study(job, plan)
    told = {report.done.point for report in reports if isinstance(report, CellDone)}
    (place,) = (home / "data" / "studies").iterdir()
    kept = {done.point for done in studies.listing(place)}
    # a cell that another core was at may have been finished too
    assert told
    assert told <= kept
    assert len(kept) < 20

    outcome = bench.study(Job(reports.append), plan)
    assert {done.point for done in outcome.cells if done.found} == kept
    assert len(outcome.cells) == 20
    assert not outcome.failed
    reports.clear()
    again = bench.study(Job(reports.append), plan)
    assert all(done.found for done in again.cells)
    assert {done.point for done in again.cells} == {done.point for done in outcome.cells}
    assert [report.of for report in reports if isinstance(report, CellDone)] == [20] * 20
    assert any(isinstance(report, Progress) for report in reports)


def test_two_programs_never_compute_the_same_cell(home: Path, checksums: Checksums) -> None:
    place, cells = home / "cells", [Combination(60, 0, seed, "knn") for seed in range(4)]
    tasks = [CombinationTask(cell, home, checksums, NOTHING, NOTHING, place) for cell in cells]
    both_there, done = Barrier(2), []

    def program() -> None:
        with Worker() as worker:
            # Once alone, so that both have loaded all that is needed.
            for task in (tasks[0], *tasks):
                both_there.wait(60)
                done.append(worker.run(compute, task, cancelled=lambda: False))

    threads = [Thread(target=program) for _program in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not each.found for each in done) == len(cells)
    assert {studies.combination_of(each.point) for each in studies.listing(place)} == set(cells)


HELD: list[FileLock] = []


def hold(file: Path) -> None:
    """Hold the lock of a cell, in a process that then does nothing more."""
    HELD.append(FileLock(f"{file}.lock"))
    HELD[0].acquire()


def test_the_lock_of_a_program_that_was_killed_is_free(home: Path, checksums: Checksums) -> None:
    task = CombinationTask(
        Combination(60, 0, 4, "knn"), home, checksums, NOTHING, NOTHING, home / "cells"
    )
    task.folder.mkdir()
    with Worker() as program:
        program.run(hold, task.folder / task.cell.name, cancelled=lambda: False)
    assert not compute(task).found


def test_a_folder_that_takes_no_lock_is_refused_in_a_sentence(
    home: Path, checksums: Checksums
) -> None:
    (home / "cells").touch()
    task = CombinationTask(
        Combination(60, 0, 4, "knn"), home, checksums, NOTHING, NOTHING, home / "cells"
    )
    with pytest.raises(ClassroomError, match="The study cannot be kept in"):
        compute(task)


def test_studies_of_data_that_are_long_gone_are_removed(tmp_path: Path) -> None:
    places = [studies.folder(tmp_path, "m", f"s{number}") for number in range(studies.KEPT + 5)]
    runs.keep(tmp_path, some_results(), 0, runs.Data(10, 0, "s1", "m"))
    for age, place in enumerate(reversed(places)):
        studies.keep(place, A_CELL)
        os.utime(place, (1e9 - age, 1e9 - age))
    now = places[0]
    studies.tidy(tmp_path, now)
    left = {place for place in places if place.exists()}
    # The one in use, that of a run, and the last ones of all others.
    assert left == {now, places[1], *places[-(studies.KEPT - 1) :]}
    assert studies.find(places[1], studies.combination_of(A_CELL.point)) is not None


@pytest.mark.parametrize("own", [0, 3, 9])
def test_a_cell_is_what_a_comparison_would_have_found(
    home: Path, small_mnist: Mnist, checksums: Checksums, own: int
) -> None:
    practice = Digits(small_mnist.train_images[-9:], small_mnist.train_labels[-9:])
    exam = Digits(small_mnist.test_images[:5], small_mnist.test_labels[:5])
    place = home / "cells"
    cell = Combination(60, own, 4, "knn")
    done = compute(CombinationTask(cell, home, checksums, practice, exam, place))
    assert studies.find(place, cell) == replace(done, found=True)
    assert studies.combination_of(done.point) == cell

    train = Digits(small_mnist.train_images, small_mnist.train_labels).sample(60, 4)
    added = {0: NOTHING, 3: practice.sample(3, 4), 9: practice}[own]
    test = Digits(small_mnist.test_images, small_mnist.test_labels)
    result = fit_and_score(Task("knn", train.plus(added), test, exam, 4))
    assert result.mnist_test is not None
    assert result.own_exam is not None
    assert done.point.mnist_test == result.mnist_test.score
    assert done.point.own_exam == result.own_exam.score
    assert np.isfinite(done.fit_seconds)
    assert done.point.classifier in TITLES
