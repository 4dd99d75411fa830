//! The tree that both languages lower into: arenas of small nodes, byte ranges everywhere.
//!
//! Nothing is copied out of the text: an [`Ident`] is a range, and [`Module::text`] reads it. Every expression knows its
//! parent and its scope, so that the evaluator can start at a byte that matched a name and ask outwards ("what call is
//! this key an argument of?") as well as inwards ("what is `x`?").

use std::sync::{Arc, OnceLock};

use crate::text::{FileId, SourceFile, Span, TextRange};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $item:ty, $field:ident, $get:ident;)*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);)*

        impl Module {
            $(/// The node of this id.
            #[expect(clippy::indexing_slicing, reason = "ids are made by pushing to the arena and never leave their module")]
            pub fn $get(&self, id: $name) -> &$item {
                &self.$field[id.0 as usize]
            })*
        }
    };
}

ids! {
    /// An expression of a module.
    ExprId => Expr, exprs, expr;
    /// A statement of a module.
    StmtId => Stmt, stmts, stmt;
    /// A pattern (what a value is bound to) of a module.
    PatternId => Pattern, patterns, pattern;
    /// A type expression of a module.
    TypeId => TypeExpr, types, ty;
    /// A function, method or lambda of a module.
    FunctionId => Function, functions, function;
    /// A class, interface or enum of a module.
    ClassId => Class, classes, class;
    /// A type alias of a module.
    AliasId => TypeAlias, aliases, alias;
    /// An import of a module.
    ImportId => Import, imports, import;
    /// A scope of a module.
    ScopeId => Scope, scopes, scope;
}

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript, with or without JSX (read with the TSX grammar).
    JavaScript,
}

impl Language {
    /// The language of a path, by its ending.
    pub fn of_path(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "py" | "pyi" => Some(Self::Python),
            // Of components the script blocks count.
            "ts" | "mts" | "cts" | "vue" | "svelte" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            "js" | "jsx" | "mjs" | "cjs" => Some(Self::JavaScript),
            _ => None,
        }
    }

    /// Whether it is Python (and not one of the TypeScript family).
    pub fn is_python(self) -> bool {
        self == Self::Python
    }
}

/// One lowered file.
#[derive(Debug, Clone)]
pub struct Module {
    /// The file.
    pub file: FileId,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub source: Arc<SourceFile>,
    /// Expressions.
    pub exprs: Vec<Expr>,
    /// Statements.
    pub stmts: Vec<Stmt>,
    /// Patterns.
    pub patterns: Vec<Pattern>,
    /// Type expressions.
    pub types: Vec<TypeExpr>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Classes, interfaces, enums.
    pub classes: Vec<Class>,
    /// Type aliases.
    pub aliases: Vec<TypeAlias>,
    /// Imports, in source order.
    pub imports: Vec<Import>,
    /// Exports (TypeScript and JavaScript; a Python module exports its bindings).
    pub exports: Vec<Export>,
    /// Scopes; the first is the module's own.
    pub scopes: Vec<Scope>,
    /// The module's statements.
    pub body: Vec<StmtId>,
    /// Every place where a name stands, sorted by its first byte.
    pub sites: Vec<Site>,
    /// For finding sites and bindings without walking over all of them.
    pub lookup: Lookups,
    /// Places that the grammar could not parse.
    pub errors: Vec<TextRange>,
}

impl Module {
    /// The same module as a file of another release, whose text is the same.
    pub fn in_file(&self, source: Arc<SourceFile>) -> Self {
        Self { file: source.id, source, ..self.clone() }
    }
}

/// A name, as the range where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident {
    /// The bytes of the name itself, without quotes.
    pub range: TextRange,
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes.
    pub range: TextRange,
    /// What it stands in.
    pub parent: Parent,
    /// The scope it is evaluated in.
    pub scope: ScopeId,
}

/// What an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// Another expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
    /// The target of an assignment that is no name (`a.b = ...`).
    Pattern(PatternId),
    /// A default, a decorator or an expression body.
    Function(FunctionId),
    /// A base, a keyword, a decorator or a field's value.
    Class(ClassId),
    /// A type (`typeof x`, an annotation).
    Type(TypeId),
}

