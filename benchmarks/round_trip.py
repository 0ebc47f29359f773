"""Samples that are imported, exported and imported again are the same to the last bit."""

import tempfile
from pathlib import Path

import results
from results import Figure

FORMATS = {"strokes": "digits.jsonl.gz", "zip": "digits.zip", "npz": "digits.npz", "png": "png"}


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("strokes", type=Path, nargs="?", default=results.LESSON)
    options = parser.parse_args()
    from classroom.datasets.dataset import Dataset
    from classroom.datasets.exporting import export
    from classroom.datasets.importing import import_paths

    figures = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        with Dataset(f"sqlite:///{(folder / 'first.sqlite').as_posix()}") as first:
            report = import_paths(first, [options.strokes])
            before = content(first)
            figures.append(Figure("digits imported", [report.added], "{:,.0f}"))
            figures.append(Figure("the same image by the same writer", [report.duplicates], "{:,}"))
            figures.append(Figure("refused", [len(report.rejected)], "{:,}", at_most=0))
            for format_, target in FORMATS.items():
                export(first, folder / target, [format_])
        for format_, target in FORMATS.items():
            with Dataset(f"sqlite:///{(folder / format_).as_posix()}.sqlite") as second:
                import_paths(second, [folder / target])
                share = len(before & content(second)) / max(1, len(before | content(second)))
            figures.append(Figure(f"identical by {format_}", [share], "{:.2%}", at_least=1.0))
    text = (
        "Identical: image, label, writer, part, time, origin and strokes are the same to the last "
        "bit, after an import, an export in that format, and an import of that into an empty store."
    )
    results.record("There and back", "\n\n".join([results.table(figures), text]), options)


def content(store: object) -> set[tuple[object, ...]]:
    """Return everything that is known of each sample, except its id."""
    from classroom.datasets.dataset import Dataset

    assert isinstance(store, Dataset)
    return {
        (s.image.tobytes(), s.label, s.writer, s.part, s.created, s.origin, repr(s.strokes))
        for s in store.samples()
    }


if __name__ == "__main__":
    main()
