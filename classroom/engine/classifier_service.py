"""Everything that can be done with the classifiers of a home: answer, retrain, compare, study.

The engine and the commands of the command line each use one `ClassifierService`.
"""

import logging
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from classroom import paths, processes
from classroom.catalogue import BASELINES, NAMES, NETWORK, TITLES
from classroom.classifiers.base import Classifier
from classroom.classifiers.cnn import Cnn
from classroom.classifiers.registry import CLASSIFIERS, file_of
from classroom.datasets import mnist
from classroom.datasets.dataset import Dataset, Part
from classroom.datasets.mnist import MnistUnavailable
from classroom.engine import comparison, retraining, scoring, versions
from classroom.engine import study as studying
from classroom.engine.comparison import ComparisonDigits
from classroom.engine.jobs import Job
from classroom.engine.retraining import Retraining, RetrainingDigits
from classroom.engine.scoring import Digits
from classroom.engine.study import CombinationTask, Outcome
from classroom.engine.trained_classifiers import TrainedClassifiers
from classroom.engine.versions import Fallback, Line, Version
from classroom.errors import Cancelled, ClassroomError
from classroom.evaluation import runs, studies  # fmt: skip
from classroom.evaluation.results import Result
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _
from classroom.starts import Start

if TYPE_CHECKING:
    from classroom.networks.derived import Derived

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


@dataclass
class BaseNetwork:
    """The CNN of the base line while another line is in use; loaded when it is first asked.

    Attributes
    ----------
    version : Version
    fallback : Fallback or None
        Why it is not the version of the line that was chosen.
    network : Classifier or None
        None if it is not loaded yet.
    """

    version: Version
    fallback: Fallback | None
    network: Classifier | None = None


