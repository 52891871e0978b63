//! Stage 7, V711–V717: hand-overs, where they are demanded, and whether they are right.

use ciborium::Value;
use throughline::{Digest, ErrorKind, Part};

use crate::accept::LATER;
use crate::common::cbor::{OURS, bytes, map, put, text};
use crate::common::forge::Forge;
use crate::common::{HOUR, NOW, public, worker};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::called;

const CALLED: &str = "called-chain-of-four";
const OPEN: &str = "open-chain-of-four";

pub(crate) fn publish(suite: &mut Suite) {
    demanded(suite);
    not_demanded(suite);
    heads(suite);
    signers(suite);
    addressees(suite);
    ends(suite);
    tasks(suite);
}

fn demand() -> Value {
    map([(5, Value::Bool(true))])
}

/// V711
fn demanded(suite: &mut Suite) {
    for (link, place) in LATER {
        suite
            .spoil(
                CALLED,
                &format!("called-without-hand-over-{place}"),
                ErrorKind::HandoverDemanded,
                Part::Link(link),
                "The parent's contract demands a hand-over, and the link names none.",
                |vector| {
                    vector.forge(|forge| {
                        forge.items.remove(usize::from(link) * 3 - 1);
                        forge.link(link.into()).message.remove(&[OURS, 11]);
                    });
                },
            )
            .flags(&["chain", "hand-over", place]);
        suite
            .spoil(
                OPEN,
                &format!("required-hand-over-absent-{place}"),
                ErrorKind::HandoverDemanded,
                Part::Link(link),
                "The link before requires hand-overs of all later links, and the next one names none.",
                |vector| {
                    vector.forge(|forge| forge.link(usize::from(link) - 1).message.put(&[OURS, 6], demand()));
                },
            )
            .flags(&["chain", "hand-over", place]);
        suite
            .spoil(
                OPEN,
                &format!("contracted-hand-over-absent-{place}"),
                ErrorKind::HandoverDemanded,
                Part::Link(link),
                "The parent's contract demands a hand-over alone, and the link names none.",
                |vector| {
                    vector.forge(|forge| forge.link(usize::from(link) - 1).message.put(&[OURS, 5], demand()));
                },
            )
            .flags(&["chain", "hand-over", place]);
    }
    for (twin, what) in
        [("stranger-where-anyone-may", "an unvouched actor"), ("pinned-actor-where-anyone-may", "a pinned actor")]
    {
        suite
            .spoil(
                twin,
                &format!("hand-over-required-{twin}"),
                ErrorKind::HandoverDemanded,
                Part::Link(1),
                &format!("The root requires hand-overs, and {what} has none."),
                |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 6], demand())),
            )
            .flags(&["chain", "hand-over", "first"]);
    }
}

/// V712
fn not_demanded(suite: &mut Suite) {
    for (link, place) in LATER {
        let mut unasked = |id: &str, what: &str, edit: &dyn Fn(&mut Forge)| {
            suite
                .spoil(
                    CALLED,
                    &format!("{id}-{place}"),
                    ErrorKind::HandoverNotDemanded,
                    Part::Link(link),
                    what,
                    |vector| {
                        vector.forge(edit);
                    },
                )
                .flags(&["chain", "hand-over", place]);
        };
        let parent = usize::from(link) - 1;
        unasked("hand-over-where-anyone-may", "A hand-over where the parent lets anyone continue.", &|forge| {
            forge.link(parent).message.put(&[OURS, 5], Value::Bool(true));
        });
        unasked("hand-over-to-the-named-identifier", "A hand-over where the parent names the identifier.", &|forge| {
            forge.link(parent).message.put(&[OURS, 5], text(&worker(link)));
        });
        unasked("hand-over-to-the-named-key", "A hand-over where the parent names the key.", &|forge| {
            let thumbprint = *public(&format!("worker {link}")).thumbprint();
            forge.link(parent).message.put(&[OURS, 5], bytes(thumbprint.as_bytes()));
        });
        unasked(
            "hand-over-under-a-contract-without",
            "A hand-over where the parent's contract demands none.",
            &|forge| {
                let contract = map([(1, text("spiffe://prod.example"))]);
                forge.link(parent).message.put(&[OURS, 5], contract);
            },
        );
        unasked(
            "hand-over-that-its-own-link-requires",
            "A hand-over that only its own link's requirement demands, which is for later links.",
            &|forge| {
                forge.link(parent).message.put(&[OURS, 5], Value::Bool(true));
                forge.link(link.into()).message.put(&[OURS, 6], demand());
            },
        );
    }
}

