"""The three classifiers of the version in use, and all that can be done with them.

The engine's process holds one workbench, and so does every command of the
command line: there is one way to retrain and one way to compare.
"""

import logging
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from classroom import paths, processes
from classroom.catalogue import BASELINES, NAMES, NETWORK, TITLES
from classroom.classifiers.registry import CLASSIFIERS, Classifier, Cnn, file_of
from classroom.datasets import mnist
from classroom.datasets.dataset import Dataset, Part
from classroom.engine import comparison, retraining, scoring, versions
from classroom.engine import study as studying
from classroom.engine.comparison import Material
from classroom.engine.jobs import Job
from classroom.engine.retraining import Lesson, Retraining
from classroom.engine.scoring import Digits
from classroom.engine.study import Outcome, Piece
from classroom.engine.trained_classifiers import Shelf
from classroom.engine.versions import Fallback, Version
from classroom.errors import ClassroomError
from classroom.evaluation import runs, studies  # fmt: skip
from classroom.evaluation.results import Result
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """What a comparison was made on, the number of its run, or why it was not kept."""

    data: runs.Data
    run: int = 0
    note: str = ""


class Workbench:
    """Holds the classifiers of the version in use.

    Parameters
    ----------
    home : Path
    checksums : mnist.Checksums
        What MNIST must be.

    Attributes
    ----------
    version : Version
        The one that answers.
    fallback : Fallback or None
        Why that is not the one that was chosen. The choice stays on the disk.
    """

    def __init__(self, home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
        self.home = home
        self.version, self.fallback = versions.chosen(home)
        self.classifiers: dict[str, Classifier] = {}
        self._shelf = Shelf(home)
        self._checksums = checksums
        self._mnist: mnist.Mnist | None = None

    # --- answering ----------------------------------------------------------
    def load_network(self) -> None:
        """Load the network of the version in use; where it cannot be read, the shipped one."""
        network = self._own_network() or Cnn.load(paths.shipped_network())
        network.predict_proba(np.zeros((1, 28, 28), np.uint8))
        self.classifiers = {NETWORK: network}

    def _own_network(self) -> Cnn | None:
        if self.version.number == versions.SHIPPED:
            return None
        try:
            for name in BASELINES:
                path = self._path(name, self.version)
                if not path.is_file():
                    raise ClassroomError(_("{file} is gone.").format(file=path))
            return Cnn.load(self._path(NETWORK, self.version))
        except ClassroomError as error:
            self._fall_back(error)
            return None

    def _fall_back(self, error: ClassroomError) -> None:
        """Go over to the shipped version, all three of it: figures of two are not to be mixed."""
        log.warning("version %d cannot be used: %s", self.version.number, error)
        self.fallback = Fallback(self.version.number, str(error))
        self.version = versions.listing(self.home)[0]

    def classifier(self, name: str) -> Classifier:
        """Return a classifier of the version in use, any other as a comparison has left it.

        Raises
        ------
        ClassroomError
            Where it has not been trained yet, or cannot be read.
        """
        if name not in NAMES:
            return self._shelf.load(name)
        if name not in self.classifiers:
            raise ClassroomError(_("{title} is not ready yet.").format(title=TITLES[name]))
        return self.classifiers[name]

    # --- MNIST --------------------------------------------------------------
    def mnist(self, job: Job) -> mnist.Mnist:
        """Return MNIST, fetched where it is not there yet."""
        job.step(_("Opening MNIST"))
        if self._mnist is None:
            self._mnist = mnist.fetch(
                self.home,
                progress=lambda title, fraction: job.progress(fraction, title),
                cancelled=job.cancelled,
                checksums=self._checksums,
            )
        return self._mnist

    def _sets(self, job: Job) -> tuple[Digits, Digits]:
        data = self.mnist(job)
        return (
            Digits(data.train_images, data.train_labels),
            Digits(data.test_images, data.test_labels),
        )

    def own(self, part: str) -> Digits:
        """Return the own samples of a part."""
        with Dataset(paths.store_url(self.home)) as store:
            return Digits(*store.identified(part))

    # --- jobs ---------------------------------------------------------------
    def prepare(self, job: Job) -> None:
        """Make SVM and k-NN of the version in use ready; only the first time needs MNIST."""
        if not self._load_baselines():
            job.plan(2)
            self._fit_shipped(job, *self._sets(job))

    def use_version(self, number: int, job: Job) -> Version:
        """Load version `number` and make it the one in use, now and from the next start on.

        Raises
        ------
        ClassroomError
            It cannot be read; the version in use stays in use.
        """
        job.step(_("Loading the version"))
        chosen = [version for version in versions.listing(self.home) if version.number == number]
        if not chosen:
            raise ClassroomError(
                _("Version {number} cannot be read, or is gone; choose another one.").format(
                    number=number
                )
            )
        # SVM and k-NN of the shipped version can be made again; those of another cannot.
        names = (NETWORK,) if number == versions.SHIPPED else NAMES
        loaded = {name: self._read(name, chosen[0]) for name in names}
        versions.set_current(self.home, number)
        self.version, self.fallback, self.classifiers = chosen[0], None, loaded
        if number == versions.SHIPPED:
            self.prepare(job)
        return self.version

    def retrain(self, job: Job, seed: int = 0) -> Retraining:
        """Make a new version of all three from MNIST and the own practice samples.

        It begins with the shipped network whatever version is in use, so that
        none that cannot be read is in its way.
        """
        practice, exam = self.own(Part.PRACTICE), self.own(Part.EXAM)
        if not len(practice):
            raise ClassroomError(
                _("There is nothing to learn from yet. Draw and keep a few digits first.")
            )
        began = time.monotonic()
        ready = self._load_baselines()
        job.plan(5 if ready else 6)
        lesson = Lesson(*self._sets(job), practice, exam)
        if not ready:
            self._fit_shipped(job, lesson.train, lesson.test)
        own_before = {
            name: retraining.score_of(scoring.evaluate(classifier, exam))
            for name, classifier in self.classifiers.items()
        }
        version = retraining.new_version(job, self.home, lesson, seed, began)
        before = replace(self.version, own_exam=own_before)
        self.use_version(version.number, Job(lambda _report: None))
        return Retraining(version, before.number, retraining.ledger(before, version))

    def compare(
        self,
        job: Job,
        mnist_count: int,
        classifiers: tuple[str, ...],
        seed: int = 0,
        *,
        unseen: bool = False,
    ) -> Comparison:
        """Train and score `classifiers` on the same data; each row is reported when it is there.

        Parameters
        ----------
        job : Job
        mnist_count : int
        classifiers : tuple of str
        seed : int
        unseen : bool
            Score the own exam by leaving one writer out, too.
        """
        fingerprint, practice, exam = self._own_now()
        train, test = self._sets(job)
        chosen, others = train.draw(mnist_count, seed)
        material = Material(chosen, practice, exam, test, others)
        rounds = 1 + len(comparison.groups(material)) if unseen else 1
        job.plan(1 + rounds * len(classifiers))
        results = comparison.fit_and_score_all(job, classifiers, material, seed, self._place)
        if unseen:
            results = comparison.leave_writers_out(job, results, material, seed)
        data = comparison.data(material, classifiers, fingerprint, self._checksums)
        return self._kept(results, seed, data)

    def study(self, job: Job, plan: StudyPlan) -> Outcome:
        """Compute the cells of `plan` that are not there yet."""
        job.plan(2)
        train, _test = self._sets(job)
        fingerprint, practice, exam = self._own_now()
        place = studies.folder(self.home, self._checksums.fingerprint, fingerprint)
        with suppress(OSError):  # where the disk takes nothing, the cells say so
            studies.tidy(self.home, place)
        pieces = [
            Piece(cell, self.home, self._checksums, practice, exam, place)
            for cell in plan.combinations(len(train), len(practice))
        ]
        return studying.study(job, pieces)

    def save_report(self, job: Job, folder: Path, run: int, plots: tuple[str, ...]) -> Path:
        """Write the report of a run, in a process of its own: drawing holds Python's lock."""
        # Imported here: plots need more than anything else does here.
        from classroom.reports import run_report

        job.step(_("Writing the report"))
        request = run_report.ReportRequest(self.home, self._checksums, folder, run, plots)
        saved: run_report.SavedReport = processes.run(
            run_report.save, request, cancelled=job.cancelled
        )
        return saved.file

    def _own_now(self) -> tuple[str, Digits, Digits]:
        """Return the fingerprint of the own samples, the practice digits and the exam's."""
        with Dataset(paths.store_url(self.home)) as store:
            # Before the rest: what is kept meanwhile makes the result out of date, not wrong.
            fingerprint = store.fingerprint()
        return fingerprint, self.own(Part.PRACTICE), self.own(Part.EXAM)

    def _kept(self, results: list[Result], seed: int, data: runs.Data) -> Comparison:
        if not any(result.mnist_test for result in results):
            return Comparison(data)
        with Dataset(paths.store_url(self.home)) as store:
            known = set(store.writers(deleted=True))
        # A name that was deleted while this was computed must not come back with it.
        results = comparison.without_names(results, known)
        try:
            return Comparison(data, runs.keep(self.home, results, seed, data).number)
        except ClassroomError as error:
            return Comparison(data, note=str(error))

    def _place(self, name: str) -> AbstractContextManager[Path | None]:
        # CNN, SVM and k-NN of a comparison are not those of a version, and are not kept
        return nullcontext() if name in NAMES else self._shelf.place(name)

    # --- the version in use -------------------------------------------------
    def _load_baselines(self) -> bool:
        """Load SVM and k-NN of the version in use, or of the shipped one where they are damaged.

        Returns
        -------
        bool
            False where those of the shipped version have to be fitted first.
        """
        if self.version.number != versions.SHIPPED:
            try:
                self._add_baselines()
                return True
            except ClassroomError as error:
                self._fall_back(error)
                self.classifiers = {NETWORK: self._read(NETWORK, self.version)}
        if not all(self._path(name, self.version).is_file() for name in BASELINES):
            return False
        try:
            self._add_baselines()
        except ClassroomError as error:
            log.warning("SVM and k-NN are fitted anew: %s", error)
            return False
        return True

    def _add_baselines(self) -> None:
        loaded = {name: self._read(name, self.version) for name in BASELINES}
        self.classifiers = {NETWORK: self.classifiers[NETWORK], **loaded}

    def _fit_shipped(self, job: Job, train: Digits, test: Digits) -> None:
        self.version = retraining.fit_shipped(job, self.home, train, test)
        self._add_baselines()

    def _read(self, name: str, version: Version) -> Classifier:
        return CLASSIFIERS[name].load(self._path(name, version))

    def _path(self, name: str, version: Version) -> Path:
        if name == NETWORK and version.number == versions.SHIPPED:
            return paths.shipped_network()
        return versions.folder(self.home, version.number) / file_of(name)
