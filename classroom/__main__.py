"""Start Digit Classroom: `python main.py`, `python -m classroom` and `digit-classroom`."""

import sys

from classroom.startup import use_utf8


def main() -> int:
    """Run what the command line says, and return the exit status."""
    use_utf8()
    try:
        # Imported here: NumPy, which it loads, asks for UTF-8.
        from classroom.cli import main as cli

        return cli.main()
    except KeyboardInterrupt:
        # Before any command has begun.
        print("Stopped; nothing was changed.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
