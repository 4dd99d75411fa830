//! A world outside of which nothing is known: what a library is called for stays symbolic.

use std::rc::Rc;

use crate::code::interpret::{Arguments, ExternalId, Host, Interpreter, Journal, Run, Unsure, Value};
use crate::text::Span;

/// For code that computes names and no more.
#[derive(Debug, Default)]
pub struct Symbolic;

impl Host for Symbolic {
    fn call(
        &mut self,
        _interpreter: &mut Interpreter<'_>,
        _callee: ExternalId,
        _arguments: &Rc<Arguments>,
        _span: Span,
    ) -> Run<Option<Value>> {
        Ok(None)
    }

    fn member(
        &mut self,
        _interpreter: &mut Interpreter<'_>,
        _object: ExternalId,
        _name: &str,
    ) -> Option<Value> {
        None
    }

    fn journal(&mut self) -> &mut dyn Journal {
        self
    }

    fn unknown_call(
        &mut self,
        _interpreter: &mut Interpreter<'_>,
        _name: Option<&str>,
        _reason: &str,
        _arguments: &Arguments,
        _span: Span,
    ) {
    }
}

impl Journal for Symbolic {
    fn unknown_condition(&mut self, _span: Span, _reason: &str, _leaves: bool) -> Unsure {
        Unsure::Fails
    }

    fn unknown_branch_end(&mut self) {}

    fn left_out(&mut self, _span: Span, _reason: &str) {}

    fn unknown_loop(&mut self, _span: Span, _begins: bool) {}
}
