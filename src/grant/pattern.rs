//! Action patterns, resource patterns and text prefixes: which are well-formed, and which covers which (token.md §5.1–§5.3).
//!
//! A concrete action or resource is a pattern without `*`, so that one function says both what a pattern admits and what it covers.

use crate::cbor::Cursor;
use crate::error::{Error, ErrorKind};

/// A text of at most `max` bytes that is `well_formed` (V209, V236).
pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, max: usize, well_formed: fn(&str) -> bool) -> Result<&'a str, Error> {
    let start = *cursor;
    let text = cursor.text_within(1, max)?;
    // §5.1 (V236)
    if well_formed(text) { Ok(text) } else { Err(start.error(ErrorKind::PatternInvalid)) }
}

/// §5.1: `*`, or segments separated by `.`, of which the last may be `*` after at least one other.
pub(crate) fn is_action_pattern(text: &str) -> bool {
    text == "*" || is_action(text.strip_suffix(".*").unwrap_or(text))
}

/// §5.2: an action pattern without `*`.
pub(crate) fn is_action(text: &str) -> bool {
    text.split('.')
        .all(|segment| !segment.is_empty() && segment.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'*'))
}

/// §5.1: `*`, or an optional anchor and segments separated by `/`, of which the last may be `*` after an anchor or another segment.
pub(crate) fn is_resource_pattern(text: &str) -> bool {
    let segments = after_anchor(text);
    segments == "*" || are_resource_segments(segments.strip_suffix("/*").unwrap_or(segments))
}

/// §5.2: a resource pattern without `*`.
pub(crate) fn is_resource(text: &str) -> bool {
    are_resource_segments(after_anchor(text))
}

/// §5.1: a prefix, or what one can admit: an optional anchor and segments separated by `/`.
pub(crate) fn is_path(text: &str) -> bool {
    are_segments(after_anchor(text))
}

/// §5.2, 1 and §5.3: whether every action that the well-formed pattern `inner` admits, `outer` admits.
pub(crate) fn action_covers(outer: &str, inner: &str) -> bool {
    match outer.strip_suffix('*') {
        // `*`, or all other segments with their dots in front; what follows is not empty, for `inner` is well-formed.
        Some(stem) => inner.starts_with(stem),
        None => outer == inner,
    }
}

/// §5.2, 2 and §5.3: whether every resource that the well-formed pattern `inner` admits, `outer` admits.
pub(crate) fn resource_covers(outer: &str, inner: &str) -> bool {
    match outer.strip_suffix('*') {
        Some("") => true,
        Some(stem) => inner.strip_prefix(stem).is_some_and(begins_a_segment),
        None => outer == inner,
    }
}

/// §5.2, 3 and §5.3: whether the well-formed text `inner` is the prefix `outer` or continues it after a `/`.
pub(crate) fn prefix_covers(outer: &str, inner: &str) -> bool {
    match inner.strip_prefix(outer) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('/').is_some_and(begins_a_segment),
        None => false,
    }
}

/// Behind `s3:/`, the `/b` of `s3://b` does not: there the two slashes belong to an anchor, which `s3:/*` and the prefix `s3:` do not have.
fn begins_a_segment(rest: &str) -> bool {
    !rest.starts_with('/')
}

/// What follows `scheme://` or a single leading `/`, or all of a text that has neither.
fn after_anchor(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('/') {
        return rest;
    }
    match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => rest.strip_prefix("//").unwrap_or(text),
        _ => text,
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'))
}

fn are_resource_segments(text: &str) -> bool {
    !text.as_bytes().contains(&b'*') && are_segments(text)
}

fn are_segments(text: &str) -> bool {
    text.as_bytes().split(|byte| *byte == b'/').all(is_segment)
}

/// §5.1: not empty, no dot segment (some servers drop `;` and what follows), nothing that a consumer would read as another path.
fn is_segment(segment: &[u8]) -> bool {
    let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
    !segment.is_empty()
        && !matches!(name, b"." | b"..")
        && !segment.iter().any(|byte| byte.is_ascii_control() || *byte == b'\\')
        && escapes_are_plain(segment)
}

/// §5.1: `%` only before two hex digits, and what they encode is no structure and no control character to a later decoder.
fn escapes_are_plain(segment: &[u8]) -> bool {
    segment.split(|byte| *byte == b'%').skip(1).all(|rest| {
        let digit = |at: usize| rest.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (digit(0), digit(1)) {
            (Some(0 | 1), Some(_)) | (Some(7), Some(0xf)) => false,
            (Some(2), Some(5 | 0xe | 0xf)) | (Some(5), Some(0xc)) => false,
            (Some(_), Some(_)) => true,
            (_, None) | (None, _) => false,
        }
    })
}
