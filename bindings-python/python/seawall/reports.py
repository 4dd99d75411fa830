# Written by `cargo x codegen` from the core's types: change those, then run it again.
"""The shapes of the reports, as `typing.TypedDict`: the reports themselves are plain dictionaries."""

from __future__ import annotations

from typing import Literal, Optional, TypedDict

__all__ = [
    "Access",
    "BaselineOriginReport",
    "BaselineReport",
    "Cell",
    "CellReport",
    "ChangeKindReport",
    "ChangeReport",
    "CheckConstraintReport",
    "CheckReport",
    "ColumnReport",
    "CompatReleaseReport",
    "CompatReport",
    "Confidence",
    "DeployOrder",
    "Dialect",
    "DiffReport",
    "DifferenceReport",
    "DomainReport",
    "EntityReport",
    "EnumReport",
    "EvidenceReport",
    "FieldReport",
    "FindingReport",
    "ForeignKeyReport",
    "How",
    "IndexReport",
    "JudgedReport",
    "KeyPartReport",
    "Location",
    "NamedBy",
    "OverallVerdict",
    "ParentReport",
    "ReleaseReport",
    "RevisionReport",
    "RolloutReport",
    "RuleReport",
    "RulesReport",
    "SchemaReport",
    "SentBy",
    "SequenceReport",
    "Severity",
    "SourceKindReport",
    "SourceReport",
    "Stats",
    "TableKindReport",
    "TableReport",
    "UnanalyzedReport",
    "UniqueReport",
    "UsageKindReport",
    "UsageReport",
    "UsagesReport",
    "Verdict",
    "When",
    "WitnessReport",
]

OverallVerdict = Literal[
    "safe",
    "needs_review",
    "blocked",
]
"""What all changes of a run come to."""

DeployOrder = Literal[
    "migrate-first",
    "code-first",
    "stop-the-world",
]
"""In which order a migration and the code that belongs to it go out."""

SourceKindReport = Literal[
    "prisma",
    "alembic",
    "sql",
    "knex",
    "typeorm",
]
"""The languages that a schema comes in."""

Dialect = Literal[
    "postgres",
    "mysql",
    "sqlite",
    "mssql",
]
"""A database product, as far as its schema language differs."""

BaselineOriginReport = Literal[
    "given",
    "models",
    "library",
]
"""Where a baseline comes from."""

ChangeKindReport = Literal[
    "add_table",
    "drop_table",
    "rename_table",
    "add_column",
    "drop_column",
    "rename_column",
    "alter_column_type",
    "alter_column_nullability",
    "alter_column_default",
    "add_enum",
    "drop_enum",
    "add_enum_value",
    "drop_enum_value",
    "rename_enum_value",
    "add_unique",
    "drop_unique",
    "add_foreign_key",
    "drop_foreign_key",
    "alter_foreign_key",
]
"""What kind of difference it is."""

Verdict = Literal[
    "safe",
    "unknown",
    "breaks",
]
"""What is said of a change in the end."""

Cell = Literal[
    "migrate_first",
    "code_first",
    "end_state",
]
"""A release and a schema that meet while a change is rolled out."""

Severity = Literal[
    "note",
    "warning",
    "error",
]
"""How bad a finding is."""

How = Literal[
    "query",
    "value",
    "mapping",
]
"""How code meets the thing."""

Access = Literal[
    "read",
    "write",
    "filter",
]
"""What is done with it."""

Confidence = Literal[
    "possible",
    "likely",
    "exact",
]
"""How sure a usage is."""

When = Literal[
    "always",
    "row_is_new",
    "row_exists",
]
"""Which rows there must be for a statement to be sent, where the same call does one thing or
another (`upsert`, `merge`)."""

NamedBy = Literal[
    "code",
    "orm",
    "wildcard",
    "position",
]
"""Who puts a name into the statement that the database gets: it decides what happens when the name
is gone."""

TableKindReport = Literal[
    "table",
    "view",
]
"""What a table is."""

SentBy = Literal[
    "code",
    "orm",
]
"""Who puts a statement together."""


