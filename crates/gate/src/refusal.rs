//! Why a call is refused: by a step of the verifier, by a requirement, or by the layer that carries it (`spec/enforcement.md`).

use std::fmt;

use throughline::{Error, Place, Reason};

use crate::requirement::Unmet;

/// A refused call. `Display` is the full reason, for whoever runs the service; a remote caller gets [`reason`](Self::reason) alone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A step of `spec/verification.md`.
    Step(Error),
    /// A requirement of the route that the chain does not meet.
    Requirement(Unmet),
    /// Something that is not the token's.
    Layer(Layer),
}

impl Refusal {
    /// What a remote caller may learn.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Step(error) => error.reason(),
            Self::Requirement(unmet) => unmet.kind.reason(),
            Self::Layer(layer) => layer.reason(),
        }
    }

    /// The HTTP status that says so.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Layer(Layer::BodyTooLarge) => 413,
            Self::Layer(Layer::BodyTimeout) => 408,
            Self::Step(_) | Self::Requirement(_) | Self::Layer(_) => self.reason().http_status(),
        }
    }

    /// The stable name of what refused: of a step, a requirement, or one of [`Layer`]. No two share one.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Step(error) => error.kind.name(),
            Self::Requirement(unmet) => unmet.kind.name(),
            Self::Layer(layer) => layer.name(),
        }
    }

    /// The number of the step in `spec/verification.md`; none where it was no step of that document.
    #[must_use]
    pub const fn step(&self) -> Option<u16> {
        match self {
            Self::Step(error) => Some(error.kind.number()),
            Self::Requirement(_) | Self::Layer(_) => None,
        }
    }

    /// Where the step found it.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Step(error) => Some(error.at),
            Self::Requirement(_) | Self::Layer(_) => None,
        }
    }

    /// The full text without the place.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Step(error) => error.kind.to_string(),
            Self::Requirement(unmet) => unmet.text.clone(),
            Self::Layer(layer) => layer.to_string(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(error) => error.fmt(f),
            Self::Requirement(unmet) => unmet.fmt(f),
            Self::Layer(layer) => layer.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Step(error)
    }
}

impl From<Unmet> for Refusal {
    fn from(unmet: Unmet) -> Self {
        Self::Requirement(unmet)
    }
}

impl From<Layer> for Refusal {
    fn from(layer: Layer) -> Self {
        Self::Layer(layer)
    }
}

macro_rules! layers {
    ($( $variant:ident $name:literal $reason:ident $text:literal; )+) => {
        /// Refusals of the layer that carries a call, and of the gate itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Layer {
            $( #[doc = concat!("`", $name, "`: ", $text, ".")] $variant, )+
        }

        impl Layer {
            /// All of them, with name, reason and text.
            pub const TABLE: &'static [(Self, &'static str, Reason, &'static str)] =
                &[ $( (Self::$variant, $name, Reason::$reason, $text), )+ ];

            /// Its stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// What a remote caller may learn.
            #[must_use]
            pub const fn reason(self) -> Reason {
                match self { $( Self::$variant => Reason::$reason, )+ }
            }
        }

        impl fmt::Display for Layer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$variant => $text, )+ })
            }
        }
    };
}

layers! {
    TokenAbsent "token-absent" Untrusted "no token, and this route requires one";
    BodyTooLarge "body-too-large" Malformed "the body is longer than the limit";
    BodyCutOff "body-cut-off" Malformed "the body ended before it was complete";
    BodyTimeout "body-timeout" Malformed "the body did not arrive in time";
    RouteUnknown "route-unknown" Forbidden "no rule says what this request needs";
    Overloaded "overloaded" Unavailable "too many calls are being decided";
    TrustUnavailable "trust-unavailable" Unavailable "there is no trust bundle that may be used";
    RecordFailed "record-failed" Unavailable "the decision could not be recorded";
}
