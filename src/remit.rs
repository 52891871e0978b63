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
    if attester.name != credential.attester() {
        return Err(ErrorKind::AttesterNameMismatch);
    }
    // V603
    if !attester.namespaces.iter().any(|namespace| identifier::covers(namespace, credential.subject())) {
        return Err(ErrorKind::IdentifierOutsideRemit);
    }
    // V604
    if !attester.accountable.iter().any(|entities| entities.includes(credential.accountable())) {
        return Err(ErrorKind::AccountableOutsideRemit);
    }
    // V605
    if !credential.roles().all(|role| attester.roles.iter().any(|allowed| *allowed == role)) {
        return Err(ErrorKind::RoleOutsideRemit);
    }
    // V606
    if !credential.properties().all(|(name, _)| attester.properties.iter().any(|allowed| *allowed == name)) {
        return Err(ErrorKind::PropertyOutsideRemit);
    }
    Ok(attester)
}
