"""Everything that can be done with the classifiers of a home: answer, retrain, compare, study.

The engine and the commands of the command line each use one `ClassifierService`.
"""

import logging
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from classroom import paths, processes
from classroom.catalogue import BASELINES, NAMES, NETWORK, TITLES
from classroom.classifiers.base import Classifier
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.registry import CLASSIFIERS, file_of
from classroom.datasets import mnist
from classroom.datasets.dataset import Dataset, Part
from classroom.engine import comparison, retraining, scoring, versions
from classroom.engine import study as studying
from classroom.engine.comparison import ComparisonDigits
from classroom.engine.jobs import Job
from classroom.engine.retraining import Retraining, RetrainingDigits
from classroom.engine.scoring import Digits
from classroom.engine.study import CombinationTask, Outcome
from classroom.engine.trained_classifiers import TrainedClassifiers
from classroom.engine.versions import Fallback, Version
from classroom.errors import ClassroomError
from classroom.evaluation import runs, studies  # fmt: skip
from classroom.evaluation.results import Result
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _
from classroom.starts import Start

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """A finished comparison.

    Attributes
    ----------
    data : runs.Data
        The description of its data.
    run : int
        The number of its run; 0 if it was not stored.
    note : str
        Why it could not be stored; else empty.
    """

    data: runs.Data
    run: int = 0
    note: str = ""


