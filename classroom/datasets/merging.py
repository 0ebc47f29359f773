"""Joining what a class has handed in: each sample once, no two children mixed up.

A sample is known again by the moment and the image, so a zip that is handed in
twice, or holds what was imported from a neighbour, adds only what is new. A
writer is known again by the samples: those of an "ann" who shares none with the
"ann" that is there already are kept as "ann (2)", unless somebody says that the
two are one person.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from classroom.datasets import sample as table
from classroom.datasets.dataset import Sample
from classroom.datasets.sample import Trace
from classroom.datasets.sources import Source
from classroom.writers import LONGEST_WRITER, UNKNOWN_WRITER

_NUMBERED = re.compile(r"(.+) \((?:[2-9]|[1-9][0-9]+)\)")
_LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Namesake:
    """Somebody who has a name already.

    Attributes
    ----------
    source : str
        The zip or store that brings them; empty: they are kept here already.
    name : str
        As it stands there, or as it is kept here.
    """

    source: str
    name: str


@dataclass(frozen=True)
class Clash:
    """A writer who has the name of others, and may be one of them or somebody else.

    Attributes
    ----------
    source : str
        The zip or store that the samples come from.
    writer : str
        The name, as it stands there.
    others : tuple of Namesake
        Those who are kept here already first.
    """

    source: str
    writer: str
    others: tuple[Namesake, ...]


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
    same: Mapping[Clash, Namesake] | None,
    known_images: Collection[bytes],
) -> Plan:
    """Decide under which name each sample is kept, and which are there already.

    Parameters
    ----------
    sources : sequence of Source
    traces : iterable of Trace
        Of everything that is stored.
    same : mapping of Clash to Namesake, or None
        Who they are, as far as somebody has said; None: each is the first who has the name.
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
        same: Mapping[Clash, Namesake] | None,
        known_images: Collection[bytes],
    ) -> None:
        self.made = Plan()
        self._same = same
        self._known_images = known_images
        self._live: set[str] = set()
        # by mark: who has it
        self._writer_of: dict[bytes, str] = {}
        self._taken: set[str] = set()
        # by name, without a number: all who have it, and what each is kept as
        self._people: dict[str, dict[Namesake, str]] = defaultdict(dict)
        for trace in traces:
            self._writer_of[trace.mark] = trace.writer
            if trace.live:
                self._taken.add(trace.writer)
                self._live.add(trace.digest)
        for name in sorted(self._taken, key=lambda name: (len(name), name)):
            self._people[_base(name)][Namesake("", name)] = name
        self._said = {sample.writer for source in sources for sample in source.samples}

    def add(self, source: Source) -> None:
        """Plan the samples of one source."""
        by_writer: dict[str, list[Sample]] = {}
        for sample in source.samples:
            by_writer.setdefault(sample.writer or UNKNOWN_WRITER, []).append(sample)
        for writer, samples in by_writer.items():
            traced = [(one, table.trace(one)) for one in samples if not self._is_known(one)]
            marks = [trace.mark for _sample, trace in traced]
            name = self._name(source, writer, marks) if source.handed_in else writer
            if name not in self._taken:
                self._taken.add(name)
                self._people[_base(name)][Namesake(source.name, writer)] = name
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
        people = self._people[_base(writer)]
        clash = Clash(source.name, writer, tuple(people))
        self.made.clashes.append(clash)
        chosen = clash.others[0] if self._same is None else self._same.get(clash)
        name = people[chosen] if chosen else self._free(writer)
        # Also who is somebody known: the next ones are asked about in the same words.
        people[Namesake(source.name, writer)] = name
        return name

    def _free(self, writer: str) -> str:
        """Return the first name of the kind "ann (2)" that nobody has."""
        stem = _base(writer)[: LONGEST_WRITER - _LONGEST_NUMBER].rstrip()
        number = 2
        while (name := f"{stem} ({number})") in self._taken or name in self._said:
            number += 1
        return name


def _base(writer: str) -> str:
    """Return "ann" for "ann (2)"."""
    numbered = _NUMBERED.fullmatch(writer)
    return numbered[1] if numbered else writer
