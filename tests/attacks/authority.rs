//! §6: more authority than was given.

use throughline::issue::{Grant, GrantList, RootBuilder};
use throughline::{Admission, Argument, AuthorityDemand, Digest, ErrorKind, McpBody, Part, Policy, Request, Value};

use crate::adversary::{Adversary, Hand, MALLORY_INC, elsewhere};
use crate::common::cbor::{OURS, bytes, set};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{ceiling, edit};
use crate::common::{NOW, alice, grants, origin, window};
use crate::honest::{Execution, Next, Who, named};
use crate::scene::{Scene, Service, cast_trust};

fn list<const N: usize>(grants: [Grant; N]) -> GrantList {
    GrantList::new(grants).unwrap()
}

fn work(lo: i64, hi: i64) -> Grant {
    Grant::new("calendar.read", "calendar/alice/work").range("days", lo, hi)
}

/// Mallory continues with these grants.
#[track_caller]
fn states(scene: &Scene, token: &[u8], grants: &GrantList, verdict: Result<(), ErrorKind>) {
    let mallory = Adversary::mallory();
    let link = u8::try_from(split(token).len().div_ceil(2)).unwrap();
    let token = mallory.continues(token).grants(grants.encoded()).signed();
    match verdict {
        Ok(()) => scene.admits(&token, &mallory.asks(&token)),
        Err(kind) => scene.refuses(&token, &mallory.asks(&token), kind, Part::Link(link)),
    }
}

/// §6: added action, resource, wildcard, wider range, dropped limit
#[test]
fn wider_grants_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let days = |action: &str, resource: &str| Grant::new(action, resource).range("days", 1, 31);
    let own = "calendar/alice/*";
    states(&scene, &scene.token, &list([work(1, 31)]), Ok(()));
    for wider in [
        days("*", own),
        days("mail.read", own),
        days("calendar", own),
        days("calendar.*", "*"),
        days("calendar.*", "calendar/*"),
        days("calendar.*", "calendar/alice"),
        days("calendar.*", "calendar/alicex/*"),
        days("calendar.*", "/calendar/alice/*"),
        days("calendar.*", "calendar://alice/*"),
        Grant::new("calendar.*", own).range("days", 0, 31),
        Grant::new("calendar.*", own).range("days", 1, 32),
        Grant::new("calendar.*", own),
        Grant::new("calendar.*", own).range("Days", 1, 31),
        Grant::new("calendar.*", own).one_of("days", [Value::Int(7), Value::Int(32)]),
        Grant::new("calendar.*", own).one_of("days", [Value::Int(7), Value::Text("7")]),
        Grant::new("calendar.*", own).equals("days", Value::Text("7")),
        Grant::new("calendar.*", own).equals("days", Value::Bool(true)),
        Grant::new("calendar.*", own).prefix("days", "7"),
    ] {
        states(&scene, &scene.token, &list([wider.clone()]), Err(ErrorKind::GrantsWidened));
        // Beside one that is right.
        states(&scene, &scene.token, &list([wider, work(1, 7)]), Err(ErrorKind::GrantsWidened));
    }
    // What only two grants cover together is refused as well.
    let halves =
        Execution::root(&named(1)).hop_with(1, &Next::Anyone, |hop| hop.grants(list([work(1, 15), work(16, 31)])));
    let mallory = Adversary::mallory();
    let token = mallory.continues(&halves.token).grants(list([work(1, 31)]).encoded()).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::GrantsWidened, Part::Link(2));
    // An anchor is no segment: `s3:/*` is not above `s3://bucket`.
    let strange = Execution::root_with(&Next::Nobody, |_| {
        let grants = list([Grant::new("calendar.read", "s3:/*")]);
        RootBuilder::new(alice(), &origin(), window(), grants).next_anyone()
    });
    let bucket = list([Grant::new("calendar.read", "s3://bucket/*")]);
    let token = mallory.continues(&strange.token).grants(bucket.encoded()).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::GrantsWidened, Part::Link(1));
    scene.delivers();
}

