//! SQL assembled from pieces of a file, with the way back from each assembled byte to the file.

use crate::code::tree::{
    Argument, BinaryOp, ExprId, ExprKind, Module, SequenceKind, StrLit, StrPiece, TemplatePart,
};
use crate::text::{FileId, SourceFile, Span, TextRange};
use crate::usage::sql::pieces::joined;

/// Strings in interpolations in strings: deeper ones stay holes.
const DEEPEST_NESTING: u32 = 16;

/// SQL as the database will see it, as far as that is known: text with holes.
#[derive(Debug, Clone)]
pub struct SqlText {
    file: FileId,
    text: String,
    segments: Vec<Segment>,
    holes: Vec<Hole>,
}

/// A stretch of assembled text and the bytes that it comes from.
#[derive(Debug, Clone, Copy)]
struct Segment {
    start: usize,
    end: usize,
    source: TextRange,
    /// Whether the bytes are the file's own, so that a part of one is a part of the other.
    verbatim: bool,
}

/// A place where something unknown goes into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Offset in the assembled text; a hole has no width.
    pub at: usize,
    /// The interpolated expression.
    pub span: Span,
    /// How it gets in.
    pub kind: HoleKind,
}

/// How the content of a hole gets into the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoleKind {
    /// As a parameter: it can only be a value.
    Bound,
    /// As text: it can be any piece of SQL.
    Spliced,
}

/// Resolves an expression to a constant string, where it is one.
pub type ConstantLookup<'a> = &'a dyn Fn(ExprId) -> Option<String>;

impl SqlText {
    /// A whole file.
    pub fn of_source(source: &SourceFile) -> Self {
        Self::verbatim(source.id, &source.text, TextRange::new(0, source.text.len()))
    }

    /// `text`, which stands at `range` of the file as it is.
    pub fn verbatim(file: FileId, text: &str, range: TextRange) -> Self {
        let mut sql = Self::empty(file);
        sql.push(text, range, true);
        sql
    }

    /// The SQL that the expression gives: a string, a template, a concatenation, `%` and `.format()` on a string.
    /// `None` where no part of it is literal.
    pub fn from_expr(module: &Module, expr: ExprId, constant: ConstantLookup<'_>) -> Option<Self> {
        let mut assembly = Assembly { module, constant, sql: Self::empty(module.file) };
        let literal = assembly.push_literal(expr, HoleKind::Spliced, 0);
        literal.then_some(assembly.sql)
    }

    /// As [`Self::from_expr`], with the pieces that are added to it later ([`super::appended`]).
    pub fn with_pieces(
        module: &Module,
        expr: ExprId,
        pieces: &[ExprId],
        constant: ConstantLookup<'_>,
    ) -> Option<Self> {
        let mut assembly = Assembly { module, constant, sql: Self::empty(module.file) };
        let literal = assembly.push_literal(expr, HoleKind::Spliced, 0);
        pieces.iter().for_each(|piece| assembly.push_operand(*piece, HoleKind::Spliced, 0));
        literal.then_some(assembly.sql)
    }

    /// Whether a byte of the file is a part of the text, or of a hole in it.
    pub fn holds(&self, offset: u32) -> bool {
        self.segments.iter().any(|segment| segment.source.contains(offset))
            || self.holes.iter().any(|hole| hole.span.range.contains(offset))
    }

    fn empty(file: FileId) -> Self {
        Self { file, text: String::new(), segments: Vec::new(), holes: Vec::new() }
    }

    /// The assembled text; holes have no width in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The holes, in order.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The place in the file of a range of the assembled text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let first = self.segments.partition_point(|segment| segment.end <= start);
        let last = self.segments.partition_point(|segment| segment.start < end).saturating_sub(1).max(first);
        let place = |index: usize, offset: usize, at_end: bool| {
            let segment = self.segments.get(index).or(self.segments.last())?;
            let source = segment.source;
            let inside = offset.clamp(segment.start, segment.end) - segment.start;
            Some(match (segment.verbatim, at_end) {
                (true, _) => source.start as usize + inside,
                (false, true) => source.end as usize,
                (false, false) => source.start as usize,
            })
        };
        let from = place(first, start, false).unwrap_or(0);
        Span::new(self.file, from, place(last, end, true).unwrap_or(from))
    }

    fn push(&mut self, text: &str, source: TextRange, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.segments.push(Segment { start, end: self.text.len(), source, verbatim });
    }

    fn push_hole(&mut self, span: Span, kind: HoleKind) {
        self.holes.push(Hole { at: self.text.len(), span, kind });
    }

    /// A part of another text, with its holes; `end` closes the last one only where it is the text's end.
    fn push_part(&mut self, other: &SqlText, start: usize, end: usize) {
        for segment in &other.segments {
            let (from, to) = (segment.start.max(start), segment.end.min(end));
            let Some(text) = other.text.get(from..to) else { continue };
            let source = if segment.verbatim {
                TextRange::new(0, to - from).shifted(segment.source.start as usize + from - segment.start)
            } else {
                segment.source
            };
            let at = self.text.len();
            self.push(text, source, segment.verbatim);
            self.push_holes_between(other, from, to, at);
        }
    }

    fn push_holes_between(&mut self, other: &SqlText, from: usize, to: usize, at: usize) {
        let last = other.text.len();
        for hole in &other.holes {
            let inside = hole.at >= from && (hole.at < to || (hole.at == to && to == last));
            if inside {
                self.holes.push(Hole { at: at + hole.at - from, ..*hole });
            }
        }
    }
}

