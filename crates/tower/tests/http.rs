//! What gets through to an axum service, and what does not: over real sockets.
#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod served;
#[path = "../../gate/tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::chain;
use served::{Asking, CALENDAR, exchange, refused, serve, serve_with};
use throughline::{UnixTime, encode_field};
use throughline_gate::{Decision, Gate};
use throughline_tower::GateLayer;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

fn read_week() -> Asking {
    Asking::get(&format!("{CALENDAR}?days=7"))
}

fn create() -> Asking {
    Asking::post(CALENDAR, r#"{"days": 3, "title": "planning"}"#)
}

#[tokio::test]
async fn honest_requests_are_admitted_and_recorded() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    let answered = read_week().by(&token, "worker 1").send(&served).await;
    let expected = "spiffe://prod.example/ns/calendar/executor/unknown-01 for https://alice.example, 0 bytes";
    assert_eq!((answered.status, answered.body.as_str()), (200, expected));
    let answered = create().by(&token, "worker 1").send(&served).await;
    assert_eq!((answered.status, answered.body.ends_with(", 32 bytes")), (200, true), "{answered:?}");
    assert_eq!(served.log.lines(), ["admitted 2 hops by grant 0"; 2]);
    assert_eq!(served.ran.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn honest_request_is_admitted_on_a_thread_that_may_block() {
    let served = serve(GateLayer::blocking).await;
    let token = chain(2);
    assert_eq!(create().by(&token, "worker 1").send(&served).await.status, 200);
    assert_eq!(refused(&served, &create()).await, (401, "refused token-absent".into()));
}

#[tokio::test]
async fn stolen_token_and_altered_requests_are_refused() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    let expect = async |asking: Asking, status: u16, name: &str| {
        assert_eq!(refused(&served, &asking).await, (status, format!("refused {name}")), "{}", asking.target);
    };
    let signed = |asking: Asking| asking.by(&token, "worker 1");

    // Alice is in the chain, and not its head.
    let stolen = common::proof(&token, "worker 1", 200);
    expect(read_week().carrying(&token, &stolen), 401, "proof-request").await;
    let other_body = Asking { body: br#"{"days": 4, "title": "planning"}"#.into(), ..signed(create()) };
    expect(other_body, 401, "proof-request").await;
    let no_body = Asking { body: Vec::new(), ..signed(create()) };
    expect(no_body, 401, "proof-request").await;
    let other_path = Asking { target: "/calendar/alice/home?days=7".into(), ..signed(read_week()) };
    expect(other_path, 401, "proof-request").await;
    let same_meaning = Asking { target: "/calendar/%61lice/work?days=7".into(), ..signed(read_week()) };
    expect(same_meaning, 401, "proof-request").await;
    let other_query = Asking { target: format!("{CALENDAR}?days=8"), ..signed(read_week()) };
    expect(other_query, 401, "proof-request").await;
    let empty_query = Asking { target: format!("{CALENDAR}?"), ..signed(Asking::get(CALENDAR)) };
    expect(empty_query, 401, "proof-request").await;
    let other_type = Asking { lines: signed(create()).lines, ..create() };
    let retyped = Asking {
        lines: other_type
            .lines
            .iter()
            .cloned()
            .map(|(name, value)| {
                let value = if name == "Content-Type" { "application/vnd.x+json".into() } else { value };
                (name, value)
            })
            .collect(),
        ..other_type
    };
    expect(retyped, 401, "proof-request").await;
    let other_method = Asking { method: "DELETE", ..signed(read_week()) };
    expect(other_method, 401, "proof-request").await;

    // Asked for honestly, and not granted.
    expect(signed(Asking::get(&format!("{CALENDAR}?days=40"))), 403, "request-not-granted").await;
    expect(signed(Asking::get(CALENDAR)), 403, "request-not-granted").await;
    expect(signed(Asking::get("/calendar/bob/work?days=7")), 403, "request-not-granted").await;
    expect(signed(Asking::get("/calendar/alice/a%2fb?days=7")), 400, "request-invalid").await;
    expect(signed(Asking::get("/calendar/alice/..?days=7")), 400, "request-invalid").await;
    expect(signed(Asking { method: "DELETE", ..read_week() }), 403, "requires-depth of 2 verified hops").await;

    // And no proof is used up by any of these.
    let honest = signed(read_week());
    assert_eq!(honest.send(&served).await.status, 200);
    expect(honest, 401, "proof-replayed").await;
}

#[tokio::test]
async fn stolen_token_without_its_key_rejected() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    // The builder declines to sign in another's name; so the proof is one over another head, by its own actor.
    let other = chain(3);
    let proof =
        throughline::issue::ProofBuilder::new(&other, common::AUDIENCE, read_week().digest(), common::NOW, [1; 16])
            .sign(&common::key("worker 2"))
            .unwrap();
    let (status, last) = refused(&served, &read_week().carrying(&token, &proof)).await;
    assert_eq!((status, last.as_str()), (401, "refused proof-signer"));
}

#[tokio::test]
async fn repeated_and_malformed_fields_are_refused() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    let good = read_week().by(&token, "worker 1");
    for name in ["Execution-Continuity", "Execution-Proof", "execution-proof"] {
        let twice = good.clone().line(name, &encode_field(&token));
        assert_eq!(refused(&served, &twice).await, (400, "refused field-repeated".into()), "{name}");
    }
    for lines in [("Host", "calendar.example"), ("Content-Type", "a/b")] {
        let twice = good.clone().line(lines.0, lines.1).line("Content-Type", "a/b");
        assert_eq!(refused(&served, &twice).await.0, 400, "{lines:?}");
    }
    let overridden = good.clone().line("X-HTTP-Method-Override", "DELETE");
    assert_eq!(refused(&served, &overridden).await, (400, "refused request-invalid".into()));
    let mut elsewhere = good.clone();
    elsewhere.lines.first_mut().unwrap().1 = "other.example".into();
    assert_eq!(refused(&served, &elsewhere).await, (400, "refused request-invalid".into()));
    for value in ["", "AA==", ":AA==:;a=1", ":AA:", ":AA==:, :AA==:"] {
        let wrong = read_week().line("Execution-Continuity", value).line("Execution-Proof", ":AA==:");
        assert_eq!(refused(&served, &wrong).await, (400, "refused field-invalid".into()), "{value:?}");
    }
    let long = encode_field(&vec![0; 16_385]);
    let wrong = read_week().line("Execution-Continuity", &long).line("Execution-Proof", ":AA==:");
    assert_eq!(refused(&served, &wrong).await, (400, "refused token-too-large".into()));
    let hand_over = read_week().by(&token, "worker 1").line("Execution-Hand-Over", &encode_field(&token));
    assert_eq!(refused(&served, &hand_over).await, (400, "refused field-invalid".into()));
    assert_eq!(good.send(&served).await.status, 200);
}

