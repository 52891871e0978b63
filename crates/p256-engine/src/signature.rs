//! From a signature to the equation it claims: x(u1 G + u2 Q) = r modulo n (FIPS 186-5, section 6.4.2).

use crate::{
    limbs,
    scalar::{Montgomery, Scalar},
};

/// The claim that the point `u1 G + u2 Q` has an x that is `r` modulo n.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Equation {
    pub(crate) r: Scalar,
    pub(crate) u1: Scalar,
    pub(crate) u2: Scalar,
}

/// The equations of up to `N` signatures with one inversion of all s (Montgomery 1987, section 10.3.1); `None` where r or s is out of
/// range or s is high, and past the end of `claims`.
pub(crate) fn equations<'a, const N: usize>(
    claims: impl Iterator<Item = (&'a [u8; 32], &'a [u8; 64])>,
) -> [Option<Equation>; N] {
    let mut pending = [None; N];
    let mut product = Montgomery::ONE;
    for (slot, (prehash, signature)) in pending.iter_mut().zip(claims) {
        let Some((r, s)) = parse(signature) else { continue };
        let s = s.to_montgomery();
        *slot = Some(Pending { e: Scalar::reduce(&limbs::from_be_bytes(prehash)), r, s, product });
        product = product.mul(&s);
    }
    let mut inverse = product.invert();
    let mut equations = [None; N];
    for (slot, pending) in equations.iter_mut().zip(&pending).rev() {
        let Some(Pending { e, r, s, product }) = pending else { continue };
        let w = inverse.mul(product);
        inverse = inverse.mul(s);
        *slot = Some(Equation { r: *r, u1: e.mul(&w), u2: r.mul(&w) });
    }
    equations
}

/// A signature whose s waits for its inverse; `product` is that of all s before it.
#[derive(Clone, Copy)]
struct Pending {
    e: Scalar,
    r: Scalar,
    s: Montgomery,
    product: Montgomery,
}

/// r and s of `r || s`, both in 1..n and s not above (n - 1) / 2.
fn parse(signature: &[u8; 64]) -> Option<(Scalar, Scalar)> {
    let (r, rest) = signature.split_first_chunk::<32>()?;
    let s = rest.first_chunk::<32>()?;
    let r = Scalar::from_nonzero(&limbs::from_be_bytes(r))?;
    let s = Scalar::from_nonzero(&limbs::from_be_bytes(s))?;
    if s.is_high() { None } else { Some((r, s)) }
}
