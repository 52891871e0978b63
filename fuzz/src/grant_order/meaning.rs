//! What ⊑ means, decided by trying: requests that could tell two grants apart, put to the model of what a grant admits.

use std::collections::BTreeSet;

use crate::grant::tests::model::{self, G, L, R, V};

/// How the meaning is read. What differs from [`SPEC`](Self::SPEC) is a lie, to see that it is noticed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning {
    /// `a.*` does not admit `ab`.
    pub(crate) dots_separate: bool,
    /// An argument that only the wider grant limits makes it narrower.
    pub(crate) absent_is_refused: bool,
    /// 1, "1" and true are three values.
    pub(crate) types_differ: bool,
    /// Both ends of a range belong to it.
    pub(crate) ends_belong: bool,
}

impl Meaning {
    pub(crate) const SPEC: Self =
        Self { dots_separate: true, absent_is_refused: true, types_differ: true, ends_belong: true };

    fn admits_action(&self, pattern: &str, action: &str) -> bool {
        let stem = pattern.strip_suffix(".*").filter(|_| !self.dots_separate);
        stem.is_some_and(|stem| action.starts_with(stem)) || model::action_admits(pattern, action)
    }

    fn admits_value(&self, limit: &L, value: &V) -> bool {
        match (limit, value) {
            (L::Equals(V::Int(one)), V::Bool(true)) if !self.types_differ => *one == 1,
            (L::Range(_, hi), V::Int(value)) if !self.ends_belong && value == hi => false,
            _ => limit.admits(value),
        }
    }
}

/// A request that `a` admits and `b` does not. By parts, for a grant admits what all its parts admit, and each admits something.
pub(crate) fn counterexample(a: &G, b: &G, texts: &Texts, meaning: &Meaning) -> Option<R> {
    let Texts { actions, resources } = texts;
    let action = actions.iter().find(|one| model::action_admits(&a.action, one)).expect("an action that is admitted");
    let resource =
        resources.iter().find(|one| model::resource_admits(&a.resource, one)).expect("a resource that is admitted");
    let arguments = a.limits.iter().map(|(name, limit)| {
        let value = values([limit]).into_iter().find(|value| limit.admits(value)).expect("a value that is admitted");
        (name.clone(), value)
    });
    let admitted = R { action: action.clone(), resource: resource.clone(), arguments: arguments.collect() };

    let by_a = |one: &&String| meaning.admits_action(&a.action, one);
    if let Some(action) = actions.iter().filter(by_a).find(|one| !meaning.admits_action(&b.action, one)) {
        return Some(R { action: action.clone(), ..admitted });
    }
    let by_a = |one: &&String| model::resource_admits(&a.resource, one);
    if let Some(resource) = resources.iter().filter(by_a).find(|one| !model::resource_admits(&b.resource, one)) {
        return Some(R { resource: resource.clone(), ..admitted });
    }
    for (name, wider) in &b.limits {
        let with = |value: Option<V>| {
            let mut request = admitted.clone();
            match value {
                Some(value) => request.arguments.insert(name.clone(), value),
                None => request.arguments.remove(name),
            };
            request
        };
        let Some(limit) = a.limits.get(name) else {
            if meaning.absent_is_refused {
                return Some(with(None));
            }
            continue;
        };
        let mut values = values([limit, wider]).into_iter().filter(|value| meaning.admits_value(limit, value));
        if let Some(value) = values.find(|value| !meaning.admits_value(wider, value)) {
            return Some(with(Some(value)));
        }
    }
    None
}

/// Actions and resources that could tell two grants apart: no pattern has the segment `zz`, so `stem.zz` is in nothing but what ends in `*`.
pub(crate) struct Texts {
    pub(crate) actions: Vec<String>,
    pub(crate) resources: Vec<String>,
}

impl Texts {
    pub(crate) fn of(a: &G, b: &G) -> Self {
        let actions = combined([&a.action, &b.action], ".", &[""]);
        let resources = combined([&a.resource, &b.resource], "/", &["", "/", "z://", "s3://"]);
        let concrete = |path: Option<model::Path>| path.is_some_and(|path| !path.open);
        Self {
            actions: actions.into_iter().filter(|text| concrete(model::action(text))).collect(),
            resources: resources.into_iter().filter(|text| concrete(model::path(text, true))).collect(),
        }
    }
}

/// Each pattern with its `*` filled in; and every one or two segments of either, behind every anchor.
fn combined(patterns: [&String; 2], separator: &str, anchors: &[&str]) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    let mut parts = BTreeSet::from(["zz".to_owned()]);
    for pattern in patterns {
        texts.insert(pattern.clone());
        parts.extend(pattern.split(separator).map(str::to_owned));
        let Some(stem) = pattern.strip_suffix('*') else { continue };
        texts.extend(parts.iter().map(|part| format!("{stem}{part}")));
        texts.extend(parts.iter().map(|part| format!("{stem}zz{separator}{part}")));
    }
    for anchor in anchors {
        for one in &parts {
            texts.insert(format!("{anchor}{one}"));
            texts.extend(parts.iter().take(4).map(|other| format!("{anchor}{one}{separator}{other}")));
        }
    }
    texts
}

/// Values that could tell two limits apart: a list holds at most 16, so one of 17 is not in it.
pub(crate) fn values<const N: usize>(limits: [&L; N]) -> Vec<V> {
    let mut values = BTreeSet::from([V::Bool(false), V::Bool(true), V::Text(String::new()), V::Text("zz".to_owned())]);
    let mut number = |n: i64| values.extend([n.saturating_sub(1), n, n.saturating_add(1)].map(V::Int));
    (number(i64::MIN), number(i64::MAX));
    for limit in limits {
        match limit {
            L::Range(lo, hi) => (0..17).for_each(|n| number(lo.saturating_add(n).min(*hi))),
            L::Equals(V::Int(n)) => number(*n),
            L::OneOf(listed) => listed.iter().for_each(|value| {
                if let V::Int(n) = value {
                    number(*n);
                }
            }),
            L::Equals(_) | L::Prefix(_) => {}
        }
        if let L::Range(_, hi) = limit {
            number(*hi);
        }
    }
    for limit in limits {
        match limit {
            L::Equals(value) => values.extend([value.clone()]),
            L::OneOf(listed) => values.extend(listed.iter().cloned()),
            L::Prefix(prefix) => {
                values.extend([prefix.clone(), format!("{prefix}zz"), format!("{prefix}/..")].map(V::Text));
                values.extend((0..17).map(|n| V::Text(format!("{prefix}/zz{n}"))));
            }
            L::Range(..) => {}
        }
    }
    values.into_iter().collect()
}

/// §5.1
pub(crate) fn is_well_formed(grant: &G) -> bool {
    let good = |(name, limit): (&String, &L)| {
        throughline::is_name(name)
            && match limit {
                L::Equals(_) => true,
                L::OneOf(values) => !values.is_empty() && BTreeSet::from_iter(values).len() <= 16,
                L::Range(lo, hi) => lo <= hi,
                L::Prefix(prefix) => !prefix.is_empty() && model::path(prefix, false).is_some(),
            }
    };
    model::action(&grant.action).is_some()
        && model::path(&grant.resource, true).is_some()
        && grant.limits.len() <= 8
        && grant.limits.iter().all(good)
}

/// §5.2
pub(crate) fn is_concrete(request: &R) -> bool {
    model::action(&request.action).is_some_and(|path| !path.open)
        && model::path(&request.resource, true).is_some_and(|path| !path.open)
}
