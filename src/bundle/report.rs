//! What is wrong with a bundle, what is odd about it, and where.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::ErrorKind;

/// A mistake in a bundle, with its place.
pub type BundleError = Finding<Mistake>;

/// Something in a sound bundle that is probably not meant, with its place.
pub type BundleWarning = Finding<Warning>;

/// All mistakes of a document, in its order; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleErrors(Vec<BundleError>);

impl BundleErrors {
    pub(super) const fn new(errors: Vec<BundleError>) -> Self {
        Self(errors)
    }

    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &BundleError> {
        self.0.iter()
    }
}

impl core::error::Error for BundleErrors {}

impl fmt::Display for BundleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            fmt::Display::fmt(error, f)?;
        }
        Ok(())
    }
}

/// What was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding<T> {
    at: Position,
    what: T,
}

impl<T> Finding<T> {
    pub(super) const fn new(at: Position, what: T) -> Self {
        Self { at, what }
    }

    /// Its place in the document.
    #[must_use]
    pub const fn at(&self) -> &Position {
        &self.at
    }

    /// What it is.
    #[must_use]
    pub const fn what(&self) -> &T {
        &self.what
    }
}

impl<T: fmt::Debug + fmt::Display> core::error::Error for Finding<T> {}

impl<T: fmt::Display> fmt::Display for Finding<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// A place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    path: Box<str>,
    line: usize,
    column: usize,
}

impl Position {
    pub(super) fn new(path: String, line: usize, column: usize) -> Self {
        Self { path: path.into_boxed_str(), line, column }
    }

    /// The way to the value, such as `origins[1].ceiling[0].resource`; empty for the document as a whole.
    #[must_use]
    pub const fn path(&self) -> &str {
        &self.path
    }

    /// The line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}, ", self.path)?;
        }
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake {
    /// Not JSON (RFC 8259), in the words of the parser.
    Syntax(String),
    /// The document begins with U+FEFF.
    ByteOrderMark,
    /// A member of this name stood in the object before.
    DuplicateMember,
    /// The object has no member of this name.
    UnknownMember {
        /// The one that was probably meant.
        meant: Option<&'static str>,
        /// Those it has.
        known: &'static [&'static str],
    },
    /// A mandatory member is absent.
    MissingMember(&'static str),
    /// A value of another JSON type, or an integer outside its range.
    WrongType {
        /// What belongs here.
        wanted: &'static str,
        /// What stands here.
        found: &'static str,
    },
    /// Not exactly one of these members.
    NotOne(&'static [&'static str]),
    /// An array or object of another size.
    Count {
        /// The fewest elements.
        min: usize,
        /// The most elements.
        max: usize,
    },
    /// A version other than 0.
    VersionUnknown,
    /// None of the words that may stand here.
    WrongWord {
        /// The one that was probably meant.
        meant: Option<&'static str>,
        /// Those that may.
        known: &'static [&'static str],
    },
    /// A text that is not what belongs here.
    Malformed(&'static str),
    /// What a token could not carry either.
    Format(ErrorKind),
    /// Not base64url without padding, or of another length.
    Encoding {
        /// What belongs here.
        wanted: &'static str,
    },
    /// The secret half of a key.
    PrivateKey,
    /// A point that P-256 does not have.
    KeyOffCurve,
    /// Another key stands for this one, or this one for another purpose (token.md §7.3).
    KeyReused {
        /// The path of the other place.
        other: String,
    },
    /// The same thing stood before.
    Repeated {
        /// The path of its first place.
        first: String,
    },
    /// No attester in the bundle has this name.
    AttesterUnknown {
        /// The one that was probably meant.
        meant: Option<String>,
    },
    /// The attester cannot vouch for this, so that the anchor never holds.
    OutsideRemit {
        /// The path of the attester's remit.
        remit: String,
    },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => write!(f, "not JSON: {text}"),
            Self::ByteOrderMark => f.write_str("not JSON: a byte order mark"),
            Self::DuplicateMember => f.write_str("this member stands twice"),
            Self::UnknownMember { meant: Some(meant), .. } => write!(f, "unknown member, {meant:?} is near"),
            Self::UnknownMember { meant: None, known } => write!(f, "unknown member, not one of {}", Words(known)),
            Self::MissingMember(name) => write!(f, "member {name:?} is missing"),
            Self::WrongType { wanted, found } => write!(f, "{found} instead of {wanted}"),
            Self::NotOne(known) => write!(f, "not exactly one of {}", Words(known)),
            Self::Count { min, max } if min == max => write!(f, "not exactly {max} elements"),
            Self::Count { min, max } => write!(f, "not {min} to {max} elements"),
            Self::VersionUnknown => f.write_str("not version 0, the only one there is"),
            Self::WrongWord { meant: Some(meant), .. } => write!(f, "unknown word, {meant:?} is near"),
            Self::WrongWord { meant: None, known } => write!(f, "not one of {}", Words(known)),
            Self::Malformed(wanted) => write!(f, "not a well-formed {wanted}"),
            Self::Format(kind) => kind.fmt(f),
            Self::Encoding { wanted } => write!(f, "not {wanted} in base64url without padding"),
            Self::PrivateKey => f.write_str("a private key in a trust bundle: it is no secret any more, replace it"),
            Self::KeyOffCurve => f.write_str("not on the curve"),
            Self::KeyReused { other } => write!(f, "the key stands at {other} too, and has one use"),
            Self::Repeated { first } => write!(f, "the same stands at {first}"),
            Self::AttesterUnknown { meant: Some(meant) } => write!(f, "no attester has this name, {meant:?} is near"),
            Self::AttesterUnknown { meant: None } => f.write_str("no attester has this name"),
            Self::OutsideRemit { remit } => write!(f, "{remit} does not cover this, the anchor would never hold"),
        }
    }
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Nobody may create authority: every token is refused.
    NoOrigins,
    /// An empty remit, ceiling or list of tests, and what follows from it.
    Empty(&'static str),
    /// No attester has this name, so that it stands for nothing.
    AttesterUnknown,
    /// This anchor is never reported: every root that it allows is allowed by an earlier one.
    Shadowed {
        /// The paths of the earlier anchors.
        by: Vec<String>,
    },
    /// Some roots that this anchor allows are reported under an earlier one.
    PartlyShadowed {
        /// The path of the earlier anchor.
        by: String,
        /// Paths of the grants of this anchor that the earlier one allows in full; roots with others too are still reported here.
        grants: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOrigins => f.write_str("without origins every token is refused"),
            Self::Empty(consequence) => write!(f, "empty: {consequence}"),
            Self::AttesterUnknown => f.write_str("no attester in the bundle has this name"),
            Self::Shadowed { by } => {
                write!(f, "never reported: every root that it allows is allowed by {}, which is tried before", List(by))
            }
            Self::PartlyShadowed { by, grants } if grants.is_empty() => {
                write!(f, "a root that {by} allows too is reported there")
            }
            Self::PartlyShadowed { by, grants } => {
                write!(f, "a root that {by} allows too is reported there, so one with no more than {}", List(grants))
            }
        }
    }
}

struct Words<'a>(&'a [&'static str]);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0)
    }
}

struct List<'a>(&'a [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0)
    }
}

fn listed(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        fmt::Display::fmt(item, f)?;
    }
    Ok(())
}
