//! Prisma's grammar by recursive descent. A line that does not fit is reported and left out; the rest is read.

use super::ast::{
    Argument, Attribute, Block, BlockKind, Document, Expression, ExpressionKind, FieldNode, Name,
    SyntaxError, TypeNode, ValueNode,
};
use super::cursor::Cursor;
use crate::text::TextRange;

/// Lists and calls nested deeper than this are an error: real ones have three levels, and the stack is finite.
const DEEPEST: usize = 64;

/// Reads a file.
pub fn parse(text: &str) -> Document {
    let mut parser = Parser { cursor: Cursor::new(text), document: Document::default() };
    parser.document();
    parser.document
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    document: Document,
}

/// What was expected, as a sentence; its place is where the cursor stands.
struct Unexpected(String);

type Parsed<T> = Result<T, Unexpected>;

fn expected<T>(what: &str) -> Parsed<T> {
    Err(Unexpected(format!("expected {what}")))
}

impl Parser<'_> {
    fn document(&mut self) {
        // One report for a whole region between two blocks, however many lines it has.
        let mut in_stray_text = false;
        loop {
            self.cursor.skip_blank();
            if self.cursor.at_end() {
                return;
            }
            let start = self.cursor.at;
            if let Some((kind, name)) = self.block_head() {
                in_stray_text = false;
                let block = self.block(kind, name);
                self.document.blocks.push(block);
            } else {
                self.cursor.at = start;
                self.cursor.skip_line();
                if !in_stray_text {
                    let range = self.cursor.range_from(start);
                    self.error(range, "expected a block: model, view, enum, type, datasource or generator");
                }
                in_stray_text = true;
            }
        }
    }

    fn error(&mut self, range: TextRange, message: impl Into<String>) {
        self.document.errors.push(SyntaxError { range, message: message.into() });
    }

    /// `model User {`, or nothing.
    fn block_head(&mut self) -> Option<(BlockKind, Name)> {
        let keyword = self.cursor.name()?;
        let kind = BlockKind::of_keyword(&keyword.text)?;
        self.cursor.skip_spaces();
        let name = self.cursor.name()?;
        self.cursor.skip_spaces();
        self.cursor.eat("{").then_some((kind, name))
    }

    /// Whether another block begins here, which means that the one being read was never closed.
    fn at_block_head(&mut self) -> bool {
        let start = self.cursor.at;
        let found = self.block_head().is_some();
        self.cursor.at = start;
        found
    }

    fn block(&mut self, kind: BlockKind, name: Name) -> Block {
        let mut block = Block {
            kind,
            name,
            properties: Vec::new(),
            fields: Vec::new(),
            values: Vec::new(),
            attributes: Vec::new(),
        };
        loop {
            self.cursor.skip_blank();
            if self.cursor.eat("}") {
                return block;
            }
            if self.cursor.at_end() || self.at_block_head() {
                let range = block.name.range;
                self.error(range, format!("the block \"{}\" is not closed", block.name.text));
                return block;
            }
            let start = self.cursor.at;
            if let Err(unexpected) = self.member(&mut block) {
                self.recover(start, unexpected);
            }
        }
    }

    /// Reports what was not expected where the cursor stands, and goes on with the next line: the one of that place if
    /// the member that began at `start` ran over several lines, else the one after it.
    fn recover(&mut self, start: usize, unexpected: Unexpected) {
        let place = self.cursor.at;
        let line = self.cursor.line_start(place);
        self.cursor.skip_line();
        let range = self.cursor.range_from(place);
        self.error(range, unexpected.0);
        if line > start {
            self.cursor.at = line;
        }
    }

    fn member(&mut self, block: &mut Block) -> Parsed<()> {
        if self.cursor.looking_at("@@") {
            let attribute = self.attribute("@@")?;
            block.attributes.push(attribute);
            return self.end_of_line();
        }
        let Some(name) = self.cursor.name() else { return expected("a name, an attribute or \"}\"") };
        self.cursor.skip_spaces();
        match block.kind {
            BlockKind::Datasource | BlockKind::Generator => {
                let value = self.property()?;
                block.properties.push((name, value));
            }
            BlockKind::Enum => {
                let (attributes, result) = self.attributes();
                block.values.push(ValueNode { name, attributes });
                result?;
            }
            BlockKind::Model | BlockKind::View | BlockKind::Type => {
                let ty = self.field_type()?;
                let (attributes, result) = self.attributes();
                block.fields.push(FieldNode { name, ty, attributes });
                result?;
            }
        }
        self.end_of_line()
    }

    fn property(&mut self) -> Parsed<Expression> {
        if !self.cursor.eat("=") {
            return expected("\"=\"");
        }
        self.cursor.skip_spaces();
        self.expression(0)
    }

    fn end_of_line(&mut self) -> Parsed<()> {
        self.cursor.skip_spaces();
        match self.cursor.peek() {
            None | Some('\n' | '}') => Ok(()),
            Some(_) => expected("the end of the line"),
        }
    }

    fn field_type(&mut self) -> Parsed<TypeNode> {
        self.old_form(":");
        if self.cursor.eat("[") {
            return self.old_list();
        }
        let Some(name) = self.cursor.name() else { return expected("a type") };
        let mut unsupported = None;
        if name.text == "Unsupported" && self.cursor.looking_at("(") {
            let arguments = self.arguments(0)?;
            unsupported = arguments.first().and_then(|argument| argument.value.string().map(str::to_owned));
        }
        self.cursor.skip_spaces();
        let list = self.cursor.eat("[]");
        self.cursor.skip_spaces();
        let optional = self.cursor.eat("?");
        self.old_form("!");
        Ok(TypeNode { name, unsupported, list, optional })
    }

    /// A sign of Prisma 1 that Prisma refuses and understands (`name: Int`, `Int!`): reported, and the field is read.
    fn old_form(&mut self, sign: &str) {
        let start = self.cursor.at;
        if self.cursor.eat(sign) {
            let range = self.cursor.range_from(start);
            self.error(range, format!("\"{sign}\" is no part of a field's type"));
            self.cursor.skip_spaces();
        }
    }

    /// `Int]`, the rest of a list as Prisma 1 wrote it.
    fn old_list(&mut self) -> Parsed<TypeNode> {
        let Some(name) = self.cursor.name() else { return expected("a type") };
        if !self.cursor.eat("]") {
            return expected("\"]\"");
        }
        self.error(name.range, format!("a list is written {}[]", name.text));
        Ok(TypeNode { name, unsupported: None, list: true, optional: false })
    }

    /// The attributes up to the end of the line, or up to the first that is not right.
    fn attributes(&mut self) -> (Vec<Attribute>, Parsed<()>) {
        let mut attributes = Vec::new();
        loop {
            self.cursor.skip_spaces();
            if !self.cursor.looking_at("@") {
                return (attributes, Ok(()));
            }
            match self.attribute("@") {
                Ok(attribute) => attributes.push(attribute),
                Err(unexpected) => return (attributes, Err(unexpected)),
            }
        }
    }

    fn attribute(&mut self, sign: &str) -> Parsed<Attribute> {
        let start = self.cursor.at;
        self.cursor.eat(sign);
        self.cursor.skip_spaces();
        let Some(name) = self.cursor.path() else { return expected("the name of an attribute") };
        let behind_name = self.cursor.at;
        self.cursor.skip_spaces();
        let mut arguments = Vec::new();
        if self.cursor.looking_at("(") {
            arguments = self.arguments(0)?;
        } else {
            self.cursor.at = behind_name;
        }
        Ok(Attribute { name, arguments, range: self.cursor.range_from(start) })
    }

    /// `(a, name: b)`, over as many lines as it takes.
    fn arguments(&mut self, depth: usize) -> Parsed<Vec<Argument>> {
        self.cursor.eat("(");
        self.sequence(")", |parser| parser.argument(depth + 1))
    }

    /// Items separated by commas up to `close`; a comma before it is allowed.
    fn sequence<T>(&mut self, close: &str, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        loop {
            self.cursor.skip_blank();
            if self.cursor.eat(close) {
                return Ok(items);
            }
            items.push(item(self)?);
            self.cursor.skip_blank();
            if !self.cursor.eat(",") && !self.cursor.looking_at(close) {
                return expected(&format!("\",\" or \"{close}\""));
            }
        }
    }

    fn argument(&mut self, depth: usize) -> Parsed<Argument> {
        let start = self.cursor.at;
        if let Some(name) = self.cursor.name() {
            self.cursor.skip_spaces();
            if self.cursor.eat(":") {
                self.cursor.skip_blank();
                return Ok(Argument { name: Some(name), value: self.expression(depth)? });
            }
        }
        self.cursor.at = start;
        Ok(Argument { name: None, value: self.expression(depth)? })
    }

    fn expression(&mut self, depth: usize) -> Parsed<Expression> {
        if depth > DEEPEST {
            return Err(Unexpected(format!("nested deeper than {DEEPEST} levels")));
        }
        let kind = self.expression_kind(depth)?;
        Ok(Expression { kind })
    }

    fn expression_kind(&mut self, depth: usize) -> Parsed<ExpressionKind> {
        match self.cursor.peek() {
            Some('"') => match self.cursor.string() {
                Some(text) => Ok(ExpressionKind::String(text)),
                None => expected("the closing quote of the string on its line"),
            },
            Some('[') => {
                self.cursor.eat("[");
                Ok(ExpressionKind::List(self.sequence("]", |parser| parser.expression(depth + 1))?))
            }
            Some('{') => {
                self.cursor.eat("{");
                self.sequence("}", |parser| parser.argument(depth + 1))?;
                Ok(ExpressionKind::Object)
            }
            _ => self.number_or_name(depth),
        }
    }

    fn number_or_name(&mut self, depth: usize) -> Parsed<ExpressionKind> {
        if let Some(number) = self.cursor.number() {
            return Ok(ExpressionKind::Number(number.to_owned()));
        }
        let Some(name) = self.cursor.path() else { return expected("a value") };
        if self.cursor.looking_at("(") {
            return Ok(ExpressionKind::Call(name.text, self.arguments(depth)?));
        }
        Ok(ExpressionKind::Name(name.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema in short: one line for each block, field, value and attribute; then the errors with their text.
    fn check(text: &str, expected: &[&str]) {
        let document = parse(text);
        let mut lines = Vec::new();
        for block in &document.blocks {
            lines.push(format!("{:?} {}", block.kind, block.name.text));
            for (key, value) in &block.properties {
                lines.push(format!("  {} = {}", key.text, show(value)));
            }
            for field in &block.fields {
                let ty = field.ty.unsupported.as_ref().unwrap_or(&field.ty.name.text);
                let arity = format!(
                    "{}{}",
                    if field.ty.list { "[]" } else { "" },
                    if field.ty.optional { "?" } else { "" }
                );
                lines.push(format!("  {} {ty}{arity}{}", field.name.text, attributes(&field.attributes)));
            }
            for value in &block.values {
                lines.push(format!("  {}{}", value.name.text, attributes(&value.attributes)));
            }
            if !block.attributes.is_empty() {
                lines.push(format!(" {}", attributes(&block.attributes)));
            }
        }
        for error in &document.errors {
            let place = text.get(error.range.as_usize()).unwrap_or("(no place)");
            lines.push(format!("! {} at {:?}", error.message, place.trim_end()));
        }
        assert_eq!(lines, expected, "{text}");
    }

    fn attributes(attributes: &[Attribute]) -> String {
        attributes
            .iter()
            .map(|attribute| format!(" @{}({})", attribute.name.text, arguments(&attribute.arguments)))
            .collect()
    }

    fn arguments(arguments: &[Argument]) -> String {
        let shown: Vec<String> = arguments
            .iter()
            .map(|argument| match &argument.name {
                Some(name) => format!("{}: {}", name.text, show(&argument.value)),
                None => show(&argument.value),
            })
            .collect();
        shown.join(", ")
    }

    fn show(expression: &Expression) -> String {
        match &expression.kind {
            ExpressionKind::String(text) => format!("{text:?}"),
            ExpressionKind::Number(text) | ExpressionKind::Name(text) => text.clone(),
            ExpressionKind::Call(name, given) => format!("{name}({})", arguments(given)),
            ExpressionKind::List(items) => {
                format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
            }
            ExpressionKind::Object => "{}".to_owned(),
        }
    }

    #[test]
    fn every_construct_is_read() {
        check(
            "\u{feff}datasource db {\r\n  provider = \"postgresql\" // which\r\n  extensions = [a, b(version: \"3\")]\r\n}\n\
             /// A person\nmodel User { /* not { a block } */\n  id Int @id @default(autoincrement())\n  \
             tags String[] @default([\"a\\\"b\", \"\\u00e9\\n\"])\n  place Unsupported(\"point\")?\n  \
             f Float @default(-1.5e3)\n  model Model? @relation(\n    fields: [a, b], // why\n    references: [x, y],\n  )\n\
             @@index([title(ops: raw(\"gin\"), sort: Desc)], where: { d: null })\n  @@db.X\n}\n\
             enum E { A @map(\"a\")\n B\n @@map(\"e\") }\nview V {\n}\ntype T {\n a.b String\n}",
            &[
                "Datasource db",
                "  provider = \"postgresql\"",
                "  extensions = [a, b(version: \"3\")]",
                "Model User",
                "  id Int @id() @default(autoincrement())",
                "  tags String[] @default([\"a\\\"b\", \"é\\n\"])",
                "  place point?",
                "  f Float @default(-1.5e3)",
                "  model Model? @relation(fields: [a, b], references: [x, y])",
                "  @index([title(ops: raw(\"gin\"), sort: Desc)], where: {}) @db.X()",
                "Enum E",
                "  A @map(\"a\")",
                "  B",
                "  @map(\"e\")",
                "View V",
                "Type T",
                "! expected a type at \".b String\"",
            ],
        );
    }

    #[test]
    fn what_does_not_fit_loses_its_own_line_only() {
        check(
            "model A {\n  id Int @id(\n  b String\n  c String @map(\"x\n  d: Int\n  e Int!\n  f [Int]\n  g String ? @ map ( \"x\" )\n}\n\
             <<<<<<< HEAD\njunk\nmodel B {\n  id Int\nmodel C {\n  id Int ; @id\n}",
            &[
                "Model A",
                "  id Int",
                "  b String",
                "  c String",
                "  d Int",
                "  e Int",
                "  f Int[]",
                "  g String? @map(\"x\")",
                "Model B",
                "  id Int",
                "Model C",
                "  id Int",
                "! expected \",\" or \")\" at \"String\"",
                "! expected the closing quote of the string on its line at \"\"",
                "! \":\" is no part of a field's type at \":\"",
                "! \"!\" is no part of a field's type at \"!\"",
                "! a list is written Int[] at \"Int\"",
                "! expected a block: model, view, enum, type, datasource or generator at \"<<<<<<< HEAD\"",
                "! the block \"B\" is not closed at \"B\"",
                "! expected the end of the line at \"; @id\"",
            ],
        );
    }

    #[test]
    fn deep_nesting_is_reported_and_does_not_overflow() {
        let text = format!("model A {{\n  a Int @x({}\n  b Int\n}}", "[".repeat(100_000));
        let document = parse(&text);
        let names: Vec<&str> =
            document.blocks[0].fields.iter().map(|field| field.name.text.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(document.errors[0].message, "nested deeper than 64 levels");
    }

    #[test]
    fn every_prefix_of_a_schema_is_read_without_a_panic() {
        let text =
            "model Ü {\n  id Int @id @default(dbgenerated(\"x\\\\\")) /* é */\n  @@map(name: \"ü\")\n}";
        for (end, _) in text.char_indices() {
            let document = parse(&text[..end]);
            assert!(document.blocks.len() <= 1);
        }
    }
}
