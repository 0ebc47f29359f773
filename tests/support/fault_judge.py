"""Decides whether anything that was acknowledged is lost, wrong or half done after a fault.

It compares what a step said during the fault with what `fault_look` finds after it.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from fault_look import Seen, tracebacks
from fault_replay import events_of_command, worlds
from fault_steps import BEFORE, IMPORTED, STEPS, Digits, digest, digit, imported
from faulty_disk import FAULTS


@dataclass
class Verdict:
    """Everything that is wrong after a case, in words; all lists are empty where nothing is."""

    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    not_opened: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True)
class Account:
    """What a step did and said.

    Attributes
    ----------
    step, fault : str
    status : int or None
        The exit status, negative for a signal; None where it hung and was ended.
    fired : bool
        Whether the fault happened.
    target : str
        The file that the fault changes, relative to the folder of the case.
    where : str
        The file of the call at which the fault happened.
    out, err : str
    events : list of dict
    """

    step: str
    fault: str
    status: int | None
    fired: bool
    target: str
    where: str
    out: str
    err: str
    events: list[dict[str, Any]]

    @property
    def meddled(self) -> bool:
        """Whether another program changed the target."""
        fault = FAULTS.get(self.fault)
        return fault is not None and fault.is_another_program and self.fired

    @property
    def lacked_a_picture(self) -> bool:
        """Whether a picture was removed before any was opened, which no import can notice."""
        taken = self.fault in ("removed", "removed-all", "moved") and self.fired
        return taken and self.target.endswith(".png") and "/inbox/" not in self.where


def judge(account: Account, before: Digits, seen: Seen) -> Verdict:
    """Compare what a step said with what is there after it."""
    verdict = Verdict()
    _judge_words(account, seen, verdict)
    if seen.digits is None:
        verdict.not_opened.append(f"the store does not open: {seen.sentences}")
        return verdict
    if STEPS[account.step].learns:
        _judge_learning(account, seen, verdict)
    else:
        _judge_exports(account, before, seen, verdict)
    # Another program removed digits. Those stored before may be gone, if the program said so.
    if account.meddled and account.target.endswith(".sqlite"):
        _judge_meddled(account, before, seen, verdict)
    else:
        _judge_store(account, before, seen, verdict)
    return verdict


def _judge_exports(account: Account, before: Digits, seen: Seen, verdict: Verdict) -> None:
    for problem in seen.problems:
        (verdict.halves if "export" in problem else verdict.not_opened).append(problem)
    if account.step != "export":
        return
    if account.status == 0 and len(seen.exports) != 3:
        verdict.lost.append(f"exported are only {list(seen.exports)}")
    # Where an older store took the file's place, that one may have been exported.
    if not account.meddled:
        short = [name for name, count in seen.exports.items() if count != len(before)]
        verdict.halves += [f"the export {name} lacks digits" for name in short]


def _judge_words(account: Account, seen: Seen, verdict: Verdict) -> None:
    verdict.tracebacks += tracebacks(account.err) + seen.errors
    if account.status is None or account.status not in (0, 1):
        verdict.tracebacks.append(f"ended with {account.status}: {account.err[-300:]}")
    said = [event["sentence"] for event in account.events if "sentence" in event]
    if account.status == 1:
        said.append((account.err.strip().splitlines() or [""])[-1])
    for sentence in [*said, *seen.sentences]:
        verdict.tracebacks += tracebacks(sentence)
        if len(sentence) < 6 or sentence[-1] not in ".!?" or "\n" in sentence:
            verdict.tracebacks.append(f"no sentence: {sentence!r}")


def _judge_learning(account: Account, seen: Seen, verdict: Verdict) -> None:
    verdict.halves += seen.problems
    answer = json.loads(account.out) if account.status == 0 else {}
    if account.step == "retrain" and account.status == 0 and seen.version != answer["version"]:
        verdict.lost.append(f"version {answer['version']} was made, {seen.version} is in use")
    if (
        account.status
        and seen.version != 1
        and not (account.meddled and "models/" in account.target)
    ):
        verdict.wrong.append(f"it failed, and version {seen.version} took the place of 1")
    if account.step == "compare" and account.status == 0:
        if answer["run"] is not None and answer["run"] not in seen.runs:
            verdict.lost.append(f"run {answer['run']} is gone")
        if answer["run"] is None and "runs" not in account.err:
            verdict.lost.append("a run was not kept, without a word")


def _judge_store(account: Account, before: Digits, seen: Seen, verdict: Verdict) -> None:
    assert seen.digits is not None
    found = seen.digits
    if account.status is None:
        return
    if account.step.startswith("import") and account.status == 0:
        _judge_partial(account, before, found, verdict)
        if json.loads(account.out)["rejected"] or account.lacked_a_picture:
            return
    said = events_of_command(account.step, account.status, account.out, account.err)
    possible = worlds(account.events + said, before, learns=STEPS[account.step].learns)
    fitting = [world for world in possible if world.now == found]
    if fitting:
        verdict.untrue += min((world.untrue for world in fitting), key=len)
        return
    must = possible[0].now
    missing = [one[:8] for one in must if one not in found]
    wrong = [
        (one[:8], must[one], found[one]) for one in found if must.get(one, found[one]) != found[one]
    ]
    extra = [one[:8] for one in found if one not in must]
    if missing:
        verdict.lost.append(f"{len(missing)} digits: {missing[:4]}")
    if wrong:
        verdict.wrong.append(f"{wrong}")
    if extra:
        verdict.halves.append(f"{len(extra)} that were not kept, or were taken back: {extra[:4]}")


def _judge_partial(account: Account, before: Digits, found: Digits, verdict: Verdict) -> None:
    answer = json.loads(account.out)
    added = [one for one in found if one not in before]
    if answer["added"] != len(added):
        verdict.lost.append(f"{answer['added']} were imported, {len(added)} are there")
    named = sum(1 for one in answer["rejected"] if one["why"])
    if len(added) + answer["duplicates"] + account.lacked_a_picture < IMPORTED and not named:
        verdict.halves.append("an import was in part, without a word")
    labels = {digest(imported(number)): number % 10 for number in range(IMPORTED)}
    verdict.wrong += [
        f"{one[:8]} is a {found[one]}, or not what was in the file (as it was, by its writer)"
        for one in added
        if found[one] != labels.get(one)
    ]


def _judge_meddled(account: Account, before: Digits, seen: Seen, verdict: Verdict) -> None:
    """Judge a store that another program changed: nothing acknowledged since may be missing."""
    assert seen.digits is not None
    firm, earlier = _acknowledged(account, before)
    labels = _labels_ever(account)
    found = seen.digits
    lost = [one for one, label in firm.items() if found.get(one) != label]
    if lost:
        verdict.lost.append(f"{len(lost)} acknowledged since: {[one[:8] for one in lost[:4]]}")
    wrong = [one for one, label in found.items() if label not in labels.get(one, {label})]
    if wrong:
        verdict.wrong.append(f"{[(one[:8], found[one]) for one in wrong]}")
    told = any("sentence" in event and event["after"] for event in account.events)
    told = told or account.status == 1 or bool(seen.sentences) or "samples" in account.err
    gone = [one for one in earlier if one not in found]
    if gone and not told:
        verdict.lost.append(
            f"{len(gone)} of before, without a word: {[one[:8] for one in gone[:4]]}"
        )


def _acknowledged(account: Account, before: Digits) -> tuple[Digits, set[str]]:
    """Return the digits acknowledged after the fault and unchanged since, and the earlier ones.

    Where an older store took the file's place, the program cannot know what that one lacks of
    the days before. It cannot report either what happens once it has begun to close.
    """
    firm: Digits = {}
    replaced = account.fault in ("replaced", "replaced-all", "overwritten")
    in_closing = any(one["event"] == "closing" and not one["after"] for one in account.events)
    earlier = set() if replaced else set(before)
    if account.step == "command-undo" and account.status == 0:
        earlier.discard(digest(digit(BEFORE - 1)))
    if account.step.startswith("import") and account.status == 0:
        several = [imported(number) for number in range(IMPORTED)]
        if not json.loads(account.out)["rejected"] and not in_closing:
            firm = {digest(one): one.label for one in several}
    for event in account.events:
        if event["event"] == "kept":
            if event["after"]:
                firm[event["digest"]] = event["label"]
            elif not (replaced and in_closing):
                earlier.add(event["digest"])
        elif event["event"] in ("undone", "redone", "deleted", "relabelled"):
            firm.clear()
            earlier -= {*event["digests"], digest(digit(200))}
    return firm, earlier


def _labels_ever(account: Account) -> dict[str, set[int]]:
    labels = {digest(digit(number)): {number % 10} for number in (*range(10), *range(100, 105))}
    labels |= {digest(imported(number)): {number % 10} for number in range(IMPORTED)}
    for event in account.events:
        if event["event"] == "relabelled":
            for one in event["digests"]:
                labels[one].add(event["label"])
    return labels