/// What an expression is. Parentheses are dropped.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A name.
    Name(Ident),
    /// `self`, `this`: only where the language has a keyword for it (`this`). Python's `self` is a name.
    This,
    /// `super`.
    Super,
    /// `object.name`, `object?.name`.
    Member {
        /// The object.
        object: ExprId,
        /// The name.
        name: Ident,
        /// Whether it is `?.`.
        optional: bool,
    },
    /// `object[index]`. A Python slice has a [`ExprKind::Slice`] as its index.
    Index {
        /// The object.
        object: ExprId,
        /// The index.
        index: ExprId,
        /// Whether it is `?.[`.
        optional: bool,
    },
    /// `a:b:c` in an index.
    Slice,
    /// `callee(args)`, `new callee(args)`.
    Call {
        /// What is called.
        callee: ExprId,
        /// The arguments, in order.
        args: Vec<Argument>,
        /// Type arguments (`f<User>()`).
        type_args: Vec<TypeId>,
        /// Whether it is `new`.
        is_new: bool,
        /// Whether it is `?.(`.
        optional: bool,
    },
    /// A dict or object literal.
    Object {
        /// The entries, in order.
        entries: Vec<Entry>,
    },
    /// A list, tuple or set literal, or an array.
    Sequence {
        /// Which.
        kind: SequenceKind,
        /// The items; a spread is an [`ExprKind::Spread`].
        items: Vec<ExprId>,
    },
    /// `*x`, `...x` in a sequence.
    Spread(ExprId),
    /// A string without interpolation; adjacent literals are one.
    Str(StrLit),
    /// An f-string or template literal, alone or tagged.
    Template {
        /// The tag of a tagged template.
        tag: Option<ExprId>,
        /// Type arguments of the tag (`sql<User>`).
        type_args: Vec<TypeId>,
        /// Text and interpolations, in order.
        parts: Vec<TemplatePart>,
    },
    /// A number.
    Number,
    /// `true`, `True`, `false`, `False`.
    Bool(bool),
    /// `None`, `null`, `undefined`.
    Null,
    /// An operator with one operand: `not`, `!`, `-`, `typeof`, `~`, `void`, `delete`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: ExprId,
    },
    /// An operator with two operands. Python's chained comparison `a < b < c` is `and` of two.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
    },
    /// `test ? then : otherwise`, `then if test else otherwise`.
    Conditional {
        /// The condition.
        test: ExprId,
        /// The value if it holds.
        then: ExprId,
        /// The value if not.
        otherwise: ExprId,
    },
    /// `await x`.
    Await(ExprId),
    /// `yield x`, `yield from x`, `yield* x`.
    Yield {
        /// The value.
        value: Option<ExprId>,
        /// Whether it yields each item of the value.
        each: bool,
    },
    /// A lambda, arrow function or function expression.
    Function(FunctionId),
    /// A class expression.
    Class(ClassId),
    /// A comprehension or generator expression.
    Comprehension {
        /// List, set, dict or generator.
        kind: ComprehensionKind,
        /// The element (the value, for a dict).
        element: ExprId,
        /// The key, for a dict.
        key: Option<ExprId>,
        /// `for` clauses, in order.
        clauses: Vec<Clause>,
    },
    /// `target := value`, `target = value` as an expression. Augmented assignments too (`op` given).
    Assign {
        /// What is assigned to.
        target: PatternId,
        /// The value.
        value: ExprId,
        /// The operator of an augmented assignment.
        op: Option<BinaryOp>,
    },
    /// `x as T`, `<T>x`, `x satisfies T`.
    Cast {
        /// The value.
        value: ExprId,
        /// The type.
        ty: TypeId,
        /// Whether it is `satisfies`, which keeps the value's own type.
        satisfies: bool,
    },
    /// `x!`.
    NonNull(ExprId),
    /// `import("x")`, `require("x")`.
    ImportCall(ImportId),
    /// A JSX element.
    Jsx {
        /// The component or tag; `None` for a fragment.
        tag: Option<ExprId>,
        /// The attributes, as entries of an object.
        attributes: Vec<Entry>,
        /// Children: elements and `{expression}`.
        children: Vec<ExprId>,
    },
    /// Something else, with the expressions in it.
    Other(Vec<ExprId>),
}

/// Kinds of sequence literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SequenceKind {
    /// `[a, b]`.
    List,
    /// `(a, b)`.
    Tuple,
    /// `{a, b}`.
    Set,
}

/// Kinds of comprehensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    /// `[x for ...]`.
    List,
    /// `{x for ...}`.
    Set,
    /// `{k: v for ...}`.
    Dict,
    /// `(x for ...)`.
    Generator,
}

