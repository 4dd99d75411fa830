//! Operators, truth and equality. Three-valued throughout: what depends on something unknown is unknown.

use std::cmp::Ordering;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{External, Run, Runner, TextBuilder, Value};
use crate::code::tree::BinaryOp;

/// How deep two values are compared.
const DEEPEST_COMPARISON: u32 = 32;

impl Runner<'_, '_> {
    /// Whether a value counts as true.
    pub fn truth(&self, value: &Value) -> Option<bool> {
        let heap = &self.interpreter.heap;
        match value {
            Value::None => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Int(number) => Some(*number != 0),
            Value::Float(number) => Some(*number != 0.0),
            Value::Str(text) => {
                (!text.has_holes() || text.value.chars().count() > 1).then(|| !text.value.is_empty())
            }
            Value::List(id) | Value::Tuple(id) | Value::Set(id) => Some(!heap.items(*id).is_empty()),
            Value::Dict(id) => Some(!heap.dict(*id).is_empty()),
            Value::Function(_)
            | Value::Bound(..)
            | Value::Method(..)
            | Value::Class(_)
            | Value::Builtin(_) => Some(true),
            Value::Instance(_) | Value::Module(_) | Value::Package(_) => Some(true),
            Value::External(id) => matches!(heap.external(*id), External::Symbol(_)).then_some(true),
            Value::Import { .. } | Value::Unknown(_) => None,
        }
    }

    /// Whether two values are equal.
    pub fn equal(&self, left: &Value, right: &Value) -> Option<bool> {
        self.equal_at(left, right, 0)
    }

    fn equal_at(&self, left: &Value, right: &Value, depth: u32) -> Option<bool> {
        if depth > DEEPEST_COMPARISON {
            return None;
        }
        let heap = &self.interpreter.heap;
        if let (Value::Instance(one), Value::Instance(other)) = (left, right) {
            return (one == other).then_some(true).or_else(|| self.equal_enum_members(left, right));
        }
        if matches!((left, right), (Value::Instance(_), Value::Str(_)) | (Value::Str(_), Value::Instance(_)))
        {
            let texts = (self.interpreter.as_text(left)?, self.interpreter.as_text(right)?);
            return Some(texts.0.value == texts.1.value);
        }
        match (left, right) {
            (Value::Unknown(_) | Value::Import { .. }, _) | (_, Value::Unknown(_) | Value::Import { .. }) => {
                None
            }
            (Value::None, Value::None) => Some(true),
            (Value::Bool(one), Value::Bool(other)) => Some(one == other),
            (Value::Int(one), Value::Int(other)) => Some(one == other),
            (Value::Float(one), Value::Float(other)) => Some(one == other),
            (Value::Str(one), Value::Str(other)) => {
                (!one.has_holes() && !other.has_holes()).then(|| one.value == other.value)
            }
            (Value::List(one), Value::List(other)) | (Value::Tuple(one), Value::Tuple(other)) => {
                let (one, other) = (heap.items(*one), heap.items(*other));
                if one.len() != other.len() {
                    return Some(false);
                }
                let mut all = Some(true);
                for (one, other) in one.iter().zip(other) {
                    match self.equal_at(one, other, depth + 1) {
                        Some(true) => {}
                        Some(false) => return Some(false),
                        None => all = None,
                    }
                }
                all
            }
            (Value::Set(one), Value::Set(other)) => {
                let (one, other) = (heap.items(*one), heap.items(*other));
                let holds =
                    |item: &Value| other.iter().any(|o| self.equal_at(item, o, depth + 1) == Some(true));
                Some(one.len() == other.len() && one.iter().all(holds))
            }
            (Value::External(one), Value::External(other)) => {
                match (heap.external(*one), heap.external(*other)) {
                    (External::Symbol(one), External::Symbol(other)) => Some(one == other),
                    _ => (one == other).then_some(true),
                }
            }
            (Value::External(id), Value::None) | (Value::None, Value::External(id)) => {
                matches!(heap.external(*id), External::Symbol(_)).then_some(false)
            }
            (Value::External(_), _) | (_, Value::External(_)) => None,
            (Value::Class(one), Value::Class(other)) => Some(one == other),
            (Value::Function(one), Value::Function(other)) => Some(one == other),
            (Value::Builtin(one), Value::Builtin(other)) => Some(one == other),
            (Value::Dict(one), Value::Dict(other)) => (one == other).then_some(true),
            _ => Some(false),
        }
    }

