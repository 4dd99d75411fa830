# Written by `cargo x codegen` from the core's types: change those, then run it again.
"""The functions of the package, one for each verb of the command line."""

from __future__ import annotations

import os
from typing import Iterable, Optional, Union

from seawall._call import call, listed
from seawall.reports import (
    CheckReport,
    CompatReport,
    DeployOrder,
    Dialect,
    DiffReport,
    RuleReport,
    RulesReport,
    SchemaReport,
    UsagesReport,
    WitnessReport,
)

StrPath = Union[str, "os.PathLike[str]"]
"""A path, as text or as `pathlib.Path`."""


def check(
    root: StrPath = "",
    *,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
    sql: Optional[str] = None,
    before: Optional[StrPath] = None,
    after: Optional[StrPath] = None,
    since: Optional[str] = None,
    base: Optional[str] = None,
    deploy_order: Optional[DeployOrder] = None,
) -> CheckReport:
    """Judges a change: which lines of the project does it break?

    Args:
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.
        sql: The change is this SQL, which is not in any file: what if?
        before: The change is the difference between two schema sources: the one before; `after`
            belongs to it.
        after: The schema source after; `before` belongs to it.
        since: The change is all revisions after this one.
        base: The change is what differs between this git revision, the release that runs, and the
            work tree: its code is judged too. `auto` stands for the main branch where the work tree
            is ahead of it, else for what is checked out.
        deploy_order: In which order migration and code go out; else as the configuration says, else
            the migration first.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: CheckReport = call("check", {
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
        "sql": sql,
        "before": before,
        "after": after,
        "since": since,
        "base": base,
        "deploy_order": deploy_order,
    })
    return report


def compat(
    root: StrPath = "",
    *,
    revisions: Union[str, Iterable[str]] = (),
    range: Optional[str] = None,
    tags: Optional[str] = None,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
) -> CompatReport:
    """Finds the releases that still work on the schema.

    Args:
        revisions: Git revisions (tags, branches, commits), newest first.
        range: Commits of a range as git writes it (`v1.0..main`), along first parents.
        tags: A pattern of tags (`v*`).
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: CompatReport = call("compat", {
        "revisions": listed(revisions),
        "range": range,
        "tags": tags,
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
    })
    return report


def usages(
    target: str,
    root: StrPath = "",
    *,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
) -> UsagesReport:
    """Finds every usage of a table or column.

    Args:
        target: What to look for: `TABLE`, `TABLE.COLUMN` or `Entity.field`, by code names or
            database names.
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: UsagesReport = call("usages", {
        "target": target,
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
    })
    return report


def load_schema(
    root: StrPath = "",
    *,
    at: Optional[str] = None,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
) -> SchemaReport:
    """Reads the schema of the project.

    Args:
        at: A revision: the schema is what it was after that one; else after the newest.
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: SchemaReport = call("load_schema", {
        "at": at,
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
    })
    return report


def diff(
    before: StrPath,
    after: StrPath,
    root: StrPath = "",
    *,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
) -> DiffReport:
    """Compares two schema sources.

    Args:
        before: The schema source before.
        after: The schema source after.
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: DiffReport = call("diff", {
        "before": before,
        "after": after,
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
    })
    return report


def witness(
    finding: str,
    root: StrPath = "",
    *,
    schema: Union[StrPath, Iterable[StrPath]] = (),
    dialect: Optional[Dialect] = None,
    baseline: Optional[str] = None,
    config: Optional[StrPath] = None,
    sql: Optional[str] = None,
    before: Optional[StrPath] = None,
    after: Optional[StrPath] = None,
    since: Optional[str] = None,
    base: Optional[str] = None,
    deploy_order: Optional[DeployOrder] = None,
) -> WitnessReport:
    """Gives the smallest proof of a finding of `check` with the same options.

    Args:
        finding: The finding: its fingerprint, the beginning of one, or `PATH:LINE[:COLUMN]`.
        root: The folder of the project; empty means the current folder.
        schema: Schema sources to read (paths relative to the current folder, else to the root, or
            absolute); empty: those that the configuration names, else those that the project is
            found to have.
        dialect: The database, where the sources do not say it.
        baseline: What was there before the first revision: a schema source, Python files with
            models, `models` (the project's own, taken back over the revisions) or `none`. Without
            it, where revisions change tables that none of them makes, these are taken from the
            project's models and from libraries that are known to make them.
        config: A configuration file; else the nearest one is taken, from the root upward.
        sql: The change is this SQL, which is not in any file: what if?
        before: The change is the difference between two schema sources: the one before; `after`
            belongs to it.
        after: The schema source after; `before` belongs to it.
        since: The change is all revisions after this one.
        base: The change is what differs between this git revision, the release that runs, and the
            work tree: its code is judged too. `auto` stands for the main branch where the work tree
            is ahead of it, else for what is checked out.
        deploy_order: In which order migration and code go out; else as the configuration says, else
            the migration first.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: WitnessReport = call("witness", {
        "finding": finding,
        "root": root,
        "schema": listed(schema),
        "dialect": dialect,
        "baseline": baseline,
        "config": config,
        "sql": sql,
        "before": before,
        "after": after,
        "since": since,
        "base": base,
        "deploy_order": deploy_order,
    })
    return report


def rules() -> RulesReport:
    """Lists all rules with their pages.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: RulesReport = call("rules", {})
    return report


def explain(
    rule: str,
) -> RuleReport:
    """Gives one rule with its page.

    Args:
        rule: The name of a rule.

    Raises:
        SeawallError: The run could not be done; the subclass says what was wrong.
    """
    report: RuleReport = call("explain", {
        "rule": rule,
    })
    return report
