"""What a command prints for people, without ``--json``."""

from collections import Counter
from datetime import datetime
from pathlib import PurePath
from typing import Any

from classroom.catalogue import TITLES
from classroom.datasets.edit_sentences import sentence, undone_sentence
from classroom.i18n import _, ngettext

Answer = dict[str, Any]
# Of a file with thousands of bad lines the first few tell enough.
REFUSALS_SHOWN = 20


def in_words(command: str, answer: Answer) -> list[str]:
    """Return the answer of `command` as lines for a person."""
    return WORDINGS[command](answer)


def aside(command: str, answer: Answer) -> list[str]:
    """Return what is said on stderr beside the answer, with ``--json`` as well."""
    if command == "predict":
        return [refusal(one["item"], one["why"]) for one in answer["rejected"]]
    return []


def refusal(item: str, why: str) -> str:
    """Return why something was not taken, and what it is called where the reason does not say."""
    return why if PurePath(item).name in why else f"{item}: {why}"


def _mnist(answer: Answer) -> list[str]:
    return [
        _("MNIST is ready: {train:,} training and {test:,} test digits, from {source}.").format(
            **answer
        )
    ]


def _predict(answer: Answer) -> list[str]:
    pages = {(digit["file"], digit["page"]) for digit in answer["digits"]}
    in_file = Counter(file for file, _page in pages)
    on_page = Counter((digit["file"], digit["page"]) for digit in answer["digits"])
    numbers: Counter[tuple[str, int]] = Counter()
    lines = []
    for digit in answer["digits"]:
        where, page = digit["file"], (digit["file"], digit["page"])
        numbers[page] += 1
        if in_file[where] > 1:
            where = _("{file}, page {number}").format(file=where, number=digit["page"])
        if on_page[page] > 1:
            where = _("{file}, digit {number}").format(file=where, number=numbers[page])
        said = [
            _("{classifier}: {digit} ({percent:.1%})").format(
                classifier=TITLES[name],
                digit=prediction["digit"],
                percent=prediction["probabilities"][prediction["digit"]],
            )
            for name, prediction in digit["predictions"].items()
        ]
        lines.append(f"{where}  " + "  ".join(said))
    return lines


def _imported(answer: Answer) -> list[str]:
    rejected = answer["rejected"]
    added = ngettext("{n:,} sample added", "{n:,} samples added", answer["added"])
    lines = [
        added.format(n=answer["added"])
        + _(", {duplicates:,} kept before, {rejected:,} refused.").format(
            duplicates=answer["duplicates"], rejected=len(rejected)
        )
    ]
    lines += [f"  {one['item']}: {one['why']}" for one in rejected[:REFUSALS_SHOWN]]
    left = len(rejected) - REFUSALS_SHOWN
    if left > 0:
        more = ngettext("  and {n:,} more", "  and {n:,} more", left)
        lines.append(more.format(n=left))
    if answer["duplicates"] and not answer["added"]:
        lines.append(_("Nothing is new: what could be read was kept before."))
    left_out = [_("Left out: {why}").format(why=one["why"]) for one in answer["left_out"]]
    return lines + _came_from(answer["contributions"]) + left_out


def _came_from(contributions: list[dict[str, Any]]) -> list[str]:
    """Say what came from whom, where there is more than one to tell apart."""
    renamed = any(one["writer"] != one["kept_as"] for one in contributions)
    if len({one["source"] for one in contributions}) < 2 and not renamed:
        return []
    lines = []
    for one in contributions:
        who = one["writer"]
        if one["kept_as"] != who:
            who = _("{writer}, kept as {kept_as}").format(writer=who, kept_as=one["kept_as"])
        text = _("  {source}: {who}: {added:,} added, {duplicates:,} kept before")
        lines.append(text.format(who=who, **one))
    if renamed:
        lines.append(_("If writers of one name are one person, say --same-writers."))
    return lines


