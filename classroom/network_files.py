"""Keras files, looked at before Keras builds what they describe.

``safe_mode`` keeps code in them from being run; it does not keep a file of a
kilobyte from asking for a layer that fills the memory.
"""

import json
from pathlib import Path
from typing import Any

from classroom import archives

_BYTES_AT_MOST = 512 * 1024 * 1024
_CONFIG_AT_MOST = 8 * 1024 * 1024
_SIZE_AT_MOST = 10_000
# What decides how much memory a layer takes; other numbers are seeds, names and the like.
_SIZES = {
    "units", "filters", "output_dim", "depth_multiplier", "kernel_size", "pool_size", "size",
    "padding", "batch_shape", "target_shape", "n",
}  # fmt: skip


def check_size(path: Path) -> None:
    """Refuse a Keras file that describes a far larger network than any for digits.

    Raises
    ------
    ClassroomError, ValueError or KeyError
        It is larger than that, or no Keras file.
    """
    with archives.opened(path, path.name) as archive:
        if sum(info.file_size for info in archive.infolist()) > _BYTES_AT_MOST:
            raise ValueError("far larger than a network for digits")
        config = archives.read_member(archive, "config.json", _CONFIG_AT_MOST)
    _check(json.loads(config), "")


def _check(value: Any, key: str) -> None:
    """Look at every size in a configuration; `key` is what a value is called there."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, key)
    elif isinstance(value, int) and key in _SIZES and abs(value) > _SIZE_AT_MOST:
        raise ValueError(f"{key} of {value}")
