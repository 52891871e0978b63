//! An error as vectors write it.

use throughline::{Error, Part, Place};

use crate::vector::{At, Refusal};

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        let kind = error.kind;
        Self { stage: kind.stage(), number: kind.number(), name: kind.name().to_owned(), at: At::from(error.at) }
    }
}

impl From<Place> for At {
    fn from(place: Place) -> Self {
        let (part, index) = match place.part {
            Part::Item(n) => ("item", Some(n)),
            Part::Link(n) => ("link", Some(n)),
            Part::Credential(n) => ("credential", Some(n)),
            Part::HandOver(n) => ("hand-over", Some(n)),
            Part::Known(n) => ("known", Some(n)),
            Part::Proof => ("proof", None),
            Part::Request => ("request", None),
            Part::RevocationList => ("list", None),
            Part::Field => ("field", None),
            Part::Token | _ => ("token", None),
        };
        Self { part: part.to_owned(), index, byte: place.byte }
    }
}