/// A `for` of a comprehension.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What each item is bound to.
    pub pattern: PatternId,
    /// What is iterated.
    pub iterable: ExprId,
    /// Its `if`s.
    pub conditions: Vec<ExprId>,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `not`, `!`.
    Not,
    /// `-`.
    Minus,
    /// `typeof`.
    Typeof,
    /// Any other.
    Other,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `and`, `&&`.
    And,
    /// `or`, `||`.
    Or,
    /// `??`.
    Coalesce,
    /// `==`, `===`.
    Equal,
    /// `!=`, `!==`.
    NotEqual,
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
    /// `<`, `>`, `<=`, `>=`.
    Order,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `instanceof`.
    InstanceOf,
    /// `+`.
    Add,
    /// `%`.
    Percent,
    /// `|`.
    BitOr,
    /// `&`.
    BitAnd,
    /// Any other.
    Other,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The keyword, for a keyword argument.
    pub name: Option<Ident>,
    /// The value.
    pub value: ExprId,
    /// Whether it is spread.
    pub spread: ArgumentSpread,
}

/// Whether an argument is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArgumentSpread {
    /// It is not.
    None,
    /// `*args`, `...args`.
    Items,
    /// `**kwargs`.
    Keywords,
}

/// An entry of a dict or object literal, or a JSX attribute.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The key.
    pub key: EntryKey,
    /// The value. For a shorthand `{ email }` it is the name; for a method, the function; for a spread, what is spread.
    pub value: ExprId,
}

/// The key of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKey {
    /// A name or a string without escapes: `email:`, `"email":`, `'email':`.
    Name(Ident),
    /// The name is the value's too: `{ email }`.
    Shorthand(Ident),
    /// `[expr]:`, or a Python key that is no string literal.
    Computed(ExprId),
    /// `...x`, `**x`.
    Spread,
}

/// A string literal.
#[derive(Debug, Clone)]
pub struct StrLit {
    /// Its pieces: adjacent literals, and parts between escapes.
    pub pieces: Vec<StrPiece>,
}

/// A piece of a string whose bytes stand in the text, or an escape.
#[derive(Debug, Clone)]
pub struct StrPiece {
    /// The bytes in the file.
    pub range: TextRange,
    /// What an escape stands for; `None` where the value is the text itself.
    pub unescaped: Option<Box<str>>,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// Text.
    Text(StrPiece),
    /// An interpolated expression.
    Expr(ExprId),
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Its bytes.
    pub range: TextRange,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The statement it stands in.
    pub parent: Option<StmtId>,
}

/// What a statement is.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// An expression. Assignments are [`StmtKind::Assign`], also in TypeScript.
    Expr(ExprId),
    /// `a = b = value`, `const { a } = value`, `x: T`, `a += value`.
    Assign {
        /// What is assigned to; several for Python's chain.
        targets: Vec<PatternId>,
        /// The value; `None` for a bare declaration.
        value: Option<ExprId>,
        /// The declared type.
        annotation: Option<TypeId>,
        /// The operator of an augmented assignment.
        op: Option<BinaryOp>,
        /// Whether it declares its names (`const`, `let`, `var`; never in Python).
        declares: bool,
    },
    /// `return value`.
    Return(Option<ExprId>),
    /// `raise x`, `throw x`.
    Raise(Option<ExprId>),
    /// `del a, b`.
    Delete(Vec<ExprId>),
    /// `assert test, message`.
    Assert(ExprId),
    /// `if`, `elif` is a nested one in `otherwise`.
    If {
        /// The condition.
        test: ExprId,
        /// If it holds.
        then: Vec<StmtId>,
        /// If not.
        otherwise: Vec<StmtId>,
    },
    /// `while`, `do while`, the C-like `for` (its first part stands before it as a statement of the same block).
    While {
        /// The condition.
        test: Option<ExprId>,
        /// The body.
        body: Vec<StmtId>,
        /// The step of a C-like `for`.
        step: Option<ExprId>,
    },
    /// `for x in xs`, `for (const x of xs)`.
    For {
        /// What each item is bound to.
        pattern: PatternId,
        /// What is iterated.
        iterable: ExprId,
        /// The body.
        body: Vec<StmtId>,
        /// Python's `else`.
        otherwise: Vec<StmtId>,
        /// Whether it walks keys (`for (k in o)` of JavaScript).
        keys: bool,
    },
    /// `with a as b, c:`.
    With {
        /// Each manager and what it is bound to.
        items: Vec<(ExprId, Option<PatternId>)>,
        /// The body.
        body: Vec<StmtId>,
    },
    /// `try`.
    Try {
        /// The body.
        body: Vec<StmtId>,
        /// The handlers.
        handlers: Vec<Handler>,
        /// Python's `else`.
        otherwise: Vec<StmtId>,
        /// `finally`.
        finally: Vec<StmtId>,
    },
    /// `switch`, `match`.
    Switch {
        /// What is looked at.
        subject: ExprId,
        /// The cases.
        cases: Vec<Case>,
    },
    /// A function with a name.
    Function(FunctionId),
    /// A class, interface or enum with a name.
    Class(ClassId),
    /// A type alias.
    Alias(AliasId),
    /// An import.
    Import(ImportId),
    /// `export default x`, `export = x`.
    ExportDefault(ExprId),
    /// A block.
    Block(Vec<StmtId>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `pass`, an empty statement, `global x`.
    Empty,
    /// Something else, with the statements in it (a namespace's body).
    Other(Vec<StmtId>),
}

