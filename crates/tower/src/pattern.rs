//! Patterns of paths, and the resource that a path is about: `/calendar/{user}/{calendar}` and `calendar/{user}/{calendar}`.

use std::cmp::Ordering;

use crate::rule::RuleError;

/// A pattern of paths, segment by segment, over the bytes as received: nothing is decoded and nothing normalized.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Segment>);

/// In the order in which a path is tried: the more exact one first.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// These bytes.
    Literal(String),
    /// `{name}`: one segment, not empty.
    One(String),
    /// `{*name}`, at the end: one segment or more, the first not empty.
    Rest(String),
}

/// A text with `{name}` in it.
#[derive(Clone, Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// What the pattern's segment with this index matched, and with all behind it where it is the last of `{*name}`.
    Matched(usize),
}

/// What the segments of a pattern matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match<'p>(Vec<&'p str>);

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, RuleError> {
        let wrong = || RuleError(format!("{text}: not a pattern of paths"));
        let segments = text.strip_prefix('/').ok_or_else(wrong)?.split('/');
        let segments: Vec<Segment> = segments.map(Segment::parse).collect::<Option<_>>().ok_or_else(wrong)?;
        let before_last = segments.split_last().map_or(&[][..], |(_, before)| before);
        let mut names: Vec<&str> = segments.iter().filter_map(Segment::name).collect();
        names.sort_unstable();
        let differ = names.windows(2).all(|pair| !matches!(pair, [one, other] if one == other));
        if !differ || before_last.iter().any(|segment| matches!(segment, Segment::Rest(_))) {
            return Err(wrong());
        }
        Ok(Self(segments))
    }

    pub(crate) fn matches<'p>(&self, path: &'p str) -> Option<Match<'p>> {
        let mut rest = Some(path.strip_prefix('/')?);
        let mut matched = Vec::with_capacity(self.0.len());
        for segment in &self.0 {
            let left = rest?;
            let (first, behind) = left.split_once('/').map_or((left, None), |(first, behind)| (first, Some(behind)));
            let (taken, behind) = if matches!(segment, Segment::Rest(_)) { (left, None) } else { (first, behind) };
            let is = match segment {
                Segment::Literal(literal) => taken == literal,
                Segment::One(_) | Segment::Rest(_) => !first.is_empty(),
            };
            if !is {
                return None;
            }
            matched.push(taken);
            rest = behind;
        }
        rest.is_none().then_some(Match(matched))
    }

    /// Which of two patterns is tried first. Those that are equal match the same paths.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let key = |segment: &Segment| match segment {
            Segment::Literal(literal) => (0, literal.clone()),
            Segment::One(_) => (1, String::new()),
            Segment::Rest(_) => (2, String::new()),
        };
        self.0.iter().map(key).cmp(other.0.iter().map(key))
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|segment| segment.name() == Some(name))
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some(name) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return (!text.contains(['{', '}', '?', '#'])).then(|| Self::Literal(text.into()));
        };
        let (rest, name) = name.strip_prefix('*').map_or((false, name), |name| (true, name));
        let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        good.then(|| if rest { Self::Rest(name.into()) } else { Self::One(name.into()) })
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::One(name) | Self::Rest(name) => Some(name),
        }
    }
}

impl Template {
    /// A template of a resource; the names in it are the pattern's.
    pub(crate) fn parse(text: &str, pattern: &Pattern) -> Result<Self, RuleError> {
        let wrong = |why: &str| RuleError(format!("{text}: {why}"));
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or_else(|| wrong("a brace that is not closed"))?;
            let index = pattern.index_of(name).ok_or_else(|| wrong("a name that the path does not have"))?;
            pieces.extend([Piece::Text(before.into()), Piece::Matched(index)]);
            rest = behind;
        }
        if rest.contains('}') {
            return Err(wrong("a brace that was not opened"));
        }
        pieces.push(Piece::Text(rest.into()));
        Ok(Self(pieces))
    }

    pub(crate) fn fill(&self, matched: &Match<'_>) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            filled.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Matched(index) => matched.0.get(*index).copied().unwrap_or_default(),
            });
        }
        filled
    }

    /// One of the resources that it makes.
    pub(crate) fn example(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Matched(_) => "x".into(),
        };
        self.0.iter().map(piece).collect()
    }

    /// A pattern of resources that covers all that this makes.
    pub(crate) fn pattern(&self) -> String {
        match self.0.as_slice() {
            [Piece::Text(whole)] => whole.clone(),
            [Piece::Text(before), ..] => match before.rsplit_once('/') {
                Some((segments, _)) => format!("{segments}/*"),
                None => "*".into(),
            },
            _ => "*".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(pattern: &str, template: &str, path: &str) -> Option<String> {
        let pattern = Pattern::parse(pattern).unwrap();
        let template = Template::parse(template, &pattern).unwrap();
        pattern.matches(path).map(|matched| template.fill(&matched))
    }

    #[test]
    fn segments_are_taken_as_received() {
        let calendar = |path| resource("/calendar/{user}/{calendar}", "calendar/{user}/{calendar}", path);
        assert_eq!(calendar("/calendar/alice/work"), Some("calendar/alice/work".into()));
        assert_eq!(calendar("/calendar/%61lice/a%2Fb"), Some("calendar/%61lice/a%2Fb".into()));
        assert_eq!(calendar("/calendar/../work"), Some("calendar/../work".into()), "V1010 will refuse it");
        let others =
            ["/calendar/alice", "/calendar/alice/", "/calendar//work", "/calendar/alice/work/", "/Calendar/a/b"];
        for other in others.into_iter().chain(["calendar/alice/work", "/c%61lendar/alice/work", "", "*"]) {
            assert_eq!(calendar(other), None, "{other}");
        }
    }

    #[test]
    fn rest_takes_the_rest() {
        let files = |path| resource("/files/{*path}", "files/{path}", path);
        assert_eq!(files("/files/a/b"), Some("files/a/b".into()));
        assert_eq!(files("/files/a/"), Some("files/a/".into()), "V1010 will refuse it");
        assert_eq!((files("/files/"), files("/files")), (None, None));
        assert_eq!(resource("/", "root", "/"), Some("root".into()));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for wrong in ["", "calendar", "/{}", "/{a}/{a}", "/{*a}/b", "/{a}b", "/a{b}", "/{a-b}", "/a?b", "/{a"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
        let pattern = Pattern::parse("/{a}").unwrap();
        for wrong in ["{b}", "{a", "a}", "{*a}"] {
            assert!(Template::parse(wrong, &pattern).is_err(), "{wrong}");
        }
    }
}
