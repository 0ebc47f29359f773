"""What *My digits* says of samples: on their tiles, beside them, and in sum."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import Listing
from classroom.datasets.sample import ORIGINS
from classroom.i18n import _, ngettext
from classroom.ui.samples.filtering import Criteria, FilteredSamples, mistaken
from classroom.ui.widgets.thumbnails import Thumbnail


def origin_text(origin: str) -> str:
    """Return where a sample came from, in words."""
    words = {
        "drawn": _("drawn here"),
        "photo": _("a photo"),
        "camera": _("the camera"),
        "import": _("a file"),
    }
    return words.get(origin, origin)


def part_text(exam: bool) -> str:
    """Return what a sample is for, in a word."""
    return _("exam") if exam else _("practice")


def date_text(moment: datetime | None) -> str:
    """Return date and time as the clock on the wall showed them."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


@dataclass(frozen=True)
class Facts:
    """What the selected samples have in common.

    Attributes
    ----------
    count : int
    label : int
        What the one that is shown is.
    writer, part, origin : str
        For people; a word for "several" where they differ.
    said : str
        What the CNN takes the one selected for.
    """

    count: int
    label: int
    writer: str
    part: str
    origin: str
    said: str


def common(values: Sequence[str]) -> str:
    """Return the one value that all share, or say that they differ."""
    first = values[0]
    return first if all(value == first for value in values) else _("several")


def facts(
    filtered: FilteredSamples,
    chosen: Collection[int],
    shown: int | None,
    probabilities: NDArray[np.float16],
) -> Facts | None:
    """Return what is known of the selected samples; None where none is selected.

    Parameters
    ----------
    filtered : FilteredSamples
    chosen : collection of int
        Positions in `filtered`.
    shown : int or None
        The position of the one whose picture is shown.
    probabilities : array of shape (n, 10)
        What the CNN says of each sample of the listing.
    """
    if shown is None:
        return None
    listing = filtered.listing
    rows = filtered.order[np.array(sorted(chosen), np.int64)]
    one = int(filtered.order[shown])
    said, says = probabilities[one], ""
    if len(rows) == 1 and not np.isnan(said[0]):
        digit = int(said.argmax())
        says = _("{digit}, {percent:.0%} sure").format(digit=digit, percent=float(said[digit]))
    return Facts(
        count=len(rows),
        label=int(listing.labels[one]),
        writer=common([listing.names[at] for at in np.unique(listing.writers[rows])]),
        part=common([part_text(bool(exam)) for exam in np.unique(listing.exam[rows])]),
        origin=common([origin_text(ORIGINS[at]) for at in np.unique(listing.origins[rows])]),
        said=says,
    )


def tile(
    listing: Listing,
    row: int,
    picture: NDArray[np.uint8] | None,
    probabilities: NDArray[np.float16],
) -> Thumbnail:
    """Return the tile of the sample in a row of the listing."""
    said = probabilities[row]
    wrong = mistaken(listing.labels[row : row + 1], probabilities[row : row + 1])[0]
    return Thumbnail(
        picture,
        marked=bool(listing.exam[row]),
        remark=f"{int(said.argmax())}?" if wrong else "",
    )


def counted(count: int, exam: int) -> str:
    """Say how many there are, for practice and for the exam."""
    return ngettext(
        "{n:,} digit: {practice:,} for practice, {exam:,} for the exam",
        "{n:,} digits: {practice:,} for practice, {exam:,} for the exam",
        count,
    ).format(n=count, practice=count - exam, exam=exam)


def summary(
    filtered: FilteredSamples, criteria: Criteria, unasked: int, *, failed: bool = False
) -> str:
    """Say how many are shown, and how many the CNN has not seen yet where that matters."""
    text = counted(*filtered.count())
    if unasked and failed and (criteria.wrong or criteria.by_doubt):
        left = ngettext(
            "the CNN could not look at {n:,}", "the CNN could not look at {n:,}", unasked
        ).format(n=unasked)
        text = f"{text}; {left}"
    elif unasked and (criteria.wrong or criteria.by_doubt):
        left = ngettext(
            "the CNN has {n:,} to look at", "the CNN has {n:,} to look at", unasked
        ).format(n=unasked)
        text = f"{text}; {left}"
    return text


def nothing_here(criteria: Criteria, unasked: int, *, deleted: bool, failed: bool = False) -> str:
    """Say why none is shown."""
    if deleted:
        return _("No digit of this kind is deleted.")
    if criteria.wrong and unasked and failed:
        return _("The CNN could not look at all of these. It gets right what it has seen.")
    if criteria.wrong and unasked:
        return _("The CNN is still looking. So far it gets all of these right.")
    if criteria.wrong:
        return _("The CNN gets all of these right.")
    return _("No digit of this kind is kept.")
