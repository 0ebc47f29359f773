"""The command ``report``: write a page about a comparison, with plots."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from classroom.cli.arguments import count
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence, watch_file
from classroom.errors import WrongUsage
from classroom.i18n import _


@dataclass(frozen=True)
class ReportWritten(Answer):
    """The report.

    Attributes
    ----------
    report : str
        Its file.
    run : int
        The number of the run that it is about.
    outdated : bool
        Whether the own digits have changed since that run.
    plots : int
        How many plots it shows.
    """

    report: str
    run: int
    outdated: bool
    plots: int

    def as_text(self) -> list[str]:
        """Return where the report is, and whether it is out of date."""
        line = _("The report of run {run}: {report}").format(run=self.run, report=self.report)
        stale = _("The own digits have changed since: it is marked out of date.")
        return [line, stale] if self.outdated else [line]


class WriteReport(Command):
    """Writes a report about a run."""

    name = "report"
    help = _("write a page about a comparison, with plots")
    rank = 90

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the folder, the run and the plots."""
        parser.add_argument(
            "report",
            type=Path,
            metavar="DIR",
            help=_("the folder for report.html, made if need be"),
        )
        parser.add_argument(
            "--run",
            type=count(1),
            default=0,
            metavar="N",
            help=_("the number of the run (default: the latest)"),
        )
        parser.add_argument(
            "--plots",
            type=lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
            default=(),
            metavar="PLOT,PLOT,...",
            help=_("such as confusion, separated by commas (default: all)"),
        )

    def run(self, options: argparse.Namespace, home: Path) -> ReportWritten:
        """Draw the plots of the run, and write the page.

        Raises
        ------
        WrongUsage
            There is no plot of a given name.
        """
        from classroom.plots.registry import PLOTS
        from classroom.reports import run_report

        unknown = [name for name in options.plots if name not in PLOTS]
        if unknown:
            raise WrongUsage(
                _("There is no plot called {name!r}; choose some of: {known}.").format(
                    name=unknown[0], known=", ".join(PLOTS)
                )
            )
        request = run_report.ReportRequest(
            home, options.checksums, options.report, options.run, options.plots
        )
        saved = run_report.save(request)
        return ReportWritten(str(saved.file), saved.run, saved.outdated, saved.plots)

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the page was written."""
        missing = _("Stopped; the report was not written.")
        return watch_file(options.report / "report.html", missing)
