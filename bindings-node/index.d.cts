// Written by `cargo x codegen` from the core's types: change those, then run it again.

/** What stops a run. Findings are never errors: they are in the report. */
export class SeawallError extends Error {
  /** The stable code of the kind of error. */
  readonly code: ErrorCode;
  private constructor();
}

/** The kinds of errors. */
export type ErrorCode =
  | "SEAWALL_OPTION"
  | "SEAWALL_PATH"
  | "SEAWALL_CONFIG"
  | "SEAWALL_SCHEMA"
  | "SEAWALL_NAME"
  | "SEAWALL_GIT"
  | "SEAWALL_INTERNAL";

/** The version of this package. */
export const version: string;

/**
 * Judges a change: which lines of the project does it break?
 * @throws SeawallError
 */
export function checkSync(options?: CheckOptions): CheckReport;

/**
 * Judges a change: which lines of the project does it break? It works on another thread.
 * @throws SeawallError
 */
export function check(options?: CheckOptions): Promise<CheckReport>;

/** Options of `check` and `checkSync`. */
export interface CheckOptions {
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
  /** The change is this SQL, which is not in any file: what if? */
  sql?: string | undefined;
  /** The change is the difference between two schema sources: the one before; `after` belongs to it. */
  before?: string | undefined;
  /** The schema source after; `before` belongs to it. */
  after?: string | undefined;
  /** The change is all revisions after this one. */
  since?: string | undefined;
  /** The change is what differs between this git revision, the release that runs, and the work tree: its code is judged too. `auto` stands for the main branch where the work tree is ahead of it, else for what is checked out. */
  base?: string | undefined;
  /** In which order migration and code go out; else as the configuration says, else the migration first. */
  deployOrder?: DeployOrder | undefined;
}

/**
 * Finds the releases that still work on the schema.
 * @throws SeawallError
 */
export function compatSync(options?: CompatOptions): CompatReport;

/**
 * Finds the releases that still work on the schema. It works on another thread.
 * @throws SeawallError
 */
export function compat(options?: CompatOptions): Promise<CompatReport>;

/** Options of `compat` and `compatSync`. */
export interface CompatOptions {
  /** Git revisions (tags, branches, commits), newest first. */
  revisions?: string | readonly string[] | undefined;
  /** Commits of a range as git writes it (`v1.0..main`), along first parents. */
  range?: string | undefined;
  /** A pattern of tags (`v*`). */
  tags?: string | undefined;
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
}

/**
 * Finds every usage of a table or column.
 * @param target What to look for: `TABLE`, `TABLE.COLUMN` or `Entity.field`, by code names or database names.
 * @throws SeawallError
 */
export function usagesSync(target: string, options?: UsagesOptions): UsagesReport;

/**
 * Finds every usage of a table or column. It works on another thread.
 * @param target What to look for: `TABLE`, `TABLE.COLUMN` or `Entity.field`, by code names or database names.
 * @throws SeawallError
 */
export function usages(target: string, options?: UsagesOptions): Promise<UsagesReport>;

/** Options of `usages` and `usagesSync`. */
export interface UsagesOptions {
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
}

/**
 * Reads the schema of the project.
 * @throws SeawallError
 */
export function loadSchemaSync(options?: LoadSchemaOptions): SchemaReport;

/**
 * Reads the schema of the project. It works on another thread.
 * @throws SeawallError
 */
export function loadSchema(options?: LoadSchemaOptions): Promise<SchemaReport>;

/** Options of `loadSchema` and `loadSchemaSync`. */
export interface LoadSchemaOptions {
  /** A revision: the schema is what it was after that one; else after the newest. */
  at?: string | undefined;
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
}

/**
 * Compares two schema sources.
 * @param before The schema source before.
 * @param after The schema source after.
 * @throws SeawallError
 */
export function diffSync(before: string, after: string, options?: DiffOptions): DiffReport;

/**
 * Compares two schema sources. It works on another thread.
 * @param before The schema source before.
 * @param after The schema source after.
 * @throws SeawallError
 */
export function diff(before: string, after: string, options?: DiffOptions): Promise<DiffReport>;

/** Options of `diff` and `diffSync`. */
export interface DiffOptions {
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
}

/**
 * Gives the smallest proof of a finding of `check` with the same options.
 * @param finding The finding: its fingerprint, the beginning of one, or `PATH:LINE[:COLUMN]`.
 * @throws SeawallError
 */
export function witnessSync(finding: string, options?: WitnessOptions): WitnessReport;