    fn equal_enum_members(&self, left: &Value, right: &Value) -> Option<bool> {
        let (Value::Instance(one), Value::Instance(other)) = (left, right) else { return None };
        let heap = &self.interpreter.heap;
        let (one, other) = (heap.instance(*one), heap.instance(*other));
        let name = |instance: &super::Instance| match instance.attributes.get("name") {
            Some(Value::Str(text)) => Some(text.value.clone()),
            _ => None,
        };
        Some(one.class == other.class && name(one)? == name(other)?)
    }

    /// Whether `container` holds `item`.
    pub(super) fn contains(&mut self, container: &Value, item: &Value) -> Run<Option<bool>> {
        if let (Value::Str(text), Value::Str(part)) = (container, item) {
            return Ok((!text.has_holes() && !part.has_holes()).then(|| text.value.contains(&*part.value)));
        }
        // A collection whose items have names holds what is called so.
        if let (Value::List(id) | Value::Tuple(id), Value::Str(name)) = (container, item)
            && self.named_item(*id, &name.value).is_some()
        {
            return Ok(Some(true));
        }
        let keys = matches!(container, Value::Dict(_));
        let Iteration::Items(items) = self.iterate(container, keys)? else { return Ok(None) };
        let mut found = Some(false);
        for candidate in &items {
            match self.equal(candidate, item) {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => found = None,
            }
        }
        Ok(found)
    }

    /// The order of two values that have one.
    pub(super) fn compare(&self, left: &Value, right: &Value) -> Option<Ordering> {
        self.compare_at(left, right, 0)
    }

