//! An artifact taken apart, for people.

use std::fmt::Write as _;

use super::{FIELD_4096, FIELD_8192, Inspection, Size};

impl Inspection {
    pub(super) fn text(&self) -> String {
        let mut text =
            String::from("UNVERIFIED: the form is right; who says it, and whether it is true, was not checked\n");
        for item in &self.items {
            let _ = writeln!(text, "\n{} {}, {} bytes at {}", item.kind, item.index, item.bytes, item.offset);
            if let Some(digest) = &item.digest {
                let _ = writeln!(text, "  digest       {digest}");
            }
            for (label, value) in &item.rows {
                let _ = writeln!(text, "  {label:<13}{value}");
            }
        }
        text.push('\n');
        text.push_str(&self.size.text());
        text
    }
}

impl Size {
    fn text(&self) -> String {
        let fits = |limit: usize| match limit.checked_sub(self.bytes) {
            Some(left) => format!("fits, {left} bytes left"),
            None => format!("too long by {} bytes", self.bytes.saturating_sub(limit)),
        };
        format!(
            "size         {} bytes, {} characters of base64url, {} as an HTTP field value\n\
             4096 header  {} (of {FIELD_4096})\n\
             8192 header  {} (of {FIELD_8192})\n",
            self.bytes,
            self.base64url,
            self.http_field,
            fits(FIELD_4096),
            fits(FIELD_8192),
        )
    }
}