/**
 * Gives the smallest proof of a finding of `check` with the same options. It works on another thread.
 * @param finding The finding: its fingerprint, the beginning of one, or `PATH:LINE[:COLUMN]`.
 * @throws SeawallError
 */
export function witness(finding: string, options?: WitnessOptions): Promise<WitnessReport>;

/** Options of `witness` and `witnessSync`. */
export interface WitnessOptions {
  /** The folder of the project; empty means the current folder. */
  root?: string | undefined;
  /** Schema sources to read (paths relative to the current folder, else to the root, or absolute); empty: those that the configuration names, else those that the project is found to have. */
  schema?: string | readonly string[] | undefined;
  /** The database, where the sources do not say it. */
  dialect?: Dialect | undefined;
  /** What was there before the first revision: a schema source, Python files with models, `models` (the project's own, taken back over the revisions) or `none`. Without it, where revisions change tables that none of them makes, these are taken from the project's models and from libraries that are known to make them. */
  baseline?: string | undefined;
  /** A configuration file; else the nearest one is taken, from the root upward. */
  config?: string | undefined;
  /** The change is this SQL, which is not in any file: what if? */
  sql?: string | undefined;
  /** The change is the difference between two schema sources: the one before; `after` belongs to it. */
  before?: string | undefined;
  /** The schema source after; `before` belongs to it. */
  after?: string | undefined;
  /** The change is all revisions after this one. */
  since?: string | undefined;
  /** The change is what differs between this git revision, the release that runs, and the work tree: its code is judged too. `auto` stands for the main branch where the work tree is ahead of it, else for what is checked out. */
  base?: string | undefined;
  /** In which order migration and code go out; else as the configuration says, else the migration first. */
  deployOrder?: DeployOrder | undefined;
}

/**
 * Lists all rules with their pages.
 * @throws SeawallError
 */
export function rulesSync(): RulesReport;

/**
 * Lists all rules with their pages. It works on another thread.
 * @throws SeawallError
 */
export function rules(): Promise<RulesReport>;

/**
 * Gives one rule with its page.
 * @param rule The name of a rule.
 * @throws SeawallError
 */
export function explainSync(rule: string): RuleReport;

/**
 * Gives one rule with its page. It works on another thread.
 * @param rule The name of a rule.
 * @throws SeawallError
 */
export function explain(rule: string): Promise<RuleReport>;

/** What `check` found. */
export interface CheckReport {
  /** Version of this format. */
  version: number;
  /** What all of it comes to. */
  verdict: OverallVerdict;
  /** How the change is taken to go out, and which releases were judged. */
  rollout: RolloutReport;
  /** The schema sources that were read. */
  schema_sources: SourceReport[];
  /** What was taken for the change, source by source. */
  judged: JudgedReport[];
  /** What changes, with the verdict for each. */
  changes: ChangeReport[];
  /** What breaks, sorted by path, place, rule. */
  findings: FindingReport[];
  /** What was not understood. */
  unanalyzed: UnanalyzedReport[];
  /** What the run cost. */
  stats: Stats;
}

/** What all changes of a run come to. */
export type OverallVerdict =
  | "safe"
  | "needs_review"
  | "blocked";

/** How a change is taken to go out. */
export interface RolloutReport {
  /** The order of migration and code. */
  order: DeployOrder;
  /** The release that runs before the change; absent where none was named, and its code was not judged. */
  running?: ReleaseReport;
}

/** In which order a migration and the code that belongs to it go out. */
export type DeployOrder =
  | "migrate-first"
  | "code-first"
  | "stop-the-world";

/** A release that is known as a git revision. */
export interface ReleaseReport {
  /** The revision as it was named; `revision` of a location that stands in it. */
  revision: string;
  /** The id of its commit. */
  commit: string;
}

/** A schema source. */
export interface SourceReport {
  /** Its language. */
  kind: SourceKindReport;
  /** The file or folder. */
  path: string;
  /** The database. */
  dialect: Dialect;
  /** What is taken to be there before the first revision; absent where that is nothing. */
  baseline?: BaselineReport[];
}

/** The languages that a schema comes in. */
export type SourceKindReport =
  | "prisma"
  | "alembic"
  | "sql"
  | "knex"
  | "typeorm";

/** A database product, as far as its schema language differs. */
export type Dialect =
  | "postgres"
  | "mysql"
  | "sqlite"
  | "mssql";

