"""What *My digits* says of samples: on their tiles, beside them, and in sum."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import Listing
from classroom.datasets.sample import ORIGINS
from classroom.i18n import _, ngettext
from classroom.ui.samples.details import Facts, common, origin_text, part_text
from classroom.ui.samples.filtering import Visible, Wish, mistaken
from classroom.ui.widgets.thumbnails import Tile


def facts(
    visible: Visible,
    chosen: Collection[int],
    shown: int | None,
    probabilities: NDArray[np.float16],
) -> Facts | None:
    """Return what is known of the selected samples; None where none is selected.

    Parameters
    ----------
    visible : Visible
    chosen : collection of int
        Positions in `visible`.
    shown : int or None
        The position of the one whose picture is shown.
    probabilities : array of shape (n, 10)
        What the CNN says of each sample of the listing.
    """
    if shown is None:
        return None
    listing = visible.listing
    rows = visible.order[np.array(sorted(chosen), np.int64)]
    one = int(visible.order[shown])
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
) -> Tile:
    """Return the tile of the sample in a row of the listing."""
    said = probabilities[row]
    wrong = mistaken(listing.labels[row : row + 1], probabilities[row : row + 1])[0]
    return Tile(
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


def in_sum(visible: Visible, wish: Wish, unasked: int, *, failed: bool = False) -> str:
    """Say how many are shown, and how many of all the CNN has not seen yet where that matters."""
    text = counted(*visible.count())
    if unasked and failed and (wish.wrong or wish.by_doubt):
        left = ngettext(
            "the CNN could not look at {n:,}", "the CNN could not look at {n:,}", unasked
        ).format(n=unasked)
        text = f"{text}; {left}"
    elif unasked and (wish.wrong or wish.by_doubt):
        left = ngettext(
            "the CNN has {n:,} to look at", "the CNN has {n:,} to look at", unasked
        ).format(n=unasked)
        text = f"{text}; {left}"
    return text


def nothing_here(wish: Wish, unasked: int, *, deleted: bool, failed: bool = False) -> str:
    """Say why none is shown."""
    if deleted:
        return _("No digit of this kind is deleted.")
    if wish.wrong and unasked and failed:
        return _("The CNN could not look at all of these. It gets right what it has seen.")
    if wish.wrong and unasked:
        return _("The CNN is still looking. So far it gets all of these right.")
    if wish.wrong:
        return _("The CNN gets all of these right.")
    return _("No digit of this kind is kept.")
