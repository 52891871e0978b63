//! A table of rules from a configuration file: strict JSON, unknown and repeated members refused.

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use throughline_gate::Requirement;

use crate::arguments::{Kind, Source};
use crate::rule::{Need, Routes, Rule, RuleError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: String,
    path: String,
    action: Option<String>,
    resource: Option<String>,
    #[serde(default)]
    arguments: Vec<WrittenArgument>,
    #[serde(default)]
    token: WrittenNeed,
    requires: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenArgument {
    name: String,
    r#in: Source,
    r#type: Kind,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenNeed {
    #[default]
    Required,
    Optional,
    Unused,
}

impl Routes {
    /// A table from JSON, an array of rules:
    ///
    /// ```
    /// # use throughline_tower::{Routes, RuleError};
    /// let routes = Routes::from_json(r#"[
    ///     {"method": "GET", "path": "/calendar/{user}/{calendar}",
    ///      "action": "calendar.read", "resource": "calendar/{user}/{calendar}",
    ///      "arguments": [{"name": "days", "in": "query", "type": "integer"}],
    ///      "requires": {"authority": "delegated"}},
    ///     {"method": "GET", "path": "/health", "token": "unused"}
    /// ]"#)?;
    /// # Ok::<(), RuleError>(())
    /// ```
    ///
    /// `token` is `"required"` (the default), `"optional"` or `"unused"`; `requires` is a requirement as in `spec/enforcement.md` §3.
    ///
    /// # Errors
    /// [`RuleError`]: what is wrong, and where.
    pub fn from_json(json: &str) -> Result<Self, RuleError> {
        let written: Vec<Written> = serde_json::from_str(json).map_err(|error| RuleError(error.to_string()))?;
        Self::new(written.into_iter().map(Written::rule).collect::<Result<Vec<_>, _>>()?)
    }
}

impl Written {
    fn rule(self) -> Result<Rule, RuleError> {
        let Self { method, path, action, resource, arguments, token, requires } = self;
        let wrong = |why: &str| RuleError(format!("{method} {path}: {why}"));
        let verb = Method::from_bytes(method.as_bytes()).map_err(|_| wrong("not a method"))?;
        let (action, resource) = match (token, action, resource) {
            (WrittenNeed::Unused, None, None) if arguments.is_empty() && requires.is_none() => {
                return Rule::open(verb, &path);
            }
            (WrittenNeed::Unused, ..) => return Err(wrong("it asks for something, and uses no token")),
            (_, Some(action), Some(resource)) => (action, resource),
            _ => return Err(wrong("no action or no resource")),
        };
        let mut rule = Rule::new(verb, &path, &action, &resource)?;
        for WrittenArgument { name, r#in, r#type } in arguments {
            rule = rule.argument(&name, r#type, r#in)?;
        }
        if let Some(requires) = requires {
            let requirement = Requirement::from_json(requires.get()).map_err(|error| wrong(&error.to_string()))?;
            rule = rule.requires(requirement);
        }
        rule.need = if matches!(token, WrittenNeed::Optional) { Need::Optional } else { Need::Required };
        Ok(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_refused() {
        let good = r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r"}"#;
        assert!(Routes::from_json(&format!("[{good}]")).is_ok());
        for wrong in [
            r#"{"method": "GET", "path": "/a", "action": "a"}"#,
            r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r", "needs": 1}"#,
            r#"{"method": "GET", "method": "PUT", "path": "/a", "action": "a", "resource": "r"}"#,
            r#"{"method": "G T", "path": "/a", "action": "a", "resource": "r"}"#,
            r#"{"method": "GET", "path": "a", "action": "a", "resource": "r"}"#,
            r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r", "token": "no"}"#,
            r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r", "token": "unused"}"#,
            r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r", "requires": {"x": 1}}"#,
            r#"{"method": "GET", "path": "/a", "action": "a", "resource": "r", "arguments": [{"name": "n", "in": "path", "type": "text"}]}"#,
        ] {
            assert!(Routes::from_json(&format!("[{wrong}]")).is_err(), "{wrong}");
        }
        assert!(Routes::from_json(&format!("[{good}, {good}]")).is_err());
    }
}
