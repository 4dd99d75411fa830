from collections.abc import Sequence
from os import PathLike
from typing import Final

__all__ = ["CallError", "ERROR_CODES", "__version__", "call", "run"]

__version__: Final[str]
ERROR_CODES: Final[tuple[str, ...]]

class CallError(Exception): ...

def call(verb: str, options: str) -> str: ...
def run(args: Sequence[str | PathLike[str]]) -> int: ...