/// V713
fn heads(suite: &mut Suite) {
    for (link, place) in LATER {
        let mut forge = Forge::of(&called(4));
        let own = forge.link(link.into()).message.digest();
        let kid = forge.link(usize::from(link) - 1).message.kid();
        let mut wrongs = vec![
            ("nothing", "zero", Digest([0; 32])),
            ("another-execution", "a link of another execution", Digest::of(&[b"another execution"])),
            ("its-own-link", "the digest that its own link had before", own),
            ("the-parents-kid", "its parent's `kid`", kid),
        ];
        if link > 1 {
            wrongs.push(("the-root", "the root", forge.link(0).message.digest()));
        }
        for (id, what, wrong) in wrongs {
            suite
                .spoil(
                    CALLED,
                    &format!("hand-over-for-{id}-{place}"),
                    ErrorKind::HandoverHead,
                    Part::Link(link),
                    &format!("The hand-over is for {what}, not for the link's parent."),
                    |vector| {
                        vector.forge(|forge| {
                            let given = forge.handover(usize::from(link) - 1);
                            given.message.put(&[OURS, 17], bytes(wrong.as_bytes()));
                        });
                    },
                )
                .flags(&["chain", "hand-over", place]);
        }
    }
}

/// V714
fn signers(suite: &mut Suite) {
    for (link, place) in LATER {
        let parent = if link == 1 { "alice".to_owned() } else { format!("worker {}", link - 1) };
        let mut by = |id: &str, name: &str, signer: &str, masked: bool, what: &str| {
            let kid = *public(name).thumbprint();
            suite
                .spoil(
                    CALLED,
                    &format!("hand-over-by-{id}-{place}"),
                    ErrorKind::HandoverSigner,
                    Part::Link(link),
                    what,
                    |vector| {
                        vector.forge(|forge| {
                            let given = forge.handover(usize::from(link) - 1);
                            given.message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
                            given.signer = signer.to_owned();
                        });
                    },
                )
                .flags(&[["chain", "hand-over", place].as_slice(), if masked { &["masked"] } else { &[] }].concat());
        };
        by(
            "another-kid",
            "mallory",
            &parent,
            false,
            "The hand-over's `kid` is another's; the parent's actor signed it.",
        );
        by(
            "somebody-else",
            "mallory",
            "mallory",
            true,
            "The hand-over is somebody else's. Masked: its signature is not the parent's actor's.",
        );
        by(
            "the-successor",
            &format!("worker {link}"),
            &format!("worker {link}"),
            true,
            "The successor made its hand-over itself. Masked: its signature is not the parent's actor's.",
        );
        if link > 1 {
            by(
                "the-thumbprint",
                &parent,
                &parent,
                false,
                "The hand-over's `kid` is the thumbprint of the parent's key, and the parent's `kid` a credential.",
            );
            by(
                "the-roots-actor",
                "alice",
                "alice",
                true,
                "The hand-over is the root's actor's. Masked: its signature is not the parent's actor's.",
            );
        }
    }
}

/// V715
fn addressees(suite: &mut Suite) {
    for (link, place) in LATER {
        let own = worker(link);
        for (id, to) in [
            ("another-worker", worker(9)),
            ("a-longer-identifier", format!("{own}/x")),
            ("a-shorter-identifier", own[..own.len() - 1].to_owned()),
            ("a-namespace-over-it", "spiffe://prod.example/ns/calendar".to_owned()),
            (
                "its-thumbprint",
                throughline::issue::Actor::unvouched(public(&format!("worker {link}"))).identifier().to_owned(),
            ),
        ] {
            suite
                .spoil(
                    CALLED,
                    &format!("hand-over-to-{id}-{place}"),
                    ErrorKind::HandoverAddressee,
                    Part::Link(link),
                    &format!("The hand-over is addressed to {to}, and that is not the link's `iss`."),
                    |vector| {
                        vector.forge(|forge| {
                            forge.handover(usize::from(link) - 1).message.put(&[OURS, 20], text(&to));
                        });
                    },
                )
                .flags(&["chain", "hand-over", "names", place]);
        }
    }
    suite
        .spoil(
            "stranger-called-by-name",
            "hand-over-to-another-stranger",
            ErrorKind::HandoverAddressee,
            Part::Link(1),
            "An unvouched actor with a hand-over to another one.",
            |vector| {
                let other = throughline::issue::Actor::unvouched(public("bob")).identifier().to_owned();
                vector.forge(|forge| forge.handover(0).message.put(&[OURS, 20], text(&other)));
            },
        )
        .flags(&["chain", "hand-over", "names"]);
}

