//! Credentials: for whom, for how long, and where they stand.

use crate::admit::cast::{self, Member, attester_name};
use crate::admit::shapes::{Credential, CredentialClaims, Item, Window};
use crate::admit::story::{LAST, Story, hand};
use crate::admit::write;
use crate::draw::Draw;

impl Story {
    /// The credential in `kid`: a new one, or the one that this key has already.
    pub(super) fn vouch(
        &mut self,
        draw: &mut Draw<'_>,
        member: &Member,
        window: &Window,
        nonce: Option<Vec<u8>>,
        index: usize,
    ) -> Credential {
        let old = self.last.get(&member.key).filter(|old| {
            let held = old.claims.window;
            !member.fresh && held.start() <= window.start() && window.start() < held.exp
        });
        if let Some(old) = old.cloned().filter(|_| index > 0 && draw.below(4) != 3) {
            return old;
        }
        let mut roles = cast::strings(&draw.some(cast::ROLES));
        if !draw.errs() {
            roles.push(member.role.clone());
        }
        roles.sort();
        roles.dedup();
        let credential = self.credential(draw, member, window, nonce, roles);
        self.last.insert(member.key, credential.clone());
        credential
    }

    pub(super) fn credential(
        &mut self,
        draw: &mut Draw<'_>,
        member: &Member,
        link: &Window,
        nonce: Option<Vec<u8>>,
        roles: Vec<String>,
    ) -> Credential {
        let iat = link.start().saturating_sub(draw.of(&[0, 1, 50]));
        let nbf = draw.once_in(4).then(|| link.start());
        let exp = draw
            .of(&[link.exp + 500, link.exp, link.exp - 1, link.exp.saturating_sub(5)])
            .max(link.start() + 1)
            .min(LAST);
        let mut window = Window { iat, nbf, exp };
        if draw.errs() {
            match draw.below(3) {
                0 => window.nbf = Some(link.start() + 1),
                1 => window.exp = link.start(),
                _ => window.exp = iat,
            }
        }
        let sub = draw.right_or(member.identifier.clone(), &cast::names());
        let claims = CredentialClaims {
            iss: draw.right_or(attester_name(member.attester), &["https://b.example".into(), "did:web:attest".into()]),
            // A thumbprint URI is nobody's to vouch for.
            sub: if sub.starts_with("urn:ietf") { "urn:x:pay".into() } else { sub },
            window,
            cnf: draw.right_or(member.key, &cast::keys()),
            accountable: draw.right_or(member.accountable.clone(), &cast::names()),
            roles,
            props: member.props.clone(),
            nonce: if draw.errs() { Some(vec![9; 16]) } else { nonce },
        };
        let hand = hand(draw, member.attester.thumbprint(), member.attester);
        write::credential(claims, hand)
    }

    /// Inline where it is first named, or known, or both; by mistake not at all, or twice.
    pub(super) fn place(&mut self, draw: &mut Draw<'_>, credential: Credential, crowd: bool) {
        let digest = credential.sealed.digest;
        let is_there = self.items.iter().any(|item| item.sealed().digest == digest)
            || self.known.iter().any(|known| known.sealed.digest == digest);
        if is_there && !draw.errs() || draw.errs() {
            return;
        }
        match if crowd { 3 } else { draw.below(4) } {
            3 => self.known.push(credential),
            2 if draw.once_in(2) => {
                self.known.push(credential.clone());
                self.items.push(Item::Credential(credential));
            }
            _ => self.items.push(Item::Credential(credential)),
        }
    }
}