/// A text in the making.
struct Assembly<'a> {
    module: &'a Module,
    constant: ConstantLookup<'a>,
    sql: SqlText,
}

impl<'a> Assembly<'a> {
    /// Appends the expression if it is literal in part; says whether it was.
    fn push_literal(&mut self, expr: ExprId, holes: HoleKind, depth: u32) -> bool {
        if depth > DEEPEST_NESTING {
            return false;
        }
        match &self.module.expr(expr).kind {
            ExprKind::Str(literal) => {
                self.push_str(literal);
                true
            }
            ExprKind::Template { tag, parts, .. } => {
                self.push_template(*tag, parts, holes, depth);
                true
            }
            ExprKind::Binary { op: BinaryOp::Add, .. } => self.push_sum(expr, holes, depth),
            ExprKind::Binary { op: BinaryOp::Percent, left, right } => {
                self.push_filled(*left, Filling::Percent, &self.fillers(*right), depth)
            }
            ExprKind::Call { callee, args, .. } => self.push_call(*callee, args, holes, depth),
            ExprKind::Conditional { then, otherwise, .. } => {
                self.push_nonempty(*then, holes, depth) || self.push_nonempty(*otherwise, holes, depth)
            }
            ExprKind::Cast { value, .. } | ExprKind::NonNull(value) => {
                self.push_literal(*value, holes, depth + 1)
            }
            ExprKind::Sequence { items, .. } => self.push_list(expr, items, holes, depth),
            _ => false,
        }
    }

    /// Appends the expression: its text, the constant that it is, or a hole.
    fn push_operand(&mut self, expr: ExprId, holes: HoleKind, depth: u32) {
        if self.push_literal(expr, holes, depth) {
            return;
        }
        let range = self.module.expr(expr).range;
        match (self.constant)(expr) {
            Some(value) if holes == HoleKind::Spliced => self.sql.push(&value, range, false),
            _ => self.sql.push_hole(self.module.span(range), holes),
        }
    }

    fn push_nonempty(&mut self, expr: ExprId, holes: HoleKind, depth: u32) -> bool {
        let before = self.sql.text.len();
        self.push_literal(expr, holes, depth + 1) && self.sql.text.len() > before
    }

    fn push_str(&mut self, literal: &StrLit) {
        for piece in &literal.pieces {
            self.push_piece(piece);
        }
    }

    fn push_piece(&mut self, piece: &StrPiece) {
        let text = self.module.piece_value(piece).to_owned();
        self.sql.push(&text, piece.range, piece.unescaped.is_none());
    }

    /// A tag takes interpolations as parameters, unless they are themselves pieces of SQL.
    fn push_template(&mut self, tag: Option<ExprId>, parts: &[TemplatePart], outer: HoleKind, depth: u32) {
        for part in parts {
            match part {
                TemplatePart::Text(piece) => self.push_piece(piece),
                TemplatePart::Expr(expr) if tag.is_some() => self.push_parameter(*expr, depth + 1),
                TemplatePart::Expr(expr) => self.push_operand(*expr, outer, depth + 1),
            }
        }
    }

    /// An interpolation of a tagged template: a nested tagged template, `raw(...)` or a name that may hold one is a
    /// piece of SQL; a plain string is a value.
    fn push_parameter(&mut self, expr: ExprId, depth: u32) {
        let kind = match &self.module.expr(expr).kind {
            ExprKind::Template { tag: Some(_), .. } => HoleKind::Spliced,
            ExprKind::Conditional { then, otherwise, .. } => {
                let nested = [then, otherwise].into_iter().any(|branch| self.is_tagged(*branch));
                if nested { HoleKind::Spliced } else { HoleKind::Bound }
            }
            ExprKind::Call { callee, .. } if self.makes_sql(*callee) => HoleKind::Spliced,
            _ => HoleKind::Bound,
        };
        let range = self.module.expr(expr).range;
        match kind {
            HoleKind::Spliced => self.push_operand(expr, kind, depth),
            HoleKind::Bound => self.sql.push_hole(self.module.span(range), kind),
        }
    }

