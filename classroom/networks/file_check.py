"""Checks a Keras file before Keras builds the network in it; called by `keras_models.load_network`.

Keras' ``safe_mode`` prevents code from being run, but a small file can describe enormous layers.
"""

import io
import json
from pathlib import Path
from typing import Any

from classroom import archives
from classroom.networks.description import PARAMETERS_AT_MOST, Description

# The shape of one digit, and that of its probabilities.
DIGIT, ANSWER = (28, 28, 1), (10,)

_CONFIG_AT_MOST = 2 * 1024 * 1024
# A parameter takes three numbers of four bytes: its value, and two moments of Adam.
_WEIGHTS_AT_MOST = 12 * PARAMETERS_AT_MOST
_PARTS_AT_MOST = 100_000
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_MEMBERS = {_CONFIG, _WEIGHTS, "metadata.json"}


def check(path: Path) -> None:
    """Raise an error for a Keras file whose network is far larger than any for digits.

    No layer is built, and no weight is read.

    Raises
    ------
    ClassroomError, ValueError, TypeError, LookupError, RecursionError or OSError
        The network is too large, it contains layers that are not Keras' own or whose size is
        not known, or the file is not a Keras file.
    """
    # With another extension Keras would read the file in another format than is checked here.
    if path.suffix != ".keras":
        raise ValueError(f"{path.suffix!r} is not the ending of a Keras file")
    config = json.loads(_read(path, _CONFIG, _CONFIG_AT_MOST))
    if Description().follow(config, DIGIT) != ANSWER:
        raise ValueError("no network for digits")
    _check_weights(_read(path, _WEIGHTS, _WEIGHTS_AT_MOST))


def _read(path: Path, member: str, at_most: int) -> bytes:
    """Return a member of a Keras file; raises `ValueError` if the file has unknown members."""
    with archives.opened(path, path.name) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if not set(names) <= _MEMBERS or len(names) > len(_MEMBERS):
            raise ValueError(f"it holds {', '.join(names[:5])}")
        if sum(info.file_size for info in infos) > _WEIGHTS_AT_MOST + 2 * _CONFIG_AT_MOST:
            raise ValueError("far larger than a network for digits")
        return archives.read_member(archive, member, at_most)


def _check_weights(content: bytes) -> None:
    """Refuse weights that unpack to more than they may, or that lie in another file.

    An array in HDF5 takes no room in the file where it is empty or compressed,
    and all of what it declares once it is read.
    """
    # Imported here: only a process that loads a network has a use for it.
    import h5py

    with h5py.File(io.BytesIO(content), "r") as file:
        declared, seen, waiting = 0, 0, [file]
        groups = {h5py.h5o.get_info(file["/"].id).addr}
        while waiting:
            group = waiting.pop()
            for name in group:
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise ValueError(f"{name!r} is a link")
                found: Any = group[name]
                seen += 1
                if seen > _PARTS_AT_MOST:
                    raise ValueError("far too many weights")
                if isinstance(found, h5py.Group):
                    address = h5py.h5o.get_info(found.id).addr
                    if address in groups:
                        raise ValueError("groups within themselves")
                    groups.add(address)
                    waiting.append(found)
                    continue
                if found.external or found.is_virtual:
                    raise ValueError(f"{name!r} lies in another file")
                declared += found.size * found.dtype.itemsize
                if declared > _WEIGHTS_AT_MOST:
                    raise ValueError("weights far larger than those of a network for digits")
