//! Values of enum types: where they are written, compared and declared.

use crate::code::library::NamedField;
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{ExprId, Module, Site, SiteKind};
use crate::schema::{TableName, TypeFamily};
use crate::text::Span;
use crate::usage::find::Finder;
use crate::usage::find::sites::{Resolution, access};
use crate::usage::{Access, Confidence, How, NamedBy, Usage, UsageSet, ValueFact, When};

/// How code uses a value of an enum.
struct EnumUse {
    place: (TableName, String),
    how: How,
    access: Access,
}

impl Finder<'_> {
    pub(super) fn find_enum_value(&self, name: &TableName, value: &str, set: &mut UsageSet) {
        let columns = self.columns_of_enum(name);
        self.enum_value_in_sql(name, value, &columns, set);
        let words = self.enum_words(name, value);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for (stored, span) in self.mapped_enums.iter().flat_map(|item| {
            let is_it = item.database_name.name == name.name;
            item.values.iter().filter(move |_| is_it).map(|(_, stored, span)| (stored, *span))
        }) {
            if let Some(place) = columns.first().filter(|_| stored == value) {
                set.usages.push(enum_usage(place.clone(), span, How::Mapping, Access::Read));
            }
        }
        self.each_site(&words, ScanFilter::default(), |module, site, word| {
            self.eval.begin();
            if let Some(used) = self.enum_column_at(module, site, name, &columns) {
                set.usages.push(enum_usage(used.place, module.span(site.range), used.how, used.access));
            } else if word == value
                && let Some(place) = self.enum_declared_at(module, site, &columns)
            {
                set.usages.push(enum_usage(place, module.span(site.range), How::Mapping, Access::Read));
            }
        });
    }

    /// The column whose mapped attribute takes its values from a Python enum in whose body the site stands. SQLAlchemy's
    /// `Enum` stores the names of the members, or what `values_callable` makes of them.
    fn enum_declared_at(
        &self,
        module: &Module,
        site: Site,
        columns: &[(TableName, String)],
    ) -> Option<(TableName, String)> {
        let class = match site.kind {
            SiteKind::ClassMember { class, .. } => class,
            SiteKind::Text(expr) => self.eval.class_around(module, expr)?.id,
            _ => return None,
        };
        let class = module.class(class);
        let is_enum = |base: &ExprId| {
            let text = module.slice(module.expr(*base).range);
            matches!(text.rsplit('.').next(), Some("Enum" | "StrEnum" | "IntEnum"))
        };
        let name = class.name.filter(|_| module.language.is_python() && class.bases.iter().any(is_enum))?;
        let name = module.text(name);
        columns.iter().find(|(table, column)| self.attribute_says(table, column, name)).cloned()
    }

    /// Whether the attribute that stands for a column names a class.
    fn attribute_says(&self, table: &TableName, column: &str, class: &str) -> bool {
        self.targets(table, column).iter().any(|target| {
            let info = self.eval.entity(target.entity);
            let span = info.and_then(|info| Some(info.entity.field(target.field.as_deref()?)?.span));
            let said = span.and_then(|span| Some((self.eval.module(span.file)?, span)));
            said.is_some_and(|(module, span)| {
                let rest = module.source.text.get(span.range.start as usize..).unwrap_or_default();
                let line = rest.split(['\n', ';']).next().unwrap_or_default();
                line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .any(|word| word == class)
            })
        })
    }

    /// The columns whose type is the enum.
    fn columns_of_enum(&self, name: &TableName) -> Vec<(TableName, String)> {
        let is_it = |family: &TypeFamily| match family {
            TypeFamily::Enum(of) => *of == name.name || *of == name.to_string(),
            TypeFamily::Array(inner) => matches!(&**inner, TypeFamily::Enum(of) if *of == name.name),
            _ => false,
        };
        let mut columns = Vec::new();
        for table in &self.schema.tables {
            let of = table.columns.iter().filter(|column| is_it(&column.ty.family));
            columns.extend(of.map(|column| (table.name.clone(), column.name.clone())));
        }
        columns
    }

    /// What code calls the value: its database name, and its code name where the mapping gives one.
    fn enum_words(&self, name: &TableName, value: &str) -> Vec<String> {
        let mut words = vec![value.to_owned()];
        let of = self.mapped_enums.iter().filter(|item| item.database_name.name == name.name);
        words.extend(
            of.flat_map(|item| &item.values)
                .filter(|(_, stored, _)| stored == value)
                .map(|(code, ..)| code.clone()),
        );
        words.sort();
        words.dedup();
        words
    }

    /// The column that an enum value at a site belongs to: `Role.ADMIN`, or `"ADMIN"` where the column is wanted.
    fn enum_column_at(
        &self,
        module: &Module,
        site: Site,
        name: &TableName,
        columns: &[(TableName, String)],
    ) -> Option<EnumUse> {
        let cx = crate::code::eval::Context::of(module);
        match site.kind {
            SiteKind::Member(expr) => {
                let crate::code::tree::ExprKind::Member { object, .. } = module.expr(expr).kind else {
                    return None;
                };
                let text = module.slice(module.expr(object).range);
                let last = text.rsplit('.').next().unwrap_or(text);
                let code_names = self.mapped_enums.iter().filter(|item| item.database_name.name == name.name);
                let is_enum = code_names.into_iter().any(|item| item.name == last);
                let value = self.eval.expr(cx, object).value;
                let is_other = matches!(
                    value,
                    crate::code::value::Value::Row(_) | crate::code::value::Value::Instance(..)
                );
                let wanted = self.column_wanted_at(cx, expr, columns);
                if is_enum && !is_other {
                    let value = |place| EnumUse { place, how: How::Value, access: Access::Read };
                    return wanted.or_else(|| columns.first().cloned().map(value));
                }
                // A class of the project's own, `Role.ADMIN`: what it is compared with or given to says the column.
                wanted.filter(|_| matches!(value, crate::code::value::Value::Class(_)))
            }
            SiteKind::Text(expr) => self.column_wanted_at(cx, expr, columns),
            _ => None,
        }
    }

    /// The one of the columns whose value an expression is.
    fn column_wanted_at(
        &self,
        cx: crate::code::eval::Context<'_>,
        expr: ExprId,
        columns: &[(TableName, String)],
    ) -> Option<EnumUse> {
        let named = self.field_wanted_at(cx, expr)?;
        let info = self.eval.entity(named.entity)?;
        let column = info.entity.field(&named.field)?.column()?.to_owned();
        let place = columns.iter().find(|known| known.1 == column && known.0 == info.entity.table)?;
        let how = if named.in_query { How::Query } else { How::Value };
        Some(EnumUse { place: place.clone(), how, access: access(named.access) })
    }

    /// The field whose value a string is: `{ role: "ADMIN" }`, `user.role === "ADMIN"`.
    fn field_wanted_at(&self, cx: crate::code::eval::Context<'_>, expr: ExprId) -> Option<NamedField> {
        use crate::code::tree::{ExprKind, Parent};
        let module = cx.module;
        let Parent::Expr(parent) = module.expr(expr).parent else { return None };
        let site = match &module.expr(parent).kind {
            ExprKind::Object { entries } => {
                let entry = entries.iter().position(|entry| entry.value == expr)?;
                SiteKind::Key { object: parent, entry: u32::try_from(entry).ok()? }
            }
            ExprKind::Call { args, .. } => {
                let argument = args.iter().position(|arg| arg.value == expr && arg.name.is_some())?;
                SiteKind::Keyword { call: parent, argument: u32::try_from(argument).ok()? }
            }
            ExprKind::Binary { left, right, .. } => {
                let other = if *left == expr { *right } else { *left };
                matches!(module.expr(other).kind, ExprKind::Member { .. })
                    .then_some(SiteKind::Member(other))?
            }
            _ => return None,
        };
        let site = module.sites.iter().find(|known| known.kind == site)?;
        match self.resolve_site(module, *site) {
            Resolution::Fields(found) => found.into_iter().next().map(|found| found.named),
            Resolution::Unresolved(_) => None,
        }
    }
}

fn enum_usage(place: (TableName, String), span: Span, how: How, access: Access) -> Usage {
    Usage {
        span,
        table: place.0,
        column: Some(place.1),
        how,
        access,
        implicit: false,
        named_by: NamedBy::Code,
        when: When::Always,
        confidence: Confidence::Exact,
        evidence: Vec::new(),
        value: ValueFact::Plain,
        conversion: None,
        in_sql: false,
        required_at: Vec::new(),
    }
}
