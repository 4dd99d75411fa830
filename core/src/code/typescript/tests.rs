use std::sync::Arc;

use crate::code::tree::{
    BindingKind, Export, ExprId, ExprKind, Imported, Language, Module, Parent, PatternKind, PatternSource,
    ScopeId, SiteKind, StmtKind, TypeKind,
};
use crate::text::{FileId, SourceFile};

fn lower(text: &str, language: Language) -> Module {
    super::lower(Arc::new(SourceFile::new(FileId(0), "a.ts", text.as_bytes().to_vec())), language)
}

/// Each site as `name:kind`.
fn sites(text: &str) -> String {
    let module = lower(text, Language::Tsx);
    assert_eq!(module.errors, [], "{text}");
    let site = |kind| match kind {
        SiteKind::Name(_) => "name",
        SiteKind::Member(_) => "member",
        SiteKind::Key { .. } => "key",
        SiteKind::PatternKey { .. } => "pattern-key",
        SiteKind::Bound(_) => "bound",
        SiteKind::Text(_) => "text",
        SiteKind::TypeName { .. } => "type",
        SiteKind::TypeLiteral(_) => "type-literal",
        SiteKind::TypeMember { .. } => "type-member",
        SiteKind::ClassMember { .. } => "class-member",
        SiteKind::Function(_) => "function",
        SiteKind::Class(_) => "class",
        SiteKind::Alias(_) => "alias",
        SiteKind::Import { .. } => "import",
        SiteKind::Export => "export",
        SiteKind::Keyword { .. } | SiteKind::ClassKeyword(_) => "python",
    };
    let all: Vec<String> = module
        .sites
        .iter()
        .map(|found| format!("{}:{}", module.slice(found.range), site(found.kind)))
        .collect();
    all.join(" ")
}

#[test]
fn every_name_is_a_site_once() {
    for (text, expected) in [
        ("a.b?.c['d'](e)", "a:name b:member c:member d:text e:name"),
        (
            "f({ a, b: c, 'd': 1, [e]: 2, ...g, h() {} })",
            "f:name a:key b:key c:name d:key e:name g:name h:key",
        ),
        ("const { a, b: c = d, ...e } = f", "a:pattern-key b:pattern-key c:bound d:name e:bound f:name"),
        ("const [a, , ...b] = c as D<E>", "a:bound b:bound c:name D:type E:type"),
        ("a.b = c; d = e; g += 1", "a:name b:member c:name d:bound e:name g:bound"),
        (
            "<Row.Cell key='x' {...p} on>{q}</Row.Cell>",
            "Row:name Cell:member key:key x:text p:name on:key q:name",
        ),
        ("<label htmlFor={x}/>", "htmlFor:key x:name"),
        ("import a, { b as c, type D } from 'x'", "a:import b:import D:import"),
        ("export { a as b } from 'x'; export * as n from 'y'", "a:export b:export n:export"),
        ("const { a, b: c } = require('x')", "a:import b:import"),
        (
            "type A = Pick<B, 'c'> & { d?: E['f'] }",
            "A:alias Pick:type B:type c:type-literal d:type-member E:type f:type-literal",
        ),
        (
            "class A extends B<C> { d = 1; @E() f!: G; #h() {} }",
            "A:class B:name C:type d:class-member E:name f:class-member G:type #h:class-member",
        ),
        ("interface A { b: C; d(): void }", "A:class b:class-member C:type d:class-member"),
        ("enum A { B = 'c', D }", "A:class B:class-member c:text D:class-member"),
        (
            "function a<T>(b: T, { c }: D) { return c }",
            "a:function b:bound T:type c:pattern-key D:type c:name",
        ),
        ("sql<Row[]>`select ${a}`", "sql:name Row:type select ${a}:text a:name"),
    ] {
        assert_eq!(sites(text), expected, "{text}");
    }
}

/// The names of a scope and what each is bound to.
fn names(module: &Module, scope: ScopeId) -> Vec<&str> {
    module.scope(scope).bindings.iter().map(|binding| module.text(binding.name)).collect()
}

#[test]
fn names_are_bound_where_they_are_declared() {
    let text =
        "function f(p) { if (p) { let a; var b; const g = () => { a = 1; } } for (const c of p) { c } }";
    let module = lower(text, Language::TypeScript);
    assert_eq!(names(&module, module.root_scope()), ["f"]);
    let function = module.function(crate::code::tree::FunctionId(0));
    assert_eq!(names(&module, function.scope), ["p", "b"]);
    let block = ScopeId(function.scope.0 + 1);
    assert_eq!(names(&module, block), ["a", "g", "a"], "an assignment is one more value of `a`");
}