    fn is_tagged(&self, expr: ExprId) -> bool {
        matches!(self.module.expr(expr).kind, ExprKind::Template { tag: Some(_), .. })
    }

    /// Whether a function of this name gives a piece of SQL and not a value (`Prisma.raw`, `sql.raw`, `sql(...)`,
    /// `sql.identifier`: names shared by Prisma, postgres.js, slonik, drizzle and kysely).
    fn makes_sql(&self, callee: ExprId) -> bool {
        let name = match &self.module.expr(callee).kind {
            ExprKind::Name(name) | ExprKind::Member { name, .. } => self.module.text(*name),
            _ => return false,
        };
        matches!(name, "raw" | "sql" | "unsafe" | "identifier" | "fragment" | "ref" | "table" | "id")
    }

    /// `a + b + c`: the chain leans to the left and may be long, so that it is unrolled.
    fn push_sum(&mut self, expr: ExprId, holes: HoleKind, depth: u32) -> bool {
        let mut operands = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op: BinaryOp::Add, left, right } = &self.module.expr(first).kind {
            operands.push(*right);
            first = *left;
        }
        operands.push(first);
        if !operands.iter().any(|operand| self.is_literal(*operand)) {
            return false;
        }
        for operand in operands.into_iter().rev() {
            self.push_operand(operand, holes, depth + 1);
        }
        true
    }

    fn is_literal(&self, expr: ExprId) -> bool {
        match &self.module.expr(expr).kind {
            ExprKind::Str(_) | ExprKind::Template { .. } => true,
            ExprKind::Binary { op: BinaryOp::Percent, left, .. } => self.is_string(*left),
            ExprKind::Call { callee, .. } => match &self.module.expr(*callee).kind {
                ExprKind::Member { object, .. } => self.is_string(*object),
                _ => false,
            },
            _ => false,
        }
    }

    fn is_string(&self, expr: ExprId) -> bool {
        matches!(self.module.expr(expr).kind, ExprKind::Str(_) | ExprKind::Template { .. })
    }

    fn push_call(&mut self, callee: ExprId, args: &[Argument], holes: HoleKind, depth: u32) -> bool {
        let ExprKind::Member { object, name, .. } = &self.module.expr(callee).kind else {
            return self.push_marked(callee, args, holes, depth);
        };
        match self.module.text(*name) {
            "SQL" => self.push_marked(callee, args, holes, depth),
            "format" => self.push_filled(*object, Filling::Braces, &self.keyed(args), depth),
            "strip" | "trim" | "rstrip" | "lstrip" | "trimStart" | "trimEnd" => {
                self.push_literal(*object, holes, depth + 1)
            }
            "join" => match args {
                [only] => self.push_joined(*object, only.value, holes, depth),
                _ => false,
            },
            _ => false,
        }
    }

    /// `SQL("...")` of psycopg is its string.
    fn push_marked(&mut self, callee: ExprId, args: &[Argument], holes: HoleKind, depth: u32) -> bool {
        let is_sql = match &self.module.expr(callee).kind {
            ExprKind::Name(name) | ExprKind::Member { name, .. } => self.module.text(*name) == "SQL",
            _ => false,
        };
        match args {
            [only] if is_sql => self.push_literal(only.value, holes, depth + 1),
            _ => false,
        }
    }

    /// A list in a variable that is joined: its items, and what is appended to it.
    fn push_list(&mut self, list: ExprId, items: &[ExprId], holes: HoleKind, depth: u32) -> bool {
        let Some(joined) = joined(self.module, list) else { return false };
        if !items.iter().any(|item| self.is_literal(*item)) {
            return false;
        }
        for (index, item) in items.iter().chain(&joined.more).enumerate() {
            if index > 0 {
                self.push_operand(joined.separator, holes, depth + 1);
            }
            self.push_operand(*item, holes, depth + 1);
        }
        true
    }

    /// `", ".join([...])` and `[...].join(", ")`.
    fn push_joined(&mut self, object: ExprId, argument: ExprId, holes: HoleKind, depth: u32) -> bool {
        let items = |expr: ExprId| match &self.module.expr(expr).kind {
            ExprKind::Sequence { items, .. } => Some(items.clone()),
            _ => None,
        };
        let (separator, items) = match (items(argument), items(object)) {
            (Some(list), _) => (object, list),
            (None, Some(list)) => (argument, list),
            (None, None) => return false,
        };
        let spread = |item: &ExprId| matches!(self.module.expr(*item).kind, ExprKind::Spread(_));
        if items.iter().any(spread) || !items.iter().any(|item| self.is_literal(*item)) {
            return false;
        }
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push_operand(separator, holes, depth + 1);
            }
            self.push_operand(item, holes, depth + 1);
        }
        true
    }

    /// The right side of `%`: a tuple's items in order, a dict's by name, else the one value.
    fn fillers(&self, expr: ExprId) -> Vec<(Option<String>, ExprId)> {
        match &self.module.expr(expr).kind {
            ExprKind::Sequence { kind: SequenceKind::Tuple, items } => {
                items.iter().map(|item| (None, *item)).collect()
            }
            ExprKind::Object { entries } => entries
                .iter()
                .filter_map(|entry| match entry.key {
                    crate::code::tree::EntryKey::Name(name) => {
                        Some((Some(self.module.text(name).to_owned()), entry.value))
                    }
                    _ => None,
                })
                .collect(),
            _ => vec![(None, expr)],
        }
    }

    fn keyed(&self, args: &[Argument]) -> Vec<(Option<String>, ExprId)> {
        args.iter().map(|arg| (arg.name.map(|name| self.module.text(name).to_owned()), arg.value)).collect()
    }

    /// A literal with its fields replaced by what fills them.
    fn push_filled(
        &mut self,
        literal: ExprId,
        filling: Filling,
        fillers: &[(Option<String>, ExprId)],
        depth: u32,
    ) -> bool {
        let mut inner =
            Assembly { module: self.module, constant: self.constant, sql: SqlText::empty(self.sql.file) };
        if !inner.push_literal(literal, HoleKind::Spliced, depth + 1) {
            return false;
        }
        let template = inner.sql;
        let (mut from, mut position) = (0, 0);
        while let Some(field) = filling.next_field(&template.text, from) {
            self.sql.push_part(&template, from, field.start);
            from = field.end;
            let Some(name) = field.name else {
                // A doubled sign stands for itself.
                self.sql.push_part(&template, field.start, field.start + 1);
                continue;
            };
            let filler = match name.parse::<usize>() {
                Ok(index) => fillers.get(index),
                Err(_) if name.is_empty() => fillers.iter().filter(|(key, _)| key.is_none()).nth(position),
                Err(_) => fillers.iter().find(|(key, _)| key.as_deref() == Some(name)),
            };
            position += usize::from(name.is_empty());
            match filler {
                Some((_, expr)) => self.push_operand(*expr, HoleKind::Spliced, depth + 1),
                None => self.sql.push_hole(template.span(field.start, field.end), HoleKind::Spliced),
            }
        }
        self.sql.push_part(&template, from, template.text.len());
        true
    }
}