class CheckReport(TypedDict):
    """What `check` found."""

    version: int
    """Version of this format."""

    verdict: OverallVerdict
    """What all of it comes to."""

    rollout: RolloutReport
    """How the change is taken to go out, and which releases were judged."""

    schema_sources: list[SourceReport]
    """The schema sources that were read."""

    judged: list[JudgedReport]
    """What was taken for the change, source by source."""

    changes: list[ChangeReport]
    """What changes, with the verdict for each."""

    findings: list[FindingReport]
    """What breaks, sorted by path, place, rule."""

    unanalyzed: list[UnanalyzedReport]
    """What was not understood."""

    stats: Stats
    """What the run cost."""


class _RolloutReportAlways(TypedDict):
    order: DeployOrder
    """The order of migration and code."""


class RolloutReport(_RolloutReportAlways, total=False):
    """How a change is taken to go out."""

    running: ReleaseReport
    """The release that runs before the change; absent where none was named, and its code was not
    judged."""


class ReleaseReport(TypedDict):
    """A release that is known as a git revision."""

    revision: str
    """The revision as it was named; `revision` of a location that stands in it."""

    commit: str
    """The id of its commit."""


class _SourceReportAlways(TypedDict):
    kind: SourceKindReport
    """Its language."""

    path: str
    """The file or folder."""

    dialect: Dialect
    """The database."""


class SourceReport(_SourceReportAlways, total=False):
    """A schema source."""

    baseline: list[BaselineReport]
    """What is taken to be there before the first revision; absent where that is nothing."""


class BaselineReport(TypedDict):
    """A part of what is taken to be there before the first revision."""

    origin: BaselineOriginReport
    """Where it comes from."""

    name: str
    """The source that was named, or the library; empty for the project's models."""

    tables: list[str]
    """Its tables."""


class JudgedReport(TypedDict):
    """What was taken for the change in a schema source."""

    source: str
    """The schema source: its path."""

    revisions: list[str]
    """The ids of the revisions that are pending, in order; none where schemas are compared."""

    summary: str
    """What it is, in words."""


class _ChangeReportAlways(TypedDict):
    kind: ChangeKindReport
    """What kind of difference it is."""

    table: str
    """The table, by its database name before (after, where it is new); the enum type for changes of
    enums."""

    location: Location
    """The statement or call that makes the change."""

    summary: str
    """One line for people: "column users.email is dropped"."""

    verdict: Verdict
    """What is said of it: the worst verdict of the states that the rollout passes through."""

    cells: list[CellReport]
    """The states that were judged."""


class ChangeReport(_ChangeReportAlways, total=False):
    """One difference, judged."""

    column: str
    """The column, by its database name before; columns of a key are joined by `, `."""

    before: str
    """The name, type or value before, where it is not the table or column."""

    after: str
    """The name, type or value after, where the change has one."""

    entity: str
    """The entity that stands for the table."""

    field: str
    """The field that stands for the column."""

    rename_candidate: str
    """For a drop beside a like addition: the name that it may have been renamed to."""

    declared: Location
    """Where the thing was declared before."""

    note: str
    """Why it is safe, where there is something to say."""

    unresolved: list[UnanalyzedReport]
    """Places that could meet it and were not resolved."""

    suppressed: int
    """Number of its findings that comments suppress."""


class _LocationAlways(TypedDict):
    path: str
    """Path relative to the root, with `/`."""

    line: int
    """First line."""

    column: int
    """First column."""

    end_line: int
    """Line of the end."""

    end_column: int
    """Column after the end."""

    byte_start: int
    """First byte."""

    byte_end: int
    """One past the last byte."""


class Location(_LocationAlways, total=False):
    """A place in a file. Lines and columns count from 1, columns in Unicode code points; ends are
    exclusive."""

    revision: str
    """The git revision that the file was read at; absent for the work tree."""


class _CellReportAlways(TypedDict):
    cell: Cell
    """Which release meets which schema."""

    on_path: bool
    """Whether the rollout passes through it."""

    verdict: Verdict
    """What is said of it."""

    places: int
    """Number of places that fail."""


class CellReport(_CellReportAlways, total=False):
    """A release and a schema that meet, judged."""

    release: str
    """The git revision whose code was judged; absent for the work tree."""


class UnanalyzedReport(TypedDict):
    """A place that was not understood."""

    location: Location
    """The place."""

    reason: str
    """Why."""


class _FindingReportAlways(TypedDict):
    rule: str
    """The rule's name."""

    severity: Severity
    """How bad it is."""

    message: str
    """What and why; the first line stands alone."""

    location: Location
    """The place in code."""

    cells: list[Cell]
    """The states in which it breaks; empty where no change is behind it."""

    evidence: list[EvidenceReport]
    """The chain that proves it, nearest link first."""

    fingerprint: str
    """Stable across edits elsewhere in the file: made from rule, path, names and ordinal."""