/// An `except` or `catch`.
#[derive(Debug, Clone)]
pub struct Handler {
    /// The types it catches.
    pub types: Option<ExprId>,
    /// What the error is bound to.
    pub pattern: Option<PatternId>,
    /// The body.
    pub body: Vec<StmtId>,
}

/// A `case`.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its values (`case "a":`); empty for `default`. Python's class patterns are calls with keyword arguments.
    pub values: Vec<ExprId>,
    /// Names that a Python pattern binds.
    pub patterns: Vec<PatternId>,
    /// Its guard.
    pub guard: Option<ExprId>,
    /// The body.
    pub body: Vec<StmtId>,
}

/// What a value is bound to.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Its bytes.
    pub range: TextRange,
    /// Where its value comes from.
    pub source: PatternSource,
    /// The scope in which its names are bound.
    pub scope: ScopeId,
}

/// What a pattern is.
#[derive(Debug, Clone)]
pub enum PatternKind {
    /// A name.
    Name(Ident),
    /// `{ a, b: c, ...rest }`.
    Object(Vec<PatternEntry>),
    /// `[a, , b]`, `a, b`; `None` is a hole.
    Sequence(Vec<Option<PatternId>>),
    /// `*rest`, `...rest` in a sequence: the items that are left. The pattern inside is its part 0.
    Rest(PatternId),
    /// `a.b`, `a[b]`.
    Target(ExprId),
}

/// An entry of an object pattern.
#[derive(Debug, Clone, Copy)]
pub struct PatternEntry {
    /// The key; [`EntryKey::Spread`] for the rest, [`EntryKey::Shorthand`] where the name is bound as it is.
    pub key: EntryKey,
    /// What it is bound to.
    pub pattern: PatternId,
    /// The default.
    pub default: Option<ExprId>,
}

/// Where a pattern's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternSource {
    /// An assignment: the value, the declared type.
    Value {
        /// The value.
        value: Option<ExprId>,
        /// The declared type.
        annotation: Option<TypeId>,
    },
    /// An augmented assignment.
    Augmented(ExprId),
    /// Each item of an expression.
    Iterate {
        /// What is iterated.
        iterable: ExprId,
        /// Whether it walks keys.
        keys: bool,
    },
    /// What a context manager gives.
    Enter(ExprId),
    /// A parameter of a function.
    Parameter {
        /// The function.
        function: FunctionId,
        /// Its position.
        index: u32,
    },
    /// The error of a handler.
    Caught,
    /// A case of a `match` on this expression.
    Matched(ExprId),
    /// A part of another pattern.
    Part {
        /// The whole pattern.
        whole: PatternId,
        /// Which part: position in the entries or items.
        index: u32,
    },
}

/// A function, method, lambda.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; a function expression bound to a name has none.
    pub name: Option<Ident>,
    /// Its parameters, `self` included.
    pub params: Vec<Param>,
    /// The declared return type.
    pub returns: Option<TypeId>,
    /// Type parameters.
    pub type_params: Vec<TypeParam>,
    /// The statements; empty where it is an expression body or only declared.
    pub body: Vec<StmtId>,
    /// The expression body of a lambda or arrow function.
    pub expression: Option<ExprId>,
    /// Values of all `return` statements (not of nested functions), the expression body included.
    pub return_values: Vec<ExprId>,
    /// Values of all `yield`s.
    pub yield_values: Vec<ExprId>,
    /// Whether it is async.
    pub is_async: bool,
    /// Whether it is a generator.
    pub is_generator: bool,
    /// Getter, setter, constructor, plain.
    pub kind: FunctionKind,
    /// Whether it is static (`static`, `@staticmethod`).
    pub is_static: bool,
    /// Decorators, without the `@`.
    pub decorators: Vec<ExprId>,
    /// The class it is a method of.
    pub class: Option<ClassId>,
    /// The scope of its parameters and body.
    pub scope: ScopeId,
    /// The scope it stands in.
    pub outer_scope: ScopeId,
    /// The expression that it is, for a lambda or function expression.
    pub expr: Option<ExprId>,
    /// Its bytes.
    pub range: TextRange,
}

