"""What a command prints for people, without ``--json``."""

from typing import Any

from classroom.i18n import _, ngettext

Answer = dict[str, Any]


def in_words(command: str, answer: Answer) -> str:
    """Return the answer of `command` as text for a person."""
    return "\n".join(WORDINGS[command](answer))


def _mnist(answer: Answer) -> list[str]:
    return [
        _("MNIST is ready: {train:,} training and {test:,} test digits, from {source}.").format(
            **answer
        )
    ]


def _predict(answer: Answer) -> list[str]:
    lines = []
    for digit in answer["digits"]:
        said = [
            _("{classifier}: {digit} ({percent:.1%})").format(
                classifier=name,
                digit=prediction["digit"],
                percent=prediction["probabilities"][prediction["digit"]],
            )
            for name, prediction in digit["predictions"].items()
        ]
        where = f" {digit['box']}" if digit["box"] else ""
        lines.append(f"{digit['file']}{where}  " + "  ".join(said))
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
    return lines + [f"  {one['item']}: {one['why']}" for one in rejected]


def _exported(answer: Answer) -> list[str]:
    written = ngettext("{n:,} sample written:", "{n:,} samples written:", answer["written"])
    files = [f"  {name}" for name in answer["files"]]
    return [written.format(n=answer["written"]), *files, *answer["notes"]]


def _stats(answer: Answer) -> list[str]:
    lines = [
        _("{total:,} samples: {practice:,} for practice, {exam:,} for the exam.").format(**answer)
    ]
    lines += [f"  {label}: {count:,}" for label, count in answer["labels"].items()]
    return lines


def _train(answer: Answer) -> list[str]:
    return [
        _(
            "{network}: {parameters:,} parameters, {seconds:.0f} s, "
            "{validation_accuracy:.2%} on the validation part, {test_accuracy:.2%} on the test set."
        ).format(**answer)
    ] + ([_("Saved as {file}.").format(**answer)] if "file" in answer else [])


def _retrain(answer: Answer) -> list[str]:
    head = _("Version {version}, from {practice:,} own samples, in {seconds:.0f} s.")
    lines = [head.format(**answer)]
    for name, scores in answer["classifiers"].items():
        for which in ("own_exam", "mnist_test"):
            before, after = (scores[when][which] for when in ("before", "after"))
            lines.append(f"  {name:4} {which:10}  {_of(before)} → {_of(after)}")
    return lines


def _of(score: dict[str, int]) -> str:
    return _("{correct:,} of {total:,}").format(**score)


def _compare(answer: Answer) -> list[str]:
    lines = [_("Trained on {mnist:,} MNIST digits and {own:,} own.").format(**answer["train"])]
    for row in answer["results"]:
        if row["error"]:
            lines.append(f"  {row['classifier']}: {row['error']}")
            continue
        text = _(
            "  {classifier:4} MNIST test {accuracy:.2%}, own exam {own}, "
            "fit {fit_seconds:.1f} s, predict {predict_seconds:.1f} s"
        )
        own = _of(row["own_exam"]) if row["own_exam"] else "–"
        lines.append(text.format(**row, accuracy=row["mnist_test"]["accuracy"], own=own))
    return lines


def _lesson(answer: Answer) -> list[str]:
    return [_("The lesson's report: {report}").format(**answer)]


WORDINGS = {
    "find_mnist": _mnist,
    "predict": _predict,
    "dataset_import": _imported,
    "dataset_export": _exported,
    "dataset_stats": _stats,
    "train": _train,
    "retrain": _retrain,
    "compare": _compare,
    "lesson": _lesson,
}