class FindingReport(_FindingReportAlways, total=False):
    """What a rule found."""

    change: int
    """The change, by position in `changes`; absent where no change is behind it
    (`unused-suppression`)."""

    usage: UsageKindReport
    """The usage behind it."""

    when: When
    """Which rows there must be for it; absent where it is so whatever rows there are."""

    help: str
    """What to do."""


class UsageKindReport(TypedDict):
    """What kind of usage it is."""

    how: How
    """How code meets the thing."""

    access: Access
    """What is done with it."""

    implicit: bool
    """Whether the ORM or `*` names it and not the code."""

    confidence: Confidence
    """How sure it is."""


class _EvidenceReportAlways(TypedDict):
    message: str
    """What it says."""


class EvidenceReport(_EvidenceReportAlways, total=False):
    """One link of a proof."""

    location: Location
    """Where it stands."""


class Stats(TypedDict):
    """What a run cost."""

    files_scanned: int
    """Files whose bytes were searched."""

    files_parsed: int
    """Files that were parsed."""

    bytes_scanned: int
    """Bytes searched."""

    elapsed_ms: int
    """Wall time in milliseconds."""


class _CompatReportAlways(TypedDict):
    version: int
    """Version of this format."""

    releases: list[CompatReleaseReport]
    """The releases, in the order in which they were judged: newest first."""


class CompatReport(_CompatReportAlways, total=False):
    """What `compat` found."""

    oldest: str
    """The oldest release that works, none of the newer ones failing; absent where the newest fails
    already."""


class CompatReleaseReport(TypedDict):
    """A release on the schema of the work tree."""

    revision: str
    """The git revision as it was named."""

    commit: str
    """The id of its commit."""

    verdict: Verdict
    """Whether its code works: the worst verdict of the changes since."""

    changes: int
    """Number of changes of the schema since."""

    places: int
    """Number of places that fail."""

    reasons: list[str]
    """Some of them, each with its place."""


class UsagesReport(TypedDict):
    """What `usages` found."""

    version: int
    """Version of this format."""

    usages: list[UsageReport]
    """The usages, sorted by path and place."""

    unresolved: list[UnanalyzedReport]
    """Places that could meet it and were not resolved."""


class _UsageReportAlways(TypedDict):
    location: Location
    """The name itself."""

    table: str
    """The table, by its database name."""

    how: How
    """How code meets it."""

    access: Access
    """What is done with it."""

    implicit: bool
    """Whether the ORM or `*` names it and not the code."""

    named_by: NamedBy
    """Who puts the name into the statement."""

    confidence: Confidence
    """How sure it is."""

    evidence: list[EvidenceReport]
    """The chain that proves it, nearest link first."""


class UsageReport(_UsageReportAlways, total=False):
    """A usage."""

    column: str
    """The column, by its database name."""

    when: When
    """Which rows there must be for it; absent where it is so whatever rows there are."""


class SchemaReport(TypedDict):
    """The schema of a project: the tables, enums and entities of all its sources."""

    version: int
    """Version of this format."""

    dialect: Dialect
    """The database of the first source; each source says its own in `schema_sources`."""

    schema_sources: list[SourceReport]
    """The schema sources that were read."""

    schemas: list[str]
    """Names of the database schemas that tables or enums lie in, sorted."""

    tables: list[TableReport]
    """Tables and views, in the order they were made."""

    enums: list[EnumReport]
    """Named enum types."""

    domains: list[DomainReport]
    """Domains (PostgreSQL)."""

    sequences: list[SequenceReport]
    """Sequences that can be dropped, as far as they are known (PostgreSQL): those of identity
    columns are parts of them."""

    revisions: list[RevisionReport]
    """The revisions of the sources, in the order in which they apply."""

    mapping: list[EntityReport]
    """What code calls the tables and columns."""

    unanalyzed: list[UnanalyzedReport]
    """What was not understood."""


