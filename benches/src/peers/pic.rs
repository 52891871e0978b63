//! PIC 0.2: a settlement server re-signs every hop, so what travels is one checkpoint without its history, whatever the depth.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use pic_continuity::artifacts::{PicPcaPayload, ProofOfRelationship};
use pic_continuity::authority::attenuation::{Attenuations, ReferenceProfile};
use pic_continuity::authority::indexed::IndexedAuthorityMap;
use pic_continuity::authority::{AuthorityValue, Invariant, LogicalAuthority};
use pic_continuity::error::RejectReason;
use pic_continuity::por::PorValidator;
use pic_continuity::prover::{CandidateRequest, build_candidate};
use pic_continuity::trust::{
    ArtifactVerifier, DefaultPolicy, Ed25519Signer, Ed25519Verifier, InMemoryCheckpoints, NoRevocation,
};
use pic_continuity::verifier::{SettledIssue, SettlementAuthority, SettlementContext, issue_settled, verify_settled};

use crate::case::{Case, Kind};
use crate::job::{ACTION, DEPTHS, RESOURCE, name, seed};

pub const SETTLED: &str = "PIC, one settled checkpoint (no history)";

pub fn all() -> Vec<Case> {
    let (_, settled) = initial();
    let cases = DEPTHS.map(|depth| {
        let (token, realm) = (settled.token.clone(), verifier());
        Case::new(SETTLED, depth, Kind::OtherPeer, token.len(), move || assert!(decide(&token, &realm)))
    });
    cases.into()
}

/// Parses, checks the realm's three signatures, and looks the request up in the authority.
pub fn decide(token: &str, realm: &Ed25519Verifier) -> bool {
    let Ok(state) = verify_settled(std::hint::black_box(token), realm) else { return false };
    state.checkpoint.context_of_authority.invariants.values().any(|one| one.1 == ACTION && one.3 == RESOURCE)
}

/// One hop: a candidate by the workload, settled by the server.
pub fn continued(pca: &[u8], store: &InMemoryCheckpoints) -> SettledIssue {
    let key = SigningKey::from_bytes(&seed("pic worker"));
    let evidence = key.verifying_key().to_bytes().to_vec();
    let por = ProofOfRelationship { por_type: pic_continuity::POR_TYPE_SD_JWT.into(), evidence };
    let request = CandidateRequest {
        attenuations: Attenuations::default(),
        next_challenge: b"challenge-1".to_vec(),
        proof_of_relationship: Some(por),
        ..CandidateRequest::default()
    };
    let worker = Ed25519Signer::new(key, name(1));
    let candidate = build_candidate(pca, request, &worker, Some(&verifier())).expect("a candidate");
    let realm = signer();
    let authority = SettlementAuthority {
        trusted: store,
        por: &Evidence,
        revocation: &NoRevocation,
        policy: &DefaultPolicy,
        order: &ReferenceProfile,
        realm: &realm,
    };
    authority.settle(&candidate.token, &context()).expect("settled")
}

/// The first checkpoint, and the server's memory of it.
pub fn initial() -> (InMemoryCheckpoints, SettledIssue) {
    let contract = BTreeMap::from([("corporation".into(), AuthorityValue::One("ALICE".into()))]);
    let invariant = Invariant::new("calendar:read:work", ACTION, "calendar", RESOURCE);
    let logical = LogicalAuthority::new(None, vec![invariant], contract);
    let map = IndexedAuthorityMap::from_logical(&logical).expect("a map");
    let settled = issue_settled(PicPcaPayload::new(0, map, vec![0x7b; 32]), &signer(), &context()).expect("settled");
    let mut store = InMemoryCheckpoints::new();
    store.insert(settled.pca_bytes.clone());
    (store, settled)
}

pub fn verifier() -> Ed25519Verifier {
    Ed25519Verifier::new(signer().verifying_key())
}

fn signer() -> Ed25519Signer {
    Ed25519Signer::new(SigningKey::from_bytes(&seed("realm")), "https://pic-x.example.com/realms/alice/keys/1")
}

fn context() -> SettlementContext {
    SettlementContext { iss: "https://pic-x.example.com/realms/alice".into(), ..SettlementContext::default() }
}

/// Takes the evidence for a raw key: checking an SD-JWT is left to the host, and not counted.
struct Evidence;

impl PorValidator for Evidence {
    fn validate(&self, por: &ProofOfRelationship) -> Result<Box<dyn ArtifactVerifier>, RejectReason> {
        let key: [u8; 32] =
            por.evidence.as_slice().try_into().map_err(|_| RejectReason::PorRejected("length".into()))?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| RejectReason::PorRejected("key".into()))?;
        Ok(Box::new(Ed25519Verifier::new(key)))
    }
}