/** A part of what is taken to be there before the first revision. */
export interface BaselineReport {
  /** Where it comes from. */
  origin: BaselineOriginReport;
  /** The source that was named, or the library; empty for the project's models. */
  name: string;
  /** Its tables. */
  tables: string[];
}

/** Where a baseline comes from. */
export type BaselineOriginReport =
  | "given"
  | "models"
  | "library";

/** What was taken for the change in a schema source. */
export interface JudgedReport {
  /** The schema source: its path. */
  source: string;
  /** The ids of the revisions that are pending, in order; none where schemas are compared. */
  revisions: string[];
  /** What it is, in words. */
  summary: string;
}

/** One difference, judged. */
export interface ChangeReport {
  /** What kind of difference it is. */
  kind: ChangeKindReport;
  /** The table, by its database name before (after, where it is new); the enum type for changes of enums. */
  table: string;
  /** The column, by its database name before; columns of a key are joined by `, `. */
  column?: string;
  /** The name, type or value before, where it is not the table or column. */
  before?: string;
  /** The name, type or value after, where the change has one. */
  after?: string;
  /** The entity that stands for the table. */
  entity?: string;
  /** The field that stands for the column. */
  field?: string;
  /** For a drop beside a like addition: the name that it may have been renamed to. */
  rename_candidate?: string;
  /** The statement or call that makes the change. */
  location: Location;
  /** Where the thing was declared before. */
  declared?: Location;
  /** One line for people: "column users.email is dropped". */
  summary: string;
  /** What is said of it: the worst verdict of the states that the rollout passes through. */
  verdict: Verdict;
  /** The states that were judged. */
  cells: CellReport[];
  /** Why it is safe, where there is something to say. */
  note?: string;
  /** Places that could meet it and were not resolved. */
  unresolved?: UnanalyzedReport[];
  /** Number of its findings that comments suppress. */
  suppressed?: number;
}

/** What kind of difference it is. */
export type ChangeKindReport =
  | "add_table"
  | "drop_table"
  | "rename_table"
  | "add_column"
  | "drop_column"
  | "rename_column"
  | "alter_column_type"
  | "alter_column_nullability"
  | "alter_column_default"
  | "add_enum"
  | "drop_enum"
  | "add_enum_value"
  | "drop_enum_value"
  | "rename_enum_value"
  | "add_unique"
  | "drop_unique"
  | "add_foreign_key"
  | "drop_foreign_key"
  | "alter_foreign_key";

/** A place in a file. Lines and columns count from 1, columns in Unicode code points; ends are exclusive. */
export interface Location {
  /** Path relative to the root, with `/`. */
  path: string;
  /** First line. */
  line: number;
  /** First column. */
  column: number;
  /** Line of the end. */
  end_line: number;
  /** Column after the end. */
  end_column: number;
  /** First byte. */
  byte_start: number;
  /** One past the last byte. */
  byte_end: number;
  /** The git revision that the file was read at; absent for the work tree. */
  revision?: string;
}

/** What is said of a change in the end. */
export type Verdict =
  | "safe"
  | "unknown"
  | "breaks";

/** A release and a schema that meet, judged. */
export interface CellReport {
  /** Which release meets which schema. */
  cell: Cell;
  /** The git revision whose code was judged; absent for the work tree. */
  release?: string;
  /** Whether the rollout passes through it. */
  on_path: boolean;
  /** What is said of it. */
  verdict: Verdict;
  /** Number of places that fail. */
  places: number;
}

/** A release and a schema that meet while a change is rolled out. */
export type Cell =
  | "migrate_first"
  | "code_first"
  | "end_state";

/** A place that was not understood. */
export interface UnanalyzedReport {
  /** The place. */
  location: Location;
  /** Why. */
  reason: string;
}

/** What a rule found. */
export interface FindingReport {
  /** The rule's name. */
  rule: string;
  /** How bad it is. */
  severity: Severity;
  /** What and why; the first line stands alone. */
  message: string;
  /** The place in code. */
  location: Location;
  /** The states in which it breaks; empty where no change is behind it. */
  cells: Cell[];
  /** The change, by position in `changes`; absent where no change is behind it (`unused-suppression`). */
  change?: number;
  /** The usage behind it. */
  usage?: UsageKindReport;
  /** Which rows there must be for it; absent where it is so whatever rows there are. */
  when?: When;
  /** The chain that proves it, nearest link first. */
  evidence: EvidenceReport[];
  /** What to do. */
  help?: string;
  /** Stable across edits elsewhere in the file: made from rule, path, names and ordinal. */
  fingerprint: string;
}

