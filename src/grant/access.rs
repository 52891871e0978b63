//! What a request asks for: a concrete action on a concrete resource, with arguments (token.md §5.2).

use crate::error::ErrorKind;
use crate::grant::limit::Value;
use crate::grant::pattern;
use crate::limits::{MAX_NAME, MAX_VALUE};

/// Most arguments of one request: finding a name that is given twice compares all pairs.
pub const MAX_ARGUMENTS: usize = 256;

/// A well-formed question to a list of grants. Arguments that no grant limits are not restricted, neither name nor value.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    action: &'a str,
    resource: &'a str,
    arguments: &'a [Argument<'a>],
}

/// One argument of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Its name, compared byte for byte.
    pub name: &'a str,
    /// Its value. What is no integer, text or bool is not given as an argument, and then no limit on it holds.
    pub value: Value<'a>,
}

impl<'a> Access<'a> {
    /// The question whether `action` may be taken on `resource` with `arguments`, at most [`MAX_ARGUMENTS`] of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RequestInvalid`] when action or resource is not well-formed (a `*` included), a name is longer than
    /// 1,024 bytes, or a name is given twice. Nothing is normalized.
    pub fn new(action: &'a str, resource: &'a str, arguments: &'a [Argument<'a>]) -> Result<Self, ErrorKind> {
        // §5.2 (V1010)
        let well_formed = action.len() <= MAX_NAME
            && pattern::is_action(action.as_bytes())
            && resource.len() <= MAX_VALUE
            && pattern::is_resource(resource.as_bytes())
            && arguments.len() <= MAX_ARGUMENTS
            && arguments.iter().all(|argument| argument.name.len() <= MAX_VALUE)
            && names_differ(arguments);
        if well_formed { Ok(Self { action, resource, arguments }) } else { Err(ErrorKind::RequestInvalid) }
    }

    /// The action.
    #[must_use]
    pub const fn action(&self) -> &'a str {
        self.action
    }

    /// The resource.
    #[must_use]
    pub const fn resource(&self) -> &'a str {
        self.resource
    }

    /// The arguments, as given.
    #[must_use]
    pub const fn arguments(&self) -> &'a [Argument<'a>] {
        self.arguments
    }

    /// The value of the argument of this name.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<Value<'a>> {
        self.argument_at(name.as_bytes())
    }

    /// The value of the argument of the name with these bytes.
    pub(crate) fn argument_at(&self, name: &[u8]) -> Option<Value<'a>> {
        self.arguments.iter().find(|argument| argument.name.as_bytes() == name).map(|argument| argument.value)
    }
}

fn names_differ(mut arguments: &[Argument<'_>]) -> bool {
    while let [first, rest @ ..] = arguments {
        if rest.iter().any(|other| other.name == first.name) {
            return false;
        }
        arguments = rest;
    }
    true
}