/// How a literal marks its fields.
#[derive(Debug, Clone, Copy)]
enum Filling {
    /// `%s`, `%(name)s`.
    Percent,
    /// `{}`, `{0}`, `{name!r:>10}`.
    Braces,
}

/// A field of a literal; `name` is `None` for a doubled sign.
struct FieldMark<'t> {
    start: usize,
    end: usize,
    name: Option<&'t str>,
}

impl Filling {
    fn next_field(self, text: &str, from: usize) -> Option<FieldMark<'_>> {
        match self {
            Self::Percent => next_percent(text, from),
            Self::Braces => next_brace(text, from),
        }
    }
}

/// A field of Python's `%` (library reference, "printf-style String Formatting").
fn next_percent(text: &str, from: usize) -> Option<FieldMark<'_>> {
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find('%')?;
        let rest = text.get(start + 1..)?;
        if rest.starts_with('%') {
            return Some(FieldMark { start, end: start + 2, name: None });
        }
        let (name, skipped) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((name, _)) => (name, name.len() + 2),
            None => ("", 0),
        };
        let flags =
            rest.get(skipped..)?.trim_start_matches(|c: char| c.is_ascii_digit() || "#-+ .*".contains(c));
        if flags.starts_with(|c: char| "sdirfgeuxXc".contains(c)) {
            let end = text.len() - flags.len() + 1;
            return Some(FieldMark { start, end, name: Some(name) });
        }
        at = start + 1;
    }
}

/// A field of Python's `str.format` (library reference, "Format String Syntax").
fn next_brace(text: &str, from: usize) -> Option<FieldMark<'_>> {
    let start = from + text.get(from..)?.find(['{', '}'])?;
    let rest = text.get(start..)?;
    if rest.starts_with("{{") || rest.starts_with("}}") || rest.starts_with('}') {
        let width = if rest.starts_with("{{") || rest.starts_with("}}") { 2 } else { 1 };
        return Some(FieldMark { start, end: start + width, name: None });
    }
    let length = rest.find('}')?;
    let field = rest.get(1..length)?;
    let name = field.split(['!', ':', '.', '[']).next().unwrap_or(field);
    Some(FieldMark { start, end: start + length + 1, name: Some(name) })
}
