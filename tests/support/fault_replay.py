"""Works out which digits a store must hold, from everything that a step said it did.

What was done must be there. What was refused must not be, or all of it where the error came with
the last call of a commit; then the program must not have said that nothing was changed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import fault_steps
from fault_steps import BEFORE, IMPORTED, Digits, digest, digit, imported

Event = dict[str, Any]
NOTHING_CHANGED = "nothing was changed"


@dataclass(frozen=True)
class World:
    """One possible course of a step.

    Attributes
    ----------
    past, future : tuple of dict
        The states that can be gone back to, the last of them the one of now; and those that can
        be done again.
    untrue : tuple of str
        What was said and is not so in this world.
    """

    past: tuple[Digits, ...]
    future: tuple[Digits, ...] = ()
    untrue: tuple[str, ...] = ()

    @property
    def now(self) -> Digits:
        """The digits at its end."""
        return self.past[-1]

    def after(self, what: str, event: Event) -> "World":
        """Return the course in which an event was done as well."""
        if what == "undone":
            if len(self.past) < 2:
                return self
            return World(self.past[:-1], (*self.future, self.now), self.untrue)
        if what == "redone":
            if not self.future:
                return self
            return World((*self.past, self.future[-1]), self.future[:-1], self.untrue)
        now = dict(self.now)
        match what:
            case "kept":
                now[event["digest"]] = event["label"]
            case "relabelled":
                now |= {one: event["label"] for one in event["digests"] if one in now}
            case "deleted":
                now = {one: label for one, label in now.items() if one not in event["digests"]}
            case "imported":
                now |= {digest(one): one.label for one in everything_imported()}
        # An edit that changes nothing cannot be undone.
        return self if now == self.now else World((*self.past, now), (), self.untrue)


def worlds(events: Iterable[Event], before: Digits, *, learns: bool) -> list[World]:
    """Return all possible courses; in the first one, everything is as it was said."""
    past = (before,) if learns else tuple(fault_steps.before())
    found = [World(past, ({**before, digest(digit(BEFORE)): BEFORE % 10},))]
    for event in events:
        if event["event"] != "refused":
            if not event.get("nothing"):
                found = [world.after(event["event"], event) for world in found]
        elif "what" in event:
            claim = (event["sentence"],) if NOTHING_CHANGED in event["sentence"] else ()
            done = [world.after(event["what"], event) for world in found]
            found += [
                World(one.past, one.future, (*one.untrue, *claim))
                for one, world in zip(done, found, strict=True)
                if one is not world
            ]
    return found


def events_of_command(step: str, status: int | None, out: str, err: str) -> list[Event]:
    """Return the events of a command, which its output implies."""
    what = {
        "import-zip": "imported",
        "import-pictures": "imported",
        "command-undo": "undone",
        "command-redo": "redone",
    }.get(step)
    if what is None:
        return []
    if status == 0:
        partly = what == "imported" and json.loads(out)["rejected"]
        return [] if partly else [{"event": what}]
    sentence = (err.strip().splitlines() or [""])[-1]
    return [{"event": "refused", "what": what, "sentence": sentence}]


def everything_imported() -> list[Any]:
    """Return the digits of the files that a step imports."""
    return [imported(number) for number in range(IMPORTED)]
