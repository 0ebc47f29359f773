"""The engine's entry point, kept apart so that the window can name it without loading it.

``spawn`` hands the function to start over by its module's name, and imports
that module on both sides. This one imports nothing heavy until it runs.
"""

from multiprocessing.connection import Connection
from pathlib import Path

from classroom.mnist import Checksums


def main(connection: Connection, home: Path, checksums: Checksums) -> None:
    """Run the engine in this process."""
    from classroom import engine

    engine.main(connection, home, checksums)
