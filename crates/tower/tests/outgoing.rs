//! Outgoing requests: what this hop appends, when it makes it anew, and what it does not send.
#![cfg(feature = "client")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
#[path = "../../gate/tests/support/mod.rs"]
mod support;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use common::world::agreement_key;
use common::{NOW, ROLE, contract, credential, key, root, worker};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{Empty, Full};
use support::Log;
use throughline::issue::{Grant, GrantList};
use throughline::{ProofKind, UnixTime};
use throughline_gate::{Gate, Requirement};
use throughline_tower::{
    Admitted, CallError, Callee, External, GateLayer, Guarded, Held, Hop, Kind, NotSent, OutgoingLayer, Routes, Rule,
};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// A guarded service, what it got, and its log.
#[derive(Clone)]
struct Service {
    layer: GateLayer,
    log: Log,
    got: Arc<Mutex<Vec<Admitted>>>,
}

fn external(name: &str) -> External {
    External::new("http", &format!("{name}.internal"))
}

fn audience(name: &str) -> String {
    format!("https://{name}.example")
}

fn service(name: &str, requirement: Requirement) -> Service {
    let rule = Rule::new(Method::GET, "/calendar/{user}/{calendar}", "calendar.read", "calendar/{user}/{calendar}");
    let routes = Routes::new([rule.unwrap().query("days", Kind::Integer).unwrap().requires(requirement)]).unwrap();
    let log = Log::default();
    let gate = Gate::builder(&audience(name), common::trust(), log.clone())
        .clock(NOW)
        .replay_began(UnixTime(0))
        .agreement_key(agreement_key(name))
        .build();
    Service { layer: GateLayer::new(gate, external(name), routes), log, got: Arc::default() }
}

impl Service {
    async fn answer(self, request: Request<Full<Bytes>>) -> Result<u16, Infallible> {
        let got = Arc::clone(&self.got);
        let handler = service_fn(move |request: Request<Guarded<Full<Bytes>>>| {
            assert!(request.headers().keys().all(|name| !name.as_str().starts_with("execution-")), "they are stripped");
            got.lock().unwrap().push(request.extensions().get::<Admitted>().unwrap().clone());
            std::future::ready(Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())))
        });
        Ok(self.layer.layer(handler).oneshot(request).await?.status().as_u16())
    }

    fn last(&self) -> Admitted {
        self.got.lock().unwrap().last().unwrap().clone()
    }
}

/// A client of a service, with something in between that may change a request.
async fn call_over(
    layer: &OutgoingLayer,
    to: &Service,
    request: Request<Empty<Bytes>>,
    change: impl Fn(&mut HeaderMap) + Send + Sync + Clone + 'static,
) -> Result<u16, NotSent> {
    let to = to.clone();
    let client = layer.layer(service_fn(move |mut request: Request<Full<Bytes>>| {
        change(request.headers_mut());
        to.clone().answer(request)
    }));
    client.oneshot(request).await.map_err(|error| match error {
        CallError::NotSent(why) => why,
        CallError::Client(never) => match never {},
    })
}

async fn call(layer: &OutgoingLayer, to: &Service, request: Request<Empty<Bytes>>) -> Result<u16, NotSent> {
    call_over(layer, to, request, |_| ()).await
}

fn request(to: &str, extension: impl Clone + Send + Sync + 'static) -> Request<Empty<Bytes>> {
    let uri = format!("http://{to}.internal/calendar/alice/work?days=7");
    Request::get(uri).extension(extension).body(Empty::new()).unwrap()
}

fn alice() -> Hop {
    Hop::pinned(key("alice"), common::ALICE_AGENT, "owner").clock(NOW)
}

fn hop(n: u8) -> Hop {
    Hop::vouched(key(&format!("worker {n}")), &credential(n), ROLE).unwrap().clock(NOW)
}

fn held() -> Held {
    Held::new(root().next_contract(contract()).sign(&key("alice")).unwrap()).unwrap()
}

fn callee(name: &str) -> Callee {
    Callee::new(&audience(name), external(name))
}

/// Alice calls the planner by name.
fn by_alice() -> OutgoingLayer {
    OutgoingLayer::new(alice(), [callee("planner").called(&worker(1))])
}

async fn planner_admits(change: impl Fn(&mut HeaderMap) + Send + Sync + Clone + 'static) -> Admitted {
    let planner = service("planner", Requirement::new());
    assert_eq!(call_over(&by_alice(), &planner, request("planner", held()), change).await, Ok(200));
    planner.last()
}

#[tokio::test]
async fn three_hops_each_called_by_name_are_admitted() {
    let (planner, scheduler, calendar) = (
        service("planner", Requirement::new().depth(1..=1)),
        service("scheduler", Requirement::new().depth(2..=2)),
        service("calendar", Requirement::new().depth(3..=3)),
    );
    assert_eq!(call(&by_alice(), &planner, request("planner", held())).await, Ok(200));
    let narrow = GrantList::new([Grant::new("calendar.read", "calendar/alice/work").range("days", 1, 7)]).unwrap();
    let by_planner =
        OutgoingLayer::new(hop(1), [callee("scheduler").next_contract(contract(), &worker(2)).grants(narrow)]);
    assert_eq!(call(&by_planner, &scheduler, request("scheduler", planner.last())).await, Ok(200));
    let by_scheduler = OutgoingLayer::new(hop(2), [callee("calendar")]);
    assert_eq!(call(&by_scheduler, &calendar, request("calendar", scheduler.last())).await, Ok(200));
    let admitted = calendar.last();
    assert_eq!((admitted.depth(), admitted.identifier()), (3, &*worker(2)));
    assert_eq!(admitted.hand_over(), None, "nobody may continue");
    let called = admitted.chain(|chain| chain.hops().filter(|hop| hop.handover().is_some()).count());
    assert_eq!(called, Ok(2));
    // The scheduler cannot give what it did not get.
    let too_much = Request::get("http://calendar.internal/calendar/alice/work?days=8");
    let too_much = too_much.extension(scheduler.last()).body(Empty::new()).unwrap();
    assert_eq!(call(&by_scheduler, &calendar, too_much).await, Ok(403));
    // Nor can anybody continue after it.
    let next = OutgoingLayer::new(hop(3), [callee("calendar")]);
    let refused = call(&next, &calendar, request("calendar", admitted)).await;
    assert!(matches!(refused, Err(NotSent::NotMade(_))), "{refused:?}");
}

