//! Remits: what an attester may say (token.md §7.2; V601–V606).

use crate::credential::Credential;
use crate::error::ErrorKind;
use crate::identifier;
use crate::trust::{Attester, Trust};

/// V601–V606: the attester is in the bundle and says nothing beyond its remit.
pub(crate) fn check_remit<'t>(
    credential: &Credential<'_>,
    trust: &'t Trust<'_>,
) -> Result<&'t Attester<'t>, ErrorKind> {
    // V601
    let attester = trust.attester(credential.attester_key()).ok_or(ErrorKind::AttesterUnknown)?;
    // V602
    if attester.name.as_bytes() != credential.attester_bytes() {
        return Err(ErrorKind::AttesterNameMismatch);
    }
    // V603
    if !attester
        .namespaces
        .iter()
        .any(|namespace| identifier::covers_bytes(namespace.as_bytes(), credential.subject_bytes()))
    {
        return Err(ErrorKind::IdentifierOutsideRemit);
    }
    // V604
    if !attester.accountable.iter().any(|entities| entities.include(credential.accountable_bytes())) {
        return Err(ErrorKind::AccountableOutsideRemit);
    }
    // V605
    if !credential.role_bytes().all(|role| attester.roles.iter().any(|allowed| allowed.as_bytes() == role)) {
        return Err(ErrorKind::RoleOutsideRemit);
    }
    // V606
    if !credential.stated().all(|(name, _)| attester.properties.iter().any(|allowed| allowed.as_bytes() == name)) {
        return Err(ErrorKind::PropertyOutsideRemit);
    }
    Ok(attester)
}
