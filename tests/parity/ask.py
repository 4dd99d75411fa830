"""Asks the installed wheel: a file with [verb, options] pairs in, one line of JSON for each out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import seawall


def ask(verb: str, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"report": getattr(seawall, verb)(**options)}
    except seawall.SeawallError as error:
        return {"error": {"code": error.code, "message": str(error)}}


for verb, options in json.loads(Path(sys.argv[1]).read_text("utf-8")):
    answer = json.dumps(ask(verb, options), ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(answer.encode() + b"\n")
