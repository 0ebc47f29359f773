"""No file, however bad, does more than be refused in a sentence."""

import re
from pathlib import Path

import pytest
from bad_files import KINDS, Maker
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from watch import only_in

from classroom.datasets.dataset import Dataset
from classroom.datasets.importing import import_paths
from classroom.errors import ClassroomError

SENTENCE = re.compile(r"[^\n]{5,}[.!?]")


def check(dataset: Dataset, folder: Path) -> str:
    """Import a folder; fail unless it is taken, or refused in sentences. Return which of them."""
    try:
        report = import_paths(dataset, [folder])
    except ClassroomError as error:
        whys = [str(error)]
    else:
        whys = [one.why for one in report.rejected]
    for why in whys:
        assert SENTENCE.fullmatch(why), why
    return "refused" if whys else "taken"


@pytest.mark.parametrize("kind", KINDS)
def test_bad_files_are_refused_in_a_sentence_and_do_nothing_else(tmp_path: Path, kind: str) -> None:
    maker: Maker = KINDS[kind]
    home = tmp_path / "home"
    count = 0

    @seed(1)
    @settings(
        max_examples=12,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def try_one(data: st.DataObject) -> None:
        nonlocal count
        count += 1
        folder = tmp_path / f"{count}"
        folder.mkdir()
        maker(data, folder)
        with only_in(home) as seen:
            check(dataset, folder)
        assert not seen

    with Dataset(f"sqlite:///{(home / 'samples.sqlite').as_posix()}") as dataset:
        try_one()
        assert dataset.stats()["total"] >= 0
        assert not list(home.glob(".importing-*"))
    assert not Path("ran.txt").exists()
