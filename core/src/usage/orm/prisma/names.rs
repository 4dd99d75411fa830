//! Names that the generated client exports, and the types among them.

use crate::code::eval::Evaluator;
use crate::code::value::{Known, LibraryValue, Value};
use crate::usage::orm::prisma::{ARGS, CLIENT, DELEGATE, Prisma, keys, projection, typed};

/// The name inside the client of a library name: `Prisma.UserSelect` of `@prisma/client.Prisma.UserSelect`. The client
/// is `@prisma/client`, or the folder that a generator's `output` names.
pub fn in_client(path: &str) -> Option<&str> {
    if let Some(inside) = path.strip_prefix("@prisma/client") {
        // `@prisma/client/edge`, `@prisma/client/runtime/library`.
        return inside.split_once('.').map(|(_, name)| name);
    }
    let (folder, rest) = match path.rfind('/') {
        Some(slash) => path.split_at(slash + 1),
        None => return None,
    };
    let is_client = folder.contains("prisma") || rest.starts_with("prisma") || folder.contains("generated");
    rest.split_once('.').map(|(_, name)| name).filter(|_| is_client)
}

/// What the names of a model's types end in: they are searched for when the model's users are asked for.
pub const TYPE_SUFFIXES: &[&str] = &[
    "AggregateArgs",
    "CountArgs",
    "CreateArgs",
    "CreateInput",
    "CreateManyArgs",
    "CreateManyInput",
    "Delegate",
    "DeleteArgs",
    "DeleteManyArgs",
    "FindFirstArgs",
    "FindFirstOrThrowArgs",
    "FindManyArgs",
    "FindUniqueArgs",
    "FindUniqueOrThrowArgs",
    "GetPayload",
    "GroupByArgs",
    "Include",
    "Omit",
    "OrderByWithAggregationInput",
    "OrderByWithRelationInput",
    "ScalarFieldEnum",
    "Select",
    "UncheckedCreateInput",
    "UncheckedUpdateInput",
    "UpdateArgs",
    "UpdateInput",
    "UpdateManyArgs",
    "UpsertArgs",
    "WhereInput",
    "WhereUniqueInput",
];

/// The delegate's name of a model: the first letter in lower case.
pub fn accessor(model: &str) -> String {
    let mut letters = model.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

impl Prisma {
    /// A type of the `Prisma` namespace: `UserWhereInput`, `UserGetPayload<...>`.
    pub(super) fn generated_type(&self, eval: &Evaluator<'_>, name: &str, args: &[Value]) -> Option<Value> {
        let name = name.strip_prefix('$').unwrap_or(name);
        if matches!(
            name,
            "Decimal" | "JsonValue" | "InputJsonValue" | "JsonObject" | "JsonArray" | "SortOrder" | "Sql"
        ) {
            return Some(Value::Other);
        }
        match name {
            "Enumerable" => {
                let one = args.first().cloned().unwrap_or(Value::Unknown);
                return Some(Value::union([one.clone(), Value::list(one)]));
            }
            "PromiseReturnType" => {
                let function = Known::plain(args.first().cloned().unwrap_or(Value::Unknown));
                return Some(eval.call_without_arguments(&function).value.awaited());
            }
            // What an argument may be at most: the type itself, so far as it is known, else the bound.
            "SelectSubset" | "Subset" | "SubsetIntersection" | "Exact" => {
                let bound = args.get(1).filter(|bound| bound.matters()).or_else(|| args.first());
                return bound.cloned();
            }
            "Args" | "Result" => return self.of_operation(eval, name, args),
            "PrismaPromise" => return Some(Value::promise(args.first().cloned().unwrap_or(Value::Unknown))),
            _ => {}
        }
        // The longest model name that the type begins with: `UserRole` before `User`.
        let model = eval
            .entities()
            .into_iter()
            .filter(|(id, info)| {
                self.model(eval, &info.entity.name) == Some(*id) && name.starts_with(&info.entity.name)
            })
            .max_by_key(|(_, info)| info.entity.name.len())?;
        let rest = name.strip_prefix(model.1.entity.name.as_str())?;
        let entity = Value::Entity(model.0);
        let shape = |kind: &'static str| Some(LibraryValue::of(kind, [entity.clone()]));
        match rest {
            "GetPayload" => Some(projection::of_args(
                eval,
                model.0,
                &Known::plain(args.first().cloned().unwrap_or(Value::Unknown)),
                &[],
            )),
            "Payload" => Some(crate::code::value::Row::whole(model.0)),
            "Delegate" => shape(DELEGATE),
            "Select" | "Include" | "SelectScalar" => shape(keys::SELECT),
            "Omit" => shape(keys::OMIT),
            "WhereUniqueInput" => shape(keys::WHERE_UNIQUE),
            "ScalarFieldEnum" => Some(Value::FieldName(model.0)),
            _ if rest.ends_with("Args") => {
                let operation = rest.strip_suffix("Args").unwrap_or(rest);
                Some(LibraryValue::named(ARGS, [entity.clone()], accessor(operation)))
            }
            _ if rest.contains("OrderBy") => shape(keys::ORDER_BY),
            _ if rest.contains("WhereUniqueInput") => shape(keys::WHERE_UNIQUE),
            _ if rest.contains("Where") => shape(keys::WHERE),
            _ if rest.contains("Nested") => shape(keys::NESTED_DATA),
            _ if typed::is_new_row(rest) => {
                Some(LibraryValue::named(keys::DATA, [entity.clone()], keys::NEW_ROW))
            }
            _ if rest.contains("Create") || rest.contains("Update") || rest.contains("Upsert") => {
                shape(keys::DATA)
            }
            _ if rest.ends_with("RelationFilter") => shape(keys::RELATION_WHERE),
            _ => None,
        }
        .or_else(|| (name == "TransactionClient").then(|| LibraryValue::of(CLIENT, [])))
    }

    /// `Prisma.Args<typeof prisma.user, "findMany">`, `Prisma.Result<typeof prisma.user, Args, "findMany">`.
    fn of_operation(&self, eval: &Evaluator<'_>, name: &str, args: &[Value]) -> Option<Value> {
        let Value::Entity(entity) = args.first()?.library(DELEGATE)?.first() else { return None };
        let operation = args.last()?.as_str()?;
        Some(match name {
            "Args" => LibraryValue::named(ARGS, [Value::Entity(entity)], operation),
            _ => {
                let given = args.get(1).filter(|_| args.len() > 2).cloned().unwrap_or(Value::Unknown);
                self.rows(eval, entity, operation, &Known::plain(given), &[])
            }
        })
    }
}