#[tokio::test]
async fn link_is_made_once_and_proof_each_time() {
    let calendar = service("calendar", Requirement::new());
    let admitted = planner_admits(|_| ()).await;
    let clock = Arc::new(Mutex::new(NOW));
    let hop = {
        let clock = Arc::clone(&clock);
        hop(1).life(20).clock(move || *clock.lock().unwrap())
    };
    let layer = OutgoingLayer::new(hop, [callee("calendar")]);
    let mut heads = Vec::new();
    for seconds in [0, 5, 17, 19] {
        *clock.lock().unwrap() = NOW.plus(seconds);
        assert_eq!(call(&layer, &calendar, request("calendar", admitted.clone())).await, Ok(200));
        heads.push(calendar.last().head());
    }
    let [first, second, third, fourth] = heads.try_into().unwrap();
    assert_eq!((first, second == first, third == first), (first, true, true));
    assert_ne!(fourth, first, "it would end too soon");
}

#[tokio::test]
async fn mac_proofs_are_admitted_where_the_callee_has_an_agreement_key() {
    let calendar = service("calendar", Requirement::new());
    let admitted = planner_admits(|_| ()).await;
    let layer = OutgoingLayer::new(hop(1), [callee("calendar").mac(*agreement_key("calendar").public())]);
    assert_eq!(call(&layer, &calendar, request("calendar", admitted.clone())).await, Ok(200));
    assert_eq!(calendar.last().proof(), ProofKind::Mac);
    let signed = service("calendar", Requirement::new().signed());
    assert_eq!(call(&layer, &signed, request("calendar", admitted)).await, Ok(401));
    assert_eq!(signed.log.last(), "refused proof-kind");
}

#[tokio::test]
async fn what_goes_nowhere_or_continues_nothing_is_not_sent() {
    let planner = service("planner", Requirement::new());
    let nothing = Request::get("http://planner.internal/calendar/alice/work").body(Empty::new()).unwrap();
    assert_eq!(call(&by_alice(), &planner, nothing).await, Err(NotSent::NoExecution));
    for uri in ["https://planner.internal/", "http://planner.internal:81/", "http://elsewhere.internal/", "/calendar"] {
        let stray = Request::get(uri).extension(held()).body(Empty::new()).unwrap();
        assert_eq!(call(&by_alice(), &planner, stray).await, Err(NotSent::UnknownCallee), "{uri}");
    }
    let overridden = request("planner", held());
    let (mut parts, body) = overridden.into_parts();
    parts.headers.insert("x-http-method-override", "DELETE".parse().unwrap());
    let overridden = Request::from_parts(parts, body);
    assert_eq!(call(&by_alice(), &planner, overridden).await, Err(NotSent::NotCovered));
    assert!(planner.log.lines().is_empty());
}

#[tokio::test]
async fn hand_over_that_was_taken_away_keeps_the_callee_from_continuing_and_from_nothing_else() {
    let calendar = service("calendar", Requirement::new());
    let without = planner_admits(|headers| drop(headers.remove("execution-hand-over"))).await;
    assert_eq!(without.hand_over(), None);
    let layer = OutgoingLayer::new(hop(1), [callee("calendar")]);
    let refused = call(&layer, &calendar, request("calendar", without)).await;
    assert!(matches!(refused, Err(NotSent::NotMade(_))), "{refused:?}");
    // Control: with it, it goes on.
    assert_eq!(call(&layer, &calendar, request("calendar", planner_admits(|_| ()).await)).await, Ok(200));
}

#[tokio::test]
async fn hand_over_for_another_link_rejected() {
    let planner = service("planner", Requirement::new());
    let other = root().next_contract(contract()).not_before(NOW).sign(&key("alice")).unwrap();
    let stray = throughline::encode_field(&common::handover(&other, "alice", &worker(1)));
    let swapped = move |headers: &mut HeaderMap| {
        headers.insert("execution-hand-over", stray.parse().unwrap());
    };
    assert_eq!(call_over(&by_alice(), &planner, request("planner", held()), swapped).await, Ok(400));
    assert_eq!(planner.log.last(), "refused field-invalid");
}

#[tokio::test]
async fn hand_over_to_somebody_else_is_of_no_use() {
    let calendar = service("calendar", Requirement::new());
    let token = held().token().to_vec();
    let stray = throughline::encode_field(&common::handover(&token, "alice", &worker(2)));
    let admitted = planner_admits(move |headers| {
        headers.insert("execution-hand-over", stray.parse().unwrap());
    })
    .await;
    let layer = OutgoingLayer::new(hop(1), [callee("calendar")]);
    let refused = call(&layer, &calendar, request("calendar", admitted)).await;
    assert!(matches!(refused, Err(NotSent::NotMade(_))), "{refused:?}");
}
