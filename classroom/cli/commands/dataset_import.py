"""The command ``dataset import``: add samples of files, folders, zips and other stores."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom import catalogue
from classroom.cli.base import Answer, Command, NothingDone
from classroom.cli.own_samples import DATASET, count_and_fingerprint, opened
from classroom.cli.stopping import StopSentence
from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.datasets.import_plan import Contribution
    from classroom.datasets.importing import ImportReport

# A file can have thousands of bad lines; the first few of them show what is wrong.
REFUSALS_SHOWN = 20


@dataclass(frozen=True)
class Imported(Answer):
    """What was added and what was refused."""

    report: "ImportReport"

    def as_json(self) -> dict[str, Any]:
        """Return the fields of the report, but for the number of the edit.

        That number means nothing to another program: ``dataset undo`` takes back the
        latest edit.
        """
        fields = asdict(self.report)
        del fields["edit"]
        return fields

    def as_text(self) -> list[str]:
        """Return the counts, and the first refusals, writers and files with their reasons."""
        report = self.report
        added = ngettext("{n:,} sample added", "{n:,} samples added", report.added)
        lines = [
            added.format(n=report.added)
            + _(", {duplicates:,} kept before, {rejected:,} refused.").format(
                duplicates=report.duplicates, rejected=len(report.rejected)
            )
        ]
        lines += [f"  {one.item}: {one.why}" for one in report.rejected[:REFUSALS_SHOWN]]
        left = len(report.rejected) - REFUSALS_SHOWN
        if left > 0:
            lines.append(ngettext("  and {n:,} more", "  and {n:,} more", left).format(n=left))
        if report.duplicates and not report.added:
            lines.append(_("Nothing is new: what could be read was kept before."))
        left_out = [_("Left out: {why}").format(why=one.why) for one in report.left_out]
        return lines + _by_writer(report.contributions) + left_out

    def warnings(self) -> list[str]:
        """Return a sentence for each file whose digits were turned."""
        from classroom.datasets import import_orientation

        return [import_orientation.sentence(done) for done in self.report.reoriented]


def _by_writer(contributions: "Sequence[Contribution]") -> list[str]:
    """Return how many samples came from whom; nothing where there is only one source."""
    renamed = any(one.writer != one.kept_as for one in contributions)
    if len({one.source for one in contributions}) < 2 and not renamed:
        return []
    lines = []
    for one in contributions:
        who = one.writer
        if one.kept_as != who:
            who = _("{writer}, kept as {kept_as}").format(writer=who, kept_as=one.kept_as)
        text = _("  {source}: {who}: {added:,} added, {duplicates:,} kept before")
        lines.append(
            text.format(source=one.source, who=who, added=one.added, duplicates=one.duplicates)
        )
    if renamed:
        lines.append(_("If writers of one name are one person, say --same-writers."))
    return lines


class DatasetImport(Command):
    """Adds samples."""

    name = "import"
    group = DATASET
    help = _("add samples")
    rank = 30

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the paths, and what is to be done with writers, bad files and turned digits."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--writer", metavar="W", help=_("who wrote them (default: whom the files name)")
        )
        parser.add_argument(
            "--same-writers",
            action="store_true",
            help=_(
                "writers of the same name in several zips or stores are one person "
                '(default: the second "ann" becomes "ann (2)")'
            ),
        )
        parser.add_argument(
            "--skip-bad",
            action="store_true",
            help=_("leave out zips and stores that cannot be read (default: import nothing)"),
        )
        parser.add_argument(
            "--orientation",
            choices=(catalogue.AUTO, *catalogue.ORIENTATIONS),
            default=catalogue.AUTO,
            metavar="|".join((catalogue.AUTO, *catalogue.TURNS)),
            help=_(
                "how the digits of other programs lie in their files, so that they can be brought "
                "upright; with ink and ground exchanged: inverted, transposed-inverted and so on "
                "(default: auto, as they tell by comparison with MNIST's)"
            ),
        )

    def run(self, options: argparse.Namespace, home: Path) -> Imported:
        """Add everything that can be read in one edit of the store."""
        from classroom.datasets import importing

        with opened(home) as store:
            report = importing.import_paths(
                store,
                options.paths,
                writer=options.writer,
                same_writers=options.same_writers,
                skip_bad=options.skip_bad,
                orientation=options.orientation,
            )
        answer = Imported(report)
        if not report.added and not report.duplicates:
            raise NothingDone(_("Nothing was imported: everything was refused."), answer=answer)
        return answer

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the samples were added: all of them, or none."""
        before, _fingerprint = count_and_fingerprint(home)

        def say() -> str:
            added = count_and_fingerprint(home)[0] - before
            if not added:
                return _("Stopped; nothing was imported, and your digits are as they were.")
            return ngettext(
                "Stopped, but the import was complete by then: {n:,} sample was added. "
                "“dataset undo” takes it back.",
                "Stopped, but the import was complete by then: {n:,} samples were added. "
                "“dataset undo” takes them back.",
                added,
            ).format(n=added)

        return say
