"""The recipe "Add a plot" of CONTRIBUTING.md, followed to the letter in a copy."""

import re
from pathlib import Path

import pytest
import recipe_support
from run_support import DATA, some_results

from classroom.evaluation import runs


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    written = recipe_support.follow("Add a plot", folder)
    assert written == [folder / "classroom" / "plots" / "sureness.py"]
    return folder


def test_the_new_plot_is_in_the_report(copy: Path, tmp_path: Path) -> None:
    home, pages = tmp_path / "home", tmp_path / "pages"
    runs.keep(home, some_results(), 5, DATA)
    arguments = ("--home", str(home), "report", str(pages), "--plots", "sureness,epochs")
    done = recipe_support.run(copy, *arguments)
    assert done.returncode == 0, done.stderr
    page = (pages / "report.html").read_text(encoding="utf-8")
    titles = re.findall(r"<h2>(.*?)</h2>\n<figure class=\"plot\">", page)
    assert titles == ["Sureness, MNIST test", "Sureness, own exam", "Epochs"]
    assert "How sure are the answers, right or wrong?" in page


def test_the_new_plot_comes_after_the_others(copy: Path, tmp_path: Path) -> None:
    done = recipe_support.run(copy, "report", str(tmp_path), "--plots", "nothing")
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("time, disagree, sureness.")
