//! The conformance suite (`test-vectors/`): its generator, its judge, and what it must cover.
//!
//! `UPDATE_VECTORS=1 cargo test -p throughline-vectors` writes the files; without it they are compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a vector that cannot be made fails the test"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a fixture knows what it made")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/seals.rs"]
mod seals;

mod accept;
mod access;
mod agreement;
mod attacks;
mod authority;
mod bundles;
mod cached;
mod carriage;
mod completeness;
mod credentials;
mod decode;
mod files;
mod handovers;
mod list;
mod origin;
mod proof;
mod replay;
mod request;
mod revocation;
mod sequence;
mod signatures;
mod successors;
mod suite;
mod tokens;
mod windows;

use std::sync::OnceLock;

use crate::suite::Suite;

/// The whole suite, generated once.
pub(crate) fn the_suite() -> &'static Suite {
    static SUITE: OnceLock<Suite> = OnceLock::new();
    SUITE.get_or_init(|| {
        let mut suite = Suite::new();
        for publish in [
            accept::publish,
            decode::publish,
            sequence::publish,
            windows::publish,
            origin::publish,
            credentials::publish,
            successors::publish,
            handovers::publish,
            authority::publish,
            revocation::publish,
            proof::publish,
            access::publish,
            replay::publish,
            signatures::publish,
            attacks::publish,
            list::publish,
            request::publish,
            carriage::publish,
        ] {
            publish(&mut suite);
        }
        suite.slim();
        suite
    })
}

/// The files of `accept/`, and what each shows.
pub(crate) const TOPICS: &[(&str, &str)] = &[
    ("decode", "Well-formed to the last byte: encodings at the edge of what stages 1 and 2 allow."),
    ("limits", "Lengths, counts and limits exactly at their edge."),
    ("features", "Every kind of claim, demand and limit at least once."),
    ("chains", "Chains of links, in each way in which a successor is allowed."),
    ("windows", "Windows and times at their edge."),
    ("origins", "Roots by identity, by role and by context."),
    ("credentials", "Credentials, pins and unvouched actors: who vouches for whom."),
    ("successors", "Contracts, demands and hand-overs that are met."),
    ("authority", "Grants that narrow, and requests that they admit."),
    ("revocation", "Revocation lists that are current and revoke something else."),
    ("proofs", "Proofs, signed and by MAC, for their one request."),
    ("replay", "Replay memories with room."),
    ("signatures", "Signatures and keys at the edge of their range."),
    ("lists", "Revocation lists that are taken in."),
    ("known", "Credentials that are taken in beforehand."),
    ("digests", "Requests in every profile, and their digests."),
    ("carriage", "Tokens and proofs in fields and texts."),
];

/// One named test per file.
macro_rules! files {
    ($($test:ident $file:literal,)+) => {
        /// Every file, in the order of the stages.
        pub(crate) const FILES: &[&str] = &[$($file),+];

        $(
            #[test]
            fn $test() {
                files::judge($file);
            }
        )+
    };
}

