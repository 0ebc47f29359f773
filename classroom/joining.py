"""Joining what a class has handed in: each sample once, no two children mixed up.

A sample is known again by the moment and the image, so a zip that is handed in
twice, or holds what was imported from a neighbour, adds only what is new. A
writer is known again by the samples: those of an "ann" who shares none with the
"ann" that is there already are kept as "ann (2)", unless somebody says that the
two are one person.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from classroom import sample as table
from classroom.dataset import Sample
from classroom.sample import Trace
from classroom.sources import Source

_NUMBERED = re.compile(r"(.+) \((?:[2-9]|[1-9][0-9]+)\)")
_LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Clash:
    """A writer who has the name of another, and may be the same person or a second one.

    Attributes
    ----------
    source : str
        The zip or store that the samples come from.
    writer : str
        The name, as it stands there.
    other : str
        The source in which somebody else has it; empty: they are kept here already.
    """

    source: str
    writer: str
    other: str


@dataclass(frozen=True)
class Contribution:
    """What came of one writer in one source.

    Attributes
    ----------
    source : str
    writer : str
        The name, as it stands there.
    kept_as : str
        The name in the store.
    added, duplicates : int
        Samples that are new, and that were there already.
    """

    source: str
    writer: str
    kept_as: str
    added: int
    duplicates: int


@dataclass
class Plan:
    """What an import would do.

    Attributes
    ----------
    samples : list of Sample
        All that are to be kept, by the names they are kept under.
    contributions : list of Contribution
    clashes : list of Clash
        All there are, whether somebody has said who they are or not.
    """

    samples: list[Sample] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def plan(
    sources: Sequence[Source],
    traces: Iterable[Trace],
    same: Collection[Clash] | None = (),
    known_images: Collection[bytes] = (),
) -> Plan:
    """Decide under which name each sample is kept, and which are there already.

    Parameters
    ----------
    sources : sequence of Source
    traces : iterable of Trace
        Of everything that is stored.
    same : collection of Clash, or None
        Those of which somebody has said that they are the same person; None: all.
    known_images : collection of bytes
        A digit of which no writer is known, and that is one of these, is there already.
    """
    planner = _Planner(sources, traces, same, known_images)
    # what names its writers for good comes first: nobody handed it in
    for source in sorted(sources, key=lambda each: each.handed_in):
        planner.add(source)
    return planner.made


class _Planner:
    """Goes through the sources one by one, and remembers who has which name."""

    def __init__(
        self,
        sources: Sequence[Source],
        traces: Iterable[Trace],
        same: Collection[Clash] | None,
        known_images: Collection[bytes],
    ) -> None:
        self.made = Plan()
        self._same = same
        self._known_images = known_images
        self._live: set[str] = set()
        # by mark: who has it
        self._writer_of: dict[bytes, str] = {}
        # by name: the source that brought it, empty for the store
        self._taken: dict[str, str] = {}
        for trace in traces:
            self._writer_of[trace.mark] = trace.writer
            if trace.live:
                self._taken[trace.writer] = ""
                self._live.add(trace.digest)
        self._said = {sample.writer for source in sources for sample in source.samples}

    def add(self, source: Source) -> None:
        """Plan the samples of one source."""
        by_writer: dict[str, list[Sample]] = {}
        for sample in source.samples:
            by_writer.setdefault(sample.writer or table.UNKNOWN_WRITER, []).append(sample)
        for writer, samples in by_writer.items():
            traced = [(one, table.trace(one)) for one in samples if not self._is_known(one)]
            marks = [trace.mark for _sample, trace in traced]
            name = self._name(source, writer, marks) if source.handed_in else writer
            self._taken.setdefault(name, source.name)
            added = sum(self._keep(source, *each, name) for each in traced)
            self.made.contributions.append(
                Contribution(source.name, writer, name, added, len(samples) - added)
            )

    def _is_known(self, sample: Sample) -> bool:
        return not sample.writer and sample.image.tobytes() in self._known_images

    def _keep(self, source: Source, sample: Sample, trace: Trace, name: str) -> bool:
        """Plan one sample; return whether it is new."""
        known = self._writer_of.setdefault(trace.mark, name)
        if source.handed_in and known != name:
            # the same drawing, which somebody has under another name
            return False
        named = replace(sample, writer=name)
        digest = trace.digest if sample.writer == name else table.trace(named).digest
        self.made.samples.append(named)
        fresh = digest not in self._live
        self._live.add(digest)
        return fresh

    def _name(self, source: Source, writer: str, marks: Sequence[bytes]) -> str:
        """Return the name under which a handed-in writer's samples are kept."""
        votes = Counter(
            known
            for mark in marks
            if (known := self._writer_of.get(mark)) and _base(known) == _base(writer)
        )
        if votes:
            return votes.most_common(1)[0][0]
        if writer not in self._taken:
            return writer
        clash = Clash(source.name, writer, self._taken[writer])
        self.made.clashes.append(clash)
        if self._same is None or clash in self._same:
            return writer
        return self._free(writer)

    def _free(self, writer: str) -> str:
        """Return the first name of the kind "ann (2)" that nobody has."""
        stem = _base(writer)[: table.LONGEST_WRITER - _LONGEST_NUMBER].rstrip()
        number = 2
        while (name := f"{stem} ({number})") in self._taken or name in self._said:
            number += 1
        return name


def _base(writer: str) -> str:
    """Return "ann" for "ann (2)"."""
    numbered = _NUMBERED.fullmatch(writer)
    return numbered[1] if numbered else writer