/** How bad a finding is. */
export type Severity =
  | "note"
  | "warning"
  | "error";

/** What kind of usage it is. */
export interface UsageKindReport {
  /** How code meets the thing. */
  how: How;
  /** What is done with it. */
  access: Access;
  /** Whether the ORM or `*` names it and not the code. */
  implicit: boolean;
  /** How sure it is. */
  confidence: Confidence;
}

/** How code meets the thing. */
export type How =
  | "query"
  | "value"
  | "mapping";

/** What is done with it. */
export type Access =
  | "read"
  | "write"
  | "filter";

/** How sure a usage is. */
export type Confidence =
  | "possible"
  | "likely"
  | "exact";

/** Which rows there must be for a statement to be sent, where the same call does one thing or another (`upsert`, `merge`). */
export type When =
  | "always"
  | "row_is_new"
  | "row_exists";

/** One link of a proof. */
export interface EvidenceReport {
  /** What it says. */
  message: string;
  /** Where it stands. */
  location?: Location;
}

/** What a run cost. */
export interface Stats {
  /** Files whose bytes were searched. */
  files_scanned: number;
  /** Files that were parsed. */
  files_parsed: number;
  /** Bytes searched. */
  bytes_scanned: number;
  /** Wall time in milliseconds. */
  elapsed_ms: number;
}

/** What `compat` found. */
export interface CompatReport {
  /** Version of this format. */
  version: number;
  /** The releases, in the order in which they were judged: newest first. */
  releases: CompatReleaseReport[];
  /** The oldest release that works, none of the newer ones failing; absent where the newest fails already. */
  oldest?: string;
}

/** A release on the schema of the work tree. */
export interface CompatReleaseReport {
  /** The git revision as it was named. */
  revision: string;
  /** The id of its commit. */
  commit: string;
  /** Whether its code works: the worst verdict of the changes since. */
  verdict: Verdict;
  /** Number of changes of the schema since. */
  changes: number;
  /** Number of places that fail. */
  places: number;
  /** Some of them, each with its place. */
  reasons: string[];
}

/** What `usages` found. */
export interface UsagesReport {
  /** Version of this format. */
  version: number;
  /** The usages, sorted by path and place. */
  usages: UsageReport[];
  /** Places that could meet it and were not resolved. */
  unresolved: UnanalyzedReport[];
}

/** A usage. */
export interface UsageReport {
  /** The name itself. */
  location: Location;
  /** The table, by its database name. */
  table: string;
  /** The column, by its database name. */
  column?: string;
  /** How code meets it. */
  how: How;
  /** What is done with it. */
  access: Access;
  /** Whether the ORM or `*` names it and not the code. */
  implicit: boolean;
  /** Who puts the name into the statement. */
  named_by: NamedBy;
  /** Which rows there must be for it; absent where it is so whatever rows there are. */
  when?: When;
  /** How sure it is. */
  confidence: Confidence;
  /** The chain that proves it, nearest link first. */
  evidence: EvidenceReport[];
}

/** Who puts a name into the statement that the database gets: it decides what happens when the name is gone. */
export type NamedBy =
  | "code"
  | "orm"
  | "wildcard"
  | "position";

/** The schema of a project: the tables, enums and entities of all its sources. */
export interface SchemaReport {
  /** Version of this format. */
  version: number;
  /** The database of the first source; each source says its own in `schema_sources`. */
  dialect: Dialect;
  /** The schema sources that were read. */
  schema_sources: SourceReport[];
  /** Names of the database schemas that tables or enums lie in, sorted. */
  schemas: string[];
  /** Tables and views, in the order they were made. */
  tables: TableReport[];
  /** Named enum types. */
  enums: EnumReport[];
  /** Domains (PostgreSQL). */
  domains: DomainReport[];
  /** Sequences that can be dropped, as far as they are known (PostgreSQL): those of identity columns are parts of them. */
  sequences: SequenceReport[];
  /** The revisions of the sources, in the order in which they apply. */
  revisions: RevisionReport[];
  /** What code calls the tables and columns. */
  mapping: EntityReport[];
  /** What was not understood. */
  unanalyzed: UnanalyzedReport[];
}

