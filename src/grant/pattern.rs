//! Action patterns, resource patterns and text prefixes: which are well-formed, and which covers which (token.md §5.1–§5.3).
//!
//! A concrete action or resource is a pattern without `*`, so that one function says both what a pattern admits and what it covers.

use crate::cbor::{Cursor, Read};
use crate::error::ErrorKind;

/// A text of at most `max` bytes that is `well_formed` (V209, V236).
pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, max: usize, well_formed: fn(&[u8]) -> bool) -> Read<&'a str> {
    let start = *cursor;
    let text = cursor.text_within(1, max)?;
    // §5.1 (V236)
    if well_formed(text.as_bytes()) { Ok(text) } else { Err(start.fault(ErrorKind::PatternInvalid)) }
}

/// §5.1: `*`, or segments separated by `.`, of which the last may be `*` after at least one other.
pub(crate) fn is_action_pattern(text: &[u8]) -> bool {
    text == b"*" || is_action(text.strip_suffix(b".*").unwrap_or(text))
}

/// §5.2: an action pattern without `*`.
pub(crate) fn is_action(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.')
        .all(|segment| !segment.is_empty() && segment.iter().all(|byte| matches!(byte, 0x21..=0x7e) && *byte != b'*'))
}

/// §5.1: `*`, or an optional anchor and segments separated by `/`, of which the last may be `*` after an anchor or another segment.
pub(crate) fn is_resource_pattern(text: &[u8]) -> bool {
    let segments = after_anchor(text);
    segments == b"*" || are_resource_segments(segments.strip_suffix(b"/*").unwrap_or(segments))
}

/// §5.2: a resource pattern without `*`.
pub(crate) fn is_resource(text: &[u8]) -> bool {
    are_resource_segments(after_anchor(text))
}

/// §5.1: a prefix, or what one can admit: an optional anchor and segments separated by `/`.
pub(crate) fn is_path(text: &[u8]) -> bool {
    are_segments(after_anchor(text))
}

/// §5.2, 1 and §5.3: whether every action that the well-formed pattern `inner` admits, `outer` admits.
pub(crate) fn action_covers(outer: &[u8], inner: &[u8]) -> bool {
    match outer.strip_suffix(b"*") {
        // `*`, or all other segments with their dots in front; what follows is not empty, for `inner` is well-formed.
        Some(stem) => inner.starts_with(stem),
        None => outer == inner,
    }
}

/// §5.2, 2 and §5.3: whether every resource that the well-formed pattern `inner` admits, `outer` admits.
pub(crate) fn resource_covers(outer: &[u8], inner: &[u8]) -> bool {
    match outer.strip_suffix(b"*") {
        Some(b"") => true,
        Some(stem) => inner.strip_prefix(stem).is_some_and(begins_a_segment),
        None => outer == inner,
    }
}

/// §5.2, 3 and §5.3: whether the well-formed text `inner` is the prefix `outer` or continues it after a `/`.
pub(crate) fn prefix_covers(outer: &[u8], inner: &[u8]) -> bool {
    match inner.strip_prefix(outer) {
        Some(b"") => true,
        Some(rest) => rest.strip_prefix(b"/").is_some_and(begins_a_segment),
        None => false,
    }
}

/// Behind `s3:/`, the `/b` of `s3://b` does not: there the two slashes belong to an anchor, which `s3:/*` and the prefix `s3:` do not have.
fn begins_a_segment(rest: &[u8]) -> bool {
    rest.first() != Some(&b'/')
}

/// What follows `scheme://` or a single leading `/`, or all of a text that has neither.
fn after_anchor(text: &[u8]) -> &[u8] {
    if let Some(rest) = text.strip_prefix(b"/") {
        return rest;
    }
    let scheme = text.iter().take_while(|byte| is_scheme_byte(**byte)).count();
    match text.split_at_checked(scheme) {
        Some(([first, ..], rest)) if first.is_ascii_lowercase() => rest.strip_prefix(b"://").unwrap_or(text),
        Some(_) | None => text,
    }
}

const fn is_scheme_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.')
}

fn are_resource_segments(text: &[u8]) -> bool {
    !text.contains(&b'*') && are_segments(text)
}

fn are_segments(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'/').all(is_segment)
}

/// §5.1: not empty, no dot segment (some servers drop `;` and what follows), nothing that a consumer would read as another path.
fn is_segment(segment: &[u8]) -> bool {
    match segment {
        [] | [b'.'] | [b'.', b'.'] | [b'.', b';', ..] | [b'.', b'.', b';', ..] => return false,
        _ => {}
    }
    let mut escaped = false;
    for byte in segment {
        if byte.is_ascii_control() || *byte == b'\\' {
            return false;
        }
        escaped |= *byte == b'%';
    }
    !escaped || escapes_are_plain(segment)
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