class ClassifierService:
    """Holds the classifiers of the version in use, and runs the jobs.

    Parameters
    ----------
    home : Path
    checksums : mnist.Checksums
        The checksums that MNIST must have.

    Attributes
    ----------
    version : Version
        The version in use.
    fallback : Fallback or None
        Why it is not the version that was chosen. The choice stays stored.
    """

    def __init__(self, home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
        self.home = home
        self.version, self.fallback = versions.chosen(home)
        self.classifiers: dict[str, Classifier] = {}
        self._trained = TrainedClassifiers(home)
        self._checksums = checksums
        self._mnist: mnist.Mnist | None = None

    # --- answering ----------------------------------------------------------
    def load_network(self) -> None:
        """Load the CNN of the version in use; the shipped one if it cannot be read."""
        network = self._own_network() or Cnn.load(Start.BASE.file)
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
        """Use the shipped version. All three classifiers change: their scores belong together."""
        log.warning("version %d cannot be used: %s", self.version.number, error)
        self.fallback = Fallback(self.version.number, str(error))
        self.version = versions.listing(self.home)[0]

    def classifier(self, name: str) -> Classifier:
        """Return a trained classifier: of the version in use, or of the last comparison.

        Raises
        ------
        ClassroomError
            If it has not been trained yet, or cannot be read.
        """
        if name not in NAMES:
            return self._trained.load(name)
        if name not in self.classifiers:
            raise ClassroomError(_("{title} is not ready yet.").format(title=TITLES[name]))
        return self.classifiers[name]

    # --- MNIST --------------------------------------------------------------
    def mnist(self, job: Job) -> mnist.Mnist:
        """Return MNIST, downloaded first if the home does not have it."""
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
        """Return the own samples of a part, practice or exam."""
        with Dataset(paths.store_url(self.home)) as store:
            return Digits(*store.identified(part))

    # --- jobs ---------------------------------------------------------------
    def prepare(self, job: Job) -> None:
        """Load SVM and k-NN of the version in use; the first time, fit them on MNIST."""
        if not self._load_baselines():
            job.plan(2)
            self._fit_shipped(job, *self._sets(job))

    def use_version(self, number: int, job: Job) -> Version:
        """Load version `number`, and make it the one in use for the next starts too.

        Raises
        ------
        ClassroomError
            If it cannot be read; the version in use stays in use.
        """
        job.step(_("Loading the version"))
        chosen = [version for version in versions.listing(self.home) if version.number == number]
        if not chosen:
            raise ClassroomError(
                _("Version {number} cannot be read, or is gone; choose another one.").format(
                    number=number
                )
            )
        # SVM and k-NN of the shipped version are fitted again if they are missing.
        names = (NETWORK,) if number == versions.SHIPPED else NAMES
        loaded = {name: self._read(name, chosen[0]) for name in names}
        versions.set_current(self.home, number)
        self.version, self.fallback, self.classifiers = chosen[0], None, loaded
        if number == versions.SHIPPED:
            self.prepare(job)
        return self.version

    def retrain(self, job: Job, seed: int = 0) -> Retraining:
        """Train a new version on MNIST and the own practice samples, and make it the one in use.

        The CNN is always fine-tuned from the shipped one, whatever version is in use, so that
        a damaged version does not prevent a retraining.
        """
        practice, exam = self.own(Part.PRACTICE), self.own(Part.EXAM)
        if not len(practice):
            raise ClassroomError(
                _("There is nothing to learn from yet. Draw and keep a few digits first.")
            )
        began = time.monotonic()
        ready = self._load_baselines()
        job.plan(5 if ready else 6)
        digits = RetrainingDigits(*self._sets(job), practice, exam)
        if not ready:
            self._fit_shipped(job, digits.train, digits.test)
        own_before = {
            name: retraining.score_of(scoring.evaluate(classifier, exam))
            for name, classifier in self.classifiers.items()
        }
        version = retraining.new_version(job, self.home, digits, seed, began)
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
        """Train and score `classifiers` on the same data; report each result.

        Parameters
        ----------
        job : Job
        mnist_count : int
            The number of MNIST's training digits.
        classifiers : tuple of str
        seed : int
        unseen : bool
            Whether the own exam is also scored by leaving one writer out.
        """
        fingerprint, practice, exam = self._own_now()
        train, test = self._sets(job)
        chosen, unused = train.split(mnist_count, seed)
        digits = ComparisonDigits(chosen, practice, exam, test, unused)
        rounds = 1 + len(comparison.groups(digits)) if unseen else 1
        job.plan(1 + rounds * len(classifiers))
        results = comparison.fit_and_score_all(job, classifiers, digits, seed, self._place)
        if unseen:
            results = comparison.leave_writers_out(job, results, digits, seed)
        data = comparison.data(digits, classifiers, fingerprint, self._checksums)
        return self._kept(results, seed, data)

    def study(self, job: Job, plan: StudyPlan) -> Outcome:
        """Compute the cells of `plan` that are not stored yet."""
        job.plan(2)
        train, _test = self._sets(job)
        fingerprint, practice, exam = self._own_now()
        folder = studies.folder(self.home, self._checksums.fingerprint, fingerprint)
        with suppress(OSError):  # if the disk cannot be written, the cells report it
            studies.tidy(self.home, folder)
        tasks = [
            CombinationTask(cell, self.home, self._checksums, practice, exam, folder)
            for cell in plan.combinations(len(train), len(practice))
        ]
        return studying.study(job, tasks)

    def save_report(self, job: Job, folder: Path, run: int, plots: tuple[str, ...]) -> Path:
        """Write the report of a run in a process of its own, as drawing holds Python's lock."""
        # Imported here, because plots load many modules that nothing else here needs.
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
            # Read first: a sample that is stored meanwhile makes the result out of date, not wrong.
            fingerprint = store.fingerprint()
        return fingerprint, self.own(Part.PRACTICE), self.own(Part.EXAM)

    def _kept(self, results: list[Result], seed: int, data: runs.Data) -> Comparison:
        if not any(result.mnist_test for result in results):
            return Comparison(data)
        with Dataset(paths.store_url(self.home)) as store:
            known = set(store.writers(deleted=True))
        # The name of a writer who was deleted meanwhile must not be stored again.
        results = comparison.without_unknown_names(results, known)
        try:
            return Comparison(data, runs.keep(self.home, results, seed, data).number)
        except ClassroomError as error:
            return Comparison(data, note=str(error))

    def _place(self, name: str) -> AbstractContextManager[Path | None]:
        # CNN, SVM and k-NN answer as those of a version; a comparison's are not stored.
        return nullcontext() if name in NAMES else self._trained.place(name)

    # --- the version in use -------------------------------------------------
    def _load_baselines(self) -> bool:
        """Load SVM and k-NN of the version in use; of the shipped one if they are damaged.

        Returns
        -------
        bool
            False if those of the shipped version have to be fitted first.
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
            return Start.BASE.file
        return versions.folder(self.home, version.number) / file_of(name)