#[test]
fn imports_and_exports_of_every_form() {
    let text = "import d, * as n from 'm'; import e = require('r'); const c = require('q');
        export const { x, y: [z] } = c; export default function named() {}
        export = d; module.exports = d; exports.one = 1; export * from 's'; export { a as default } from 't';
        namespace N { export const inner = 1 }";
    let module = lower(text, Language::TypeScript);
    let what: Vec<Imported> =
        module.imports.iter().flat_map(|import| import.names.iter().map(|name| name.what)).collect();
    assert_eq!(what, [Imported::Default, Imported::Module, Imported::Module, Imported::Module]);
    let export = |export: &Export| match export {
        Export::Local { exported, .. } => format!("local {}", module.text(*exported)),
        Export::From { imported, exported, .. } => {
            format!("{} as {}", module.text(*imported), module.text(*exported))
        }
        Export::Star { .. } => "star".to_owned(),
        Export::Default(_) => "default".to_owned(),
        Export::DefaultFunction(_) => "default function".to_owned(),
        Export::DefaultClass(_) => "default class".to_owned(),
        Export::Whole(_) => "whole".to_owned(),
        Export::Property { exported, .. } => format!("property {}", module.text(*exported)),
    };
    let exports: Vec<String> = module.exports.iter().map(export).collect();
    assert_eq!(
        exports,
        ["local x", "local z", "default function", "whole", "whole", "property one", "star", "a as default"]
    );
}

#[test]
fn what_is_called_with_what() {
    let module = lower("await db.user?.findMany<R>({}, ...rest)!.x", Language::TypeScript);
    let call = module.exprs.iter().find_map(|expr| match &expr.kind {
        ExprKind::Call { callee, args, type_args, .. } => Some((*callee, args, type_args, expr.parent)),
        _ => None,
    });
    let (callee, args, type_args, parent) = call.expect("a call");
    assert_eq!(module.slice(module.expr(callee).range), "db.user?.findMany");
    assert_eq!((args.len(), type_args.len()), (2, 1));
    let Parent::Expr(parent) = parent else { panic!("{parent:?}") };
    assert!(matches!(module.expr(parent).kind, ExprKind::NonNull(_)));
}

#[test]
fn types_in_comments_count_in_javascript() {
    let text = "/**\n * @param {User[]} users the users\n * @param {string=} odd\n * @returns {Promise<User>}\n */\n\
        export async function f(users, odd) {}\n/** @type {import('x').Db} */\nconst db = make();";
    for (language, found) in [(Language::JavaScript, true), (Language::TypeScript, false)] {
        let module = lower(text, language);
        let function = &module.functions[0];
        let types: Vec<&str> = function
            .params
            .iter()
            .filter_map(|param| param.annotation)
            .chain(function.returns)
            .map(|ty| module.slice(module.ty(ty).range))
            .collect();
        let expected: &[&str] = if found { &["User[]", "Promise<User>"] } else { &[] };
        assert_eq!(types, expected);
        let StmtKind::Assign { annotation, .. } = &module.stmt(module.body[1]).kind else {
            panic!("no assign")
        };
        let is_import = annotation.is_some_and(|ty| matches!(module.ty(ty).kind, TypeKind::Import { .. }));
        assert_eq!(is_import, found);
    }
}

#[test]
fn strings_have_their_values() {
    for (text, expected) in [
        (r"'a\nb'", "a\nb"),
        (
            r#""\x41\u0042\u{43}\
D""#,
            "ABCD",
        ),
        (r"`a\`b`", "a`b"),
        ("''", ""),
    ] {
        let module = lower(text, Language::TypeScript);
        assert_eq!(module.literal_str(ExprId(0)).as_deref(), Some(expected), "{text}");
    }
}

/// What must hold of every module, however wrong its text is.
fn hold_invariants(module: &Module) {
    for expr in &module.exprs {
        assert!(module.source.text.get(expr.range.as_usize()).is_some());
        if let Parent::Expr(parent) = expr.parent {
            assert!(module.expr(parent).range.contains_range(expr.range));
        }
    }
    for site in &module.sites {
        assert!(module.source.text.get(site.range.as_usize()).is_some());
    }
    assert!(module.sites.is_sorted_by_key(|site| site.range.start));
    for pattern in &module.patterns {
        if let PatternSource::Part { whole, index } = pattern.source {
            match &module.pattern(whole).kind {
                PatternKind::Object(entries) => assert!((index as usize) < entries.len()),
                PatternKind::Sequence(items) => assert!((index as usize) < items.len()),
                PatternKind::Rest(_) => assert_eq!(index, 0),
                other => panic!("a part of {other:?}"),
            }
        }
    }
    for scope in &module.scopes {
        for binding in &scope.bindings {
            if let BindingKind::Import { import, index } = binding.kind {
                assert!(module.import(import).names.len() > index as usize);
            }
        }
    }
}