    fn compare_at(&self, left: &Value, right: &Value, depth: u32) -> Option<Ordering> {
        match (left, right) {
            (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
            (Value::Float(one), Value::Float(other)) => one.partial_cmp(other),
            (Value::Str(one), Value::Str(other)) => {
                (!one.has_holes() && !other.has_holes()).then(|| one.value.cmp(&other.value))
            }
            (Value::Tuple(one), Value::Tuple(other)) | (Value::List(one), Value::List(other)) => {
                if depth > DEEPEST_COMPARISON {
                    return None;
                }
                let heap = &self.interpreter.heap;
                let (one, other) = (heap.items(*one), heap.items(*other));
                for (one, other) in one.iter().zip(other) {
                    match self.compare_at(one, other, depth + 1)? {
                        Ordering::Equal => {}
                        order => return Some(order),
                    }
                }
                Some(one.len().cmp(&other.len()))
            }
            _ => None,
        }
    }

    /// An operator whose operands are both evaluated. `sign` is how it is written, where `op` alone does not say it.
    pub(super) fn binary(&mut self, op: BinaryOp, sign: &str, left: &Value, right: &Value) -> Run<Value> {
        let decided = |truth: Option<bool>, negated: bool| match truth {
            Some(truth) => Value::Bool(truth != negated),
            None => Value::unknown("a comparison with something that is not known before it runs"),
        };
        Ok(match op {
            BinaryOp::Equal => decided(self.equal(left, right), false),
            BinaryOp::NotEqual => decided(self.equal(left, right), true),
            BinaryOp::Is | BinaryOp::IsNot => decided(self.identical(left, right), op == BinaryOp::IsNot),
            BinaryOp::In => decided(self.contains(right, left)?, false),
            BinaryOp::NotIn => decided(self.contains(right, left)?, true),
            BinaryOp::InstanceOf => decided(self.is_instance(left, right)?, false),
            BinaryOp::Order => {
                let order = self.compare(left, right);
                decided(
                    order.map(|order| match sign {
                        "<" => order.is_lt(),
                        "<=" => order.is_le(),
                        ">" => order.is_gt(),
                        _ => order.is_ge(),
                    }),
                    false,
                )
            }
            BinaryOp::Add => self.add(left, right)?,
            BinaryOp::Percent => self.percent(left, right)?,
            BinaryOp::BitOr | BinaryOp::BitAnd => self.combine(op, left, right)?,
            BinaryOp::Other => match self.path_below(left, right).filter(|_| sign == "/") {
                Some(path) => path,
                None => self.arithmetic(sign, left, right)?,
            },
            BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce => {
                Value::unknown("the operator is not understood")
            }
        })
    }

    /// `is`: for `None` the question is whether there is a value at all, which a symbolic call does not answer.
    fn identical(&self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::None, other) | (other, Value::None) => match other {
                Value::None => Some(true),
                Value::Unknown(_) | Value::Import { .. } => None,
                Value::External(id) => {
                    matches!(self.interpreter.heap.external(*id), External::Symbol(_)).then_some(false)
                }
                _ => Some(false),
            },
            _ => self.equal(left, right),
        }
    }

    fn add(&mut self, left: &Value, right: &Value) -> Run<Value> {
        match (left, right) {
            (Value::Int(one), Value::Int(other)) => Ok(Value::Int(one.saturating_add(*other))),
            (Value::List(one), Value::List(other)) | (Value::Tuple(one), Value::Tuple(other)) => {
                let mut items = self.interpreter.heap.items(*one).clone();
                items.extend(self.interpreter.heap.items(*other).iter().cloned());
                self.spend(items.len())?;
                let id = self.heap().push_items(items);
                Ok(if matches!(left, Value::List(_)) { Value::List(id) } else { Value::Tuple(id) })
            }
            (Value::Str(_), _) | (_, Value::Str(_)) => {
                let mut text = TextBuilder::default();
                for part in [left, right] {
                    let part = self.to_text(part);
                    text.push_text(&part);
                }
                self.spend(text.len() / 16)?;
                Ok(self.checked_text(text.build()))
            }
            _ => Ok(Value::unknown("a sum of something not known")),
        }
    }

    fn combine(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Run<Value> {
        match (left, right) {
            (Value::Int(one), Value::Int(other)) => {
                Ok(Value::Int(if op == BinaryOp::BitOr { one | other } else { one & other }))
            }
            (Value::Bool(one), Value::Bool(other)) => {
                Ok(Value::Bool(if op == BinaryOp::BitOr { one | other } else { one & other }))
            }
            (Value::Set(_), Value::Set(other)) if op == BinaryOp::BitOr => {
                let mut items = self.interpreter.items(left).unwrap_or_default().to_vec();
                items.extend(self.interpreter.heap.items(*other).iter().cloned());
                self.spend(items.len())?;
                Ok(self.set_of(items))
            }
            (Value::Set(_), Value::Set(_)) => self.filtered(left, right, true),
            (Value::Dict(one), Value::Dict(other)) if op == BinaryOp::BitOr => {
                let (one, other) =
                    (self.interpreter.heap.dict(*one).clone(), self.interpreter.heap.dict(*other).clone());
                self.spend(one.len() + other.len())?;
                let merged = Value::Dict(self.heap().push_dict(one));
                for (key, value) in other {
                    self.set_item(&merged, &key, value);
                }
                Ok(merged)
            }
            _ => Ok(Value::unknown("an operator on something not known")),
        }
    }

    /// The items of `left` that are (or are not) in `right`, as a set.
    pub(super) fn filtered(&mut self, left: &Value, right: &Value, wanted: bool) -> Run<Value> {
        let unknown = "a set of something not known";
        let Iteration::Items(items) = self.iterate(left, false)? else { return Ok(Value::unknown(unknown)) };
        let mut kept = Vec::new();
        for item in items {
            match self.contains(right, &item)? {
                Some(found) if found == wanted => kept.push(item),
                Some(_) => {}
                None => return Ok(Value::unknown(unknown)),
            }
        }
        Ok(Value::Set(self.heap().push_items(kept)))
    }

    fn arithmetic(&mut self, sign: &str, left: &Value, right: &Value) -> Run<Value> {
        let number = match (left, right) {
            (Value::Int(one), Value::Int(other)) => match sign {
                "-" => one.checked_sub(*other),
                "*" => one.checked_mul(*other),
                "//" => one.checked_div_euclid(*other),
                _ => None,
            },
            (Value::Set(_), Value::Set(_)) if sign == "-" => return self.filtered(left, right, false),
            (Value::Str(text), Value::Int(count)) if sign == "*" => {
                let count = usize::try_from(*count).unwrap_or(0);
                if text.value.len().saturating_mul(count) > self.interpreter.limits.size {
                    return Ok(Value::unknown("a string is too long"));
                }
                self.spend(text.value.len() * count)?;
                return Ok(Value::text(&text.value.repeat(count)));
            }
            _ => None,
        };
        Ok(number.map_or_else(|| Value::unknown("a computation that is not followed"), Value::Int))
    }
}
