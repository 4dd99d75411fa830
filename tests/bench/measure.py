"""Runs a command and prints what it cost: CPU seconds and peak memory of it and its children."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
# Linux counts ru_maxrss in KiB, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
print(
    json.dumps(
        {
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "peak_bytes": used.ru_maxrss * unit,
            "exit_code": done.returncode,
            "stderr": done.stderr.decode(errors="replace")[-2000:],
        }
    )
)
