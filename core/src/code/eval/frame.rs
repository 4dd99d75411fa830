//! Call frames: what is known of parameters and type parameters around an expression.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::eval::Evaluator;
use crate::code::tree::{AliasId, ClassId, FunctionId, PatternId};
use crate::code::value::{FrameId, FunctionRef, Value};
use crate::text::FileId;

/// Frames nest no deeper than this; further calls are read without their arguments.
const DEEPEST_FRAME: u32 = 6;

/// What is known inside one call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The frame that the function closes over.
    pub parent: FrameId,
    /// The function that is called.
    pub function: Option<(FileId, FunctionId)>,
    /// What `self` or `this` is.
    pub receiver: Option<Value>,
    /// The arguments, by position of the parameter; `Unknown` where nothing is known.
    pub args: Vec<Value>,
    /// Type parameters.
    pub types: Vec<(TypeParamKey, Value)>,
    /// Number of frames around it, callers included.
    pub depth: u32,
}

/// A type parameter, by what declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeParamKey {
    /// Of a function.
    Function(FileId, FunctionId, u32),
    /// Of a class or interface.
    Class(FileId, ClassId, u32),
    /// Of a type alias.
    Alias(FileId, AliasId, u32),
    /// A Python `TypeVar`, by the name it is bound to.
    TypeVar(FileId, PatternId),
}

/// All frames of an evaluator; equal ones are one.
#[derive(Debug)]
pub struct Frames {
    all: Vec<Rc<Frame>>,
    ids: FxHashMap<Rc<Frame>, FrameId>,
}

impl Default for Frames {
    fn default() -> Self {
        let empty = Rc::new(Frame {
            parent: FrameId(0),
            function: None,
            receiver: None,
            args: Vec::new(),
            types: Vec::new(),
            depth: 0,
        });
        Self { ids: std::iter::once((empty.clone(), FrameId(0))).collect(), all: vec![empty] }
    }
}

impl Evaluator<'_> {
    /// The frame of this id.
    pub fn frame(&self, id: FrameId) -> Rc<Frame> {
        let frames = self.frames.borrow();
        let found = frames.all.get(id.0 as usize).or_else(|| frames.all.first());
        found.cloned().unwrap_or_else(|| {
            Rc::new(Frame {
                parent: FrameId(0),
                function: None,
                receiver: None,
                args: vec![],
                types: vec![],
                depth: 0,
            })
        })
    }

    /// The id of a frame. One that says nothing is its parent; one that is nested too deep is the empty one.
    pub fn intern(&self, frame: Frame) -> FrameId {
        let says_nothing =
            frame.receiver.is_none() && frame.types.is_empty() && frame.args.iter().all(Value::is_unknown);
        if says_nothing {
            return frame.parent;
        }
        if frame.depth > DEEPEST_FRAME {
            return FrameId::default();
        }
        let mut frames = self.frames.borrow_mut();
        if let Some(id) = frames.ids.get(&frame) {
            return *id;
        }
        let id = FrameId(u32::try_from(frames.all.len()).unwrap_or(0));
        let frame = Rc::new(frame);
        frames.all.push(frame.clone());
        frames.ids.insert(frame, id);
        id
    }

    /// Looks through the frame and those that it closes over.
    pub fn find_in_frames<T>(&self, start: FrameId, find: impl Fn(&Frame) -> Option<T>) -> Option<T> {
        let mut id = start;
        while id != FrameId::default() {
            let frame = self.frame(id);
            if let Some(found) = find(&frame) {
                return Some(found);
            }
            id = frame.parent;
        }
        None
    }

    /// The frame of a function of which nothing is known but what it is called on.
    pub fn receiver_frame(&self, function: &FunctionRef) -> FrameId {
        self.intern(Frame {
            parent: function.frame,
            function: Some((function.file, function.id)),
            receiver: function.receiver.as_deref().cloned(),
            args: Vec::new(),
            types: Vec::new(),
            depth: self.frame(function.frame).depth + 1,
        })
    }

    /// A frame in which type parameters are known.
    pub fn frame_with_types(&self, parent: FrameId, types: Vec<(TypeParamKey, Value)>) -> FrameId {
        let depth = self.frame(parent).depth + 1;
        self.intern(Frame { parent, function: None, receiver: None, args: Vec::new(), types, depth })
    }
}
