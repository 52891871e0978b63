//! Alice asks an assistant, the assistant a scheduler, the scheduler a calendar: three guarded services on loopback, each with its own
//! gate and audit log. `cargo run -p throughline-tower --features axum,client --example chain`
//!
//! `cast.rs` is who there is and what is trusted; this is the services.

mod cast;
mod tell;

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use throughline::audit::{Event, Opened};
use throughline::issue::{Contract, Grant, GrantList, RoleFrom};
use throughline_audit::{FileLog, Options};
use throughline_gate::{Clock as _, Gate, Requirement, SystemClock};
use throughline_tower::{
    Admitted, Callee, External, GateLayer, Held, Hop, Kind, OutgoingLayer, OutgoingService, Routes, Rule,
};
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};

use crate::cast::{ATTESTER, Cast, WORKER};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Outgoing = OutgoingService<Client<HttpConnector, Full<Bytes>>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let directory = std::env::temp_dir().join(format!("throughline-chain-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let cast = Cast::new()?;
    let (assistant, assistant_at) = bind().await?;
    let (scheduler, scheduler_at) = bind().await?;
    let (calendar, calendar_at) = bind().await?;

    // The calendar is the end of the chain: nobody between it and Alice is anything but one of her workers, called by name.
    let create =
        Rule::new(Method::POST, "/calendar/{user}/{calendar}", "calendar.create", "calendar/{user}/{calendar}")?
            .body("minutes", Kind::Integer)?
            .requires(Requirement::new().delegated().depth(3..));
    let log = open(&directory, "calendar")?;
    let layer = guard("calendar", calendar_at, [create], &cast, &log);
    let app = Router::new().route(
        "/calendar/{user}/{calendar}",
        post(async |admitted: Admitted| {
            format!("{} is in the calendar of {}", admitted.resource(), admitted.accountable())
        }),
    );
    serve(calendar, app.layer(layer));

    // The scheduler may create meetings of half an hour, and nobody may continue after it.
    let narrow = Grant::new("calendar.create", "calendar/alice/meetings").range("minutes", 15, 30);
    let to_calendar = callee("calendar", calendar_at).grants(GrantList::new([narrow])?);
    let arrange = Rule::new(Method::POST, "/meetings/{user}", "meeting.arrange", "meetings/{user}")?;
    let layer = guard("scheduler", scheduler_at, [arrange], &cast, &open(&directory, "scheduler")?);
    let target = format!("http://{}/calendar/alice/meetings", calendar_at);
    let state = (client(cast.hop(&cast::SCHEDULER)?, to_calendar), target, r#"{"minutes": 30}"#);
    serve(scheduler, Router::new().route("/meetings/{user}", post(go_on)).with_state(state).layer(layer));

    // The assistant calls the scheduler by name, for a contract asks it to.
    let contract = Contract::new().roles(&[WORKER], RoleFrom::Attesters(&[ATTESTER]));
    let to_scheduler = callee("scheduler", scheduler_at).next_contract(contract.clone(), cast::SCHEDULER.identifier);
    let plan = Rule::new(Method::POST, "/plan", "plan.make", "plan")?;
    let layer = guard("assistant", assistant_at, [plan], &cast, &open(&directory, "assistant")?);
    let target = format!("http://{}/meetings/alice", scheduler_at);
    let state = (client(cast.hop(&cast::ASSISTANT)?, to_scheduler), target, "");
    serve(assistant, Router::new().route("/plan", post(go_on)).with_state(state).layer(layer));

    // Alice.
    let root = Held::new(cast.root(contract, SystemClock.now())?)?;
    let to_assistant = callee("assistant", assistant_at).called(cast::ASSISTANT.identifier);
    let alice = client(cast.alice(), to_assistant);
    let order = Request::post(format!("http://{assistant_at}/plan")).extension(root.clone());
    let answer = alice.oneshot(order.body(Full::default())?).await?;
    println!("Alice's order: {}", tell::answer(answer).await?);

    // Whoever finds Alice's token has nothing: a proof under another key is refused, and so is none.
    let plan = || Request::post(format!("http://{assistant_at}/plan"));
    let thief = client(cast.hop(&cast::THIEF)?, callee("assistant", assistant_at));
    let theft = plan().extension(root.clone()).body(Full::default())?;
    println!("A thief with Alice's token: {}", tell::answer(thief.oneshot(theft).await?).await?);
    let naked = Client::builder(TokioExecutor::new()).build_http();
    let theft = plan().header("Execution-Continuity", throughline::encode_field(root.token()));
    let theft = theft.body(Full::<Bytes>::default())?;
    println!("The same without a proof: {}", tell::answer(naked.request(theft).await?).await?);

    for name in ["assistant", "calendar"] {
        let log = directory.join(format!("{name}.jsonl"));
        println!("\nWhat the {name}'s log says ({}):", log.display());
        tell::log(&log)?;
    }
    Ok(())
}

/// Both services in the middle do the same: they call the next one, for whoever called them.
async fn go_on(
    State((client, target, body)): State<(Outgoing, String, &'static str)>,
    admitted: Admitted,
) -> Result<Response, Failed> {
    let request = Request::post(target).header(CONTENT_TYPE, JSON).extension(admitted);
    let answer = client.oneshot(request.body(Full::from(body))?).await?;
    Ok(answer.map(axum::body::Body::new).into_response())
}

fn guard<const N: usize>(
    name: &str,
    address: SocketAddr,
    rules: [Rule; N],
    cast: &Cast,
    log: &Arc<FileLog>,
) -> GateLayer {
    let routes = Routes::new(rules).unwrap_or_default();
    // No process before this one decided for this audience.
    let gate =
        Gate::builder(&audience(name), cast.trust(), Arc::clone(log)).replay_began(throughline::UnixTime(0)).build();
    GateLayer::new(gate, external(address), routes)
}

fn callee(name: &str, address: SocketAddr) -> Callee {
    Callee::new(&audience(name), external(address))
}

fn client(hop: Hop, callee: Callee) -> Outgoing {
    OutgoingLayer::new(hop, [callee]).layer(Client::builder(TokioExecutor::new()).build_http())
}

fn audience(name: &str) -> String {
    format!("https://{name}.example")
}

fn external(address: SocketAddr) -> External {
    External::new("http", &address.to_string())
}

fn open(directory: &Path, name: &str) -> Outcome<Arc<FileLog>> {
    let log = FileLog::open(&directory.join(format!("{name}.jsonl")), &Options::default())?;
    let opened = Opened { software: "example chain".into(), audience: audience(name).into() };
    log.write(SystemClock.now(), Event::Opened(opened))?;
    Ok(Arc::new(log))
}

async fn bind() -> Outcome<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn serve(listener: TcpListener, app: Router) {
    tokio::spawn(async move { axum::serve(listener, app).await });
}

const JSON: &str = "application/json";

/// A service that cannot call the next one.
struct Failed(Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        eprintln!("a call that was not made: {}", self.0);
        StatusCode::BAD_GATEWAY.into_response()
    }
}