def _exported(answer: Answer) -> list[str]:
    written = ngettext("{n:,} sample written:", "{n:,} samples written:", answer["written"])
    files = [f"  {name}" for name in answer["files"]]
    return [written.format(n=answer["written"]), *files, *answer["notes"]]


def _stats(answer: Answer) -> list[str]:
    total = ngettext("{n:,} sample", "{n:,} samples", answer["total"]).format(n=answer["total"])
    writers = ngettext("{n:,} writer", "{n:,} writers", answer["writers"])
    head = _("{samples} of {writers}: {practice:,} for practice, {exam:,} for the exam.").format(
        samples=total,
        writers=writers.format(n=answer["writers"]),
        practice=answer["practice"],
        exam=answer["exam"],
    )
    return [head] + [f"  {label}: {count:,}" for label, count in answer["labels"].items()]


def _undone(answer: Answer) -> list[str]:
    return [undone_sentence(answer["kind"], answer["samples"])]


def _redone(answer: Answer) -> list[str]:
    return [sentence(answer["kind"], answer["samples"], answer["label"])]


def _recovered(answer: Answer) -> list[str]:
    lines = [_("The damaged file is now {aside}.").format(**answer)]
    if answer["backup"]:
        lines.append(_("The backup {backup} took its place.").format(**answer))
    else:
        lines.append(_("There was no sound backup; the own samples begin anew."))
    rescued = ngettext(
        "{rescued:,} newer sample could be saved from it; {total:,} in all.",
        "{rescued:,} newer samples could be saved from it; {total:,} in all.",
        answer["rescued"],
    )
    return [*lines, rescued.format(**answer)]


def _backups(answer: Answer) -> list[str]:
    if not answer["backups"]:
        return [_("There is no backup yet; the window makes one when something has changed.")]
    lines = []
    for one in answer["backups"]:
        taken = datetime.fromisoformat(one["taken"]).astimezone()
        count = ngettext("{n:,} sample", "{n:,} samples", one["samples"] or 0)
        remarks = [
            _("damaged") if one["samples"] is None else count.format(n=one["samples"]),
            *([_("dated in the future: the clock was wrong")] if one["in_future"] else []),
        ]
        lines.append(
            _("{name}  {taken:%Y-%m-%d %H:%M}  {remarks}").format(
                name=one["name"], taken=taken, remarks=", ".join(remarks)
            )
        )
    return [*lines, _("Go back to one of them with: dataset restore NAME")]


def _restored(answer: Answer) -> list[str]:
    if answer["backup"] is None:
        return [_("The own samples begin anew, with none. The backups stay.")]
    total = ngettext("{n:,} sample", "{n:,} samples", answer["total"]).format(n=answer["total"])
    if answer["aside"]:
        line = _("The backup {backup} took the place of the damaged file, which is now {aside}.")
        return [line.format(**answer), _("There are {total} now.").format(total=total)]
    if answer["before"] is None:
        return [
            _("The backup {backup} is the store now: {total}.").format(
                backup=answer["backup"], total=total
            )
        ]
    line = _(
        "The samples are as in the backup {backup}: {total}; {added:,} came back, {deleted:,} "
        "count no more, {relabelled:,} have another label."
    )
    back = _("“dataset undo” takes this back; so does: dataset restore {before}")
    return [line.format(**{**answer, "total": total}), back.format(**answer)]


def _sheet(answer: Answer) -> list[str]:
    text = _(
        "{file} is written. Print it, fill it in, photograph the whole page, "
        "and import the photo with: dataset import"
    )
    return [text.format(**answer)]


def _train(answer: Answer) -> list[str]:
    return [
        _(
            "{network}: {parameters:,} parameters, {seconds:.0f} s, "
            "{validation_accuracy:.2%} on the validation part, {test_accuracy:.2%} on the test set."
        ).format(**answer)
    ] + ([_("Saved as {file}.").format(**answer)] if "file" in answer else [])


