//! Where a token is judged: trust, known credentials, lists, limits, time, agreement keys; and how a verdict is asserted.

use std::sync::atomic::{AtomicUsize, Ordering};

use throughline::trust::Trust;
use throughline::{
    AgreementKey, Argument, Error, ErrorKind, KnownCredentials, Limits, P256, Part, Place, PublicKey, ReplayMemory,
    Request, SignatureCheck, SignatureVerifier, UnixTime, Value, Verifier,
};

use super::lists::{FRESH, Lists};
use super::{AUDIENCE, NOW, request_digest};

/// Counts what is asked of the curve.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    signatures: AtomicUsize,
    points: AtomicUsize,
}

impl Counting {
    pub(crate) fn signatures(&self) -> usize {
        self.signatures.load(Ordering::Relaxed)
    }

    pub(crate) fn points(&self) -> usize {
        self.points.load(Ordering::Relaxed)
    }
}

impl SignatureVerifier for Counting {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.points.fetch_add(1, Ordering::Relaxed);
        P256.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.signatures.fetch_add(1, Ordering::Relaxed);
        P256.verify(check)
    }
}

/// Everything a verdict depends on but the token, the proof and the request.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) trust: Trust<'static>,
    pub(crate) known: KnownCredentials,
    pub(crate) lists: Lists,
    pub(crate) limits: Limits,
    pub(crate) agreement: Vec<AgreementKey>,
    pub(crate) now: UnixTime,
}

impl Setting {
    pub(crate) fn new(trust: Trust<'static>) -> Self {
        Self {
            trust,
            known: KnownCredentials::new(),
            lists: Lists::default(),
            limits: Limits::DEFAULT,
            agreement: Vec::new(),
            now: NOW,
        }
    }

    pub(crate) fn know(&mut self, credential: &[u8]) {
        self.known.take_in(credential, &self.trust, &P256).unwrap();
    }

    /// Verifies; signatures checked beside the verdict.
    pub(crate) fn verify(&self, token: &[u8]) -> (Result<(), Error>, usize) {
        let counting = Counting::default();
        let verifier = Verifier::new(&self.trust, &counting, &self.lists).known(&self.known).limits(self.limits);
        let verdict = verifier.verify(token, self.now).map(drop);
        check_work(&verdict, &counting, token);
        (verdict, counting.signatures())
    }

    #[track_caller]
    pub(crate) fn accepts(&self, token: &[u8]) {
        let (verdict, checks) = self.verify(token);
        assert_eq!(verdict, Ok(()), "the twin");
        assert_eq!(checks, items(token), "signatures checked");
    }

    /// Refused by this step, at this part, and at a byte exactly if the step is one of decoding.
    #[track_caller]
    pub(crate) fn refuses(&self, token: &[u8], kind: ErrorKind, part: Part) {
        let (verdict, _) = self.verify(token);
        assert_refused(verdict, kind, part);
    }

    /// Refused by this step, at this part and byte.
    #[track_caller]
    pub(crate) fn refuses_at(&self, token: &[u8], kind: ErrorKind, part: Part, byte: u32) {
        let (verdict, _) = self.verify(token);
        assert_eq!(verdict, Err(Error { kind, at: Place { part, byte: Some(byte) } }));
    }

    /// Asks for admission.
    pub(crate) fn admit(
        &self,
        token: &[u8],
        proof: &[u8],
        request: &Request<'_>,
        memory: &dyn ReplayMemory,
    ) -> (Result<(), Error>, usize) {
        let counting = Counting::default();
        let agreement = self.agreement.as_slice();
        let verifier = Verifier::new(&self.trust, &counting, &self.lists)
            .known(&self.known)
            .limits(self.limits)
            .agreement(&agreement);
        let verdict = verifier.admit(token, proof, request, memory, self.now).map(drop);
        check_work(&verdict, &counting, token);
        (verdict, counting.signatures())
    }

    #[track_caller]
    pub(crate) fn admits(&self, token: &[u8], proof: &[u8], request: &Request<'_>) {
        let (verdict, checks) = self.admit(token, proof, request, &FRESH);
        assert_eq!(verdict, Ok(()), "the twin");
        let mac = usize::from(proof[0] == 0xd1);
        assert_eq!(checks, items(token) + 1 - mac, "signatures checked");
    }

    #[track_caller]
    pub(crate) fn declines(&self, token: &[u8], proof: &[u8], request: &Request<'_>, kind: ErrorKind, part: Part) {
        let (verdict, _) = self.admit(token, proof, request, &FRESH);
        assert_refused(verdict, kind, part);
    }
}

#[track_caller]
pub(crate) fn assert_refused(verdict: Result<(), Error>, kind: ErrorKind, part: Part) {
    let error = verdict.expect_err("it is refused");
    assert_eq!((error.kind, error.at.part), (kind, part), "{error}");
    // V242 and V243 have a byte in stage 2 and none in stage 3.
    let decoding = error.kind.stage() == 2;
    assert!(decoding || error.at.byte.is_none(), "{error}: a byte beyond stage 2");
}

/// What verification.md says of work: nothing before stage 12, and every signature at most once.
#[track_caller]
fn check_work(verdict: &Result<(), Error>, counting: &Counting, token: &[u8]) {
    match verdict {
        Err(error) if error.kind.stage() < 12 && !only_in_claim(error.kind) => {
            assert_eq!((counting.signatures(), counting.points()), (0, 0), "{error}: curve operations before stage 12");
        }
        _ => assert!(counting.signatures() <= items(token) + 1, "a signature was checked twice"),
    }
}

fn only_in_claim(kind: ErrorKind) -> bool {
    // A claim after the check can refuse by any step of stage 11.
    kind.stage() == 11
}

/// How many signatures a token has.
pub(crate) fn items(token: &[u8]) -> usize {
    super::forge::split(token).len()
}

/// The request that the proofs of the fixtures are for, and that their grants admit.
pub(crate) fn request() -> Request<'static> {
    const ARGUMENTS: &[Argument<'static>] = &[Argument { name: "days", value: Value::Int(7) }];
    Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work").with(ARGUMENTS)
}