/** A table or view. */
export interface TableReport {
  /** The database schema; `null` where the database has none (MySQL, SQLite). */
  schema: string | null;
  /** Its database name. */
  name: string;
  /** Base table or view. */
  kind: TableKindReport;
  /** Its columns, in order. */
  columns: ColumnReport[];
  /** Columns of the primary key, in order; empty where there is none. */
  primary_key: string[];
  /** Unique constraints; unique indexes are in `indexes`. */
  unique: UniqueReport[];
  /** Foreign keys. */
  foreign_keys: ForeignKeyReport[];
  /** Indexes. */
  indexes: IndexReport[];
  /** Check constraints. */
  checks: CheckConstraintReport[];
  /** The tables that it inherits from, or is a partition of (PostgreSQL). */
  parents?: ParentReport[];
  /** How its rows are divided, as written behind `PARTITION BY`. */
  partition_by?: string;
  /** Its partitions that are no tables of their own, as written (MySQL). */
  partitions?: string[];
  /** The schema source, by position in `schema_sources`. */
  source: number;
  /** Where it was made. */
  location: Location;
}

/** What a table is. */
export type TableKindReport =
  | "table"
  | "view";

/** A column. */
export interface ColumnReport {
  /** Its database name. */
  name: string;
  /** Its type as the database would print it, lower case, with its arguments. */
  type: string;
  /** Whether it may hold NULL. */
  nullable: boolean;
  /** What the database fills in: an expression as written, or `autoincrement`; `null` where nothing. */
  default: string | null;
  /** Whether the database computes it. */
  generated: boolean;
  /** Where it was last defined. */
  location: Location;
}

/** A unique constraint. */
export interface UniqueReport {
  /** Its name, where known. */
  name: string | null;
  /** Columns in order. */
  columns: string[];
}

/** A foreign key. */
export interface ForeignKeyReport {
  /** Its name, where known. */
  name: string | null;
  /** Columns of this table. */
  columns: string[];
  /** The table that they reference, with its schema where that is not the default one. */
  referenced_table: string;
  /** The referenced columns; where the statement names none, those of the referenced table's primary key. */
  referenced_columns: string[];
  /** `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`. */
  on_delete: string;
  /** The same for updates of the referenced key. */
  on_update: string;
}

/** An index. */
export interface IndexReport {
  /** Its name, where known. */
  name: string | null;
  /** The parts of its key in order: a column's name; for an expression what the database's own catalog has in its place, which is its text in PostgreSQL and `null` elsewhere. `parts` tells expressions from columns, and has them as written. */
  columns: Array<string | null>;
  /** Whether it is unique. */
  unique: boolean;
  /** The `WHERE` of a partial index, as written. */
  predicate?: string;
  /** How it is kept where that is not a plain tree, in lower case: `gin`, `gist`, `fulltext`. */
  method?: string;
  /** The parts of its key one by one, where one of them is more than a column. */
  parts?: KeyPartReport[];
  /** Columns that it holds beside its key (`INCLUDE`). */
  include?: string[];
  /** Whether two rows with NULL are the same to it (`NULLS NOT DISTINCT`). */
  nulls_not_distinct?: boolean;
  /** Whether it is of an exclusion constraint of the same name; the operators are in `parts`. */
  exclusion?: boolean;
}

/** One part of an index's key. */
export interface KeyPartReport {
  /** The column, where it is one. */
  column?: string;
  /** The expression as written, where it is one and the source says it. */
  expression?: string;
  /** How much of the column the key holds, where it is not all (MySQL). */
  length?: number;
  /** The collation, where one is given. */
  collation?: string;
  /** The operator class, where one is given (PostgreSQL). */
  operator_class?: string;
  /** Whether the order is turned round. */
  descending?: boolean;
  /** Whether NULL comes first, where it is said. */
  nulls_first?: boolean;
  /** The operator of an exclusion constraint. */
  operator?: string;
}

/** A check constraint. */
export interface CheckConstraintReport {
  /** Its name, where known. */
  name: string | null;
  /** The condition, as written. */
  expression: string;
}

/** A table that another one inherits from, or is a partition of. */
export interface ParentReport {
  /** The table, with its schema where that is not the default one. */
  table: string;
  /** Whether the child is a partition. */
  partition: boolean;
  /** What the partition holds, as written: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`. */
  bound?: string;
}

/** A named enum type. */
export interface EnumReport {
  /** The database schema; `null` where the database has none. */
  schema: string | null;
  /** Its database name. */
  name: string;
  /** Its values, in order. */
  values: string[];
  /** The schema source, by position in `schema_sources`. */
  source: number;
}

