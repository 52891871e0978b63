//! Which known word was meant by one that is not known.

use alloc::vec::Vec;

/// The nearest of `known`, when it is near: the same but for case and separators, or few letters away.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > MAX_WORD {
        return None;
    }
    let word = plain(word);
    let distances =
        known.iter().filter(|known| known.len() <= MAX_WORD).map(|known| (distance(&word, &plain(known)), *known));
    let (distance, meant) = distances.min()?;
    (distance <= meant.len().div_ceil(4).min(2)).then_some(meant)
}

fn plain(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Letters to insert, delete, replace, or swap with their neighbour (optimal string alignment).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut rows: [Vec<usize>; 2] = [Vec::new(), (0..=to.len()).collect()];
    let mut before = None;
    for (index, one) in from.iter().enumerate() {
        let [two_up, up] = &rows;
        let mut row = Vec::with_capacity(up.len());
        let mut left = index.saturating_add(1);
        row.push(left);
        for (column, (other, diagonal)) in to.iter().zip(up).enumerate() {
            let next = column.saturating_add(1);
            let above = up.get(next).copied().unwrap_or(usize::MAX);
            let replaced = diagonal.saturating_add(usize::from(one != other));
            let previous = column.checked_sub(1);
            let swapped = previous.filter(|previous| before == Some(other) && to.get(*previous) == Some(one));
            let swapped =
                swapped.and_then(|previous| two_up.get(previous)).map_or(usize::MAX, |cost| cost.saturating_add(1));
            left = replaced.min(swapped).min(above.saturating_add(1)).min(left.saturating_add(1));
            row.push(left);
        }
        let [_, up] = rows;
        rows = [up, row];
        before = Some(one);
    }
    let [_, last] = rows;
    last.last().copied().unwrap_or(usize::MAX)
}

/// Comparing costs the product of both lengths; nobody misspells only two letters of more than this.
const MAX_WORD: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_recognized() {
        for (word, meant) in [
            ("celing", "ceiling"),
            ("cieling", "ceiling"),
            ("maxAge", "max_age"),
            ("max-age", "max_age"),
            ("Name", "name"),
            ("nmae", "name"),
            ("acountable", "accountable"),
            ("identifer", "identifier"),
            ("keys", "key"),
        ] {
            assert_eq!(
                nearest(word, &["ceiling", "max_age", "name", "accountable", "identifier", "key"]),
                Some(meant),
                "{word}"
            );
        }
    }

    #[test]
    fn distant_words_are_not_recognized() {
        for word in ["", "x", "comment", "outlive", &"name".repeat(1000)] {
            assert_eq!(nearest(word, &["ceiling", "max_age", "name", "key"]), None, "{word}");
        }
    }
}
