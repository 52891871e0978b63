//! What a request asks for, by method and path: one table for a whole service.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use http::Method;
use throughline::Access;
use throughline_gate::{Requirement, Route};

use crate::arguments::{Declared, Kind, Source};
use crate::pattern::{Pattern, Template};

/// What one kind of request asks for, and what it needs.
///
/// Paths are compared as received, segment by segment, nothing decoded; so a segment that hides another one (`%2f`, `..`) becomes a
/// resource that is refused (V1010). `{name}` is one segment, `{*name}` at the end one or more.
///
/// ```
/// use http::Method;
/// use throughline_gate::Requirement;
/// use throughline_tower::{Kind, Rule};
///
/// let rule = Rule::new(Method::GET, "/calendar/{user}/{calendar}", "calendar.read", "calendar/{user}/{calendar}")?
///     .query("days", Kind::Integer)?
///     .requires(Requirement::new().delegated());
/// # Ok::<(), throughline_tower::RuleError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) pattern: Pattern,
    pub(crate) need: Need,
    pub(crate) action: Arc<str>,
    pub(crate) template: Template,
    pub(crate) arguments: Vec<Declared>,
    #[cfg(feature = "grpc")]
    pub(crate) grpc: Option<crate::grpc::Reader>,
    pub(crate) requirement: Arc<Requirement>,
}

/// Whether a request needs a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Need {
    #[default]
    Required,
    /// Whoever brings one is held to it.
    Optional,
    /// Nobody looks.
    Open,
}

/// A rule that is none, or a table in which two rules are for the same requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError(pub(crate) String);

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// Requests with this method, to paths of this pattern, ask for this action on the resource that the template makes of the path.
    ///
    /// # Errors
    /// [`RuleError`]: no pattern, or a template with names that the pattern does not have.
    pub fn new(method: Method, path: &str, action: &str, resource: &str) -> Result<Self, RuleError> {
        let rule = Self::made(method, path, action, resource)?;
        // A rule that could only ever be refused (V1010) shows when it is written, not when it is used.
        let example = rule.template.example();
        match Access::new(action, &example, &[]) {
            Ok(_) => Ok(rule),
            Err(_) => Err(RuleError(format!("{} {path}: {action} {resource} is no action on a resource", rule.method))),
        }
    }

    fn made(method: Method, path: &str, action: &str, resource: &str) -> Result<Self, RuleError> {
        let pattern = Pattern::parse(path)?;
        Ok(Self {
            template: Template::parse(resource, &pattern)?,
            pattern,
            method,
            path: path.into(),
            need: Need::Required,
            action: action.into(),
            arguments: Vec::new(),
            #[cfg(feature = "grpc")]
            grpc: None,
            requirement: Arc::default(),
        })
    }

    /// Requests that need no token, and get through with one or without; nobody looks at it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn open(method: Method, path: &str) -> Result<Self, RuleError> {
        Ok(Self { need: Need::Open, ..Self::made(method, path, "", "")? })
    }

    /// Unary calls of one gRPC method, `/package.Service/Method`. What they ask for stands in the message; `read` says what that is, or
    /// nothing where the message is none.
    ///
    /// # Errors
    /// [`RuleError`]: no path, or an action that is none.
    #[cfg(feature = "grpc")]
    pub fn grpc(
        path: &str,
        action: &str,
        read: impl Fn(&[u8]) -> Option<crate::grpc::Message> + Send + Sync + 'static,
    ) -> Result<Self, RuleError> {
        let rule = Self::new(Method::POST, path, action, "x")?;
        Ok(Self { grpc: Some(crate::grpc::Reader::new(read)), ..rule })
    }

    /// The query parameter of this name is the argument of this name.
    ///
    /// # Errors
    /// [`RuleError`] where the rule has an argument of this name.
    pub fn query(self, name: &str, kind: Kind) -> Result<Self, RuleError> {
        self.argument(name, kind, Source::Query)
    }

    /// The member of this name of the JSON body is the argument of this name.
    ///
    /// # Errors
    /// [`RuleError`] where the rule has an argument of this name.
    pub fn body(self, name: &str, kind: Kind) -> Result<Self, RuleError> {
        self.argument(name, kind, Source::Body)
    }

    /// What the chain must be beyond the verifier's rules.
    #[must_use]
    pub fn requires(self, requirement: Requirement) -> Self {
        Self { requirement: Arc::new(requirement), ..self }
    }

    /// A request without token and proof passes, and has no [`Admitted`](crate::Admitted); whoever brings one of them is held to it.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { need: Need::Optional, ..self }
    }

    pub(crate) fn argument(mut self, name: &str, kind: Kind, source: Source) -> Result<Self, RuleError> {
        if self.arguments.iter().any(|one| one.name == name) {
            return Err(RuleError(format!("{} {}: two arguments are called {name}", self.method, self.path)));
        }
        self.arguments.push(Declared { name: name.into(), kind, source });
        Ok(self)
    }

    pub(crate) const fn is_grpc(&self) -> bool {
        #[cfg(feature = "grpc")]
        return self.grpc.is_some();
        #[cfg(not(feature = "grpc"))]
        return false;
    }

    fn order(&self, other: &Self) -> Ordering {
        self.method.as_str().cmp(other.method.as_str()).then_with(|| self.pattern.order(&other.pattern))
    }
}