/// Kinds of functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// A function or method.
    Plain,
    /// `get x()`, `@property`.
    Getter,
    /// `set x(v)`, `@x.setter`.
    Setter,
    /// `constructor`, `__init__`.
    Constructor,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// What the argument is bound to.
    pub pattern: PatternId,
    /// The declared type.
    pub annotation: Option<TypeId>,
    /// The default.
    pub default: Option<ExprId>,
    /// How arguments reach it.
    pub kind: ParamKind,
    /// Whether it may be left out (`x?: T`).
    pub optional: bool,
    /// Whether it also declares a field (`constructor(private readonly db: Db)`).
    pub declares_field: bool,
    /// Decorators of the parameter.
    pub has_decorators: bool,
}

/// How arguments reach a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// By position or keyword.
    Plain,
    /// By keyword only.
    KeywordOnly,
    /// `*args`, `...args`.
    RestItems,
    /// `**kwargs`.
    RestKeywords,
}

/// A type parameter: `T extends Bound = Default`, `[T: Bound]`.
#[derive(Debug, Clone, Copy)]
pub struct TypeParam {
    /// Its name.
    pub name: Ident,
    /// Its bound.
    pub bound: Option<TypeId>,
    /// Its default.
    pub default: Option<TypeId>,
}

/// A class, interface or enum.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: Option<Ident>,
    /// Which.
    pub kind: ClassKind,
    /// Bases as expressions: Python's (`Base`, `Generic[T]`), and what a TypeScript class extends.
    pub bases: Vec<ExprId>,
    /// Bases as types: the type arguments of `extends`, what `implements` names, what an interface extends.
    pub base_types: Vec<TypeId>,
    /// Python's class keywords (`table=True`).
    pub keywords: Vec<Argument>,
    /// Type parameters.
    pub type_params: Vec<TypeParam>,
    /// Fields and methods, in order.
    pub members: Vec<ClassMember>,
    /// Decorators of fields, without the `@`, with the position of the field in the members. Those of methods are theirs.
    pub field_decorators: Vec<(u32, ExprId)>,
    /// Python: all statements of the body, in order. TypeScript: static blocks.
    pub body: Vec<StmtId>,
    /// Decorators, without the `@`.
    pub decorators: Vec<ExprId>,
    /// The scope of the body.
    pub scope: ScopeId,
    /// The scope it stands in.
    pub outer_scope: ScopeId,
    /// Its bytes.
    pub range: TextRange,
}

/// Kinds of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassKind {
    /// A class.
    Class,
    /// An interface.
    Interface,
    /// A TypeScript enum: its members are fields with values.
    Enum,
}

/// A field or method.
#[derive(Debug, Clone, Copy)]
pub struct ClassMember {
    /// Its name; a computed one that is no string literal is left out.
    pub name: Ident,
    /// What it is.
    pub kind: MemberKind,
    /// Whether it is static.
    pub is_static: bool,
    /// Whether it may be absent (`x?: T`).
    pub optional: bool,
}

/// What a member of a class is.
#[derive(Debug, Clone, Copy)]
pub enum MemberKind {
    /// A field: its declared type and its value.
    Field {
        /// The declared type.
        annotation: Option<TypeId>,
        /// The value.
        value: Option<ExprId>,
    },
    /// A method, getter or setter. An interface's method has a function without a body.
    Method(FunctionId),
}

/// `type Name<T> = ...`.
#[derive(Debug, Clone)]
pub struct TypeAlias {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub type_params: Vec<TypeParam>,
    /// What it stands for.
    pub ty: TypeId,
    /// The scope it stands in.
    pub scope: ScopeId,
}

/// A type expression.
#[derive(Debug, Clone)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Its bytes.
    pub range: TextRange,
    /// The scope its names are looked up in.
    pub scope: ScopeId,
}

