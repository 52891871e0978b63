//! One defect in one artifact, and the verdict on it: the shape of every test of stage 2.

use ciborium::Value;
use throughline::{Error, ErrorKind, Part, Place};

use crate::common::cbor::{bstr, encode, int};
use crate::common::forge::{Forge, Message, Spot};
use crate::common::lists::FRESH;
use crate::common::setting::{Setting, assert_refused, request};
use crate::common::world::{called, wide_trust};
use crate::common::{credential, proof};

/// An accepted token and an admitted proof, to be spoiled.
pub(crate) struct Judge {
    pub(crate) setting: Setting,
    token: Vec<u8>,
    proof: Vec<u8>,
}

/// Every place where each kind of artifact stands: links at the beginning, in the middle and at the end.
pub(crate) const ARTIFACTS: [Part; 6] =
    [Part::Link(0), Part::Link(1), Part::Link(2), Part::Credential(0), Part::HandOver(1), Part::Proof];

/// The links of the twin.
pub(crate) const LINKS: [Part; 3] = [Part::Link(0), Part::Link(1), Part::Link(2)];

impl Judge {
    /// Root, worker 1 and worker 2, each called by name, and worker 2's proof.
    pub(crate) fn new() -> Self {
        let token = called(3);
        let proof = proof(&token, "worker 2", 1);
        Self::on(Setting::new(wide_trust()), token, proof)
    }

    /// Another twin, without a proof to spoil.
    pub(crate) fn of(token: Vec<u8>) -> Self {
        let setting = Setting::new(wide_trust());
        setting.accepts(&token);
        Self { setting, token, proof: Vec::new() }
    }

    pub(crate) fn on(setting: Setting, token: Vec<u8>, proof: Vec<u8>) -> Self {
        setting.admits(&token, &proof, &request());
        Self { setting, token, proof }
    }

    pub(crate) fn forge(&self, part: Part) -> Forge {
        if part == Part::Proof {
            Forge::with_known(&self.proof, &[credential(1), credential(2)])
        } else {
            Forge::of(&self.token)
        }
    }

    pub(crate) fn verdict(&self, part: Part, spoiled: &[u8]) -> Result<(), Error> {
        if part == Part::Proof {
            self.setting.admit(&self.token, spoiled, &request(), &FRESH).0
        } else {
            self.setting.verify(spoiled).0
        }
    }

    /// A value in the place of another; refused where it begins.
    #[track_caller]
    pub(crate) fn value(&self, part: Part, path: &[i64], value: Value, kind: ErrorKind) {
        let mut forge = self.forge(part);
        let message = &mut forge.part(part).message;
        let offset = message.offset(path);
        message.put(path, value);
        self.refused_at(part, forge, kind, offset);
    }

    /// A value that does its harm inside; refused somewhere in this artifact.
    #[track_caller]
    pub(crate) fn inner(&self, part: Part, path: &[i64], value: Value, kind: ErrorKind) {
        let mut forge = self.forge(part);
        forge.part(part).message.put(path, value);
        let verdict = self.verdict(part, &forge.token());
        assert!(verdict.is_err_and(|error| error.at.byte.is_some()), "{part:?} {path:?}");
        assert_refused(verdict, kind, part);
    }

    /// An entry that does not belong; refused at its key.
    #[track_caller]
    pub(crate) fn added(&self, part: Part, path: &[i64], value: Value, kind: ErrorKind) {
        let mut forge = self.forge(part);
        let message = &mut forge.part(part).message;
        message.put(path, value);
        let key = encode(&int(*path.last().unwrap()));
        let offset = message.offset(path) - key.len();
        self.refused_at(part, forge, kind, offset);
    }

    /// An entry that is not there; refused at the map that lacks it.
    #[track_caller]
    pub(crate) fn removed(&self, part: Part, path: &[i64], kind: ErrorKind) {
        let mut forge = self.forge(part);
        forge.part(part).message.remove(path);
        let verdict = self.verdict(part, &forge.token());
        assert!(verdict.is_err_and(|error| error.at.byte.is_some()), "{part:?} {path:?}");
        assert_refused(verdict, kind, part);
    }

    /// The message itself is spoiled; refused at a byte counted from where it begins. Its item is not known yet.
    #[track_caller]
    pub(crate) fn message(&self, part: Part, spoil: impl Fn(&mut Message), kind: ErrorKind, at: Spot) {
        let mut forge = self.forge(part);
        let item = forge.place_of(part);
        spoil(&mut forge.part(part).message);
        let start = forge.start(part);
        let forged = forge.part(part);
        forged.seal = matches!(at, Spot::Seal).then(|| forged.message.seal.clone());
        let byte = start + at.within(&forged.message);
        let found_in = if part == Part::Proof { part } else { Part::Item(u8::try_from(item).unwrap()) };
        self.refused_in(found_in, part, &forge, kind, u32::try_from(byte).unwrap());
    }

    /// The claims are spoiled in another way; refused so many bytes into them.
    #[track_caller]
    pub(crate) fn claims(&self, part: Part, spoil: impl FnOnce(&mut Message), kind: ErrorKind, offset: usize) {
        let mut forge = self.forge(part);
        spoil(&mut forge.part(part).message);
        self.refused_at(part, forge, kind, offset);
    }

    /// Claims in another order, or twice; refused somewhere in this artifact.
    #[track_caller]
    pub(crate) fn reordered(&self, mut forge: Forge, part: Part, claims: Value, kind: ErrorKind) {
        forge.part(part).message.payload = bstr(&encode(&claims));
        let verdict = self.verdict(part, &forge.token());
        assert!(verdict.is_err_and(|error| error.at.byte.is_some()), "{part:?}");
        assert_refused(verdict, kind, part);
    }

    #[track_caller]
    fn refused_at(&self, part: Part, mut forge: Forge, kind: ErrorKind, offset: usize) {
        let byte = u32::try_from(forge.claims_at(part) + offset).unwrap();
        self.refused_in(part, part, &forge, kind, byte);
    }

    #[track_caller]
    fn refused_in(&self, found_in: Part, part: Part, forge: &Forge, kind: ErrorKind, byte: u32) {
        let verdict = self.verdict(part, &forge.token());
        assert_eq!(verdict, Err(Error { kind, at: Place { part: found_in, byte: Some(byte) } }), "{part:?}");
    }
}
