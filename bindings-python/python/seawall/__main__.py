"""The command line: `python -m seawall` and the console script `seawall`."""

from __future__ import annotations

import signal
import sys

from seawall import _native


def main() -> int:
    """Runs the command line with the arguments of this process and gives the exit code."""
    # Python would note Ctrl-C and wait for the native call to come back; the default action ends the run at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.run(["seawall", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