class ClassifierService:
    """Holds the classifiers of the version in use, and runs the jobs.

    Parameters
    ----------
    home : Path
    checksums : mnist.Checksums
        The checksums that MNIST must have.
    start : Start, optional
        The line to use in place of the one that the home uses, which stays stored as it is.
    number : int, optional
        The version to use in place of the one that was chosen, which stays stored as it is. No
        other version replaces it.

    Attributes
    ----------
    version : Version
        The version in use.
    fallback : Fallback or None
        Why it is not the version that was chosen. The choice stays stored.
    """

    def __init__(
        self,
        home: Path,
        checksums: mnist.Checksums = mnist.ORIGINAL,
        start: Start | None = None,
        number: int | None = None,
    ) -> None:
        self.home = home
        self._start, self._number = start, number
        self.version, self.fallback = (
            versions.in_use(home) if start is None else versions.chosen(Line(home, start))
        )
        if number is not None:
            self.version, self.fallback = versions.find(self.line, number), None
        self.classifiers: dict[str, Classifier] = {}
        # None while the base line is in use, whose CNN is among the classifiers.
        self._base: BaseNetwork | None = None
        if self.version.start is not Start.BASE:
            self._base = BaseNetwork(*versions.chosen(Line(home, Start.BASE)))
        self._trained = TrainedClassifiers(home)
        self._checksums = checksums
        self._mnist: mnist.Mnist | None = None

    @property
    def line(self) -> Line:
        """The line in use."""
        return Line(self.home, self.version.start)

    # --- answering ----------------------------------------------------------
    def load_network(self) -> None:
        """Load the CNN of the version in use; the shipped one if it cannot be read."""
        network = self._own_network() or Cnn.load(self.version.start.file)
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
        if self._number is not None:
            raise error
        self.version, self.fallback = self._shipped_in_place_of(self.version, error)

    def _shipped_in_place_of(
        self, version: Version, error: ClassroomError
    ) -> tuple[Version, Fallback]:
        """Return the shipped version of the line of one that cannot be used, and why it is used.

        Raises
        ------
        ClassroomError
            `error`, where it is the shipped version that cannot be used.
        """
        if version.number == versions.SHIPPED:
            raise error
        log.warning("version %d cannot be used: %s", version.number, error)
        fallback = Fallback(version.number, str(error), version.start)
        return versions.shipped(Line(self.home, version.start)), fallback

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

    @property
    def base_version(self) -> tuple[Version, Fallback | None]:
        """The version whose CNN `base_network` is, and why it is not the one that was chosen."""
        base = self._base
        return (self.version, self.fallback) if base is None else (base.version, base.fallback)

    def base_network(self) -> Classifier:
        """Return the CNN of the base line, whichever line is in use.

        It answers about pictures and kept samples: what is found in them, and which of them may
        have a wrong label, does not depend on the network that a lesson is about.
        """
        base = self._base
        if base is None:
            return self.classifier(NETWORK)
        if base.network is None:
            try:
                base.network = self._read(NETWORK, base.version)
            except ClassroomError as error:
                base.version, base.fallback = self._shipped_in_place_of(base.version, error)
                base.network = self._read(NETWORK, base.version)
        return base.network

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

    def _least_sure(self, job: Job) -> tuple[int, ...]:
        """Return about which of MNIST's training digits the shipped CNN is least sure."""
        # Imported here, because it loads Keras.
        from classroom.networks.derived import least_sure

        recorded = self._recorded()
        if recorded is not None:
            return recorded.least_sure
        shipped = Cnn.load(self.line.start.file)
        return least_sure(shipped.predict_proba, self.mnist(job).train_images)

    def _recorded(self) -> "Derived | None":
        """Return what ships with the CNN of the line in use; None if it fits another MNIST."""
        if self._checksums != mnist.ORIGINAL:
            return None
        # Imported here, because it loads Keras.
        from classroom.networks.derived import derived

        try:
            return derived(self.line.start)
        except ClassroomError as error:
            log.warning("what is derived from the CNN is computed anew: %s", error)
            return None

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
        elif self._is_unscored():
            self._score_shipped(job)

    def use_version(self, start: Start, number: int, job: Job) -> Version:
        """Load a version, and make it and its line those in use for the next starts too.

        Raises
        ------
        ClassroomError
            If it cannot be read; the version in use stays in use.
        """
        job.step(_("Loading the version"))
        line = Line(self.home, start)
        version = versions.find(line, number)
        loaded = self._load(version)
        versions.set_current(line, number)
        self._go_over(version, None, loaded)
        if number == versions.SHIPPED:
            self.prepare(job)
        return self.version

    def use_line(self, start: Start, job: Job) -> Version:
        """Load the version of a line that was chosen there, and make the line the one in use.

        The shipped version is loaded if the chosen one cannot be read; `fallback` says why.
        """
        job.step(_("Loading the version"))
        version, fallback = versions.chosen(Line(self.home, start))
        try:
            loaded = self._load(version)
        except ClassroomError as error:
            version, fallback = self._shipped_in_place_of(version, error)
            loaded = self._load(version)
        self._go_over(version, fallback, loaded)
        if version.number == versions.SHIPPED:
            # The line is in use by now, with SVM and k-NN or without.
            with suppress(MnistUnavailable, Cancelled):
                self.prepare(job)
        return self.version

    def _load(self, version: Version) -> dict[str, Classifier]:
        # SVM and k-NN of the shipped version are fitted again if they are missing.
        names = (NETWORK,) if version.number == versions.SHIPPED else NAMES
        return {name: self._read(name, version) for name in names}

    def _go_over(
        self, version: Version, fallback: Fallback | None, loaded: dict[str, Classifier]
    ) -> None:
        """Use this version from now on; its line for the next starts too."""
        line = Line(self.home, version.start)
        if self._start is None and versions.line_in_use(self.home) != line:
            versions.set_line(line)
        is_base = version.start is Start.BASE
        if not is_base and self._base is None:
            # Another thread may ask for it meanwhile: it is never missing.
            self._base = BaseNetwork(self.version, self.fallback, self.classifiers[NETWORK])
        self.classifiers = loaded
        self.version, self.fallback = version, fallback
        if is_base:
            self._base = None

    def retrain(self, job: Job, seed: int = 0) -> Retraining:
        """Train a new version on MNIST and the own practice samples, and make it the one in use.

        The CNN is always fine-tuned from the shipped one of the line in use, whatever version is
        in use, so that a damaged version does not prevent a retraining.
        """
        practice, exam = self.own(Part.PRACTICE), self.own(Part.EXAM)
        if not len(practice):
            raise ClassroomError(
                _("There is nothing to learn from yet. Draw and keep a few digits first.")
            )
        began = time.monotonic()
        ready = self._load_baselines()
        job.plan(5 if ready else 6)
        digits = RetrainingDigits(*self._sets(job), practice, exam, self._least_sure(job))
        if not ready:
            self._fit_shipped(job, digits.train, digits.test)
        elif self._is_unscored():
            self._score_shipped(job, digits.test)
        own_before = {
            name: retraining.score_of(scoring.evaluate(classifier, exam))
            for name, classifier in self.classifiers.items()
        }
        before = replace(self.version, own_exam=own_before)
        new = retraining.retrain(job, self.line, digits, seed, began, before)
        self.use_version(new.version.start, new.version.number, Job(lambda _report: None))
        return new

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
        retraining.fit_shipped(job, self.home, train, test)
        self._add_baselines()
        self._score_shipped(job, test)

    def _is_unscored(self) -> bool:
        """Return whether the shipped version is in use, and its CNN was not scored here yet."""
        version = self.version
        return version.number == versions.SHIPPED and NETWORK not in version.mnist_test

    def _score_shipped(self, job: Job, test: Digits | None = None) -> None:
        """Store the score of the shipped CNN, which is in use, on MNIST's test set.

        It has none if it would have to be measured, and MNIST is not in the home.
        """
        recorded = self._recorded()
        if recorded is not None:
            score = recorded.mnist_test
        else:
            test = test or self._test_at_hand()
            if test is None:
                return
            job.step(_("Scoring the CNN"))
            score = retraining.score_of(scoring.evaluate(self.classifiers[NETWORK], test))
        self.version = versions.scored(self.line, score)
        try:
            versions.write_shipped(self.line, self.version)
        except ClassroomError as error:
            # Where nothing can be written, the classifiers answer all the same.
            log.info("the score is not stored: %s", error)

    def _test_at_hand(self) -> Digits | None:
        """Return MNIST's test set, if nothing has to be downloaded for it."""
        self._mnist = self._mnist or mnist.load(self.home, self._checksums)
        if self._mnist is None:
            return None
        return Digits(self._mnist.test_images, self._mnist.test_labels)

    def _read(self, name: str, version: Version) -> Classifier:
        return CLASSIFIERS[name].load(self._path(name, version))

    def _path(self, name: str, version: Version) -> Path:
        if version.number != versions.SHIPPED:
            line = Line(self.home, version.start)
        elif name == NETWORK:
            return version.start.file
        else:
            # SVM and k-NN that know MNIST alone are the same in every line.
            line = Line(self.home, Start.BASE)
        return versions.folder(line, version.number) / file_of(name)
