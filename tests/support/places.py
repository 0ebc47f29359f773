"""Where the tests find the program, and their own data."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
SMALL_MNIST = DATA / "mnist-small.npz"
LESSON = ROOT / "classroom" / "assets" / "lesson.jsonl"
