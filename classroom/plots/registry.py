"""Lists the plots of a comparison by name, in the order of their buttons.

The tab *Compare*, the reports and the command line offer what is in `PLOTS`.
"""

from __future__ import annotations

from classroom.discovery import subclasses
from classroom.plots.base import Plot

PLOTS: dict[str, type[Plot]] = {
    plot.name: plot
    # mypy takes an abstract class for no type[Plot]; the base class of the plots is meant.
    for plot in sorted(
        subclasses("classroom.plots", Plot),  # type: ignore[type-abstract]
        key=lambda plot: (plot.rank, plot.name),
    )
}
