//! Valid signatures made so that equal or opposite points meet at a chosen place of a sum. Honest signatures never do that.
//!
//! With Q = d G every addend is (a + b d) G for known a and b, and so is every partial sum. For fixed u1 and u2 (which fix the digits)
//! two partial sums meet when d solves a linear equation. Then R = (u1 + u2 d) G, r = x(R), s = r / u2 and e = u1 s make the
//! signature, and the verifier comes back to u1 and u2.

use std::vec::Vec;

use p256::{
    Scalar,
    elliptic_curve::{ops::Reduce, point::AffineCoordinates},
};

use super::oracle::{Random, affine, limbs as to_limbs, multiple};
use crate::{
    batch::{self, Item},
    digits::odd_digit,
    engine::Engine,
    key::{Key, VerifyingKey},
    limbs,
    table::{BASE_ROWS, BASE_WIDTH, KEY_ROWS, KEY_WIDTH},
};
#[cfg(feature = "alloc")]
use crate::{
    key::PreparedKey,
    signature,
    sum::{self, Addends},
};

/// (a + b d) G.
#[derive(Clone, Copy)]
pub(super) struct Term {
    a: Scalar,
    b: Scalar,
}

impl Term {
    pub(super) fn add(self, other: Self) -> Self {
        Self { a: self.a + other.a, b: self.b + other.b }
    }

    pub(super) fn sum(terms: impl IntoIterator<Item = Self>) -> Self {
        terms.into_iter().fold(Self { a: Scalar::ZERO, b: Scalar::ZERO }, Self::add)
    }

    /// The d for which this and `other` are equal, or opposite; `None` if that does not depend on d, or makes it zero.
    pub(super) fn meeting(self, other: Self, opposite: bool) -> Option<Scalar> {
        let sign = if opposite { -Scalar::ONE } else { Scalar::ONE };
        let (a, b) = (self.a - sign * other.a, self.b - sign * other.b);
        let d = -a * Option::<Scalar>::from(b.invert())?;
        (d != Scalar::ZERO).then_some(d)
    }
}

/// The addends of the two tables for u1 and u2, in order.
pub(super) fn addends(u1: &Scalar, u2: &Scalar) -> Vec<Term> {
    let mut terms = base_addends(u1);
    let (k, flip) = ours(u2).to_odd();
    for row in 0..KEY_ROWS {
        let digit = odd_digit::<KEY_WIDTH>(&k, row, KEY_ROWS);
        terms.push(Term { a: Scalar::ZERO, b: signed(digit.entry, digit.negative != flip) * power(KEY_WIDTH * row) });
    }
    terms
}

/// Those of the table of G alone.
pub(super) fn base_addends(u1: &Scalar) -> Vec<Term> {
    let (k, flip) = ours(u1).to_odd();
    (0..BASE_ROWS)
        .map(|row| {
            let digit = odd_digit::<BASE_WIDTH>(&k, row, BASE_ROWS);
            Term { a: signed(digit.entry, digit.negative != flip) * power(BASE_WIDTH * row), b: Scalar::ZERO }
        })
        .collect()
}

/// `u d G`.
pub(super) fn key_multiple(u: &Scalar) -> Term {
    Term { a: Scalar::ZERO, b: *u }
}

fn signed(entry: usize, negative: bool) -> Scalar {
    let digit = Scalar::from(2 * entry as u64 + 1);
    if negative { -digit } else { digit }
}

fn power(exponent: usize) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power.double())
}

fn ours(scalar: &Scalar) -> crate::scalar::Scalar {
    let bytes: [u8; 32] = scalar.to_bytes().into();
    crate::scalar::Scalar::reduce(&limbs::from_be_bytes(&bytes))
}

/// A key, a digest and a signature for which the verifier finds the given u1 and u2.
pub(super) struct Crafted {
    pub(super) key: VerifyingKey,
    pub(super) prehash: [u8; 32],
    pub(super) signature: [u8; 64],
}

