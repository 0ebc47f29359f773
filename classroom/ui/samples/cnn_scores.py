"""The CNN's answer about each kept sample, asked in the background, a batch at a time.

The CNN is that of the base line, whichever line is in use. The store remembers the answers by the
network's version, so that each sample is asked about once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import Listing, empty
from classroom.engine.messages import (
    BaseInUse,
    EngineDied,
    Report,
    Scored,
    Unanswered,
)

if TYPE_CHECKING:
    from classroom.engine.client import EngineClient
    from classroom.engine.versions import Version
    from classroom.ui.core.background_store import BackgroundStore

# The CNN takes a hundredth of a second for a batch of this size: a pen does not feel it.
BATCH_SIZE = 100
# This many answers are written to the disk at once; fewer when no more are to come.
WRITTEN_AT_ONCE = 2000


class CnnScores:
    """Asks the engine about samples, as long as somebody looks.

    Parameters
    ----------
    store : BackgroundStore
    client : EngineClient
    asked : callable
        Called when a question is out, so that the window listens.
    changed : callable
        Called when more is known.
    looked_at : callable
        Whether the samples are in sight; else the engine is left in peace.

    Attributes
    ----------
    probabilities : array of shape (n, 10), float16
        By the samples of the listing; NaN where nothing is known yet.
    failed : bool
        Whether the last question had no answer: the CNN is asked again at the next visit.
    """

    def __init__(
        self,
        store: BackgroundStore,
        client: EngineClient,
        asked: Callable[[], None],
        changed: Callable[[], None],
        looked_at: Callable[[], bool],
    ) -> None:
        self._store, self._client = store, client
        self._asked, self._changed, self._looked_at = asked, changed, looked_at
        self._version: str | None = None
        self._listing = empty()
        self.probabilities: NDArray[np.float16] = np.empty((0, 10), np.float16)
        self._looked_up = self._under_way = self.failed = False
        # The question that is with the engine.
        self._number: int | None = None
        self._unwritten: list[int] = []

    @property
    def missing(self) -> int:
        """How many samples the CNN was not asked about yet."""
        return int(np.count_nonzero(np.isnan(self.probabilities[:, 0])))

    def show(self, listing: Listing) -> None:
        """Go over to these samples; what is known of them stays known."""
        # What is not written yet is known by its place in the listing before.
        self.write()
        before, known = self._listing, self.probabilities
        self._listing = listing
        self.probabilities = np.full((len(listing), 10), np.nan, np.float16)
        self._fill(before.ids, known)
        # A few new ones are asked about; of many the store may know something.
        self._looked_up = self._looked_up and self.missing <= BATCH_SIZE
        self.go_on()

    def go_on(self) -> None:
        """Ask about the next samples, if anybody looks at them."""
        version = self._version
        if self._under_way or version is None or not len(self._listing) or not self._looked_at():
            return
        if not self._looked_up:
            self._under_way = self._looked_up = True
            self._store.run(
                lambda dataset: dataset.known_scores(version),
                lambda known: self._remembered(version, *known),
                self._stopped,
            )
            return
        unknown = np.flatnonzero(np.isnan(self.probabilities[:, 0]))[:BATCH_SIZE]
        if not len(unknown):
            self.write()
            return
        self._under_way = True
        ids = self._listing.ids[unknown].tolist()
        self._store.run(lambda dataset: dataset.images(ids), self._ask, self._stopped)

    def receive(self, report: Report) -> None:
        """Take an answer, or note that there is another network."""
        match report:
            case BaseInUse(version=version):
                self._use(_name(version))
            case Scored(request_id=number) if number == self._number:
                self._take(report)
            case Unanswered(request_id=number) if number == self._number:
                # Asked again at once it could not be answered either.
                self._number = None
                self._fail()
            case EngineDied():
                # The next engine may have another version; it is asked anew.
                self._version = None
                self._forget()
                self.failed = not report.restarting
                self._changed()

    def forget_samples(self) -> None:
        """Have the CNN asked about every sample anew: other samples have these numbers."""
        self._forget()
        self._unwritten = []
        self._listing = empty()
        self.probabilities = np.empty((0, 10), np.float16)
        self._looked_up = False

    def write(self) -> None:
        """Have the store remember what it does not know yet."""
        positions = _positions(self._listing.ids, np.array(self._unwritten, np.int64))
        self._unwritten = []
        positions = positions[positions >= 0]
        ids, version = self._listing.ids[positions].tolist(), self._version
        said = self.probabilities[positions]
        if len(ids) and version is not None:
            # Where it cannot be written, the network is asked again another day.
            self._store.run(
                lambda dataset: dataset.keep_scores(version, ids, said),
                failed=lambda _sentence: None,
            )

    def _use(self, version: str) -> None:
        if version != self._version:
            self._version = version
            self._unwritten = []
            self.probabilities[:] = np.nan
            self._looked_up = self.failed = False
            self._forget()
            self._changed()
            self.go_on()

    def _forget(self) -> None:
        if self._number is not None:
            self._client.forget(self._number)
        self._number, self._under_way = None, False

    def _remembered(
        self, version: str, ids: NDArray[np.int64], probabilities: NDArray[np.float16]
    ) -> None:
        self._under_way = False
        if version == self._version:
            self._fill(ids, probabilities)
            self._changed()
        self.go_on()

    def _ask(self, images: dict[int, NDArray[np.uint8]]) -> None:
        if not images or self._version is None:
            self._under_way = False
            return
        ids = tuple(images)
        self._number = self._client.score(ids, np.stack([images[number] for number in ids]))
        self._asked()

    def _take(self, scored: Scored) -> None:
        self._number, self._under_way, self.failed = None, False, False
        # Another version may have answered before it was reported.
        self._use(_name(scored.version))
        ids = np.array(scored.samples, np.int64)
        self._fill(ids, scored.probabilities.astype(np.float16))
        self._unwritten += scored.samples
        if len(self._unwritten) >= WRITTEN_AT_ONCE:
            self.write()
        self._changed()
        self.go_on()

    def _stopped(self, _sentence: str) -> None:
        # The next listing, or the next visit, asks again.
        self._looked_up = False
        self._fail()

    def _fail(self) -> None:
        self._under_way, self.failed = False, True
        self._changed()

    def _fill(self, ids: NDArray[np.int64], probabilities: NDArray[np.float16]) -> None:
        positions = _positions(self._listing.ids, ids)
        self.probabilities[positions[positions >= 0]] = probabilities[positions >= 0]


def _name(version: Version) -> str:
    """Return the name under which the store remembers the answers of a version's network."""
    # Another release of the program may ship another network.
    return f"{version.number} {version.created or version.network}"


def _positions(listed: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where `ids` stand in `listed`, which goes down; -1 where they do not."""
    if not len(listed):
        return np.full(len(ids), -1, np.int64)
    at = np.minimum(np.searchsorted(-listed, -ids), len(listed) - 1)
    return np.where(listed[at] == ids, at, -1)
