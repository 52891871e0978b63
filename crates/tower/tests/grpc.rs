//! Unary gRPC calls: message, metadata, and answers in the form of the protocol.
#![cfg(all(feature = "grpc", feature = "client"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
#[path = "../../gate/tests/support/mod.rs"]
mod support;

use std::convert::Infallible;

use bytes::Bytes;
use common::{NOW, ROLE, credential, key, worker};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, Full};
use support::{Log, builder};
use throughline::Value;
use throughline_tower::{Admitted, Callee, External, GateLayer, Guarded, Held, Hop, Message, OutgoingLayer, Rule};
use tower::{Layer as _, ServiceExt as _, service_fn};

const PATH: &str = "/calendar.Calendar/Read";

fn layer(log: &Log) -> GateLayer {
    // The message of this service is the number of days, in one byte.
    let read = |message: &[u8]| match message {
        [days] => Some(Message::about("calendar/alice/work").argument("days", Value::Int(i64::from(*days)))),
        _ => None,
    };
    let rule = Rule::grpc(PATH, "calendar.read", read).unwrap();
    let gate = builder(common::trust(), log).build();
    GateLayer::new(gate, External::new("http", "calendar.internal"), rule.try_into().unwrap())
}

fn frame(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &length[..], message].concat().into()
}

/// The status code, and how often the handler ran.
async fn call(
    log: &Log,
    body: Bytes,
    change: impl Fn(&mut Request<Full<Bytes>>) + Clone + Send + Sync + 'static,
) -> String {
    let server = layer(log).layer(service_fn(async |request: Request<Guarded<Full<Bytes>>>| {
        assert_eq!(request.extensions().get::<Admitted>().unwrap().identifier(), worker(1));
        let framed = request.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(framed.first(), Some(&0), "the frame is passed on");
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    }));
    let hop = Hop::vouched(key("worker 1"), &credential(1), ROLE).unwrap().clock(NOW);
    let callee = Callee::new(common::AUDIENCE, External::new("http", "calendar.internal")).grpc();
    let client = OutgoingLayer::new(hop, [callee]).layer(service_fn(move |mut request: Request<Full<Bytes>>| {
        change(&mut request);
        server.clone().oneshot(request)
    }));
    let request = Request::post(format!("http://calendar.internal{PATH}"))
        .header("content-type", "application/grpc+proto")
        .extension(Held::new(common::chain(2)).unwrap())
        .body(Full::new(body))
        .unwrap();
    let Ok(answer) = client.oneshot(request).await else { return "not sent".into() };
    assert_eq!(answer.status(), 200);
    let status = answer.headers().get("grpc-status").map_or("ran", |status| status.to_str().unwrap());
    format!("{status} {}", log.last())
}

#[tokio::test]
async fn unary_call_is_admitted() {
    assert_eq!(call(&Log::default(), frame(&[7]), |_| ()).await, "ran admitted 2 hops by grant 0");
}

#[tokio::test]
async fn other_messages_paths_and_metadata_are_refused_with_their_status() {
    let log = Log::default();
    let swapped = |request: &mut Request<Full<Bytes>>| *request.body_mut() = Full::new(frame(&[8]));
    assert_eq!(call(&log, frame(&[7]), swapped).await, "16 refused proof-request");
    assert_eq!(call(&log, frame(&[40]), |_| ()).await, "7 refused request-not-granted");
    assert_eq!(call(&log, frame(&[7, 7]), |_| ()).await, "3 refused request-invalid");
    let stream = |request: &mut Request<Full<Bytes>>| {
        *request.body_mut() = Full::new([frame(&[7]), frame(&[7])].concat().into())
    };
    assert_eq!(call(&log, frame(&[7]), stream).await, "3 refused request-invalid");
    let twice = |request: &mut Request<Full<Bytes>>| {
        let value = request.headers().get("execution-proof-bin").unwrap().clone();
        request.headers_mut().append("execution-proof-bin", value);
    };
    assert_eq!(call(&log, frame(&[7]), twice).await, "3 refused field-repeated");
    let naked = |request: &mut Request<Full<Bytes>>| drop(request.headers_mut().remove("execution-continuity-bin"));
    assert_eq!(call(&log, frame(&[7]), naked).await, "16 refused token-absent");
    let elsewhere =
        |request: &mut Request<Full<Bytes>>| *request.uri_mut() = "http://calendar.internal/x.Y/Z".parse().unwrap();
    assert_eq!(call(&log, frame(&[7]), elsewhere).await, "7 refused route-unknown");
    log.breaks(true);
    assert!(call(&log, frame(&[7]), |_| ()).await.starts_with("14 "));
    // Streams and compressed messages do not even leave.
    log.breaks(false);
    for body in [Bytes::new(), Bytes::from_static(b"\x01\0\0\0\x01a"), [frame(&[7]), frame(&[7])].concat().into()] {
        assert_eq!(call(&log, body, |_| ()).await, "not sent");
    }
}
