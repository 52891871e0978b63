//! The facts in the forms that policy engines take. None of them decides whether a call is admitted: that is over by then.

mod authzen;
mod cedar;
#[cfg(feature = "cel")]
mod cel;
mod path;

pub use crate::adapters::cedar::CedarCall;
