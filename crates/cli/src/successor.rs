//! Who may continue, and the other claims that both kinds of link share: one set of options, one way into either builder.

use std::path::{Path, PathBuf};

use clap::Args;
use throughline::issue::{ContinuationBuilder, Contract, RootBuilder};
use throughline::{Digest, PublicKey};

use crate::contract::{self, Scope};
use crate::digests;
use crate::failure::Failure;
use crate::keys;
use crate::names;

/// Claims of the link to be made.
#[derive(Args, Debug)]
#[group(skip)]
#[command(next_help_heading = "Who may continue (without any of these: nobody)")]
pub(crate) struct LinkClaims {
    /// Only the holder of this key: a PEM file, or the key's thumbprint
    #[arg(long, value_name = "PEM|THUMBPRINT", group = "next")]
    next_key: Option<String>,
    /// Only the vouched actor with this identifier
    #[arg(long, value_name = "ID", group = "next", value_parser = names::identifier)]
    next_identifier: Option<String>,
    #[arg(long, value_name = "JSON|FILE", group = "next", help = CONTRACT_HELP)]
    next_contract: Option<String>,
    /// With --next-contract: whoever meets it may continue, named or not, and can cut back to this link
    #[arg(long, requires = "next_contract")]
    without_handover: bool,
    /// Anyone who sees the token
    #[arg(long, group = "next")]
    next_anyone: bool,
    /// A contract on every later link: JSON or a file; beyond the members above handover, vouched, last
    #[arg(long, value_name = "JSON|FILE")]
    require: Option<String>,
    /// Public key for MAC proofs while this link is the head: an ephemeral one, made with keygen
    #[arg(long, value_name = "PEM", help_heading = "More claims")]
    agree: Option<PathBuf>,
    /// What this hop was asked to do: a SHA-256 value, or @FILE for that of a file
    #[arg(long, value_name = "DIGEST|@FILE", help_heading = "More claims")]
    task: Option<String>,
    /// A link of another execution that fed this one: its digest, or @FILE for the head of a token
    #[arg(long, value_name = "DIGEST|@FILE", help_heading = "More claims")]
    evidence: Vec<String>,
    /// The link of another execution that triggered this one
    #[arg(long, value_name = "DIGEST|@FILE", help_heading = "More claims")]
    cause: Option<String>,
}

impl LinkClaims {
    /// Puts the claims into a builder.
    pub(crate) fn apply<B: LinkBuilder>(&self, mut builder: B) -> Result<B, Failure> {
        if let Some(key) = &self.next_key {
            builder = builder.next_key(&thumbprint(key)?);
        }
        if let Some(identifier) = &self.next_identifier {
            builder = builder.next_identifier(identifier);
        }
        if let Some(text) = &self.next_contract {
            let contract = contract::read("--next-contract", text, Scope::Next)?;
            builder = builder.next_contract(contract, self.without_handover);
        }
        if self.next_anyone {
            builder = builder.next_anyone();
        }
        if let Some(text) = &self.require {
            builder = builder.require(contract::read("--require", text, Scope::Require)?);
        }
        if let Some(path) = &self.agree {
            builder = builder.agree(keys::public(path)?.key());
        }
        if let Some(task) = &self.task {
            builder = builder.task(&digests::of_file("--task", task)?);
        }
        if !self.evidence.is_empty() {
            let links: Result<Vec<Digest>, Failure> =
                self.evidence.iter().map(|text| digests::of_head("--evidence", text)).collect();
            builder = builder.evidence(&links?);
        }
        if let Some(cause) = &self.cause {
            builder = builder.cause(&digests::of_head("--cause", cause)?);
        }
        Ok(builder)
    }
}

/// A thumbprint, or that of the public key in a file.
fn thumbprint(text: &str) -> Result<Digest, Failure> {
    let path = Path::new(text);
    match digests::digest(text) {
        Ok(digest) if !path.exists() => Ok(digest),
        _ => keys::public(path).map(|key| *key.thumbprint()),
    }
}

/// What the builders of roots and of continuations have in common.
pub(crate) trait LinkBuilder: Sized {
    fn next_key(self, thumbprint: &Digest) -> Self;
    fn next_identifier(self, identifier: &str) -> Self;
    fn next_contract(self, contract: Contract, without_handover: bool) -> Self;
    fn next_anyone(self) -> Self;
    fn require(self, contract: Contract) -> Self;
    fn agree(self, key: &PublicKey) -> Self;
    fn task(self, task: &Digest) -> Self;
    fn evidence(self, links: &[Digest]) -> Self;
    fn cause(self, link: &Digest) -> Self;
}

macro_rules! link_builder {
    ($($builder:ty),+) => { $(
        impl LinkBuilder for $builder {
            fn next_key(self, thumbprint: &Digest) -> Self {
                self.next_key(thumbprint)
            }

            fn next_identifier(self, identifier: &str) -> Self {
                self.next_identifier(identifier)
            }

            fn next_contract(self, contract: Contract, without_handover: bool) -> Self {
                if without_handover { self.next_contract_without_handover(contract) } else { self.next_contract(contract) }
            }

            fn next_anyone(self) -> Self {
                self.next_anyone()
            }

            fn require(self, contract: Contract) -> Self {
                self.require(contract)
            }

            fn agree(self, key: &PublicKey) -> Self {
                self.agree(key)
            }

            fn task(self, task: &Digest) -> Self {
                self.task(task)
            }

            fn evidence(self, links: &[Digest]) -> Self {
                self.evidence(links)
            }

            fn cause(self, link: &Digest) -> Self {
                self.cause(link)
            }
        }
    )+ };
}

link_builder!(RootBuilder, ContinuationBuilder<'_>);

const CONTRACT_HELP: &str = r#"A vouched actor that meets this contract and is named in a hand-over: JSON or a file, such as {"roles":{"any_of":["authorized-workload"],"from":["https://attester.example"]}}; members: namespace, roles (any_of, and from or accountable), properties (a list of name, from, and equals or tier), fresh"#;