/// All rules of a service. A request that none is for is refused (`route-unknown`).
///
/// Where several patterns match, the one that is literal where the other is not, at the first such segment, is taken, as routers do.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<Rule>);

impl Routes {
    /// A table of these rules.
    ///
    /// # Errors
    /// [`RuleError`] where two are for the same requests.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Result<Self, RuleError> {
        let mut rules: Vec<Rule> = rules.into_iter().collect();
        rules.sort_by(Rule::order);
        for pair in rules.windows(2) {
            if let [one, other] = pair
                && one.order(other).is_eq()
            {
                return Err(RuleError(format!("two rules for {} {} and {}", one.method, one.path, other.path)));
            }
        }
        Ok(Self(rules))
    }

    /// The rule for a request, and its resource.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<(&Rule, String)> {
        let begin = self.0.partition_point(|rule| rule.method.as_str() < method.as_str());
        let of_method = self.0.get(begin..)?.iter().take_while(|rule| rule.method == method);
        let mut found = of_method.filter_map(|rule| Some((rule, rule.pattern.matches(path)?)));
        found.next().map(|(rule, matched)| (rule, rule.template.fill(&matched)))
    }

    /// What there is to reach, for [`Gate::access`](throughline_gate::Gate::access): each rule that asks for a token. A resource that depends
    /// on the path becomes a pattern: `calendar/*`.
    #[must_use]
    pub fn for_summary(&self) -> Vec<Route> {
        let asks = self.0.iter().filter(|rule| rule.need != Need::Open);
        let route = |rule: &Rule| Route {
            name: format!("{} {}", rule.method, rule.path),
            action: rule.action.to_string(),
            // What a gRPC call is about stands in its message.
            resource: if rule.is_grpc() { "*".into() } else { rule.template.pattern() },
            requirement: (*rule.requirement).clone(),
        };
        asks.map(route).collect()
    }
}

impl TryFrom<Rule> for Routes {
    type Error = RuleError;

    fn try_from(rule: Rule) -> Result<Self, RuleError> {
        Self::new([rule])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str, action: &str) -> Rule {
        Rule::new(Method::GET, path, action, "r").unwrap()
    }

    #[test]
    fn the_more_exact_rule_is_taken() {
        let rules = [rule("/{*rest}", "c"), rule("/a/{x}", "b"), rule("/{x}/b", "d"), rule("/a/b", "a")];
        let routes = Routes::new(rules).unwrap();
        let found = |path| routes.find(&Method::GET, path).map(|(rule, _)| rule.action.to_string());
        for (path, action) in [("/a/b", "a"), ("/a/c", "b"), ("/c/b", "d"), ("/c/d", "c"), ("/a/b/c", "c")] {
            assert_eq!(found(path).as_deref(), Some(action), "{path}");
        }
        assert!(routes.find(&Method::POST, "/a/b").is_none() && routes.find(&Method::HEAD, "/a/b").is_none());
        assert!(routes.find(&Method::GET, "/").is_none());
    }

    #[test]
    fn two_rules_for_the_same_requests_are_refused() {
        assert!(Routes::new([rule("/a/{x}", "a"), rule("/b", "b"), rule("/a/{y}", "b")]).is_err());
        assert!(rule("/a", "a").query("days", Kind::Integer).unwrap().body("days", Kind::Text).is_err());
    }
}
