"""What was changed among the kept samples, and how each change is taken back.

Nothing here knows the window: an edit is applied to a store, on whichever
thread the window has for that, and remembered once it has succeeded.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from classroom.i18n import A_DIGIT, _, ngettext

if TYPE_CHECKING:
    from classroom.dataset import Dataset

REMEMBERED = 100


class Edit(Protocol):
    """A change of the store that can be taken back."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The samples that it concerns."""

    def apply(self, store: "Dataset") -> None:
        """Make the change."""

    def revert(self, store: "Dataset") -> None:
        """Take it back."""

    def sentence(self) -> str:
        """Say what was done."""

    def reverted_sentence(self) -> str:
        """Say that it was taken back."""


@dataclass(frozen=True)
class Delete:
    """Samples were deleted.

    Attributes
    ----------
    ids : tuple of int
    """

    ids: tuple[int, ...]

    def apply(self, store: "Dataset") -> None:
        """Delete them."""
        store.delete(self.ids)

    def revert(self, store: "Dataset") -> None:
        """Bring them back, each with the part that it had."""
        store.restore(self.ids)

    def sentence(self) -> str:
        """Say what was done."""
        count = len(self.ids)
        return ngettext("{n:,} digit deleted.", "{n:,} digits deleted.", count).format(n=count)

    def reverted_sentence(self) -> str:
        """Say that it was taken back."""
        count = len(self.ids)
        return ngettext("{n:,} digit is back.", "{n:,} digits are back.", count).format(n=count)


@dataclass(frozen=True)
class Relabel:
    """Samples were given another label.

    Attributes
    ----------
    before : mapping of int to int
        The label that each sample (by its id) had.
    label : int
        The label that all of them got, 0 to 9.
    """

    before: Mapping[int, int]
    label: int

    @property
    def ids(self) -> tuple[int, ...]:
        """The samples that it concerns."""
        return tuple(self.before)

    def apply(self, store: "Dataset") -> None:
        """Give all of them the new label."""
        store.relabel(self.ids, self.label)

    def revert(self, store: "Dataset") -> None:
        """Give each the label that it had."""
        by_label = defaultdict(list)
        for sample, label in self.before.items():
            by_label[label].append(sample)
        for label, samples in by_label.items():
            store.relabel(samples, label)

    def sentence(self) -> str:
        """Say what was done."""
        count = len(self.before)
        return ngettext(
            "{n:,} digit is {a_digit} now.", "{n:,} digits are {a_digit} now.", count
        ).format(n=count, a_digit=A_DIGIT[self.label])

    def reverted_sentence(self) -> str:
        """Say that it was taken back."""
        return _("The labels are as they were before.")


class History:
    """The edits that can be taken back, the latest first out; the oldest are forgotten."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []

    def __len__(self) -> int:
        return len(self._edits)

    def push(self, edit: Edit) -> None:
        """Remember an edit that was applied."""
        self._edits.append(edit)
        del self._edits[:-REMEMBERED]

    def pop(self) -> Edit | None:
        """Give the latest edit, to be reverted, and forget it; None when there is none."""
        return self._edits.pop() if self._edits else None
