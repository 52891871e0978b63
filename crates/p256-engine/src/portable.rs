//! The portable engine: up to eight signatures judged together, each on its own equation.

use crate::{
    batch::Item,
    field::FieldElement,
    key::Key,
    ladder::{self, OddMultiples},
    point::Xyzz,
    signature,
    sum::{self, Addends},
};

/// Judges up to `N` items (at most eight); verdicts past the items' end are `false`.
///
/// All inversions are shared: one of the s, one a level of affine additions, and the keys' odd multiples take part in the first.
#[inline(never)] // So that one signature does not take the stack of eight.
pub(crate) fn verify<const N: usize>(items: &[Item<'_>]) -> [bool; N] {
    let equations = signature::equations::<N>(items.iter().map(|item| (item.prehash, item.signature)));
    let mut sums = [const { Addends::new() }; N];
    let mut multiples = [None; N];
    for (((item, equation), sum), multiples) in items.iter().zip(&equations).zip(&mut sums).zip(&mut multiples) {
        let Some(equation) = equation else { continue };
        match item.key {
            Key::Plain(key) => *multiples = Some(OddMultiples::new(key.point())),
            #[cfg(feature = "alloc")]
            Key::Prepared(key) => sum.push_key(key.table(), &equation.u2),
        }
        sum.push_base(&equation.u1);
    }
    let mut z = [FieldElement::ONE; N];
    for (z, multiples) in z.iter_mut().zip(multiples.iter().flatten()) {
        *z = multiples.last_z();
    }
    let unknown = multiples.iter().flatten().count();
    sum::reduce(&mut sums, z.get_mut(..unknown).unwrap_or_default());
    let mut z = z.iter();
    let mut verdicts = [false; N];
    for (((verdict, equation), sum), multiples) in verdicts.iter_mut().zip(&equations).zip(&sums).zip(&multiples) {
        let Some(equation) = equation else { continue };
        let start = match multiples {
            Some(multiples) => {
                let z_inverse = z.next().unwrap_or(&FieldElement::ONE);
                ladder::multiply(&multiples.to_affine(z_inverse), &equation.u2).to_xyzz()
            }
            None => Xyzz::INFINITY,
        };
        *verdict = sum.finish(start).has_x(&equation.r);
    }
    verdicts
}
