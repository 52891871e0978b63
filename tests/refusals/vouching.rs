//! Stage 6, V610–V612: the role is vouched for, and the link lies in its credential's time.

use ciborium::Value;
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, set, text};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{edit, through_gateway, wide_trust};
use crate::common::{HOUR, NOW};
use crate::credentials::{PLACES, appraised, setting, with_attester};

#[test]
fn role_that_nobody_vouches_for_rejected() {
    let (setting, token) = setting();
    for (_, credential, link) in PLACES {
        // The attester may vouch for it and did not.
        let mut forge = Forge::of(&token);
        forge.part(link).message.put(&[OURS, 3], text("reader"));
        setting.refuses(&forge.token(), ErrorKind::RoleNotVouched, link);
        forge.part(credential).message.put(&[OURS, 15], set([text("reader")]));
        setting.accepts(&forge.token());
        forge.part(credential).message.remove(&[OURS, 15]);
        setting.refuses(&forge.token(), ErrorKind::RoleNotVouched, link);
    }
}

#[test]
fn role_in_a_further_credential_alone_rejected() {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.attesters, |attesters| attesters[1].roles = vec!["reader".into()].into());
    let mut forge = Forge::of(&appraised());
    forge.credential(1).message.put(&[OURS, 15], set([text("reader")]));
    setting.accepts(&forge.token());
    forge.link(1).message.put(&[OURS, 3], text("reader"));
    setting.refuses(&forge.token(), ErrorKind::RoleNotVouched, Part::Link(1));
}

#[test]
fn role_that_the_pin_does_not_have_rejected() {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.pins, |pins| edit(&mut pins[0].roles, |roles| roles.push("deputy".into())));
    setting.accepts(&through_gateway(3));
    let mut forge = Forge::of(&through_gateway(3));
    forge.link(1).message.put(&[OURS, 3], text("reader"));
    setting.refuses(&forge.token(), ErrorKind::RoleNotVouched, Part::Link(1));
}

#[test]
fn link_that_starts_outside_its_credentials_window_rejected() {
    let (mut setting, token) = setting();
    with_attester(&mut setting, |attester| attester.outlive = 2 * HOUR);
    let start = NOW.0 - 60;
    for (_, credential, link) in PLACES {
        for (iat, exp, accepted) in [
            (start, start + 1, true),
            (start + 1, NOW.0 + HOUR, false),
            (start - HOUR, start, false),
            (start - HOUR, start + 1, true),
        ] {
            let mut forge = Forge::of(&token);
            forge.part(credential).message.put(&[6], Value::Integer(iat.into()));
            forge.part(credential).message.put(&[4], Value::Integer(exp.into()));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::CredentialNotCurrent, link),
            }
        }
        // `nbf` is the credential's start, where there is one.
        let mut forge = Forge::of(&token);
        forge.part(credential).message.put(&[5], Value::Integer((start + 1).into()));
        setting.refuses(&forge.token(), ErrorKind::CredentialNotCurrent, link);
    }
}

#[test]
fn link_that_outlives_its_credential_rejected() {
    let (mut setting, token) = setting();
    let exp = NOW.0 + HOUR;
    for (_, credential, link) in PLACES {
        for outlive in [0, 1, 600] {
            with_attester(&mut setting, |attester| attester.outlive = outlive);
            let mut forge = Forge::of(&token);
            forge.part(credential).message.put(&[4], Value::Integer((exp - outlive).into()));
            setting.accepts(&forge.token());
            forge.part(credential).message.put(&[4], Value::Integer((exp - outlive - 1).into()));
            setting.refuses(&forge.token(), ErrorKind::CredentialOutlived, link);
        }
    }
    // A further credential's attester allows what it allows, not more.
    let mut forge = Forge::of(&appraised());
    forge.credential(1).message.put(&[4], Value::Integer((exp - 1).into()));
    setting.refuses(&forge.token(), ErrorKind::CredentialOutlived, Part::Link(1));
}