/// §6: added action, resource, wildcard, wider range, dropped limit
#[test]
fn root_above_its_ceiling_rejected() {
    let scene = Scene::new(Execution::root(&named(1)));
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let begins = |resource| {
        let grants = list([Grant::new("calendar.read", resource)]);
        company.begins(MALLORY_INC).grants(grants.encoded()).signed()
    };
    for resource in ["calendar/alice/*", "calendar/alice/work", "calendar/*", "*", "calendar/mallory"] {
        let token = begins(resource);
        scene.refuses(&token, &company.asks(&token), ErrorKind::OriginAboveCeiling, Part::Link(0));
    }
    let mut own = request();
    own.resource = "calendar/mallory/work";
    let token = begins("calendar/mallory/work");
    scene.service.admits(&token, &company.asks(&token)[0], &own);
    // Below the ceiling, it is not Alice's calendar.
    for proof in company.asks(&token) {
        scene.service.refuses(&token, &proof, &request(), ErrorKind::RequestNotGranted, Part::Request);
    }
}

/// §6: added action, resource, wildcard, wider range, dropped limit
#[test]
fn two_ceilings_of_one_key_together_rejected() {
    // The operator gave Alice's key two anchors: reading everywhere, and writing at work.
    let mut service = Service::new(cast_trust());
    edit(&mut service.trust.origins, |origins| {
        let mut second = origins[0].clone();
        second.name = crate::common::world::text("alice at work");
        origins[0].ceiling = ceiling("calendar.read", "calendar/*");
        second.ceiling = ceiling("calendar.*", "calendar/alice/work");
        origins.push(second);
    });
    let begins =
        |grants| Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), window(), grants), &named(1));
    let (read, write) =
        (Grant::new("calendar.read", "calendar/bob"), Grant::new("calendar.write", "calendar/alice/work"));
    for grants in [list([read.clone(), write.clone()]), list([Grant::new("calendar.write", "calendar/bob")])] {
        let root = begins(grants);
        for proof in root.asks(&request(), NOW) {
            service.refuses(&root.token, &proof, &request(), ErrorKind::OriginAboveCeiling, Part::Link(0));
        }
    }
    let mut asked = request();
    asked.action = "calendar.write";
    let root = begins(list([write]));
    service.admits(&root.token, &root.asks(&asked, NOW)[0], &asked);
    let root = begins(list([read]));
    service.refuses(&root.token, &root.asks(&asked, NOW)[0], &asked, ErrorKind::RequestNotGranted, Part::Request);
}

/// §6: a grant that was removed comes back
#[test]
fn grant_that_was_removed_rejected() {
    let narrow = Execution::root(&named(1)).hop_with(1, &Next::Anyone, |hop| hop.grants(list([work(1, 7)])));
    let scene = Scene::new(narrow);
    states(&scene, &scene.token, &list([work(1, 31)]), Err(ErrorKind::GrantsWidened));
    let mallory = Adversary::mallory();
    let back = mallory.continues(&scene.token).grants(grants().encoded()).signed();
    scene.refuses(&back, &mallory.asks(&back), ErrorKind::GrantsWidened, Part::Link(2));
    // The effective ones are the parent's, not the root's, also behind a link that states none ...
    let silent = Adversary::mallory().continues(&scene.token).open().signed();
    let back = mallory.continues(&silent).grants(grants().encoded()).signed();
    scene.refuses(&back, &mallory.asks(&back), ErrorKind::GrantsWidened, Part::Link(3));
    // ... and nothing stays nothing.
    let nothing = Adversary::mallory().continues(&scene.token).open().grants(list([]).encoded()).signed();
    let token = mallory.continues(&nothing).signed();
    for proof in mallory.asks(&token) {
        scene.service.refuses(&token, &proof, &request(), ErrorKind::RequestNotGranted, Part::Request);
    }
    let back = mallory.continues(&nothing).grants(list([work(1, 1)]).encoded()).signed();
    scene.refuses(&back, &mallory.asks(&back), ErrorKind::GrantsWidened, Part::Link(3));
}

