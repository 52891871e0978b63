//! Text of others on a terminal: what could move the cursor, hide or reorder other text is shown as an escape.

use std::fmt::{self, Write as _};

/// Displays text with everything escaped that a terminal or reader might obey instead of showing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_hostile(c) {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Controls, line separators, and what changes direction or has no width.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn terminal_commands_and_direction_marks_shown_as_escapes() {
        let shown = Plain("a\u{1b}[2J\n\u{202e}b é").to_string();
        assert_eq!(shown, "a\\u{1b}[2J\\u{a}\\u{202e}b é");
    }
}