impl Crafted {
    /// `None` if s is high (then its twin leads to -u1 and -u2) or R is infinity.
    pub(super) fn new(d: &Scalar, u1: &Scalar, u2: &Scalar) -> Option<Self> {
        let key = affine(&multiple(d))?;
        let sum = multiple(&(*u1 + *u2 * d));
        affine(&sum)?;
        let r = <Scalar as Reduce<p256::FieldBytes>>::reduce(&sum.to_affine().x());
        let s = r * Option::<Scalar>::from(u2.invert())?;
        if ours(&s).is_high() || r == Scalar::ZERO {
            return None;
        }
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r.to_bytes());
        signature[32..].copy_from_slice(&s.to_bytes());
        let mut coordinates = [0; 64];
        coordinates[..32].copy_from_slice(&limbs::to_be_bytes(&key.x.to_canonical()));
        coordinates[32..].copy_from_slice(&limbs::to_be_bytes(&key.y.to_canonical()));
        Some(Self {
            key: VerifyingKey::from_coordinates(&coordinates).unwrap(),
            prehash: (*u1 * s).to_bytes().into(),
            signature,
        })
    }

    /// Crafts with random u1 and u2 until one works.
    pub(super) fn search(random: &mut Random, mut meeting: impl FnMut(&Scalar, &Scalar) -> Option<Scalar>) -> Self {
        loop {
            let (u1, u2) = (random.scalar(), random.scalar());
            if let Some(crafted) = meeting(&u1, &u2).and_then(|d| Self::new(&d, &u1, &u2)) {
                return crafted;
            }
        }
    }

    /// Whether points of equal x meet in the portable engine's affine additions, with eight of these together.
    #[cfg(feature = "alloc")]
    fn meets_in_affine_additions(&self) -> bool {
        let [Some(equation)] = signature::equations::<1>(core::iter::once((&self.prehash, &self.signature))) else {
            return false;
        };
        let mut sum = Addends::new();
        sum.push_key(PreparedKey::new(&self.key).table(), &equation.u2);
        sum.push_base(&equation.u1);
        let mut sums: [Addends; 8] = core::array::from_fn(|_| sum.clone());
        sum::reduce(&mut sums, &mut []);
        sums.iter().all(Addends::have_met)
    }

    /// Accepted, and refused once the digest changes: on each engine, plain and prepared, alone and among others.
    pub(super) fn assert_exact(&self) {
        let mut other = self.prehash;
        other[31] ^= 1;
        for (prehash, expected) in [(&self.prehash, true), (&other, false)] {
            let items = |key| Item { key, prehash, signature: &self.signature };
            let plain = items(Key::Plain(&self.key));
            #[cfg(feature = "alloc")]
            let prepared = PreparedKey::new(&self.key);
            #[cfg(feature = "alloc")]
            let kinds = [plain, items(Key::Prepared(&prepared))];
            #[cfg(not(feature = "alloc"))]
            let kinds = [plain];
            for engine in [Engine::Portable, Engine::Ifma] {
                for item in kinds {
                    for count in [1, 2, 3, 8] {
                        let mut verdicts = std::vec![!expected; count];
                        let _ = batch::verify_batch_with(engine, &std::vec![item; count], &mut verdicts);
                        assert_eq!(verdicts, std::vec![expected; count], "{engine:?}, {count} together");
                    }
                }
            }
        }
    }
}

/// Each pair of each level of affine additions, of which eight signatures together take four.
#[cfg(feature = "alloc")]
#[test]
fn points_of_equal_x_in_the_affine_additions_are_judged_exactly() {
    let mut random = Random(11);
    for level in 0..4 {
        let pairs = halved(&std::vec![Term::sum([]); BASE_ROWS + KEY_ROWS], level).len() / 2;
        for pair in 0..pairs {
            let opposite = pair % 2 == level % 2;
            let crafted = Crafted::search(&mut random, |u1, u2| {
                let mut terms = addends(u1, u2);
                // The portable engine takes the key's points first.
                terms.rotate_left(BASE_ROWS);
                let terms = halved(&terms, level);
                let half = terms.len() / 2;
                // Two multiples of Q never meet; take the last pair then.
                let meeting = |pair: usize| terms[pair].meeting(terms[pair + half], opposite);
                meeting(pair).or_else(|| meeting(half - 1))
            });
            assert!(crafted.meets_in_affine_additions(), "level {level}, pair {pair}");
            crafted.assert_exact();
        }
    }
}