def _retrain(answer: Answer) -> list[str]:
    head = ngettext(
        "Version {version}, from {practice:,} own sample, in {seconds:.0f} s.",
        "Version {version}, from {practice:,} own samples, in {seconds:.0f} s.",
        answer["practice"],
    )
    lines = [head.format(**answer)]
    for which, title in (("own_exam", _("Own exam")), ("mnist_test", _("MNIST test"))):
        lines.append(f"{title}:")
        for name, scores in answer["classifiers"].items():
            before, after = (_of(scores[when][which]) for when in ("before", "after"))
            lines.append(f"  {TITLES[name]:4}  {before} → {after}")
    return lines + ([answer["note"]] if answer["note"] else [])


def _of(score: dict[str, int] | None) -> str:
    if not score or not score["total"]:
        return "–"
    return _("{correct:,} of {total:,}").format(**score)


def _compare(answer: Answer) -> list[str]:
    lines = [_("Trained on {mnist:,} MNIST digits and {own:,} own.").format(**answer["train"])]
    for row in answer["results"]:
        if row["error"]:
            lines.append(f"  {TITLES[row['classifier']]:15}  {row['error']}")
            continue
        own = _of(row["own_exam"])
        if row["unseen_writers"]:
            own = _("{own} ({unseen} without the writer's own digits)").format(
                own=own, unseen=_of(row["unseen_writers"])
            )
        text = _(
            "  {title:15}  MNIST test {accuracy:.2%}, own exam {own}, "
            "F1 {f1:.4f}, fit {fit:.1f} s, predict {predict:.1f} s"
        )
        lines.append(
            text.format(
                title=TITLES[row["classifier"]],
                accuracy=row["mnist_test"]["accuracy"],
                f1=row["mnist_test"]["f1"],
                own=own,
                fit=row["fit_seconds"],
                predict=row["predict_seconds"],
            )
        )
    if answer["run"]:
        lines.append(_("Kept as run {run}.").format(**answer))
    return lines


def _study(answer: Answer) -> list[str]:
    head = _("{computed} cells computed, {found} were there already.").format(**answer)
    groups: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for cell in answer["cells"]:
        groups.setdefault((cell["classifier"], cell["mnist"], cell["own"]), []).append(cell)
    lines = []
    for (name, mnist, own), cells in sorted(groups.items()):
        shares = [cell["mnist_test"]["correct"] / cell["mnist_test"]["total"] for cell in cells]
        line = ngettext(
            "  {title:15}  {mnist:,} of MNIST, {own:,} own: MNIST test {least:.2%}",
            "  {title:15}  {mnist:,} of MNIST, {own:,} own: MNIST test {least:.2%} to {most:.2%}",
            len(shares),
        )
        title, least, most = TITLES[name], min(shares), max(shares)
        lines.append(line.format(title=title, mnist=mnist, own=own, least=least, most=most))
    return [head, *lines, *dict.fromkeys(failed["error"] for failed in answer["failed"])]


def _report(answer: Answer) -> list[str]:
    line = _("The report of run {run}: {report}").format(**answer)
    stale = _("The own digits have changed since: it is marked out of date.")
    return [line, stale] if answer["outdated"] else [line]


def _lesson(answer: Answer) -> list[str]:
    return [_("The lesson's report: {report}").format(**answer)]


def _departed(answer: Answer) -> list[str]:
    # Imported here: no other command needs what can delete a writer.
    from classroom.engine.delete_writer import departure_sentences

    return departure_sentences(answer)


WORDINGS = {
    "find_mnist": _mnist,
    "predict": _predict,
    "dataset_import": _imported,
    "dataset_export": _exported,
    "dataset_stats": _stats,
    "dataset_undo": _undone,
    "dataset_redo": _redone,
    "dataset_recover": _recovered,
    "dataset_backups": _backups,
    "dataset_restore": _restored,
    "dataset_delete_writer": _departed,
    "write_sheet": _sheet,
    "train": _train,
    "retrain": _retrain,
    "compare": _compare,
    "study": _study,
    "report": _report,
    "lesson": _lesson,
}
