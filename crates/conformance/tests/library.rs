//! The library gives every vector of the suite its verdict. (That the suite is what its generator makes is tested in `tests/vectors`.)

use std::path::Path;

use throughline_conformance::{Library, Suite, run};

#[test]
fn library_agrees_with_every_vector() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors");
    let suite = Suite::read(&folder).expect("the suite is readable");
    let report = run(&suite, &mut Library);
    assert!(report.differences.is_empty(), "{:#?}", report.differences.first());
    assert!(report.totals.vectors > 3_000, "{:?}", report.totals);
}
