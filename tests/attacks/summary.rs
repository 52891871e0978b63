//! §2: what is not prevented, where no other section plays it.

use throughline::{Digest, ErrorKind, HttpFields, HttpRequest, Part};

use crate::common::NOW;
use crate::common::setting::request;
use crate::honest::three_hops;
use crate::scene::Scene;

/// §2: The proof binds the parts of the request that its digest covers
#[test]
fn what_the_digest_leaves_out_may_be_exchanged_on_the_way() {
    let scene = Scene::new(three_hops());
    let received = |lines: &[(&str, &[u8])], body: &[u8]| {
        let fields = HttpFields::read("calendar.example", lines.iter().map(|(name, value)| (*name, *value))).unwrap();
        let http = HttpRequest {
            method: "POST",
            scheme: "https",
            authority: "calendar.example",
            path: b"/calendar/alice/work",
            query: Some(b"days=7"),
            fields,
            body: Digest::of(&[body]),
        };
        let mut request = request();
        request.digest = http.digest();
        request
    };
    let json: (&str, &[u8]) = ("Content-Type", b"application/json");
    let asked = received(&[json, ("Accept-Language", b"de")], b"{}");
    let proofs = scene.honest.asks(&asked, NOW);
    // Another language, and a field that the client never sent: the same digest, on whatever connection it comes.
    let exchanged = received(&[json, ("Accept-Language", b"fr"), ("X-Priority", b"high")], b"{}");
    for changed in [
        received(&[json], b"[]"),
        received(&[("Content-Type", b"text/plain")], b"{}"),
        received(&[json, ("Content-Encoding", b"gzip")], b"{}"),
    ] {
        for proof in &proofs {
            scene.service.refuses(&scene.token, proof, &changed, ErrorKind::ProofRequest, Part::Proof);
        }
    }
    for proof in &proofs {
        scene.service.admits(&scene.token, proof, &exchanged);
    }
}