#[tokio::test]
async fn caller_learns_a_coarse_reason_and_nothing_else() {
    let served = serve(|layer| layer).await;
    let answered = read_week().send(&served).await;
    assert_eq!(answered.body, r#"{"title":"Unauthorized","status":401,"reason":"untrusted"}"#);
    for line in
        ["content-type: application/problem+json", "cache-control: no-store", "www-authenticate: execution-continuity"]
    {
        assert!(answered.head.contains(line), "{}", answered.head);
    }
    assert_eq!(served.log.lines(), ["refused token-absent"]);
}

#[tokio::test]
async fn unknown_routes_are_refused_whoever_asks() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    for target in ["/forgotten", "/calendar/alice/work/", "/calendar//work", "/nothing", "//calendar/alice/work"] {
        let asking = Asking::get(target).by(&token, "worker 1");
        assert_eq!(refused(&served, &asking).await, (403, "refused route-unknown".into()), "{target}");
    }
    // Control: without the layer this would run.
    assert_eq!(Asking::get("/health").send(&served).await.status, 200);
    let head = Asking { method: "HEAD", ..read_week() };
    assert_eq!(refused(&served, &head).await, (403, "refused route-unknown".into()));
}

#[tokio::test]
async fn optional_route_lets_pass_who_brings_nothing_and_holds_who_brings_something() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    let public = || Asking::get("/public/alice?days=1");
    let answered = public().send(&served).await;
    assert_eq!((answered.status, answered.body.as_str()), (200, "nobody"));
    assert!(served.log.lines().is_empty(), "it is counted, not recorded");
    let answered = public().by(&token, "worker 1").send(&served).await;
    assert_eq!((answered.status, answered.body.contains("unknown-01")), (200, true));
    let stale = public().carrying(&token, &common::proof(&token, "worker 1", 1));
    assert_eq!(refused(&served, &stale).await, (401, "refused proof-request".into()));
    let proof_alone = public().line("Execution-Proof", ":AA==:");
    assert_eq!(refused(&served, &proof_alone).await, (401, "refused token-absent".into()));
    let token_alone = public().line("Execution-Continuity", &encode_field(&token));
    assert_eq!(refused(&served, &token_alone).await, (400, "refused proof-missing".into()));
    // Open routes look at nothing.
    let answered = Asking::get("/health").by(&token, "worker 1").send(&served).await;
    assert_eq!((answered.status, answered.body.as_str()), (200, "nobody"));
}