class _TableReportAlways(TypedDict):
    schema: Optional[str]
    """The database schema; `null` where the database has none (MySQL, SQLite)."""

    name: str
    """Its database name."""

    kind: TableKindReport
    """Base table or view."""

    columns: list[ColumnReport]
    """Its columns, in order."""

    primary_key: list[str]
    """Columns of the primary key, in order; empty where there is none."""

    unique: list[UniqueReport]
    """Unique constraints; unique indexes are in `indexes`."""

    foreign_keys: list[ForeignKeyReport]
    """Foreign keys."""

    indexes: list[IndexReport]
    """Indexes."""

    checks: list[CheckConstraintReport]
    """Check constraints."""

    source: int
    """The schema source, by position in `schema_sources`."""

    location: Location
    """Where it was made."""


class TableReport(_TableReportAlways, total=False):
    """A table or view."""

    parents: list[ParentReport]
    """The tables that it inherits from, or is a partition of (PostgreSQL)."""

    partition_by: str
    """How its rows are divided, as written behind `PARTITION BY`."""

    partitions: list[str]
    """Its partitions that are no tables of their own, as written (MySQL)."""


class ColumnReport(TypedDict):
    """A column."""

    name: str
    """Its database name."""

    type: str
    """Its type as the database would print it, lower case, with its arguments."""

    nullable: bool
    """Whether it may hold NULL."""

    default: Optional[str]
    """What the database fills in: an expression as written, or `autoincrement`; `null` where
    nothing."""

    generated: bool
    """Whether the database computes it."""

    location: Location
    """Where it was last defined."""


class UniqueReport(TypedDict):
    """A unique constraint."""

    name: Optional[str]
    """Its name, where known."""

    columns: list[str]
    """Columns in order."""


class ForeignKeyReport(TypedDict):
    """A foreign key."""

    name: Optional[str]
    """Its name, where known."""

    columns: list[str]
    """Columns of this table."""

    referenced_table: str
    """The table that they reference, with its schema where that is not the default one."""

    referenced_columns: list[str]
    """The referenced columns; where the statement names none, those of the referenced table's
    primary key."""

    on_delete: str
    """`NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`."""

    on_update: str
    """The same for updates of the referenced key."""


class _IndexReportAlways(TypedDict):
    name: Optional[str]
    """Its name, where known."""

    columns: list[Optional[str]]
    """The parts of its key in order: a column's name; for an expression what the database's own
    catalog has in its place, which is its text in PostgreSQL and `null` elsewhere. `parts` tells
    expressions from columns, and has them as written."""

    unique: bool
    """Whether it is unique."""


class IndexReport(_IndexReportAlways, total=False):
    """An index."""

    predicate: str
    """The `WHERE` of a partial index, as written."""

    method: str
    """How it is kept where that is not a plain tree, in lower case: `gin`, `gist`, `fulltext`."""

    parts: list[KeyPartReport]
    """The parts of its key one by one, where one of them is more than a column."""

    include: list[str]
    """Columns that it holds beside its key (`INCLUDE`)."""

    nulls_not_distinct: bool
    """Whether two rows with NULL are the same to it (`NULLS NOT DISTINCT`)."""

    exclusion: bool
    """Whether it is of an exclusion constraint of the same name; the operators are in `parts`."""


class KeyPartReport(TypedDict, total=False):
    """One part of an index's key."""

    column: str
    """The column, where it is one."""

    expression: str
    """The expression as written, where it is one and the source says it."""

    length: int
    """How much of the column the key holds, where it is not all (MySQL)."""

    collation: str
    """The collation, where one is given."""

    operator_class: str
    """The operator class, where one is given (PostgreSQL)."""

    descending: bool
    """Whether the order is turned round."""

    nulls_first: bool
    """Whether NULL comes first, where it is said."""

    operator: str
    """The operator of an exclusion constraint."""


class CheckConstraintReport(TypedDict):
    """A check constraint."""

    name: Optional[str]
    """Its name, where known."""

    expression: str
    """The condition, as written."""


class _ParentReportAlways(TypedDict):
    table: str
    """The table, with its schema where that is not the default one."""

    partition: bool
    """Whether the child is a partition."""


class ParentReport(_ParentReportAlways, total=False):
    """A table that another one inherits from, or is a partition of."""

    bound: str
    """What the partition holds, as written: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`."""


class EnumReport(TypedDict):
    """A named enum type."""

    schema: Optional[str]
    """The database schema; `null` where the database has none."""

    name: str
    """Its database name."""

    values: list[str]
    """Its values, in order."""

    source: int
    """The schema source, by position in `schema_sources`."""


