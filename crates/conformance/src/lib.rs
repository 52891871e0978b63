//! Conformance vectors (`test-vectors/`): their form, how one is judged, and how a foreign implementation is asked.

mod base64;
mod compare;
mod counting;
mod foreign;
mod judge;
mod line;
mod refusal;
mod replay;
mod run;
mod setup;
mod suite;
mod vector;

pub use crate::base64::Base64Url;
pub use crate::compare::{Difference, compare};
pub use crate::foreign::Foreign;
pub use crate::judge::{Around, Judged, Unusable, judge, judge_around, judge_with};
pub use crate::line::{answer, question, read_line, read_question};
pub use crate::run::{Answer, Counts, Implementation, Kind, Library, Mismatch, Report, Row, run};
pub use crate::suite::{Suite, SuiteError, Trouble};
pub use crate::vector::{
    Admitted, At, Authority, Carried, Demands, Expected, Facts, File, GrpcCall, HttpCall, LimitsOf, McpCall,
    MessageCall, Named, Operation, ProfiledRequest, Refusal, Replay, RequestOf, Vector,
};
