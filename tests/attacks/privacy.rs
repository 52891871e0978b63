//! §12: what an observer learns without any key. All of this succeeds.

use throughline::issue::{OriginClaim, RootBuilder};
use throughline::{Digest, Limits, Token};

use crate::adversary::Adversary;
use crate::common::forge::split;
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, ROLE, alice, credential, grants, origin, window, worker};
use crate::honest::{Execution, Next, Who, named};
use crate::scene::Scene;

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// §12: The bytes are signed and not encrypted.
/// §2: Tokens are not encrypted
#[test]
fn whoever_sees_a_token_reads_all_of_it() {
    let scene = Scene::new(Execution::root(&Next::Called).hop(1, &named(2)));
    let seen = &scene.token;
    for name in [
        ALICE,
        ALICE_AGENT,
        ATTESTER,
        ROLE,
        "owner",
        "hardware",
        "executables",
        "calendar.*",
        "calendar/alice/*",
        "days",
    ] {
        assert!(contains(seen, name), "{name}");
    }
    assert!(contains(seen, &worker(1)) && contains(seen, &worker(2)));
    let token = Token::decode(seen, &Limits::DEFAULT).unwrap();
    assert_eq!(token.handovers().map(|given| given.to().to_owned()).collect::<Vec<_>>(), [worker(1)]);
    assert!(token.links().all(|link| link.window().end() == window().1));
}

/// §12: Thumbprints and credential digests
#[test]
fn same_actor_recognized_across_executions() {
    let other = RootBuilder::new(alice(), &OriginClaim { nonce: [8; 16], ..origin() }, window(), grants());
    let (one, two) = (Execution::root(&named(1)), Execution::root_of(Who::Alice, other, &named(1)));
    let kids = |execution: &Execution| {
        let token = Token::decode(&execution.token, &Limits::DEFAULT).unwrap();
        token.links().map(|link| *link.kid()).collect::<Vec<_>>()
    };
    let (one, two) = (one.hop(1, &Next::Nobody), two.hop(1, &Next::Nobody));
    assert_ne!(one.token, two.token);
    assert_eq!(kids(&one), kids(&two));
}

/// §12: `consent` and `task` are plain hashes
#[test]
fn consent_that_can_be_guessed_is_revealed() {
    let record = |n: u32| format!("alice lets the calendar assistant read {n} days");
    let consent = |record: &[u8]| {
        let claim = OriginClaim { consent: Some(Digest::of(&[record])), ..origin() };
        Execution::root_of(Who::Alice, RootBuilder::new(alice(), &claim, window(), grants()), &named(1))
    };
    let guess = |execution: &Execution| {
        let token = Token::decode(&execution.token, &Limits::DEFAULT).unwrap();
        let stated = token.links().next().unwrap().origin().unwrap().consent();
        (0..100).find(|n| Some(Digest::of(&[record(*n).as_bytes()])) == stated)
    };
    assert_eq!(guess(&consent(record(31).as_bytes())), Some(31));
    // With 16 random bytes in it, it is not.
    assert_eq!(guess(&consent(format!("{} 9f2c51c07be84d16a3be02d5d9f1c47e", record(31)).as_bytes())), None);
}

/// §12: To show less
#[test]
fn less_is_shown_by_reference_and_by_a_key_for_the_occasion() {
    let mut scene = Scene::new(Execution::root(&Next::Anyone).hop(1, &Next::Nobody));
    scene.service.know(&credential(1));
    // By reference: what the credential says is not on the way, and the verdict is the same.
    let items = split(&scene.token);
    let lean = [&items[0][..], &items[2]].concat();
    assert!(contains(&scene.token, "hardware") && !contains(&lean, "hardware"));
    scene.admits(&lean, &scene.proofs[..1]);
    // A key for this execution alone; nothing hides the root.
    let nobody = Adversary::stranger(crate::adversary::Hand::own("mallory 2"));
    let token = nobody.continues(&items[0]).signed();
    assert!(!contains(&token, "spiffe://") && contains(&token, ALICE));
    scene.admits(&token, &nobody.asks(&token));
}