files! {
    accept_decode "accept/decode.json",
    accept_limits "accept/limits.json",
    accept_features "accept/features.json",
    accept_chains "accept/chains.json",
    accept_windows "accept/windows.json",
    accept_origins "accept/origins.json",
    accept_credentials "accept/credentials.json",
    accept_successors "accept/successors.json",
    accept_authority "accept/authority.json",
    accept_revocation "accept/revocation.json",
    accept_proofs "accept/proofs.json",
    accept_replay "accept/replay.json",
    accept_signatures "accept/signatures.json",
    accept_lists "accept/lists.json",
    accept_known "accept/known.json",
    accept_digests "accept/digests.json",
    accept_carriage "accept/carriage.json",
    v101_token_empty "reject/01-size/v101-token-empty.json",
    v102_token_too_large "reject/01-size/v102-token-too-large.json",
    v103_proof_missing "reject/01-size/v103-proof-missing.json",
    v104_proof_too_large "reject/01-size/v104-proof-too-large.json",
    v201_truncated "reject/02-decode/v201-truncated.json",
    v202_trailing_bytes "reject/02-decode/v202-trailing-bytes.json",
    v203_reserved_head "reject/02-decode/v203-reserved-head.json",
    v204_indefinite_length "reject/02-decode/v204-indefinite-length.json",
    v205_head_not_shortest "reject/02-decode/v205-head-not-shortest.json",
    v206_unexpected_type "reject/02-decode/v206-unexpected-type.json",
    v207_integer_out_of_range "reject/02-decode/v207-integer-out-of-range.json",
    v208_invalid_utf8 "reject/02-decode/v208-invalid-utf8.json",
    v209_size_out_of_range "reject/02-decode/v209-size-out-of-range.json",
    v210_map_key_order "reject/02-decode/v210-map-key-order.json",
    v211_map_key_duplicate "reject/02-decode/v211-map-key-duplicate.json",
    v212_set_order "reject/02-decode/v212-set-order.json",
    v220_wrong_tag "reject/02-decode/v220-wrong-tag.json",
    v221_wrong_arity "reject/02-decode/v221-wrong-arity.json",
    v222_header_unknown "reject/02-decode/v222-header-unknown.json",
    v223_header_missing "reject/02-decode/v223-header-missing.json",
    v224_wrong_algorithm "reject/02-decode/v224-wrong-algorithm.json",
    v225_wrong_typ "reject/02-decode/v225-wrong-typ.json",
    v226_unprotected_header "reject/02-decode/v226-unprotected-header.json",
    v227_signature_length "reject/02-decode/v227-signature-length.json",
    v228_signature_range "reject/02-decode/v228-signature-range.json",
    v229_signature_high_s "reject/02-decode/v229-signature-high-s.json",
    v230_claim_unknown "reject/02-decode/v230-claim-unknown.json",
    v231_claim_missing "reject/02-decode/v231-claim-missing.json",
    v232_claim_misplaced "reject/02-decode/v232-claim-misplaced.json",
    v233_key_unsupported "reject/02-decode/v233-key-unsupported.json",
    v234_identifier_invalid "reject/02-decode/v234-identifier-invalid.json",
    v235_window_empty "reject/02-decode/v235-window-empty.json",
    v236_pattern_invalid "reject/02-decode/v236-pattern-invalid.json",
    v237_kind_unknown "reject/02-decode/v237-kind-unknown.json",
    v238_range_inverted "reject/02-decode/v238-range-inverted.json",
    v239_unvouched_key "reject/02-decode/v239-unvouched-key.json",
    v240_unvouched_identifier "reject/02-decode/v240-unvouched-identifier.json",
    v241_too_many_links "reject/02-decode/v241-too-many-links.json",
    v242_too_many_credentials "reject/02-decode/v242-too-many-credentials.json",
    v243_too_many_grants "reject/02-decode/v243-too-many-grants.json",
    v244_credential_self_issued "reject/02-decode/v244-credential-self-issued.json",
    v245_agreement_key_reused "reject/02-decode/v245-agreement-key-reused.json",
    v301_root_missing "reject/03-sequence/v301-root-missing.json",
    v302_root_repeated "reject/03-sequence/v302-root-repeated.json",
    v303_position_wrong "reject/03-sequence/v303-position-wrong.json",
    v304_parent_wrong "reject/03-sequence/v304-parent-wrong.json",
    v305_credential_missing "reject/03-sequence/v305-credential-missing.json",
    v306_credential_misplaced "reject/03-sequence/v306-credential-misplaced.json",
    v307_handover_missing "reject/03-sequence/v307-handover-missing.json",
    v308_handover_misplaced "reject/03-sequence/v308-handover-misplaced.json",
    v401_window_outside_parent "reject/04-windows/v401-window-outside-parent.json",
    v402_not_yet_valid "reject/04-windows/v402-not-yet-valid.json",
    v403_expired "reject/04-windows/v403-expired.json",
    v501_origin_unknown "reject/05-origin/v501-origin-unknown.json",
    v502_origin_mismatch "reject/05-origin/v502-origin-mismatch.json",
    v503_origin_not_fresh "reject/05-origin/v503-origin-not-fresh.json",
    v504_origin_too_old "reject/05-origin/v504-origin-too-old.json",
    v505_origin_above_ceiling "reject/05-origin/v505-origin-above-ceiling.json",
    v601_attester_unknown "reject/06-credentials/v601-attester-unknown.json",
    v602_attester_name_mismatch "reject/06-credentials/v602-attester-name-mismatch.json",
    v603_identifier_outside_remit "reject/06-credentials/v603-identifier-outside-remit.json",
    v604_accountable_outside_remit "reject/06-credentials/v604-accountable-outside-remit.json",
    v605_role_outside_remit "reject/06-credentials/v605-role-outside-remit.json",
    v606_property_outside_remit "reject/06-credentials/v606-property-outside-remit.json",
    v607_identifier_mismatch "reject/06-credentials/v607-identifier-mismatch.json",
    v608_also_key_mismatch "reject/06-credentials/v608-also-key-mismatch.json",
    v609_also_repeats_kid "reject/06-credentials/v609-also-repeats-kid.json",
    v610_role_not_vouched "reject/06-credentials/v610-role-not-vouched.json",
    v611_credential_not_current "reject/06-credentials/v611-credential-not-current.json",
    v612_credential_outlived "reject/06-credentials/v612-credential-outlived.json",
    v613_origin_key_misused "reject/06-credentials/v613-origin-key-misused.json",
    v614_pinned_key_misused "reject/06-credentials/v614-pinned-key-misused.json",
    v615_agreement_key_signs "reject/06-credentials/v615-agreement-key-signs.json",
    v701_successor_not_allowed "reject/07-successors/v701-successor-not-allowed.json",
    v702_successor_key "reject/07-successors/v702-successor-key.json",
    v703_successor_unvouched "reject/07-successors/v703-successor-unvouched.json",
    v704_successor_identifier "reject/07-successors/v704-successor-identifier.json",
    v705_demand_namespace "reject/07-successors/v705-demand-namespace.json",
    v706_demand_role "reject/07-successors/v706-demand-role.json",
    v707_demand_property "reject/07-successors/v707-demand-property.json",
    v708_demand_fresh "reject/07-successors/v708-demand-fresh.json",
    v709_demand_vouched "reject/07-successors/v709-demand-vouched.json",
    v710_demand_last "reject/07-successors/v710-demand-last.json",
    v711_handover_demanded "reject/07-successors/v711-handover-demanded.json",
    v712_handover_not_demanded "reject/07-successors/v712-handover-not-demanded.json",
    v713_handover_head "reject/07-successors/v713-handover-head.json",
    v714_handover_signer "reject/07-successors/v714-handover-signer.json",
    v715_handover_addressee "reject/07-successors/v715-handover-addressee.json",
    v716_handover_outlived "reject/07-successors/v716-handover-outlived.json",
    v717_handover_task "reject/07-successors/v717-handover-task.json",
    v801_grants_widened "reject/08-authority/v801-grants-widened.json",
    v901_revocation_stale "reject/09-revocation/v901-revocation-stale.json",
    v902_link_revoked "reject/09-revocation/v902-link-revoked.json",
    v903_key_revoked "reject/09-revocation/v903-key-revoked.json",
    v904_credential_revoked "reject/09-revocation/v904-credential-revoked.json",
    v905_attester_key_revoked "reject/09-revocation/v905-attester-key-revoked.json",
    v906_identifier_revoked "reject/09-revocation/v906-identifier-revoked.json",
    v907_consent_revoked "reject/09-revocation/v907-consent-revoked.json",
    v908_accountable_revoked "reject/09-revocation/v908-accountable-revoked.json",
    v1001_proof_signer "reject/10-proof/v1001-proof-signer.json",
    v1002_proof_head "reject/10-proof/v1002-proof-head.json",
    v1003_proof_audience "reject/10-proof/v1003-proof-audience.json",
    v1004_proof_request "reject/10-proof/v1004-proof-request.json",
    v1005_proof_too_old "reject/10-proof/v1005-proof-too-old.json",
    v1006_proof_too_new "reject/10-proof/v1006-proof-too-new.json",
    v1007_proof_kind "reject/10-proof/v1007-proof-kind.json",
    v1008_agreement_missing "reject/10-proof/v1008-agreement-missing.json",
    v1009_agreement_unknown "reject/10-proof/v1009-agreement-unknown.json",
    v1010_request_invalid "reject/10-proof/v1010-request-invalid.json",
    v1011_request_not_granted "reject/10-proof/v1011-request-not-granted.json",
    v1012_authority_kind "reject/10-proof/v1012-authority-kind.json",
    v1101_replay_memory_young "reject/11-replay/v1101-replay-memory-young.json",
    v1102_proof_replayed "reject/11-replay/v1102-proof-replayed.json",
    v1103_replay_memory_full "reject/11-replay/v1103-replay-memory-full.json",
    v1104_replay_quota "reject/11-replay/v1104-replay-quota.json",
    v1201_key_off_curve "reject/12-signatures/v1201-key-off-curve.json",
    v1202_signature_invalid "reject/12-signatures/v1202-signature-invalid.json",
    v1301_proof_signature_invalid "reject/13-seal/v1301-proof-signature-invalid.json",
    v1302_proof_mac_invalid "reject/13-seal/v1302-proof-mac-invalid.json",
    v1401_list_issuer_unknown "reject/14-lists/v1401-list-issuer-unknown.json",
    v1402_list_issuer_name "reject/14-lists/v1402-list-issuer-name.json",
    v1403_list_number_lower "reject/14-lists/v1403-list-number-lower.json",
    v1404_list_number_reused "reject/14-lists/v1404-list-number-reused.json",
    v1405_list_too_large "reject/14-lists/v1405-list-too-large.json",
    v1406_list_signature_invalid "reject/14-lists/v1406-list-signature-invalid.json",
    v1501_field_invalid "reject/15-carriage/v1501-field-invalid.json",
    v1502_field_repeated "reject/15-carriage/v1502-field-repeated.json",
}
