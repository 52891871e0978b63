//! A replay memory that knows what a vector says it knows (verification.md, stage 11).

use throughline::{ErrorKind, ProofUse, ReplayMemory, UnixTime};

use crate::vector::Replay;

/// Looks up in what was given; a claim is the only one, so nothing is inserted.
pub(crate) struct Remembered(Replay);

impl Remembered {
    pub(crate) const fn new(replay: Replay) -> Self {
        Self(replay)
    }
}

impl ReplayMemory for Remembered {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        let Replay { beginning, forgotten, admitted, .. } = &self.0;
        // V1101
        let early = used.dated < UnixTime(*beginning).plus(used.skew);
        if early || forgotten.is_some_and(|newest| used.dated <= UnixTime(newest)) {
            return Err(ErrorKind::ReplayMemoryYoung);
        }
        // V1102
        let before = admitted.iter().any(|proof| {
            proof.aud == used.audience && proof.head.0 == used.head.as_bytes() && proof.cti.0 == used.nonce
        });
        if before { Err(ErrorKind::ProofReplayed) } else { Ok(()) }
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.look_up(used)?;
        // V1103
        if self.0.room == Some(0) {
            return Err(ErrorKind::ReplayMemoryFull);
        }
        // V1104
        if self.0.share == Some(0) { Err(ErrorKind::ReplayQuota) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use throughline::Digest;

    use super::*;
    use crate::vector::Admitted;

    const HEAD: Digest = Digest([1; 32]);

    /// What a look-up and a claim of a proof dated 1,000 say, with skew 30.
    fn told(replay: Replay) -> [Result<(), ErrorKind>; 2] {
        let used = ProofUse {
            audience: "https://calendar.example",
            head: &HEAD,
            nonce: &[2; 16],
            dated: UnixTime(1_000),
            now: UnixTime(1_010),
            window: 60,
            skew: 30,
            origin: "alice",
            accountable: "https://alice.example",
            actor: &HEAD,
        };
        let memory = Remembered::new(replay);
        [memory.look_up(&used), memory.claim(&used)]
    }

    #[test]
    fn memory_that_knows_nothing_admits() {
        assert_eq!(told(Replay::default()), [Ok(()); 2]);
        let room = Replay { room: Some(1), share: Some(1), ..Replay::default() };
        assert_eq!(told(room), [Ok(()); 2]);
    }

    #[test]
    fn proof_from_before_the_beginning_or_not_after_the_forgotten_rejected() {
        let begun = |beginning| told(Replay { beginning, ..Replay::default() });
        assert_eq!((begun(970), begun(971)), ([Ok(()); 2], [Err(ErrorKind::ReplayMemoryYoung); 2]));
        let forgotten = |newest| told(Replay { forgotten: Some(newest), ..Replay::default() });
        assert_eq!((forgotten(999), forgotten(1_000)), ([Ok(()); 2], [Err(ErrorKind::ReplayMemoryYoung); 2]));
    }

    #[test]
    fn same_audience_head_and_nonce_rejected() {
        let same = Admitted { aud: "https://calendar.example".to_owned(), head: [1; 32].into(), cti: [2; 16].into() };
        let admitted = |proof| told(Replay { admitted: [proof].into(), ..Replay::default() });
        assert_eq!(admitted(same.clone()), [Err(ErrorKind::ProofReplayed); 2]);
        for other in [
            Admitted { aud: "https://mail.example".to_owned(), ..same.clone() },
            Admitted { head: [3; 32].into(), ..same.clone() },
            Admitted { cti: [3; 16].into(), ..same },
        ] {
            assert_eq!(admitted(other), [Ok(()); 2]);
        }
    }

    #[test]
    fn claim_without_room_or_share_rejected() {
        let full = Replay { room: Some(0), ..Replay::default() };
        assert_eq!(told(full), [Ok(()), Err(ErrorKind::ReplayMemoryFull)]);
        let used_up = Replay { share: Some(0), ..Replay::default() };
        assert_eq!(told(used_up), [Ok(()), Err(ErrorKind::ReplayQuota)]);
    }
}
