"""Start Digit Classroom; `classroom/cli/main.py` says how."""

import sys

from classroom.__main__ import main

# spawn imports this file again in the engine's process
if __name__ == "__main__":
    sys.exit(main())
