"""Write ``models/NAME.json`` anew for each shipped network: what the program derives from it.

    python tools/derive_networks.py [HOME]

MNIST is taken from this home, else fetched into it; it is the program's own by default.
`make networks` calls it; `classroom/networks/derived.py` says what is derived.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classroom import paths
from classroom.datasets import mnist
from classroom.errors import ClassroomError
from classroom.starts import Start


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status."""
    if len(arguments) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        derive_all(Path(arguments[0]) if arguments else paths.default_home())
    except ClassroomError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def derive_all(home: Path, checksums: mnist.Checksums = mnist.ORIGINAL) -> None:
    """Write what is derived from each shipped network, with MNIST from this home.

    Raises
    ------
    ClassroomError
    """
    from classroom.networks import derived

    data = mnist.fetch(
        home,
        progress=lambda _title, _done: None,
        cancelled=lambda: False,
        checksums=checksums,
    )
    for start in Start:
        found = derived.derive(start, data)
        path = derived.write(start, found)
        print(f"{path}: {found.mnist_test} right on the MNIST test set")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
