//! What a request asks for: action, resource and arguments, out of the same bytes that its proof covers.

use serde::Deserialize;
use throughline::{Argument, Value};

use crate::demo::wire::Received;

/// A question to the verifier.
#[derive(Debug)]
pub(super) struct Route<'r> {
    pub(super) action: &'static str,
    pub(super) resource: &'r str,
    pub(super) arguments: Vec<Argument<'static>>,
}

impl<'r> Route<'r> {
    /// The HTTP status otherwise: 404 for what no API here has, 400 for a body it does not have.
    pub(super) fn of(request: &'r Received) -> Result<Self, u16> {
        let (action, resource) = target(&request.method, &request.target).ok_or(404_u16)?;
        Ok(Self { action, resource, arguments: arguments(&request.body).ok_or(400_u16)? })
    }
}

fn target<'r>(method: &str, target: &'r str) -> Option<(&'static str, &'r str)> {
    // No API here has a query; in a resource it would only look like a name.
    let path = Some(target).filter(|target| !target.contains('?'))?;
    match (method, path.split('/').nth(1)?, path.rsplit('/').next()?) {
        ("GET", "calendar", _) => Some(("calendar.read", path)),
        ("POST", "calendar", _) => Some(("calendar.create", path)),
        ("POST", "alerts", _) => Some(("alert.raise", path)),
        ("POST", "network", "scan") => Some(("network.scan", path.strip_suffix("/scan")?)),
        ("POST", "hosts", "isolate") => Some(("host.isolate", path.strip_suffix("/isolate")?)),
        ("GET", "hosts", "logs") => Some(("logs.collect", path.strip_suffix("/logs")?)),
        _ => None,
    }
}

/// The bodies that there are. A member that stands twice or is unknown, a fraction or an exponent is no such body
/// (token.md §8.3).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    minutes: Option<i64>,
    ports: Option<i64>,
    severity: Option<i64>,
}

fn arguments(body: &[u8]) -> Option<Vec<Argument<'static>>> {
    let body: Body = if body.is_empty() { Body::default() } else { serde_json::from_slice(body).ok()? };
    let members = [("minutes", body.minutes), ("ports", body.ports), ("severity", body.severity)];
    let given = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.map(|(name, value)| is_exact(value).then_some(Argument { name, value: Value::Int(value) })).collect()
}

/// Within ±(2⁵³ − 1): beyond, readers of JSON disagree.
const fn is_exact(value: i64) -> bool {
    value.unsigned_abs() < 1 << 53
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, target: &str, body: &str) -> Result<(String, String, usize), u16> {
        let (method, target) = (method.into(), target.into());
        let request = Received { method, target, lines: Vec::new(), body: body.into() };
        Route::of(&request).map(|route| (route.action.into(), route.resource.into(), route.arguments.len()))
    }

    #[test]
    fn verb_of_a_path_is_no_part_of_the_resource() {
        let isolate = asked("POST", "/hosts/web-3/isolate", r#"{"minutes": 30}"#);
        assert_eq!(isolate, Ok(("host.isolate".into(), "/hosts/web-3".into(), 1)));
        let read = asked("GET", "/calendar/alice/week-47", "");
        assert_eq!(read, Ok(("calendar.read".into(), "/calendar/alice/week-47".into(), 0)));
    }

    #[test]
    fn ambiguous_body_rejected() {
        let bodies = [
            r#"{"minutes": 30, "minutes": 31}"#,
            r#"{"minutes": 30.0}"#,
            r#"{"minutes": 3e1}"#,
            r#"{"minutes": 9007199254740992}"#,
            r#"{"minutes": "30"}"#,
            r#"{"hours": 1}"#,
            "\u{feff}{}",
            "30",
        ];
        for body in bodies {
            assert_eq!(asked("POST", "/calendar/alice/meetings", body), Err(400), "{body}");
        }
    }

    #[test]
    fn query_and_unknown_path_rejected() {
        for target in ["/calendar/alice?as=bob", "/", "/hosts/web-3/reboot", "/mail/alice"] {
            assert_eq!(asked("GET", target, ""), Err(404), "{target}");
        }
    }
}