/// V716
fn ends(suite: &mut Suite) {
    let end = NOW.0 + HOUR;
    let exp = |value: u64| Value::Integer(value.into());
    for (link, place) in LATER {
        let mut forge = Forge::of(&called(4));
        forge.handover(usize::from(link) - 1).message.put(&[4], exp(u64::MAX >> 1));
        suite.accept(
            "successors",
            &format!("hand-over-without-end-{place}"),
            "A hand-over that ends with time itself.",
            Scenario::verify(forge.token()).step("V716").flag("time").flag("feature"),
        );
        for (id, value) in [("a-second-earlier", end - 1), ("before-now", NOW.0 - 100), ("at-zero", 0)] {
            suite
                .spoil(
                    CALLED,
                    &format!("hand-over-ends-{id}-{place}"),
                    ErrorKind::HandoverOutlived,
                    Part::Link(link),
                    "The link ends after its hand-over.",
                    |vector| {
                        vector.forge(|forge| {
                            forge.handover(usize::from(link) - 1).message.put(&[4], exp(value));
                        });
                    },
                )
                .flags(&["chain", "hand-over", "time", place]);
        }
    }
    let mut forge = Forge::of(&called(4));
    forge.handover(2).message.put(&[4], exp(NOW.0 + 10));
    forge.link(3).message.put(&[4], exp(NOW.0 + 10));
    suite.accept(
        "successors",
        "link-ends-with-its-hand-over",
        "The link ends exactly with its hand-over, before its parent.",
        Scenario::verify(forge.token()).step("V716").flag("edge").flag("time"),
    );
    suite
        .spoil(
            "link-ends-with-its-hand-over",
            "link-ends-a-second-after-its-hand-over",
            ErrorKind::HandoverOutlived,
            Part::Link(3),
            "The link ends a second after its hand-over, before its parent.",
            |vector| vector.forge(|forge| forge.link(3).message.put(&[4], exp(NOW.0 + 11))),
        )
        .flags(&["chain", "hand-over", "time"]);
}

/// V717
fn tasks(suite: &mut Suite) {
    let task = |name: &[u8]| bytes(Digest::of(&[name]).as_bytes());
    for (link, place) in LATER {
        let nth = usize::from(link) - 1;
        let mut forge = Forge::of(&called(4));
        forge.handover(nth).message.put(&[OURS, 10], task(b"read"));
        forge.link(link.into()).message.put(&[OURS, 10], task(b"read"));
        let twin = format!("called-for-a-task-{place}");
        suite.accept(
            "successors",
            &twin,
            "A hand-over for a task, and a link that says it does this one.",
            Scenario::verify(forge.token()).step("V717"),
        );
        let mut spoil = |id: &str, what: &str, edit: &dyn Fn(&mut Forge)| {
            suite
                .spoil(&twin, &format!("{id}-{place}"), ErrorKind::HandoverTask, Part::Link(link), what, |vector| {
                    vector.forge(edit);
                })
                .flags(&["chain", "hand-over", place]);
        };
        spoil("another-task", "The link says another task than its hand-over.", &|forge| {
            forge.link(link.into()).message.put(&[OURS, 10], task(b"write"));
        });
        spoil("task-left-out", "The link does not say the task of its hand-over.", &|forge| {
            forge.link(link.into()).message.remove(&[OURS, 10]);
        });
        spoil("hand-over-for-another-task", "The hand-over is for another task than the link's.", &|forge| {
            forge.handover(nth).message.put(&[OURS, 10], task(b"write"));
        });
    }
}
