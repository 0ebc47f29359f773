"""What an import will store: under which name each sample is kept, and which are stored already.

`importing` asks for a plan, shows the name clashes in it, and stores its samples.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from classroom.datasets.import_sources import Source
from classroom.datasets.sample import Sample, Trace
from classroom.datasets.samples_table import trace
from classroom.writers import LONGEST_WRITER, UNKNOWN_WRITER

# A name with the number that this module adds, such as "ann (2)".
_NUMBERED = re.compile(r"(.+) \((?:[2-9]|[1-9][0-9]+)\)")
_LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Namesake:
    """A writer whose name another writer has, too.

    Attributes
    ----------
    source : str
        The zip or store that the writer's samples come from; empty for samples in the store.
    name : str
        The name in that source, or in the store.
    """

    source: str
    name: str


@dataclass(frozen=True)
class Clash:
    """A writer who may be the same person as others of this name, or somebody else.

    Attributes
    ----------
    source : str
        The zip or store that the writer's samples come from.
    writer : str
        The name in that source.
    others : tuple of Namesake
        Writers in the store come first.
    """

    source: str
    writer: str
    others: tuple[Namesake, ...]


@dataclass(frozen=True)
class Contribution:
    """The samples of one writer in one source.

    Attributes
    ----------
    source : str
    writer : str
        The name in the source.
    kept_as : str
        The name in the store.
    added, duplicates : int
        How many samples are new, and how many are stored already.
    """

    source: str
    writer: str
    kept_as: str
    added: int
    duplicates: int


@dataclass
class ImportPlan:
    """What an import will store.

    Attributes
    ----------
    samples : list of Sample
        Their writers are the names that the store gets.
    contributions : list of Contribution
    clashes : list of Clash
        All of them, whether the user has answered them or not.
    """

    samples: list[Sample] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def plan(
    sources: Sequence[Source],
    traces: Iterable[Trace],
    same: Mapping[Clash, Namesake] | None,
    known_images: Collection[bytes],
) -> ImportPlan:
    """Decide under which name each sample is kept, and which samples are stored already.

    A sample is recognised by its time and image. So a zip that is handed in twice, or that
    holds samples which a neighbour has handed in, adds only what is new. A writer is
    recognised by the samples: an "ann" who has no sample in common with the "ann" in the store
    is kept as "ann (2)", unless the user says that they are one person.

    Parameters
    ----------
    sources : sequence of Source
    traces : iterable of Trace
        Those of all stored samples.
    same : mapping of Clash to Namesake, or None
        Who the writer of a clash is; without an entry it is somebody else. None where every
        writer of a clash is the first one of that name.
    known_images : collection of bytes
        The images that are stored. A sample without a writer whose image is among them counts
        as stored already: the same digits may come in several formats, some of which hold no
        writer.
    """
    planner = _Planner(sources, traces, same, known_images)
    # Files that the user made come first: their writers' names are taken as they are.
    for source in sorted(sources, key=lambda each: each.handed_in):
        planner.add(source)
    return planner.made


class _Planner:
    """Goes through the sources one by one, and remembers which writer has which name."""

    def __init__(
        self,
        sources: Sequence[Source],
        traces: Iterable[Trace],
        same: Mapping[Clash, Namesake] | None,
        known_images: Collection[bytes],
    ) -> None:
        self.made = ImportPlan()
        self._same = same
        self._known_images = known_images
        self._live: set[str] = set()
        # By mark: the name under which the sample is stored or will be.
        self._writer_of: dict[bytes, str] = {}
        self._taken: set[str] = set()
        # By name without its number: all writers of that name, and what each is kept as.
        self._people: dict[str, dict[Namesake, str]] = defaultdict(dict)
        for stored in traces:
            self._writer_of[stored.mark] = stored.writer
            if stored.live:
                self._taken.add(stored.writer)
                self._live.add(stored.digest)
        for name in sorted(self._taken, key=lambda name: (len(name), name)):
            self._people[_base(name)][Namesake("", name)] = name
        self._said = {sample.writer for source in sources for sample in source.samples}

    def add(self, source: Source) -> None:
        """Plan the samples of one source."""
        by_writer: dict[str, list[Sample]] = {}
        for sample in source.samples:
            by_writer.setdefault(sample.writer or UNKNOWN_WRITER, []).append(sample)
        for writer, samples in by_writer.items():
            traced = [(one, trace(one)) for one in samples if not self._is_known(one)]
            marks = [its_trace.mark for _sample, its_trace in traced]
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

    def _keep(self, source: Source, sample: Sample, its_trace: Trace, name: str) -> bool:
        """Plan one sample; return whether it is new."""
        known = self._writer_of.setdefault(its_trace.mark, name)
        if source.handed_in and known != name:
            # The same drawing is stored under another name.
            return False
        named = replace(sample, writer=name)
        digest = its_trace.digest if sample.writer == name else trace(named).digest
        self.made.samples.append(named)
        fresh = digest not in self._live
        self._live.add(digest)
        return fresh

    def _name(self, source: Source, writer: str, marks: Sequence[bytes]) -> str:
        """Return the name under which the samples of a writer who handed them in are kept."""
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
        # Listed also where the writer is one of the others, so that a later clash offers both.
        people[Namesake(source.name, writer)] = name
        return name

    def _free(self, writer: str) -> str:
        """Return the first name such as "ann (2)" that nobody has."""
        stem = _base(writer)[: LONGEST_WRITER - _LONGEST_NUMBER].rstrip()
        number = 2
        while (name := f"{stem} ({number})") in self._taken or name in self._said:
            number += 1
        return name


def _base(writer: str) -> str:
    """Return a name without its number: "ann" for "ann (2)"."""
    numbered = _NUMBERED.fullmatch(writer)
    return numbered[1] if numbered else writer
