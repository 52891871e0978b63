//! temp
use super::{crafted::Crafted, oracle::Random};
use crate::{
    field::FieldElement,
    key::*,
    ladder, signature,
    sum::{self, Addends},
};
use std::hint::black_box;
use std::println;
use std::time::Instant;
fn t<R>(name: &str, mut f: impl FnMut() -> R) {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let s = Instant::now();
        for _ in 0..100 {
            black_box(f());
        }
        best = best.min(s.elapsed().as_nanos() as f64 / 100.0);
    }
    println!("{name}: {best:.0} ns");
}
#[test]
fn timing() {
    let mut random = Random(1);
    let d = random.scalar();
    let c = Crafted::search(&mut random, |_, _| Some(d));
    let p = PreparedKey::new(&c.key);
    t("equations<1>", || signature::equations::<1>(core::iter::once((black_box(&c.prehash), &c.signature))));
    t("equations<8> of 8", || {
        signature::equations::<8>(core::iter::repeat_n((black_box(&c.prehash), &c.signature), 8))
    });
    let eq = signature::equations::<1>(core::iter::once((&c.prehash, &c.signature)))[0].unwrap();
    t("scalar inverse", || black_box(&eq.u1).invert());
    let f = c.key.point().x;
    t("field inverse", || black_box(&f).invert());
    t("gather", || {
        let mut a = Addends::new();
        a.push_base(&eq.u1);
        a.push_key(p.table(), &eq.u2);
        a.finish(crate::point::Xyzz::INFINITY).x.montgomery()[0];
    });
    let mut a = Addends::new();
    a.push_base(&eq.u1);
    a.push_key(p.table(), &eq.u2);
    t("gather only", || {
        let mut a = Addends::new();
        a.push_base(black_box(&eq.u1));
        a.push_key(p.table(), &eq.u2);
        a
    });
    t("finish 75 xyzz", || black_box(&a).finish(crate::point::Xyzz::INFINITY));
    t("clone+reduce", || {
        let mut s = [a.clone()];
        sum::reduce(&mut s, &mut []);
        s
    });
    let mut s = [a.clone()];
    sum::reduce(&mut s, &mut []);
    t("finish after reduce", || black_box(&s[0]).finish(crate::point::Xyzz::INFINITY));
    let o = ladder::OddMultiples::new(c.key.point());
    t("odd", || ladder::OddMultiples::new(black_box(c.key.point())));
    let z = o.last_z().invert();
    t("to_affine", || black_box(o).to_affine(&z));
    let m = o.to_affine(&z);
    t("ladder", || ladder::multiply(black_box(&m), &eq.u2));
    let j = crate::jacobian::Jacobian::from_affine(c.key.point());
    t("100 doublings", || {
        let mut j = black_box(j);
        for _ in 0..100 {
            j = j.double();
        }
        j
    });
    t("100 muls dep", || {
        let mut j = black_box(f);
        for _ in 0..100 {
            j = j.mul(&f);
        }
        j
    });
    let x = crate::point::Xyzz::double_affine(c.key.point());
    t("100 xyzz adds", || {
        let mut x = black_box(x);
        for _ in 0..100 {
            x = x.add_affine(&m[1]);
        }
        x
    });
    t("table", || PreparedKey::new(black_box(&c.key)));
    t("digits", || { let (k,_) = black_box(&eq.u2).to_odd(); let mut e = 0; for row in 0..43 { e += crate::table::key_entry(p.table(), &k, row).0 as *const _ as usize; } e });
  t("picks", || crate::ifma::picks(p.table(), black_box(&eq)));
  if let Some(av) = crate::ifma::Available::detect() {
        for n in [1, 2, 3, 4, 8] {
            let it =
                std::vec![crate::batch::Item{key: Key::Prepared(&p), prehash:&c.prehash, signature:&c.signature}; n];
            t(&std::format!("ifma prepared {n}"), || av.verify(black_box(&it)));
        }
        for n in [2, 8] {
            let it =
                std::vec![crate::batch::Item{key: Key::Plain(&c.key), prehash:&c.prehash, signature:&c.signature}; n];
            t(&std::format!("ifma unknown {n}"), || av.verify(black_box(&it)));
        }
    }
}