/// `level` levels of halving, as the portable engine does it.
fn halved(terms: &[Term], level: usize) -> Vec<Term> {
    (0..level).fold(terms.to_vec(), |terms, _| {
        let half = terms.len() / 2;
        let mut next: Vec<Term> = (0..half).map(|k| terms[k].add(terms[k + half])).collect();
        next.extend(terms.get(2 * half));
        next
    })
}

/// u1 = 0 and small u1 and u2, keys G, -G and small multiples: equal, opposite and infinite partial sums everywhere.
#[test]
fn small_multiples_are_judged_exactly() {
    let small: Vec<Scalar> =
        [0_u64, 1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 256].into_iter().map(Scalar::from).collect();
    let mut made = 0;
    for d in small.iter().skip(1).flat_map(|d| [*d, -*d]).take(6) {
        for u1 in small.iter().flat_map(|u| [*u, -*u]) {
            for u2 in small.iter().skip(1).step_by(3).flat_map(|u| [*u, -*u]) {
                if let Some(crafted) = Crafted::new(&d, &u1, &u2) {
                    crafted.assert_exact();
                    made += 1;
                }
            }
        }
    }
    assert!(made > 400, "{made}");
}

/// A sum that is infinity is refused whatever r is.
#[test]
fn sums_at_infinity_are_refused() {
    let mut random = Random(12);
    for d in [Scalar::ONE, -Scalar::ONE, Scalar::from(5_u64), random.scalar()] {
        // Any r, s = r / u2, e = u1 s with u1 = -u2 d.
        let mut refused = 0;
        while refused < 4 {
            let (r, u2) = (random.scalar(), random.scalar());
            let s = r * u2.invert().unwrap();
            if ours(&s).is_high() {
                continue;
            }
            let key = Crafted::search(&mut random, |_, _| Some(d)).key;
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r.to_bytes());
            signature[32..].copy_from_slice(&s.to_bytes());
            let prehash: [u8; 32] = (-u2 * d * s).to_bytes().into();
            for engine in [Engine::Portable, Engine::Ifma] {
                assert!(!key.verify_with(engine, &prehash, &signature));
                #[cfg(feature = "alloc")]
                assert!(!PreparedKey::new(&key).verify_with(engine, &prehash, &signature));
                let item = Item { key: Key::Plain(&key), prehash: &prehash, signature: &signature };
                let mut verdicts = [true; 8];
                assert!(!batch::verify_batch_with(engine, &[item; 8], &mut verdicts));
                assert_eq!(verdicts, [false; 8]);
            }
            refused += 1;
        }
    }
}

/// x(R) between n and p, so that r = x(R) - n: about one point in 2^128, so the key is made from R instead:
/// Q = (R - u1 G) / u2 needs no discrete logarithm.
#[test]
fn x_above_n_is_accepted_as_r_plus_n() {
    let mut random = Random(13);
    let mut made = 0;
    let mut x = super::oracle::big(&crate::scalar::N);
    while made < 6 {
        x += 1_u8;
        let bytes = limbs::to_be_bytes(&to_limbs(&x));
        let mut compressed = [2; 33];
        compressed[1..].copy_from_slice(&bytes);
        let Ok(sum) = p256::PublicKey::from_sec1_bytes(&compressed) else { continue };
        let r = <Scalar as Reduce<p256::FieldBytes>>::reduce(&bytes.into());
        let (u1, u2) = (random.scalar(), random.scalar());
        let s = r * u2.invert().unwrap();
        if ours(&s).is_high() {
            continue;
        }
        let q = (p256::ProjectivePoint::from(*sum.as_affine()) - multiple(&u1)) * u2.invert().unwrap();
        let point = affine(&q).unwrap();
        let mut coordinates = [0; 64];
        coordinates[..32].copy_from_slice(&limbs::to_be_bytes(&point.x.to_canonical()));
        coordinates[32..].copy_from_slice(&limbs::to_be_bytes(&point.y.to_canonical()));
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r.to_bytes());
        signature[32..].copy_from_slice(&s.to_bytes());
        let key = VerifyingKey::from_coordinates(&coordinates).unwrap();
        Crafted { key, prehash: (u1 * s).to_bytes().into(), signature }.assert_exact();
        made += 1;
    }
}
