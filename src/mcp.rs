//! A JSON-RPC request of the Model Context Protocol as received: what its digest covers, and what is read from it (token.md §8.3, §8.4).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::field::Field;
use crate::grant::{Argument, Value};
use crate::json::Json;
use crate::request::{McpParam, McpRequest};

/// A request that was read strictly: everything in it is what the digest covers, and means one thing.
#[derive(Debug)]
pub struct McpBody<'a> {
    method: Cow<'a, str>,
    params: Vec<(Cow<'a, str>, Json<'a>)>,
    arguments: Vec<(Cow<'a, str>, Scalar<'a>)>,
}

impl<'a> McpBody<'a> {
    /// Reads the body of one request; a batch is none.
    ///
    /// # Errors
    /// [`ErrorKind::RequestInvalid`].
    pub fn read(body: &'a [u8]) -> Result<Self, Error> {
        let request = Json::read(body)?;
        // V1010
        let method = request.member("method").and_then(|method| method.text()).ok_or(INVALID)?;
        let params: Vec<_> = match request.member("params") {
            Some(params) => params.members().ok_or(INVALID)?.collect(),
            None => Vec::new(),
        };
        let arguments = find(&params, "arguments").and_then(|arguments| arguments.members());
        let argument = |(name, value): (_, Json<'a>)| Some((name, Scalar::read(&value)?));
        let arguments = arguments.into_iter().flatten().filter_map(argument).collect();
        Ok(Self { method, params, arguments })
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// A member of `params`, such as the `name` of the tool that is called.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<Json<'a>> {
        find(&self.params, name)
    }

    /// The request digest, with this name of the server.
    ///
    /// # Errors
    /// Those of [`McpRequest::digest`], which a body that was read does not have.
    pub fn digest(&self, server: &str) -> Result<Digest, Error> {
        let params = self.params.iter().map(|(name, value)| McpParam { name, json: value.written().as_bytes() });
        let mut params: Vec<McpParam<'_>> = params.collect();
        McpRequest { server, method: &self.method, params: &mut params }.digest()
    }

    /// The members of `params.arguments` that are arguments, in their order: texts, bools and exact integers ([`Json::integer`]).
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'_>> {
        self.arguments.iter().map(|(name, value)| Argument { name, value: value.as_value() })
    }

    /// The text form of token or proof in `params._meta`, for [`Field::read_with`].
    ///
    /// # Errors
    /// [`ErrorKind::FieldInvalid`] if it is no text.
    pub fn carried(&self, field: Field) -> Result<Option<Cow<'a, str>>, Error> {
        let Some(carried) = self.param("_meta").and_then(|meta| meta.member(field.meta_name())) else {
            return Ok(None);
        };
        // V1501
        carried.text().map(Some).ok_or(Error::new(ErrorKind::FieldInvalid, Part::Field))
    }
}

/// A value that an argument can have.
#[derive(Debug)]
enum Scalar<'a> {
    Int(i64),
    Text(Cow<'a, str>),
    Bool(bool),
}

impl<'a> Scalar<'a> {
    fn read(value: &Json<'a>) -> Option<Self> {
        let (text, int) = (|| value.text().map(Self::Text), || value.integer().map(Self::Int));
        text().or_else(int).or_else(|| value.bool().map(Self::Bool))
    }

    fn as_value(&self) -> Value<'_> {
        match self {
            Self::Int(value) => Value::Int(*value),
            Self::Text(value) => Value::Text(value),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

fn find<'a>(members: &[(Cow<'a, str>, Json<'a>)], name: &str) -> Option<Json<'a>> {
    members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
}

const INVALID: Error = Error::new(ErrorKind::RequestInvalid, Part::Request);

#[cfg(test)]
mod tests;
