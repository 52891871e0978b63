//! Requests that are not well-formed are refused, and so is authority that only a union would give.

use std::format;
use std::string::String;
use std::vec::Vec;

use crate::error::ErrorKind;
use crate::grant::tests::encode::{array, int, limit, list, map, text};
use crate::grant::{Access, Argument, Grants, Limit, MAX_ARGUMENTS, Value};

#[test]
fn grant_that_only_two_of_the_parents_cover_together_is_rejected() {
    let ranged = |lo, hi| array(&[text("a"), text("r"), map(&[(text("n"), limit(2, &[int(lo), int(hi)]))])]);
    let [parent, child] = [list(&[ranged(0, 4), ranged(5, 9)]), list(&[ranged(1, 3), ranged(0, 9)])];
    let [parent, child] = [&parent, &child].map(|encoded| Grants::decode(encoded).expect("well-formed"));
    let widest =
        child.iter().position(|grant| grant.limits().any(|(_, limit)| matches!(limit, Limit::Range { hi: 9, .. })));
    assert_eq!(child.narrows(&parent).err(), widest);
}

#[test]
fn request_that_is_not_well_formed_is_rejected() {
    let long = |len| String::from("x").repeat(len);
    let [longest_action, longest_resource] = [128, 1_024].map(long);
    assert!(Access::new(&longest_action, &longest_resource, &[]).is_ok());
    for action in ["", "*", "a.*", "a*", "a..b", "a b", &long(129)] {
        assert_eq!(Access::new(action, "r", &[]).err(), Some(ErrorKind::RequestInvalid), "{action:?}");
    }
    for resource in
        ["", "*", "/*", "a/*", "a*", "/", "a/", "a//b", "a/../b", "a/%2e%2e/b", "s3://", "S3://a", &long(1_025)]
    {
        assert_eq!(Access::new("a", resource, &[]).err(), Some(ErrorKind::RequestInvalid), "{resource:?}");
    }
}

#[test]
fn argument_that_is_given_twice_is_rejected() {
    let names: Vec<String> = (0..=MAX_ARGUMENTS).map(|n| format!("{n}")).collect();
    let mut arguments: Vec<_> = names.iter().map(|name| Argument { name, value: Value::Bool(true) }).collect();
    assert_eq!(Access::new("a", "r", &arguments).err(), Some(ErrorKind::RequestInvalid));
    arguments.pop();
    assert!(Access::new("a", "r", &arguments).is_ok_and(|access| access.argument("7") == Some(Value::Bool(true))));
    for (index, twice) in [(0, 1), (0, MAX_ARGUMENTS - 1), (MAX_ARGUMENTS - 2, MAX_ARGUMENTS - 1)] {
        let mut repeated = arguments.clone();
        repeated[index].name = repeated[twice].name;
        assert_eq!(Access::new("a", "r", &repeated).err(), Some(ErrorKind::RequestInvalid));
    }
}
