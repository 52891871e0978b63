//! A requirement that is not met: a stable name, and a text that says what was wanted and what there is.

use std::fmt;

use throughline::Reason;

/// A requirement that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unmet {
    /// Which.
    pub kind: UnmetKind,
    /// Position of the hop that does not meet it, where it is one.
    pub hop: Option<usize>,
    /// What was wanted, and what there is.
    pub text: String,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hop {
            Some(hop) => write!(f, "link {hop}: {}", self.text),
            None => write!(f, "token: {}", self.text),
        }
    }
}

macro_rules! unmet {
    ($( $variant:ident $name:literal $reason:ident $text:literal; )+) => {
        /// Which requirement. Names never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum UnmetKind {
            $( #[doc = concat!("`", $name, "`: ", $text, ".")] $variant, )+
        }

        impl UnmetKind {
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

        impl fmt::Display for UnmetKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$variant => $text, )+ })
            }
        }
    };
}

unmet! {
    RequestLimits "requires-limits" Forbidden "the service's own limits do not admit the request";
    Depth "requires-depth" Forbidden "there are fewer or more hops than the route allows";
    OriginKind "requires-origin-kind" Forbidden "the origin is of another kind";
    OriginAccountable "requires-origin-accountable" Forbidden "the origin answers to another entity";
    OriginAnchor "requires-origin-anchor" Forbidden "the root stands on another anchor";
    OriginAge "requires-origin-age" Forbidden "the root was made too long ago";
    Head "requires-head" Forbidden "the head is not what the route demands";
    SomeHop "requires-some-hop" Forbidden "none of these hops is what the route demands";
    EveryHop "requires-every-hop" Forbidden "a hop is not what the route demands of all";
    NoHop "requires-no-hop" Forbidden "a hop is what the route excludes, or nobody says that it is not";
    Consent "requires-consent" Forbidden "the origin carries no consent record";
    ConsentUnknown "requires-consent-known" Forbidden "the consent store does not have the record";
    ConsentWithdrawn "requires-consent-given" Forbidden "the consent does not hold for this request";
    ConsentUnavailable "consent-unavailable" Unavailable "the consent store does not answer";
}