#[tokio::test]
async fn proof_sent_many_times_at_once_admits_once() {
    for blocking in [false, true] {
        let served = serve(|layer| if blocking { layer.blocking() } else { layer }).await;
        let asking = create().by(&chain(2), "worker 1");
        let bytes = [asking.head(), asking.body.clone()].concat();
        let all = (0..32).map(|_| exchange(&served, &bytes));
        let mut admitted = 0;
        let mut set = Vec::new();
        for one in all {
            set.push(one);
        }
        for answered in futures(set).await {
            admitted += u32::from(answered.status == 200);
        }
        assert_eq!((admitted, served.ran.load(Ordering::SeqCst)), (1, 1));
        assert_eq!(served.log.lines().len(), 32, "every decision is recorded");
    }
}

/// All of them at once.
async fn futures<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = all.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (one, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = one.as_mut().poll(cx)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// What goes wrong while a call is decided is no admission, and the service goes on.
#[tokio::test]
async fn panic_while_deciding_admits_nothing() {
    for blocking in [false, true] {
        let panicking = Arc::new(AtomicBool::new(true));
        let sink = {
            let panicking = Arc::clone(&panicking);
            move |_: &Decision<'_>| {
                assert!(!panicking.load(Ordering::SeqCst), "a sink that panics");
                Ok(())
            }
        };
        let gate = Gate::builder(common::AUDIENCE, common::trust(), sink).clock(common::NOW).replay_began(UnixTime(0));
        let change = |layer: GateLayer| if blocking { layer.blocking() } else { layer };
        let served = serve_with(gate.build(), support::Log::default(), change).await;
        let answered = read_week().by(&chain(2), "worker 1").send(&served).await;
        assert_eq!((answered.status, served.ran.load(Ordering::SeqCst)), (0, 0), "the connection ends: {answered:?}");
        panicking.store(false, Ordering::SeqCst);
        assert_eq!(read_week().by(&chain(2), "worker 1").send(&served).await.status, 200);
    }
}

/// The caller goes away while its call is decided: the decision is made and recorded, the handler does not run.
#[tokio::test]
async fn caller_that_goes_away_ends_its_request() {
    let log = support::Log::default();
    let (entered, decided) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let sink = {
        let (entered, decided) = (Arc::clone(&entered), Arc::clone(&decided));
        move |_: &Decision<'_>| {
            entered.store(true, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(700));
            decided.store(true, Ordering::SeqCst);
            Ok(())
        }
    };
    let gate = Gate::builder(common::AUDIENCE, common::trust(), sink).clock(common::NOW).replay_began(UnixTime(0));
    let served = serve_with(gate.build(), log, GateLayer::blocking).await;
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(&read_week().by(&chain(2), "worker 1").head()).await.unwrap();
    while !entered.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(socket);
    while !decided.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((served.ran.load(Ordering::SeqCst), served.gate.metrics().admitted()), (0, 1));
}

/// There the authority stands in `:authority`.
#[tokio::test]
async fn honest_request_over_http_2_is_admitted_and_one_for_another_authority_is_not() {
    let served = serve(|layer| layer).await;
    for (authority, expected) in [("calendar.example", 200), ("other.example", 400)] {
        let asking = read_week().by(&chain(2), "worker 1");
        let stream = TcpStream::connect(served.address).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let executor = hyper_util::rt::TokioExecutor::new();
        let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
        tokio::spawn(connection);
        let mut request = http::Request::get(format!("http://{authority}{}", asking.target));
        for (name, value) in asking.lines.iter().filter(|(name, _)| name != "Host") {
            request = request.header(name, value);
        }
        let request = request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
        assert_eq!(sender.send_request(request).await.unwrap().status(), expected, "{authority}");
    }
    assert_eq!(served.log.lines(), ["admitted 2 hops by grant 0", "refused request-invalid"]);
}

#[tokio::test]
async fn request_whose_record_fails_does_not_run() {
    let served = serve(|layer| layer).await;
    let token = chain(2);
    served.log.breaks(true);
    let asking = read_week().by(&token, "worker 1");
    let answered = asking.send(&served).await;
    assert_eq!((answered.status, served.ran.load(Ordering::SeqCst)), (503, 0));
    assert_eq!(answered.body, r#"{"title":"Service Unavailable","status":503,"reason":"unavailable"}"#);
    served.log.breaks(false);
    assert_eq!(read_week().by(&token, "worker 1").send(&served).await.status, 200);
    assert_eq!(served.log.lines(), ["lost 1", "admitted 2 hops by grant 0"]);
}
