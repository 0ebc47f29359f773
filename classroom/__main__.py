"""The start of the program, by `main.py`, `python -m classroom` and `digit-classroom`."""

import sys

from classroom.startup import use_utf8


def main() -> int:
    """Run the command line, and return the exit status."""
    use_utf8()
    try:
        # Imported after use_utf8: NumPy, which it loads, needs UTF-8.
        from classroom.cli import main as cli

        return cli.main()
    except KeyboardInterrupt:
        # Ctrl+C came during the imports, before any command has begun.
        print("Stopped; nothing was changed.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
