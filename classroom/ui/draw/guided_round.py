"""A round of guided collection: which digit comes next. Pure logic, without a window."""

import random
from typing import Self

DIGITS = "0123456789"
EACH_AT_MOST = 50


class GuidedRound:
    """So many of each digit, called one after the other.

    Parameters
    ----------
    order : str
        The digits as they are called.
    done : int
        How many of them are kept.
    """

    def __init__(self, order: str, done: int = 0) -> None:
        self.order = order
        self.done = done
        # The numbers in the store of what this window has kept, by place in the order.
        self._ids: dict[int, int] = {}

    @classmethod
    def of_each(cls, count: int, chance: random.Random | None = None) -> Self:
        """Return a round with `count` of each digit, in a balanced random order.

        Every ten calls hold each digit once, so that a round that is broken
        off is balanced too, and no digit comes twice in a row: who writes the
        same digit again and again soon draws it instead of writing it.
        """
        chance = chance or random.Random()
        order = ""
        for _ten in range(count):
            ten = list(DIGITS)
            chance.shuffle(ten)
            if order and ten[0] == order[-1]:
                ten[0], ten[-1] = ten[-1], ten[0]
            order += "".join(ten)
        return cls(order)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the round that `text` was written of; None where it is none, or is over."""
        done, _slash, order = text.partition("/")
        known = set(order) <= set(DIGITS) and len(order) <= EACH_AT_MOST * len(DIGITS)
        if not (known and done.isascii() and done.isdecimal() and int(done) < len(order)):
            return None
        return cls(order, int(done))

    def __str__(self) -> str:
        return f"{self.done}/{self.order}"

    @property
    def digit(self) -> int | None:
        """The digit that is called; None when the round is over."""
        return None if self.over else int(self.order[self.done])

    @property
    def over(self) -> bool:
        """Whether all digits are kept."""
        return self.done >= len(self.order)

    def take(self, label: int) -> int | None:
        """Count a digit that is being kept, and go on to the next.

        Returns
        -------
        int or None
            Its place in the order; None where another digit was called.
        """
        if label != self.digit:
            return None
        self.done += 1
        return self.done - 1

    def stored(self, place: int, number: int) -> None:
        """Remember the number in the store of what was kept for a place."""
        self._ids[place] = number

    def back(self) -> int | None:
        """Call the last digit once more; return the number of what was kept for it, if known."""
        self.done = max(0, self.done - 1)
        return self._ids.pop(self.done, None)

    def forget_all(self) -> None:
        """Forget the numbers of what was kept: the store is another one."""
        self._ids.clear()

    def forget(self, number: int) -> None:
        """Go back where `number`, which is no longer in the store, was the last."""
        if self._ids.get(self.done - 1) == number:
            self.back()