/// What a type expression is. Python annotations are lowered into it too, also those in strings.
#[derive(Debug, Clone)]
pub enum TypeKind {
    /// `User`, `Prisma.User`, `list[User]`, `Array<User>`.
    Name {
        /// The parts of the name.
        path: Vec<Ident>,
        /// Type arguments.
        args: Vec<TypeId>,
    },
    /// `A | B`.
    Union(Vec<TypeId>),
    /// `A & B`.
    Intersection(Vec<TypeId>),
    /// `T[]`.
    Array(TypeId),
    /// `[A, B]`.
    Tuple(Vec<TypeId>),
    /// `{ a: A; b?: B }`.
    Object(Vec<TypeMember>),
    /// A mapped type `{ [K in Keys]: T }`.
    Mapped {
        /// The keys.
        keys: TypeId,
        /// The values.
        value: Option<TypeId>,
    },
    /// `(a: A) => R`, `Callable[[A], R]`.
    Function {
        /// Types of the parameters.
        params: Vec<TypeId>,
        /// The return type.
        returns: Option<TypeId>,
    },
    /// `"email"`: the string's content.
    StrLiteral(Ident),
    /// A number, boolean or template literal.
    OtherLiteral,
    /// `T["email"]`.
    Indexed {
        /// The object type.
        object: TypeId,
        /// The key type.
        index: TypeId,
    },
    /// `keyof T`.
    Keyof(TypeId),
    /// `typeof x`.
    Typeof(ExprId),
    /// `import("x").A.B<C>`.
    Import {
        /// The import.
        import: ImportId,
        /// The parts of the name.
        path: Vec<Ident>,
        /// Type arguments.
        args: Vec<TypeId>,
    },
    /// `A extends B ? C : D`.
    Conditional {
        /// If it holds.
        then: TypeId,
        /// If not.
        otherwise: TypeId,
    },
    /// `readonly T`, `unique T`, `(T)`: the type inside.
    Wrapped(TypeId),
    /// `x is T`.
    Predicate(TypeId),
    /// `None`, `null`, `undefined`, `void`.
    Null,
    /// Something else.
    Other,
}

/// A member of an object type.
#[derive(Debug, Clone, Copy)]
pub struct TypeMember {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Option<TypeId>,
    /// Whether it may be absent.
    pub optional: bool,
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// The module: dotted name in Python (empty for `from . import x`), the string's content in TypeScript.
    pub specifier: Ident,
    /// Leading dots of a Python import.
    pub level: u32,
    /// What it brings.
    pub names: Vec<ImportedName>,
    /// Whether only types are imported.
    pub type_only: bool,
    /// Its bytes.
    pub range: TextRange,
    /// The scope it stands in.
    pub scope: ScopeId,
}

/// One name that an import brings.
#[derive(Debug, Clone, Copy)]
pub struct ImportedName {
    /// What is imported.
    pub what: Imported,
    /// The name it gets here. For `import a.b.c` in Python it is `a`.
    pub local: Ident,
}

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// An export by name.
    Name(Ident),
    /// The default export.
    Default,
    /// The module itself (`import * as x`, `import a.b as x`, `const x = require("x")`).
    Module,
    /// The first part of a dotted name (`import a.b.c` binds `a`).
    Package,
    /// All names (`from x import *`).
    Star,
}

/// An export of a TypeScript or JavaScript module.
#[derive(Debug, Clone, Copy)]
pub enum Export {
    /// A name of this module, under its own or another name.
    Local {
        /// The name outside.
        exported: Ident,
        /// The name in the module.
        local: Ident,
    },
    /// A name of another module.
    From {
        /// The import that names the module.
        import: ImportId,
        /// The name there.
        imported: Ident,
        /// The name outside.
        exported: Ident,
    },
    /// All names of another module; under one name if `alias` is given.
    Star {
        /// The import that names the module.
        import: ImportId,
        /// The one name.
        alias: Option<Ident>,
    },
    /// The default export, an expression (a named function or class is also `Local`).
    Default(ExprId),
    /// The default export, a declared function.
    DefaultFunction(FunctionId),
    /// The default export, a declared class.
    DefaultClass(ClassId),
    /// `module.exports = x`, `export = x`.
    Whole(ExprId),
    /// `exports.name = x`, `module.exports.name = x`.
    Property {
        /// The name outside.
        exported: Ident,
        /// The value.
        value: ExprId,
    },
}