class DomainReport(TypedDict):
    """A domain: a type with rules of its own."""

    schema: Optional[str]
    """The database schema."""

    name: str
    """Its database name."""

    type: str
    """The type of its values."""

    nullable: bool
    """Whether its values may be NULL."""

    default: Optional[str]
    """What a column takes that has no default of its own, as written."""

    checks: list[CheckConstraintReport]
    """Its conditions, where `VALUE` is the value."""

    source: int
    """The schema source, by position in `schema_sources`."""

    location: Location
    """Where it was made."""


class SequenceReport(TypedDict):
    """A sequence that can be dropped."""

    schema: Optional[str]
    """The database schema."""

    name: str
    """Its database name."""

    owner_table: Optional[str]
    """The table that it goes with, with its schema where that is not the default one; `null` where
    it stands alone."""

    owner_column: Optional[str]
    """The column there."""

    source: int
    """The schema source, by position in `schema_sources`."""

    location: Location
    """Where it was made."""


class RevisionReport(TypedDict):
    """One migration."""

    id: str
    """Its name."""

    title: Optional[str]
    """What it says of itself."""

    parents: list[str]
    """The revisions that it comes after."""

    labels: list[str]
    """Names of the branch that begins with it."""

    reversible: bool
    """Whether something is written that takes it back: a `downgrade()` that does not raise, a down
    part."""

    source: int
    """Position of its source in `schema_sources`."""

    location: Location
    """Where it stands."""


class EntityReport(TypedDict):
    """An entity: a Prisma model, a mapped class."""

    entity: str
    """Its code name."""

    table: str
    """The table it stands for, with its schema where that is not the default one."""

    fields: list[FieldReport]
    """The fields that stand for columns, in order."""

    location: Location
    """Where its name stands."""


class FieldReport(TypedDict):
    """A field that stands for a column."""

    field: str
    """Its code name."""

    column: str
    """The column's database name."""

    nullable: bool
    """Whether the code's type allows null."""


class DiffReport(TypedDict):
    """What `diff` found."""

    version: int
    """Version of this format."""

    before: list[SourceReport]
    """The sources before."""

    after: list[SourceReport]
    """The sources after."""

    changes: list[DifferenceReport]
    """What differs, in order of place."""

    unanalyzed: list[UnanalyzedReport]
    """What was not understood on either side."""


class _DifferenceReportAlways(TypedDict):
    kind: ChangeKindReport
    """What kind of difference it is."""

    table: str
    """The table, by its database name before (after, where it is new); the enum type for changes of
    enums."""

    location: Location
    """The statement or call that makes the change."""

    summary: str
    """One line for people: "column users.email is dropped"."""


class DifferenceReport(_DifferenceReportAlways, total=False):
    """One difference between two schemas."""

    column: str
    """The column, by its database name before; columns of a key are joined by `, `."""

    before: str
    """The name, type or value before, where it is not the table or column."""

    after: str
    """The name, type or value after, where the change has one."""

    entity: str
    """The entity that stands for the table."""

    field: str
    """The field that stands for the column."""

    rename_candidate: str
    """For a drop beside a like addition: the name that it may have been renamed to."""

    declared: Location
    """Where the thing was declared before."""


class WitnessReport(TypedDict):
    """The smallest proof of a finding: run what makes the tables, and the statement succeeds; run
    the change, and it fails."""

    version: int
    """Version of this format."""

    fingerprint: str
    """The finding."""

    rule: str
    """Its rule."""

    message: str
    """What it says."""

    location: Location
    """Where it stands."""

    dialect: Dialect
    """The database whose SQL this is."""

    before: str
    """SQL that makes the tables as the code knows them, without what ties them to others."""

    change: str
    """SQL that makes the change on them. Where the database cannot alter in place, the tables are
    made anew."""

    statement: Optional[str]
    """The statement, as short as it can be said; `null` where none fails."""

    sent_by: Optional[SentBy]
    """Who sends it; `null` where there is none."""

    no_statement: Optional[str]
    """Why there is no statement."""


class RulesReport(TypedDict):
    """What `rules` gives."""

    version: int
    """Version of this format."""

    rules: list[RuleReport]
    """All rules, sorted by name."""


class RuleReport(TypedDict):
    """A rule."""

    name: str
    """Its name: the breakage."""

    summary: str
    """One line: what it finds."""

    severity: Severity
    """Severity where the configuration says nothing."""

    page: str
    """Its page, in Markdown: why it breaks, examples, how to change it safely."""
