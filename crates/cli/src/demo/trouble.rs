//! What goes wrong with the demo itself. A refusal is no trouble: it is an answer.

use std::error::Error;

/// The result of whatever may fail.
pub(super) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A failure in words.
pub(super) fn trouble(words: impl Into<String>) -> Box<dyn Error + Send + Sync> {
    words.into().into()
}
