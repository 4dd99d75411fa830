"""Calls into the extension module: plain values in, plain values out."""

from __future__ import annotations

import json
import os
from typing import Any, Iterable, Mapping, Union

from seawall import _native
from seawall.errors import BY_CODE, SeawallError


def call(verb: str, options: Mapping[str, object]) -> Any:
    """Calls a verb of the core. Options that are `None` are left out."""
    given = {name: _plain(value) for name, value in options.items() if value is not None}
    try:
        return json.loads(_native.call(verb, json.dumps(given)))
    except _native.CallError as error:
        code, message = error.args
        raise BY_CODE.get(code, SeawallError)(message) from None


def listed(value: Union[str, os.PathLike[str], Iterable[Union[str, os.PathLike[str]]]]) -> object:
    """A single path stands for a list of one."""
    if isinstance(value, (str, os.PathLike)):
        return [value]
    return list(value) if isinstance(value, Iterable) else value


def _plain(value: object) -> object:
    """Paths become text, iterables become lists; all else is left to the core to accept or refuse."""
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