/// A scope.
#[derive(Debug, Clone)]
pub struct Scope {
    /// What it belongs to.
    pub owner: ScopeOwner,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The names bound in it, in source order; a name can be bound several times.
    pub bindings: Vec<Binding>,
    /// Positions in `bindings` by name, then in order; empty where there are few.
    pub by_name: Box<[u32]>,
}

/// A scope with fewer names is searched one by one.
const FEW_BINDINGS: usize = 12;

impl Scope {
    fn seal(&mut self, text: &str) {
        self.bindings.shrink_to_fit();
        if self.bindings.len() < FEW_BINDINGS {
            return;
        }
        let name = |position: &u32| {
            let binding = self.bindings.get(*position as usize);
            binding.and_then(|binding| text.get(binding.name.range.as_usize())).unwrap_or("")
        };
        let mut positions: Box<[u32]> = (0..).take(self.bindings.len()).collect();
        positions.sort_by_key(|position| (name(position), *position));
        self.by_name = positions;
    }
}

/// What a module keeps beside its nodes to be asked quickly.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    /// For each site the furthest end of the sites up to it.
    reach: Box<[u32]>,
    /// Positions of the sites by name, then in order; made when first asked for.
    by_name: OnceLock<Box<[u32]>>,
}

/// What a scope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeOwner {
    /// The module.
    Module,
    /// A function.
    Function(FunctionId),
    /// A class body. Python: not visible from the functions in it.
    Class(ClassId),
    /// A comprehension, or a block of TypeScript.
    Block,
}

/// A name bound in a scope.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The name.
    pub name: Ident,
    /// What it is bound to.
    pub kind: BindingKind,
}

/// What a name is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// A pattern: variable, parameter, loop variable.
    Pattern(PatternId),
    /// A function.
    Function(FunctionId),
    /// A class, interface or enum.
    Class(ClassId),
    /// A type alias.
    Alias(AliasId),
    /// A name of an import, by position.
    Import {
        /// The import.
        import: ImportId,
        /// Position in [`Import::names`].
        index: u32,
    },
    /// A type parameter of a function.
    FunctionTypeParam {
        /// The function.
        function: FunctionId,
        /// Position in its type parameters.
        index: u32,
    },
    /// A type parameter of a class.
    ClassTypeParam {
        /// The class.
        class: ClassId,
        /// Position in its type parameters.
        index: u32,
    },
    /// A type parameter of a type alias.
    AliasTypeParam {
        /// The alias.
        alias: AliasId,
        /// Position in its type parameters.
        index: u32,
    },
    /// A name declared `global` or `nonlocal`: look further out.
    Outer,
}

/// A place where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The bytes of the name; for a string, of the whole literal between its quotes.
    pub range: TextRange,
    /// What the name is there.
    pub kind: SiteKind,
}

/// What a name is, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteKind {
    /// A name read as an expression.
    Name(ExprId),
    /// The name after the dot.
    Member(ExprId),
    /// The key of an object entry or JSX attribute, by position. A shorthand is only this, not also a name.
    Key {
        /// The object or JSX element.
        object: ExprId,
        /// Position in its entries.
        entry: u32,
    },
    /// The keyword of an argument, by position.
    Keyword {
        /// The call.
        call: ExprId,
        /// Position in its arguments.
        argument: u32,
    },
    /// The key of an object pattern's entry, by position. A shorthand is only this, not also a bound name.
    PatternKey {
        /// The pattern.
        pattern: PatternId,
        /// Position in its entries.
        entry: u32,
    },
    /// A name that a pattern binds.
    Bound(PatternId),
    /// A string or template literal: the name is somewhere in it.
    Text(ExprId),
    /// A part of a type's name, by position.
    TypeName {
        /// The type.
        ty: TypeId,
        /// Position in the path.
        part: u32,
    },
    /// A string literal as a type.
    TypeLiteral(TypeId),
    /// A member of an object type, by position.
    TypeMember {
        /// The type.
        ty: TypeId,
        /// Position in its members.
        member: u32,
    },
    /// A member of a class, by position. A field of a Python class is only this, not also a bound name.
    ClassMember {
        /// The class.
        class: ClassId,
        /// Position in its members.
        member: u32,
    },
    /// The name of a function that is no method.
    Function(FunctionId),
    /// The name of a class, interface or enum.
    Class(ClassId),
    /// The name of a type alias.
    Alias(AliasId),
    /// A name in an import, by position (the imported name; the local name has no site of its own).
    Import {
        /// The import.
        import: ImportId,
        /// Position in its names.
        name: u32,
    },
    /// A name in an export.
    Export,
    /// A keyword of a Python class (`table=True`).
    ClassKeyword(ClassId),
}

