"""What stops a run: exceptions, one class for each kind of error."""

from __future__ import annotations

__all__ = [
    "ConfigError",
    "GitError",
    "InternalError",
    "OptionError",
    "PathError",
    "SchemaError",
    "SeawallError",
    "UnknownNameError",
]


class SeawallError(Exception):
    """The base of all exceptions of this package. Findings are never exceptions: they are in the report."""

    code: str = "SEAWALL"
    """The stable code of the kind of error, the same as `error.code` of the Node package."""


class OptionError(SeawallError):
    """An option, or a combination of options, is not valid."""

    code = "SEAWALL_OPTION"


class PathError(SeawallError):
    """A path that was named does not exist or cannot be read."""

    code = "SEAWALL_PATH"


class ConfigError(SeawallError):
    """A configuration file is not valid."""

    code = "SEAWALL_CONFIG"


class SchemaError(SeawallError):
    """No schema was found, or the one that was named holds none."""

    code = "SEAWALL_SCHEMA"


class UnknownNameError(SeawallError):
    """A table, column, rule or revision of this name is not known."""

    code = "SEAWALL_NAME"


class GitError(SeawallError):
    """Git was asked and refused."""

    code = "SEAWALL_GIT"


class InternalError(SeawallError):
    """Seawall itself failed: a bug, please report it."""

    code = "SEAWALL_INTERNAL"


BY_CODE: dict[str, type[SeawallError]] = {
    error.code: error
    for error in (OptionError, PathError, ConfigError, SchemaError, UnknownNameError, GitError, InternalError)
}