const EVERYTHING: &str = r#"
import a, { b as c } from "./x";
@Entity({ name: "u" })
export class U<T> extends B<T> implements I<J>, K {
  static #x?: number = 1; @Col() email!: string;
  constructor(private readonly db: Db, @Inject(X) y?: Y) { super(); this.#x = y; }
  get z(): string { return 's\n\u0041' } static { init(); }
}
const { q, r: rr = 1, ...rest } = await load?.(x!, ...[y]);
const rows = await prisma.$queryRaw<Row[]>`select ${id} from users`;
for (const [k, v] of Object.entries(o)) { switch (k) { case "a": { break } default: v.x ||= 2 } }
export const el = <ui.Row key="k" {...p}>{items.map((i) => <b>{i.name} é</b>)}</ui.Row>;
type Al<T extends object = {}> = { [K in keyof T]?: T[K] } | [a: A, ...b: B[]] | import("y").Z | (() => x is T);
try { f() } catch ({ message }) { throw message } finally { do { g() } while (a < b) }
"#;

#[test]
fn a_file_cut_anywhere_is_lowered() {
    for end in (0..=EVERYTHING.len()).filter(|end| EVERYTHING.is_char_boundary(*end)) {
        hold_invariants(&lower(&EVERYTHING[..end], Language::Tsx));
        if end % 8 == 0 {
            hold_invariants(&lower(&EVERYTHING[..end], Language::TypeScript));
            hold_invariants(&lower(&EVERYTHING[..end], Language::JavaScript));
        }
    }
    assert_eq!(lower(EVERYTHING, Language::Tsx).errors, []);
}

#[test]
fn what_stands_beside_an_error_is_lowered() {
    let text =
        "const a = { email: 1, : , name: 2 };\nclass B { x: string; } }\nfunction ( { u.email }\nv.email;";
    let module = lower(text, Language::TypeScript);
    assert_ne!(module.errors, []);
    let names: Vec<&str> = module.sites.iter().map(|site| module.slice(site.range)).collect();
    assert_eq!(names.iter().filter(|name| **name == "email").count(), 3, "{names:?}");
    assert!(names.contains(&"name") && names.contains(&"x"), "{names:?}");
}

#[test]
fn nesting_does_not_overflow_the_stack() {
    let deep = 10_000;
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("f(", ")"),
        ("!", ""),
        ("{", "}"),
        ("x = {a: ", "}"),
        ("() => ", "1"),
        ("a ? b : ", "c"),
        ("if (a) {", "}"),
        ("if (a) b; else ", ""),
        ("`${", "}`"),
        ("<a>", "</a>"),
        ("let x: A<", ">"),
        ("function f() { ", "}"),
        ("class A { b = ", "}"),
        ("var {a: ", "} = b"),
    ] {
        hold_invariants(&lower(&format!("{}{}", open.repeat(deep), close.repeat(deep)), Language::Tsx));
        hold_invariants(&lower(&open.repeat(deep), Language::Tsx));
    }
}

#[test]
fn chains_are_no_nesting() {
    for (first, link) in [
        ("a", " + b"),
        ("a", ".then((x) => x.email)"),
        ("a", "[0]!"),
        ("if (a) b;", " else if (c) d;"),
        ("type A = B", " | C"),
        ("a", " = a"),
    ] {
        let module = lower(&format!("{first}{}", link.repeat(3000)), Language::TypeScript);
        hold_invariants(&module);
        assert_eq!(module.errors, [], "{link}");
        assert!(module.exprs.len() + module.types.len() + module.patterns.len() > 3000, "{link}");
    }
}

#[test]
fn type_arguments_do_not_end_what_stands_before() {
    for (text, calls) in [
        ("await a.b<R>({}, ...c)!.d", ["await", "call a.b"].as_slice()),
        ("x = [a + f<R>(x), void await g<S>(y).z]", &["call f", "call g", "await"]),
        ("(await f)<R>(x)", &["await", "call await f"]),
        ("await f<R>(x).map<S>(y)", &["await", "call f", "call f<R>(x).map"]),
    ] {
        let module = lower(text, Language::TypeScript);
        hold_invariants(&module);
        let mut found: Vec<String> = vec![];
        for expr in &module.exprs {
            match &expr.kind {
                ExprKind::Await(_) => found.push("await".to_owned()),
                ExprKind::Call { callee, .. } => {
                    found.push(format!("call {}", module.slice(module.expr(*callee).range)));
                }
                _ => {}
            }
        }
        found.sort();
        let mut expected: Vec<&str> = calls.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{text}");
    }
}
