//! Bodies that are too long, cut off or slow, and many of them at once: always a clear refusal, never an admitted request.
#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod served;
#[path = "../../gate/tests/support/mod.rs"]
mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use common::chain;
use served::{Asking, CALENDAR, Served, exchange, read, serve};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// A body of this length that asks for something that is granted.
fn body(length: usize) -> Vec<u8> {
    let mut body = br#"{"days": 3, "text": ""}"#.to_vec();
    let missing = length.saturating_sub(body.len());
    body.splice(21..21, std::iter::repeat_n(b'x', missing));
    body
}

fn asking(length: usize) -> Asking {
    Asking::post(CALENDAR, body(length)).by(&chain(2), "worker 1")
}

/// Sends the head and so much of the body, and keeps the socket.
async fn begin(served: &Served, asking: &Asking, sent: usize) -> TcpStream {
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    let mut bytes = asking.head();
    bytes.extend_from_slice(asking.body.get(..sent).unwrap());
    socket.write_all(&bytes).await.unwrap();
    socket
}

/// In pieces of a length that nobody announced.
fn chunked(asking: &Asking, piece: usize) -> Vec<u8> {
    let head = String::from_utf8(asking.head()).unwrap();
    let announced = format!("Content-Length: {}", asking.body.len());
    let mut bytes = head.replace(&announced, "Transfer-Encoding: chunked").into_bytes();
    for piece in asking.body.chunks(piece) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[tokio::test]
async fn body_in_pieces_is_admitted_and_reaches_the_handler_whole() {
    let served = serve(|layer| layer.body_length(4_000)).await;
    let whole = [chunked(&asking(4_000), 7), b"0\r\nX-Trailer: dropped\r\n\r\n".to_vec()].concat();
    let answered = exchange(&served, &whole).await;
    assert_eq!((answered.status, answered.body.ends_with("4000 bytes")), (200, true), "{answered:?}");
}

#[tokio::test]
async fn body_that_is_too_long_is_refused() {
    let served = serve(|layer| layer.body_length(4_000)).await;
    // By what it announces: nothing of it is waited for.
    let mut socket = begin(&served, &asking(4_001), 0).await;
    assert_eq!(read(&mut socket).await.status, 413);
    // And by what comes.
    let answered = exchange(&served, &chunked(&asking(4_001), 1_000)).await;
    assert_eq!(answered.status, 413);
    assert_eq!(served.log.lines(), ["refused body-too-large"; 2]);
    assert_eq!(asking(4_000).send(&served).await.status, 200);
    assert_eq!(served.ran.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn body_that_is_cut_off_is_refused() {
    let served = serve(|layer| layer).await;
    for sent in [0, 1, 99] {
        let mut socket = begin(&served, &asking(100), sent).await;
        socket.shutdown().await.unwrap();
        read(&mut socket).await;
    }
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(&chunked(&asking(100), 30)).await.unwrap();
    socket.shutdown().await.unwrap();
    read(&mut socket).await;
    for _ in 0..100 {
        if served.log.lines().len() == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(served.log.lines(), ["refused body-cut-off"; 4]);
    assert_eq!(served.ran.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn body_that_does_not_come_is_refused_in_time() {
    let served = serve(|layer| layer.body_time(Duration::from_millis(300))).await;
    let mut socket = begin(&served, &asking(100), 50).await;
    assert_eq!(read(&mut socket).await.status, 408);
    assert_eq!(served.log.lines(), ["refused body-timeout"]);
    assert_eq!(served.ran.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn slow_clients_hold_no_more_than_the_budget_and_give_it_back() {
    // Room for ten of these.
    let served = serve(|layer| layer.buffered(10_500).body_time(Duration::from_secs(3))).await;
    let slow = asking(1_000);
    let mut sockets = Vec::new();
    for _ in 0..200 {
        sockets.push(begin(&served, &slow, 999).await);
    }
    let mut statuses = Vec::new();
    for socket in &mut sockets {
        statuses.push(read(socket).await.status);
    }
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(408), count(503)), (10, 190), "{statuses:?}");
    assert_eq!(served.log.lines().len(), 200);
    assert_eq!(served.ran.load(Ordering::SeqCst), 0);
    // Everything was given back.
    assert_eq!(asking(10_000).send(&served).await.status, 200);
    assert_eq!(asking(10_000).send(&served).await.status, 200);
}

#[tokio::test]
async fn requests_without_token_are_refused_before_their_body_comes() {
    let served = serve(|layer| layer.body_time(Duration::from_secs(60))).await;
    let naked = Asking::post(CALENDAR, body(100));
    let mut socket = begin(&served, &naked, 0).await;
    assert_eq!(read(&mut socket).await.status, 401);
    assert_eq!(served.log.lines(), ["refused token-absent"]);
}
