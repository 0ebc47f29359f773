"""Chooses Keras' backend; imported before Keras is, wherever a module needs Keras."""

import contextlib
import os
import sys
from collections.abc import Iterator

# The rest of the program is measured on, and written for, this backend.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# Keras imports these for parts of it that are not used here, and does without them where they
# are missing. They are a third of the time from the start to the CNN's first answer.
UNUSED_BY_KERAS = ("matplotlib", "pandas", "scipy", "sklearn")


@contextlib.contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Let those of the modules that are not imported yet seem not to be installed."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        # The import system's own way to say that a module is not there.
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _hidden(UNUSED_BY_KERAS):
    import keras  # noqa: F401