/** A domain: a type with rules of its own. */
export interface DomainReport {
  /** The database schema. */
  schema: string | null;
  /** Its database name. */
  name: string;
  /** The type of its values. */
  type: string;
  /** Whether its values may be NULL. */
  nullable: boolean;
  /** What a column takes that has no default of its own, as written. */
  default: string | null;
  /** Its conditions, where `VALUE` is the value. */
  checks: CheckConstraintReport[];
  /** The schema source, by position in `schema_sources`. */
  source: number;
  /** Where it was made. */
  location: Location;
}

/** A sequence that can be dropped. */
export interface SequenceReport {
  /** The database schema. */
  schema: string | null;
  /** Its database name. */
  name: string;
  /** The table that it goes with, with its schema where that is not the default one; `null` where it stands alone. */
  owner_table: string | null;
  /** The column there. */
  owner_column: string | null;
  /** The schema source, by position in `schema_sources`. */
  source: number;
  /** Where it was made. */
  location: Location;
}

/** One migration. */
export interface RevisionReport {
  /** Its name. */
  id: string;
  /** What it says of itself. */
  title: string | null;
  /** The revisions that it comes after. */
  parents: string[];
  /** Names of the branch that begins with it. */
  labels: string[];
  /** Whether something is written that takes it back: a `downgrade()` that does not raise, a down part. */
  reversible: boolean;
  /** Position of its source in `schema_sources`. */
  source: number;
  /** Where it stands. */
  location: Location;
}

/** An entity: a Prisma model, a mapped class. */
export interface EntityReport {
  /** Its code name. */
  entity: string;
  /** The table it stands for, with its schema where that is not the default one. */
  table: string;
  /** The fields that stand for columns, in order. */
  fields: FieldReport[];
  /** Where its name stands. */
  location: Location;
}

/** A field that stands for a column. */
export interface FieldReport {
  /** Its code name. */
  field: string;
  /** The column's database name. */
  column: string;
  /** Whether the code's type allows null. */
  nullable: boolean;
}

/** What `diff` found. */
export interface DiffReport {
  /** Version of this format. */
  version: number;
  /** The sources before. */
  before: SourceReport[];
  /** The sources after. */
  after: SourceReport[];
  /** What differs, in order of place. */
  changes: DifferenceReport[];
  /** What was not understood on either side. */
  unanalyzed: UnanalyzedReport[];
}

/** One difference between two schemas. */
export interface DifferenceReport {
  /** What kind of difference it is. */
  kind: ChangeKindReport;
  /** The table, by its database name before (after, where it is new); the enum type for changes of enums. */
  table: string;
  /** The column, by its database name before; columns of a key are joined by `, `. */
  column?: string;
  /** The name, type or value before, where it is not the table or column. */
  before?: string;
  /** The name, type or value after, where the change has one. */
  after?: string;
  /** The entity that stands for the table. */
  entity?: string;
  /** The field that stands for the column. */
  field?: string;
  /** For a drop beside a like addition: the name that it may have been renamed to. */
  rename_candidate?: string;
  /** The statement or call that makes the change. */
  location: Location;
  /** Where the thing was declared before. */
  declared?: Location;
  /** One line for people: "column users.email is dropped". */
  summary: string;
}

/** The smallest proof of a finding: run what makes the tables, and the statement succeeds; run the change, and it fails. */
export interface WitnessReport {
  /** Version of this format. */
  version: number;
  /** The finding. */
  fingerprint: string;
  /** Its rule. */
  rule: string;
  /** What it says. */
  message: string;
  /** Where it stands. */
  location: Location;
  /** The database whose SQL this is. */
  dialect: Dialect;
  /** SQL that makes the tables as the code knows them, without what ties them to others. */
  before: string;
  /** SQL that makes the change on them. Where the database cannot alter in place, the tables are made anew. */
  change: string;
  /** The statement, as short as it can be said; `null` where none fails. */
  statement: string | null;
  /** Who sends it; `null` where there is none. */
  sent_by: SentBy | null;
  /** Why there is no statement. */
  no_statement: string | null;
}

/** Who puts a statement together. */
export type SentBy =
  | "code"
  | "orm";

/** What `rules` gives. */
export interface RulesReport {
  /** Version of this format. */
  version: number;
  /** All rules, sorted by name. */
  rules: RuleReport[];
}

/** A rule. */
export interface RuleReport {
  /** Its name: the breakage. */
  name: string;
  /** One line: what it finds. */
  summary: string;
  /** Severity where the configuration says nothing. */
  severity: Severity;
  /** Its page, in Markdown: why it breaks, examples, how to change it safely. */
  page: string;
}