/// §6: request beyond the head's grants
#[test]
fn request_beyond_the_heads_grants_rejected() {
    let head = Execution::root(&named(1)).hop_with(1, &Next::Nobody, |hop| hop.grants(list([work(1, 7)])));
    let scene = Scene::new(head);
    let changed = |edit: &dyn Fn(&mut Request<'static>)| {
        let mut request = request();
        edit(&mut request);
        request
    };
    for beyond in [
        changed(&|request| request.action = "calendar.write"),
        changed(&|request| request.action = "calendar.read.all"),
        changed(&|request| request.action = "Calendar.read"),
        changed(&|request| request.resource = "calendar/alice/home"),
        changed(&|request| request.resource = "calendar/alice/work/1"),
        changed(&|request| request.resource = "calendar/bob/work"),
        changed(&|request| request.resource = "/calendar/alice/work"),
        changed(&|request| request.arguments = &[Argument { name: "days", value: Value::Int(8) }]),
    ] {
        for proof in scene.honest.asks(&beyond, NOW) {
            scene.service.refuses(&scene.token, &proof, &beyond, ErrorKind::RequestNotGranted, Part::Request);
        }
    }
    scene.delivers();
}

/// §6: limited argument missing, of another type, given twice
#[test]
fn limited_argument_missing_of_another_type_or_twice_rejected() {
    let scene = Scene::new(Execution::root(&named(1)));
    let asks = |arguments: &[Argument<'_>], kind: ErrorKind| {
        let request = Request::new(request().audience, request().digest, request().action, request().resource);
        let request = request.with(arguments);
        for proof in scene.honest.asks(&request, NOW) {
            scene.service.refuses(&scene.token, &proof, &request, kind, Part::Request);
        }
    };
    let days = |value| Argument { name: "days", value };
    asks(&[], ErrorKind::RequestNotGranted);
    for value in
        [Value::Text("7"), Value::Text(""), Value::Bool(true), Value::Int(0), Value::Int(32), Value::Int(i64::MIN)]
    {
        asks(&[days(value)], ErrorKind::RequestNotGranted);
    }
    asks(&[Argument { name: "Days", value: Value::Int(7) }], ErrorKind::RequestNotGranted);
    asks(&[days(Value::Int(7)), days(Value::Int(31))], ErrorKind::RequestInvalid);
    asks(&[days(Value::Int(7)), days(Value::Int(7))], ErrorKind::RequestInvalid);
    // What remains: a limit speaks of one name. A service that reads the same from another is asked for what nobody limited.
    let alias = [days(Value::Int(7)), Argument { name: "days[]", value: Value::Int(400) }];
    let aliased = Request::new(request().audience, request().digest, request().action, request().resource);
    scene.service.admits(&scene.token, &scene.honest.asks(&aliased, NOW)[0], &aliased.with(&alias));
    // The same through JSON: what is no exact integer is no argument, and no name stands twice, however it is written.
    for (days, kind) in [
        (r#""days":7.0"#, ErrorKind::RequestNotGranted),
        (r#""days":7e0"#, ErrorKind::RequestNotGranted),
        (r#""days":"7""#, ErrorKind::RequestNotGranted),
        (r#""days":[7]"#, ErrorKind::RequestNotGranted),
        (r#""days":null"#, ErrorKind::RequestNotGranted),
        (r#""days":9007199254740993"#, ErrorKind::RequestNotGranted),
        (r#""days":7,"days":31"#, ErrorKind::RequestInvalid),
        (r#""days":7,"d\u0061ys":31"#, ErrorKind::RequestInvalid),
    ] {
        let body = format!(r#"{{"method":"tools/call","params":{{"name":"read","arguments":{{{days}}}}}}}"#);
        match McpBody::read(body.as_bytes()) {
            Ok(body) => asks(&body.arguments().collect::<Vec<_>>(), kind),
            Err(error) => assert_eq!(error.kind, kind, "{days}"),
        }
    }
    scene.delivers();
}

/// §6: evidence or cause read as authority
#[test]
fn evidence_and_cause_give_no_authority() {
    let head = Execution::root(&named(1)).hop_with(1, &Next::Anyone, |hop| hop.grants(list([work(1, 1)])));
    let scene = Scene::new(Execution::root(&named(1)));
    let rich = bytes(Message::of(&scene.token).digest().as_bytes());
    let mallory = Adversary::mallory();
    let token = mallory.continues(&head.token).put(&[OURS, 12], set([rich.clone()])).put(&[OURS, 13], rich).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::RequestNotGranted, Part::Request);
    // Nor does what it points at have to exist: it is a claim, and shown as one.
    let invented = bytes(&[0xee; 32]);
    let token = mallory.continues(&scene_open().token).put(&[OURS, 13], invented).signed();
    let mut seen = None;
    let see = |admission: &Admission<'_>| seen = admission.chain().head().and_then(|head| head.link().cause());
    assert_eq!(scene.service.admit_and(&token, &mallory.asks(&token)[0], &request(), see), Ok(()));
    assert_eq!(seen, Some(Digest([0xee; 32])));
}

fn scene_open() -> Execution {
    Execution::root(&Next::Anyone)
}

/// §6: an action open only to delegated executions
#[test]
fn independent_is_exact_and_delegated_proves_little() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let demand = |authority| request().under(Policy { authority, ..Policy::default() });
    let (delegated, independent) = (demand(AuthorityDemand::Delegated), demand(AuthorityDemand::Independent));
    for proof in &scene.proofs {
        scene.service.refuses(&scene.token, proof, &delegated, ErrorKind::AuthorityKind, Part::Request);
    }
    // One link of a key that nobody vouches for: an actor can do that to its own execution, by a second key.
    let second = Adversary::stranger(Hand::own("mallory 2"));
    let token = second.continues(&scene.token).signed();
    for proof in second.asks(&token) {
        scene.service.refuses(&token, &proof, &independent, ErrorKind::AuthorityKind, Part::Request);
        scene.service.admits(&token, &proof, &delegated);
    }
    // It cannot be undone by a vouched link behind it.
    let open = second.continues(&scene.token).open().signed();
    let mallory = Adversary::mallory();
    let token = mallory.continues(&open).signed();
    for proof in mallory.asks(&token) {
        scene.service.refuses(&token, &proof, &independent, ErrorKind::AuthorityKind, Part::Request);
    }
    for proof in &scene.proofs {
        scene.service.admits(&scene.token, proof, &independent);
    }
}

/// §6: the same grant used at another service
/// §2: Grants are not bound to an audience.
#[test]
fn grant_without_a_service_in_its_name_admitted_at_each() {
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    let mail = Service::new(cast_trust());
    let worker = Adversary::in_place_of(1);
    for proof in worker.asks_for(&scene.token, &elsewhere()) {
        mail.admits(&scene.token, &proof, &elsewhere());
    }
    // With the service in the resource's name it is said which one is meant.
    let named_service = |host: &str| list([Grant::new("calendar.read", &format!("https://{host}/alice/*"))]);
    let root = |host: &str| RootBuilder::new(alice(), &origin(), window(), named_service(host));
    let token = Execution::root_of(Who::Alice, root("calendar.example"), &named(1)).hop(1, &Next::Nobody);
    let (mut here, mut there) = (request(), elsewhere());
    here.resource = "https://calendar.example/alice/work";
    there.resource = "https://mail.example/alice/work";
    scene.service.admits(&token.token, &token.asks(&here, NOW)[0], &here);
    for proof in worker.asks_for(&token.token, &there) {
        mail.refuses(&token.token, &proof, &there, ErrorKind::RequestNotGranted, Part::Request);
    }
}
