use std::sync::Arc;

use super::lower;
use crate::code::tree::{
    Argument, ArgumentSpread, BindingKind, Clause, Entry, EntryKey, ExprId, ExprKind, FunctionKind, Imported,
    MemberKind, Module, PatternKind, PatternSource, ScopeOwner, SiteKind, StmtKind, TemplatePart, TypeId,
    TypeKind,
};
use crate::text::{FileId, SourceFile};

fn module(text: &str) -> Module {
    lower(Arc::new(SourceFile::new(FileId(0), "a.py", text.as_bytes().to_vec())))
}

/// An expression in a short notation: calls as `f(..)`, members as `a.b`, everything else by its kind.
fn show(m: &Module, id: ExprId) -> String {
    let list = |ids: &[ExprId]| ids.iter().map(|id| show(m, *id)).collect::<Vec<_>>().join(" ");
    match &m.expr(id).kind {
        ExprKind::Name(name) => m.text(*name).to_owned(),
        ExprKind::Member { object, name, .. } => format!("{}.{}", show(m, *object), m.text(*name)),
        ExprKind::Index { object, index, .. } => format!("{}[{}]", show(m, *object), show(m, *index)),
        ExprKind::Call { callee, args, .. } => {
            let arg = |arg: &Argument| {
                let name = arg.name.map(|name| format!("{}=", m.text(name))).unwrap_or_default();
                let spread = match arg.spread {
                    ArgumentSpread::None => "",
                    ArgumentSpread::Items => "*",
                    ArgumentSpread::Keywords => "**",
                };
                format!("{name}{spread}{}", show(m, arg.value))
            };
            let args: Vec<String> = args.iter().map(arg).collect();
            format!("{}({})", show(m, *callee), args.join(" "))
        }
        ExprKind::Str(literal) => format!("{:?}", m.str_value(literal)),
        ExprKind::Template { parts, .. } => {
            let part = |part: &TemplatePart| match part {
                TemplatePart::Text(piece) => m.piece_value(piece).to_owned(),
                TemplatePart::Expr(expr) => format!("{{{}}}", show(m, *expr)),
            };
            format!("f{:?}", parts.iter().map(part).collect::<String>())
        }
        ExprKind::Sequence { kind, items } => format!("{kind:?}({})", list(items)),
        ExprKind::Binary { op, left, right } => format!("({} {op:?} {})", show(m, *left), show(m, *right)),
        ExprKind::Unary { op, operand } => format!("{op:?}({})", show(m, *operand)),
        ExprKind::Spread(inner) => format!("*{}", show(m, *inner)),
        ExprKind::Object { entries } => {
            let entry = |entry: &Entry| match entry.key {
                EntryKey::Name(name) => {
                    format!("{}:{}", m.text(name), show(m, entry.value))
                }
                EntryKey::Computed(key) => {
                    format!("[{}]:{}", show(m, key), show(m, entry.value))
                }
                _ => format!("**{}", show(m, entry.value)),
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Conditional { test, then, otherwise } => {
            format!("({} ? {} : {})", show(m, *test), show(m, *then), show(m, *otherwise))
        }
        ExprKind::Comprehension { kind, element, key, clauses } => {
            let key = key.map(|key| format!("{}:", show(m, key))).unwrap_or_default();
            let clause = |clause: &Clause| {
                let target = m.slice(m.pattern(clause.pattern).range);
                format!("{target} in {} if [{}]", show(m, clause.iterable), list(&clause.conditions))
            };
            let clauses: Vec<String> = clauses.iter().map(clause).collect();
            format!("{kind:?}({key}{} {})", show(m, *element), clauses.join(" "))
        }
        ExprKind::Await(inner) => format!("await {}", show(m, *inner)),
        ExprKind::Function(function) => match m.function(*function).expression {
            Some(body) => format!("fn {}", show(m, body)),
            None => "fn".to_owned(),
        },
        ExprKind::Assign { target, value, .. } => {
            format!("({} := {})", m.slice(m.pattern(*target).range), show(m, *value))
        }
        ExprKind::Other(inner) => format!("other({})", list(inner)),
        ExprKind::Number => "0".to_owned(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Slice => ":".to_owned(),
        other => format!("{other:?}"),
    }
}

fn show_type(m: &Module, id: TypeId) -> String {
    let list = |ids: &[TypeId]| ids.iter().map(|id| show_type(m, *id)).collect::<Vec<_>>().join(" ");
    match &m.ty(id).kind {
        TypeKind::Name { path, args } => {
            let path: Vec<&str> = path.iter().map(|name| m.text(*name)).collect();
            let args = if args.is_empty() { String::new() } else { format!("[{}]", list(args)) };
            format!("{}{args}", path.join("."))
        }
        TypeKind::Union(members) => format!("({})", list(members).replace(' ', "|")),
        TypeKind::Tuple(members) => format!("tuple({})", list(members)),
        TypeKind::Function { params, returns } => {
            let returns = returns.map(|returns| show_type(m, returns)).unwrap_or_default();
            format!("fn({})->{returns}", list(params))
        }
        TypeKind::StrLiteral(name) => format!("'{}'", m.text(*name)),
        TypeKind::Typeof(expr) => format!("typeof {}", show(m, *expr)),
        TypeKind::Null => "null".to_owned(),
        TypeKind::Wrapped(inner) => format!("*{}", show_type(m, *inner)),
        other => format!("{other:?}"),
    }
}

/// Checks what the first statement's expression, or the value it assigns, is lowered to.
fn check(text: &str, expected: &str) {
    let m = module(text);
    let found = match m.body.first().map(|stmt| &m.stmt(*stmt).kind) {
        Some(StmtKind::Expr(expr)) => show(&m, *expr),
        Some(StmtKind::Assign { value: Some(value), .. }) => show(&m, *value),
        other => format!("{other:?}"),
    };
    assert_eq!(found, expected, "{text}");
    assert_eq!(m.errors, [], "{text}");
}

/// Checks what the annotation of `x: ...` is lowered to.
fn check_type(annotation: &str, expected: &str) {
    let text = format!("x: {annotation}\n");
    let m = module(&text);
    let Some(StmtKind::Assign { annotation: Some(ty), .. }) = m.body.first().map(|stmt| &m.stmt(*stmt).kind)
    else {
        panic!("no annotation in {text}");
    };
    assert_eq!(show_type(&m, *ty), expected, "{text}");
}

/// The kinds of all sites whose text is `name`.
fn sites(m: &Module, name: &str) -> Vec<SiteKind> {
    m.sites.iter().filter(|site| m.slice(site.range) == name).map(|site| site.kind).collect()
}

#[test]
fn expressions() {
    check("a.b[c](d, *e, f=g, **h)", "a.b[c](d *e f=g **h)");
    check("((a))", "a");
    check("a, *b", "Tuple(a *b)");
    check("{'k': 1, k: 2, **r, 'a\\n': 3}", "{k:0 [k]:0 **r [\"a\\n\"]:0}");
    check("[1, 'a']; {1}; (1,)", "List(0 \"a\")");
    check("a if b else c", "(b ? a : c)");
    check("a < b <= c != d", "(((a Order b) And (b Order c)) And (c NotEqual d))");
    check("a is not b", "(a IsNot b)");
    check("a not in b", "(a NotIn b)");
    check("not a or b and -c", "(Not(a) Or (b And Minus(c)))");
    check("a | b & c % d + e", "(a BitOr (b BitAnd ((c Percent d) Add e)))");
    check("lambda x, *y: x.z", "fn x.z");
    check("(n := f(1))", "(n := f(0))");
    check("await x.all()", "await x.all()");
    check("x[1:n, ...]", "x[Tuple(: other())]");
    check("[a.b for a, c in d if c if a for e in a.f]", "List(a.b a, c in d if [c a] e in a.f if [])");
    check("{k: v for k, v in d.items()}", "Dict(k:v k, v in d.items() if [])");
    check("f(x.id for x in xs)", "f(Generator(x.id x in xs if []))");
    check("x = y = True", "true");
    check("x += None", "null");
}

#[test]
fn strings() {
    check("'a' \"b\" '''c'''", "\"abc\"");
    check(r"'a\tb\x41\u00e9\101\\ \q'", "\"a\\tbAéA\\\\ \\\\q\"");
    check(r"r'\d+' '\n'", "\"\\\\d+\\n\"");
    check("f'a {b.c!r:>{w}} {{x}}' ' d'", "f\"a {other(b.c w)} {x} d\"");
    check("f'{a}' f'plain'", "f\"{a}plain\"");
    check("f'no parts'", "\"no parts\"");
    check("'a\\\nb'", "\"ab\"");
}

#[test]
fn a_string_is_a_site_between_its_quotes_and_pieces_keep_their_place() {
    let text = "x = ('SELECT é ' f'{a.email}' r'''from t''')";
    let m = module(text);
    let texts: Vec<&str> = m
        .sites
        .iter()
        .filter(|site| matches!(site.kind, SiteKind::Text(_)))
        .map(|site| m.slice(site.range))
        .collect();
    assert_eq!(texts, ["SELECT é ", "{a.email}", "from t"]);
    assert!(matches!(sites(&m, "email").as_slice(), [SiteKind::Member(_)]));
}

#[test]
fn annotations() {
    check_type("Optional[User]", "Optional[User]");
    check_type("orm.Mapped['list[User] | None']", "orm.Mapped[(list[User]|null)]");
    check_type("A | B.C | None", "(A|B.C|null)");
    check_type("\"User\"", "User");
    check_type("'orm.Mapped[User]'", "orm.Mapped[User]");
    check_type("Literal['a', 1]", "Literal['a' OtherLiteral]");
    check_type(
        "Annotated[int, Field(gt=0), 'text', M[x]]",
        "Annotated[int typeof Field(gt=0) typeof \"text\" typeof M[x]]",
    );
    check_type("Callable[[A, B], R]", "fn(A B)->R");
    check_type("Callable[..., R]", "fn()->R");
    check_type("dict[str, tuple[int, ...]]", "dict[str tuple[int Other]]");
    check_type("Union[(A, B)]", "Union[A B]");
    check_type("'not a type!'", "typeof \"not a type!\"");
    check_type("f(x)", "typeof f(x)");
}

#[test]
fn a_quoted_annotation_has_true_offsets() {
    let m = module("def f(x: 'dict[str, Optional[User]]'): pass");
    let found: Vec<SiteKind> = sites(&m, "User");
    let [SiteKind::TypeName { ty, part: 0 }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(m.slice(m.ty(*ty).range), "User");
}

#[test]
fn classes_and_their_members() {
    let text = "@dataclass\nclass A(Base, G[T], table=True):\n    a: int = f(1)\n    b = c = 2\n    d: str\n    (e, g) = 1, 2\n    \
                @property\n    def p(self): ...\n    @p.setter\n    def p(self, v): ...\n    @staticmethod\n    def s(): ...\n    \
                def __init__(self): self.z = 1\n    if X:\n        h = 1\n";
    let m = module(text);
    let class = m.classes.first().expect("a class");
    let members: Vec<String> = class
        .members
        .iter()
        .map(|member| {
            let what = match member.kind {
                MemberKind::Field { annotation, value } => {
                    format!("{}{}", u8::from(annotation.is_some()), u8::from(value.is_some()))
                }
                MemberKind::Method(function) => format!("{:?}", m.function(function).kind),
            };
            format!("{} {what}{}", m.text(member.name), if member.is_static { " static" } else { "" })
        })
        .collect();
    let expected = [
        "a 11",
        "b 01",
        "c 01",
        "d 10",
        "p Getter",
        "p Setter",
        "s Plain static",
        "__init__ Constructor",
        "h 01",
    ];
    assert_eq!(members, expected);
    let bases: Vec<String> = class.bases.iter().map(|base| show(&m, *base)).collect();
    assert_eq!(bases, ["Base", "G[T]"]);
    assert!(matches!(sites(&m, "table").as_slice(), [SiteKind::ClassKeyword(_)]));
    assert!(matches!(sites(&m, "a").as_slice(), [SiteKind::ClassMember { member: 0, .. }]));
    assert!(matches!(sites(&m, "e").as_slice(), [SiteKind::Bound(_)]));
    assert!(matches!(sites(&m, "z").as_slice(), [SiteKind::Member(_)]));
    assert_eq!(class.decorators.len(), 1);
    assert!(m.functions.iter().all(|function| function.class.is_some()));
}

#[test]
fn functions() {
    let text = "async def f(a, b: int = 1, /, *args: str, c=2, **kw) -> User:\n    def g(): return 0\n    \
                if a:\n        return b\n    yield c\n    return await d\n";
    let m = module(text);
    let f = m.functions.first().expect("a function");
    assert!(f.is_async && f.is_generator && f.kind == FunctionKind::Plain);
    let params: Vec<String> = f
        .params
        .iter()
        .map(|param| format!("{} {:?}", m.slice(m.pattern(param.pattern).range), param.kind))
        .collect();
    assert_eq!(params, ["a Plain", "b Plain", "args RestItems", "c KeywordOnly", "kw RestKeywords"]);
    let returned: Vec<String> = f.return_values.iter().map(|value| show(&m, *value)).collect();
    assert_eq!(returned, ["b", "await d"]);
    let yielded: Vec<String> = f.yield_values.iter().map(|value| show(&m, *value)).collect();
    assert_eq!(yielded, ["c"]);
    assert_eq!(f.returns.map(|ty| show_type(&m, ty)).as_deref(), Some("User"));
}

#[test]
fn type_parameters_and_aliases() {
    let m = module("type Rows[T: Base] = list[T]\ndef f[K](x: K) -> K: ...\nclass C[V](B[V]): v: V\n");
    assert_eq!(m.errors, []);
    let bound = |kind: fn(&BindingKind) -> bool| {
        let scopes = m.scopes.iter().flat_map(|scope| &scope.bindings);
        scopes.filter(|binding| kind(&binding.kind)).map(|binding| m.text(binding.name)).collect::<Vec<_>>()
    };
    assert_eq!(bound(|kind| matches!(kind, BindingKind::AliasTypeParam { .. })), ["T"]);
    assert_eq!(bound(|kind| matches!(kind, BindingKind::FunctionTypeParam { .. })), ["K"]);
    assert_eq!(bound(|kind| matches!(kind, BindingKind::ClassTypeParam { .. })), ["V"]);
    assert_eq!(m.aliases.first().map(|alias| show_type(&m, alias.ty)).as_deref(), Some("list[T]"));
}

#[test]
fn scopes_bind_what_python_binds_there() {
    let text = "import a.b.c, d as e\nfrom .m import x as y\nfrom .m import *\ndef f(p):\n    global g\n    g = 1\n    \
                [i for i in p if (w := i)]\n    from q import r\n    def h():\n        nonlocal p\n        p = 2\n";
    let m = module(text);
    let names = |owner: fn(ScopeOwner) -> bool| -> Vec<String> {
        let scopes = m.scopes.iter().filter(|scope| owner(scope.owner));
        scopes
            .map(|scope| scope.bindings.iter().map(|b| m.text(b.name)).collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(names(|owner| owner == ScopeOwner::Module), ["a e y f g"]);
    assert_eq!(names(|owner| matches!(owner, ScopeOwner::Function(_))), ["p g w r h p", "p"]);
    assert_eq!(names(|owner| owner == ScopeOwner::Block), ["i"]);
    let imported: Vec<(&str, u32, &str)> = m
        .imports
        .iter()
        .flat_map(|import| {
            import.names.iter().map(|name| {
                let what = match name.what {
                    Imported::Name(name) => m.text(name),
                    Imported::Module => "module",
                    Imported::Package => "package",
                    Imported::Star => "*",
                    Imported::Default => "default",
                };
                (m.text(import.specifier), import.level, what)
            })
        })
        .collect();
    let expected = [("a.b.c", 0, "package"), ("d", 0, "module"), ("m", 1, "x"), ("m", 1, "*"), ("q", 0, "r")];
    assert_eq!(imported, expected);
}

#[test]
fn where_the_values_of_patterns_come_from() {
    let text = "for u in users: pass\nwith s() as t: pass\ntry: pass\nexcept E as err: pass\na, (b, *c) = v\n\
                n += m\nself.k[0] = w\nz: int\nwith (p() as q, r() as s): pass\n";
    let m = module(text);
    let shown: Vec<String> = m
        .patterns
        .iter()
        .map(|pattern| {
            let source = match pattern.source {
                PatternSource::Value { value, annotation } => {
                    let value = value.map(|value| show(&m, value)).unwrap_or_default();
                    format!("={value}{}", if annotation.is_some() { ":" } else { "" })
                }
                PatternSource::Augmented(value) => format!("+={}", show(&m, value)),
                PatternSource::Iterate { iterable, .. } => format!("in {}", show(&m, iterable)),
                PatternSource::Enter(value) => format!("with {}", show(&m, value)),
                PatternSource::Caught => "caught".to_owned(),
                PatternSource::Part { index, .. } => format!("part {index}"),
                PatternSource::Parameter { .. } | PatternSource::Matched(_) => "?".to_owned(),
            };
            let rest = if matches!(pattern.kind, PatternKind::Rest(_)) { " rest" } else { "" };
            format!("{} {source}{rest}", m.slice(pattern.range))
        })
        .collect();
    let expected = [
        "u in users",
        "t with s()",
        "err caught",
        "a, (b, *c) =v",
        "a part 0",
        "(b, *c) part 1",
        "b part 0",
        "*c part 1 rest",
        "c part 0",
        "n +=m",
        "self.k[0] =w",
        "z =:",
        "q with p()",
        "s with r()",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn match_cases() {
    let text = "match s:\n    case User(email=e) | Other(): pass\n    case {'k': v, **r}: pass\n    \
                case [a, *b] if a: pass\n    case pkg.X as t: pass\n    case 'x' | None: pass\n    case _: pass\n";
    let m = module(text);
    assert_eq!(m.errors, []);
    let Some(StmtKind::Switch { cases, .. }) = m.body.first().map(|stmt| &m.stmt(*stmt).kind) else {
        panic!("no switch");
    };
    let shown: Vec<String> = cases
        .iter()
        .map(|case| {
            let values: Vec<String> = case.values.iter().map(|value| show(&m, *value)).collect();
            let bound = case.patterns.iter().map(|pattern| {
                let pattern = m.pattern(*pattern);
                let from = match pattern.source {
                    PatternSource::Matched(subject) => show(&m, subject),
                    PatternSource::Value { value: Some(value), .. } => show(&m, value),
                    _ => "?".to_owned(),
                };
                format!("{}={from}", m.slice(pattern.range))
            });
            format!("{} -> {}", values.join(" | "), bound.collect::<Vec<_>>().join(" "))
        })
        .collect();
    let expected = [
        "User(email=other()) | Other() -> e=s.email",
        "{k:other() **other()} -> v=s[\"k\"] r=?",
        "List(other() other()) -> a=? b=?",
        "pkg.X -> t=s",
        "\"x\" | null -> ",
        "other() -> ",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn what_cannot_be_parsed_is_noted_and_the_rest_is_lowered() {
    let m = module("import os\nx = = 3\ndef f(a:\n    return a.email\nclass K:\n    y = 1\nuser.name\n");
    assert!(!m.errors.is_empty());
    for name in ["os", "email", "name"] {
        assert!(!sites(&m, name).is_empty(), "{name}");
    }
}

#[test]
fn nesting_without_end_is_bounded_and_noted() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}\n", open.repeat(10_000), close.repeat(10_000))
    };
    for text in [
        deep("(a, ", "1", ")"),
        deep("[", "", "]"),
        deep("f(x=", "y", ")"),
        deep("not ", "y", ""),
        deep("lambda: ", "y", ""),
        deep("a if b else ", "y", ""),
        format!("x{}\n", ".a()".repeat(10_000)),
        format!("x{}\n", " + y".repeat(10_000)),
        format!("x: {}", deep("list[", "int", "]")),
        format!("x: 'a{}'", " | b".repeat(10_000)),
        (0..10_000).map(|depth| format!("{}if x:\n", " ".repeat(depth % 100))).collect(),
        format!("if a: pass\n{}", "elif b: pass\n".repeat(10_000)),
        format!("match x:\n case {}", deep("[", "a", "]:").replacen("]:", "]", 9_999)),
        (0..90).map(|depth| format!("{}def f():\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(90)
            + "pass",
    ] {
        module(&text);
    }
    assert!(!module(&deep("(a, ", "1", ")")).errors.is_empty());
    assert_eq!(module(&format!("if a: pass\n{}", "elif b: pass\n".repeat(1_000))).errors, []);
}

#[test]
fn any_prefix_of_a_file_is_lowered() {
    let text = "@d\nclass A(B, k=1):\n    x: 'C[\"d\"]' = f'{a!r:{b}}\\n' 'é'\n    def m(self, *a: T, **k) -> 'U': return [i for i in a]\n\
                match x:\n    case A(b=c) | {'k': [v, *_]}: pass\ntry:\n    pass\nexcept* (E, F) as g: raise H from g\n\
                with (a as b, c): del d, e\ntype T[K: int] = K\na = b, *c = yield from d\nimport e as f, g.h\nfrom ..i import (j as k)\n";
    for (end, _) in text.char_indices() {
        module(&text[..end]);
    }
    assert_eq!(module(text).errors, []);
}
