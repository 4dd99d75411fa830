from collections.abc import Sequence
from os import PathLike
from typing import Final, final

__version__: Final[str]
ERROR_CODES: Final[tuple[str, ...]]

class CallError(Exception): ...

def call(verb: str, options: str) -> str: ...
def run(args: Sequence[str | PathLike[str]]) -> int: ...
