//! The mistakes and warnings of one document, and where they stand.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::bundle::report::{BundleErrors, BundleWarning, Finding, Mistake, Position, Warning};

/// What was found in one document so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    document: &'a str,
    /// Where each value stands that was looked at, by path.
    offsets: BTreeMap<String, usize>,
    mistakes: Vec<(usize, String, Mistake)>,
    warnings: Vec<(usize, String, Warning)>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(document: &'a str) -> Self {
        Self { document, offsets: BTreeMap::new(), mistakes: Vec::new(), warnings: Vec::new() }
    }

    /// The value with this path is this part of the document.
    pub(super) fn note(&mut self, part: &str, path: &str) {
        let offset = self.offset_of(part);
        self.offsets.entry(path.to_owned()).or_insert(offset);
    }

    /// A mistake at this part of the document.
    pub(super) fn mistake_in(&mut self, part: &str, path: String, mistake: Mistake) {
        self.mistakes.push((self.offset_of(part), path, mistake));
    }

    /// A mistake at the value with this path, as far as it was read.
    pub(super) fn mistake_at(&mut self, path: String, mistake: Mistake) {
        self.mistakes.push((self.offset(&path), path, mistake));
    }

    /// A warning at the value with this path.
    pub(super) fn warn_at(&mut self, path: String, warning: Warning) {
        self.warnings.push((self.offset(&path), path, warning));
    }

    pub(super) const fn has_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    /// The warnings, if there is no mistake; else all mistakes, in the order of the document.
    pub(super) fn finish(self) -> Result<Vec<BundleWarning>, BundleErrors> {
        if self.mistakes.is_empty() {
            Ok(placed(self.document, self.warnings))
        } else {
            Err(BundleErrors::new(placed(self.document, self.mistakes)))
        }
    }

    /// Where `path` stands; of a member that is not there, where its object does.
    fn offset(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            match (self.offsets.get(path), path.rfind(['.', '['])) {
                (Some(offset), _) => return *offset,
                (None, Some(end)) => path = path.get(..end).unwrap_or_default(),
                (None, None) => return self.offsets.values().min().copied().unwrap_or(0),
            }
        }
    }

    /// The document is one allocation and `part` a slice of it: the distance of their beginnings is the place.
    fn offset_of(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.document.as_ptr().addr())
    }

    /// What serde_json says of a part of the document, at the place it means.
    pub(super) fn syntax(&mut self, part: &str, path: &str, error: &serde_json::Error) {
        let before: usize = part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        // serde_json counts bytes of the line, up to and with the one it stumbles over.
        let offset = before.saturating_add(error.column().saturating_sub(1)).min(part.len());
        let text = error.to_string();
        let text = text.split_once(" at line ").map_or(text.as_str(), |(text, _)| text).to_owned();
        self.mistakes.push((self.offset_of(part).saturating_add(offset), path.to_owned(), Mistake::Syntax(text)));
    }
}

/// Adds line and column, both counted from 1, columns in characters, in one pass over the document.
fn placed<T>(document: &str, mut findings: Vec<(usize, String, T)>) -> Vec<Finding<T>> {
    findings.sort_by_key(|(offset, _, _)| *offset);
    let (mut line, mut column, mut at) = (1_usize, 1_usize, 0_usize);
    let mut locate = |offset: usize| {
        let passed = document.get(at..).unwrap_or_default();
        for c in passed.char_indices().take_while(|(index, _)| at.saturating_add(*index) < offset).map(|(_, c)| c) {
            (line, column) = if c == '\n' { (line.saturating_add(1), 1) } else { (line, column.saturating_add(1)) };
        }
        at = at.max(offset);
        while !document.is_char_boundary(at) && at < document.len() {
            at = at.saturating_add(1);
        }
        (line, column)
    };
    let place = |(offset, path, what)| {
        let (line, column) = locate(offset);
        Finding::new(Position::new(path, line, column), what)
    };
    findings.into_iter().map(place).collect()
}