impl Module {
    /// The bytes of `range` as text.
    pub fn slice(&self, range: TextRange) -> &str {
        self.source.text.get(range.as_usize()).unwrap_or("")
    }

    /// The text of a name.
    pub fn text(&self, ident: Ident) -> &str {
        self.slice(ident.range)
    }

    /// The place of a range of this file.
    pub fn span(&self, range: TextRange) -> Span {
        range.in_file(self.file)
    }

    /// The module's own scope.
    pub fn root_scope(&self) -> ScopeId {
        ScopeId(0)
    }

    /// The innermost sites that hold the byte at `offset`, the smallest first.
    pub fn sites_at(&self, offset: u32) -> Vec<Site> {
        let end = self.sites.partition_point(|site| site.range.start <= offset);
        let sites = self.sites.get(..end).unwrap_or_default();
        let reach = self.lookup.reach.get(..end).unwrap_or_default();
        let before = sites.iter().zip(reach).rev();
        let mut found: Vec<Site> = before
            .take_while(|(_, reach)| **reach > offset)
            .filter(|(site, _)| site.range.contains(offset))
            .map(|(site, _)| *site)
            .collect();
        found.reverse();
        found.sort_by_key(|site| site.range.len());
        found
    }

    /// The sites whose bytes are `name`, in source order.
    pub fn sites_named<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Site> {
        let text =
            |position: &u32| self.sites.get(*position as usize).map_or("", |site| self.slice(site.range));
        let sorted = self.lookup.by_name.get_or_init(|| {
            let mut positions: Box<[u32]> = (0..).take(self.sites.len()).collect();
            positions.sort_by_key(|position| (text(position), *position));
            positions
        });
        let start = sorted.partition_point(|position| text(position) < name);
        let named =
            sorted.get(start..).unwrap_or_default().iter().take_while(move |position| text(position) == name);
        named.filter_map(|position| self.sites.get(*position as usize))
    }

    /// What `name` is bound to in the scope itself, in source order.
    pub fn bindings_named(&self, scope: ScopeId, name: &str) -> Vec<&Binding> {
        let scope = self.scope(scope);
        let text = |binding: &Binding| self.text(binding.name);
        if scope.by_name.is_empty() {
            return scope.bindings.iter().filter(|binding| text(binding) == name).collect();
        }
        let at = |position: &u32| scope.bindings.get(*position as usize);
        let start =
            scope.by_name.partition_point(|position| at(position).is_some_and(|found| text(found) < name));
        let from = scope.by_name.get(start..).unwrap_or_default().iter();
        from.filter_map(at).take_while(|found| text(found) == name).collect()
    }

    /// Makes a module that is complete quick to ask and small to keep: sites in order, lookups made, no spare room.
    pub(super) fn seal(&mut self) {
        self.sites.sort_by_key(|site| (site.range.start, site.range.end));
        let mut reach = 0;
        self.lookup.reach = self
            .sites
            .iter()
            .map(|site| {
                reach = reach.max(site.range.end);
                reach
            })
            .collect();
        let text = Arc::clone(&self.source.text);
        for scope in &mut self.scopes {
            scope.seal(&text);
        }
        self.exprs.shrink_to_fit();
        self.stmts.shrink_to_fit();
        self.patterns.shrink_to_fit();
        self.types.shrink_to_fit();
        self.functions.shrink_to_fit();
        self.sites.shrink_to_fit();
        self.scopes.shrink_to_fit();
    }

    /// The value of a string literal.
    pub fn str_value(&self, literal: &StrLit) -> String {
        literal.pieces.iter().map(|piece| self.piece_value(piece)).collect()
    }

    /// The value of one piece of a string.
    pub fn piece_value<'a>(&'a self, piece: &'a StrPiece) -> &'a str {
        piece.unescaped.as_deref().unwrap_or_else(|| self.slice(piece.range))
    }

    /// The value of the expression if it is a string literal without interpolation.
    pub fn literal_str(&self, expr: ExprId) -> Option<String> {
        match &self.expr(expr).kind {
            ExprKind::Str(literal) => Some(self.str_value(literal)),
            ExprKind::Template { tag: None, parts, .. } => {
                let mut value = String::new();
                for part in parts {
                    match part {
                        TemplatePart::Text(piece) => value.push_str(self.piece_value(piece)),
                        TemplatePart::Expr(_) => return None,
                    }
                }
                Some(value)
            }
            _ => None,
        }
    }
}
