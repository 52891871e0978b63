//! Holds a requirement against a verified chain, in the order of `spec/enforcement.md` §3.

use throughline::{Access, Argument, Hop, UnixTime, VerifiedChain};

use crate::consent::{Consent, ConsentQuestion, ConsentStore};
use crate::facts::words;
use crate::requirement::{Accountable, ConsentDemand, Demand, Exclusion, Hops, Path, Requirement, Unmet, UnmetKind};

/// What a requirement is held against.
pub(crate) struct Judge<'j> {
    pub(crate) chain: &'j VerifiedChain<'j>,
    pub(crate) now: UnixTime,
    pub(crate) skew: u64,
    pub(crate) consents: Option<&'j dyn ConsentStore>,
    pub(crate) asked: Judged<'j>,
}

/// What is asked for.
pub(crate) enum Judged<'j> {
    /// One request.
    Request { action: &'j str, resource: &'j str, arguments: &'j [Argument<'j>] },
    /// Some request that a route takes (for an access summary): whether its own limits admit any is known by then.
    Route { action: &'j str, resource: &'j str, within: bool },
}

impl Judge<'_> {
    /// The first requirement that is not met.
    pub(crate) fn judge(&self, requirement: &Requirement) -> Result<(), Unmet> {
        self.limits(requirement)?;
        self.depth(requirement)?;
        self.origin(requirement)?;
        for demand in &requirement.head {
            self.head(demand)?;
        }
        for path in &requirement.path {
            self.path(path)?;
        }
        // Last, for a store may be far away.
        self.consent(requirement.consent)
    }

    fn limits(&self, requirement: &Requirement) -> Result<(), Unmet> {
        let Some(limits) = &requirement.limits else { return Ok(()) };
        let (action, resource, admitted) = match self.asked {
            Judged::Request { action, resource, arguments } => {
                let access = Access::new(action, resource, arguments);
                (action, resource, access.is_ok_and(|access| limits.0.grants().admits(&access).is_some()))
            }
            Judged::Route { action, resource, within } => (action, resource, within),
        };
        if admitted {
            return Ok(());
        }
        Err(unmet(
            UnmetKind::RequestLimits,
            None,
            format!("{action} on {resource} is not within the route's own limits"),
        ))
    }

    fn depth(&self, requirement: &Requirement) -> Result<(), Unmet> {
        let (hops, depth) = (self.chain.len(), requirement.depth);
        let least = depth.least.map_or(0, usize::from);
        let most = depth.most.map_or(usize::MAX, usize::from);
        if (least..=most).contains(&hops) {
            return Ok(());
        }
        let wanted = match (depth.least, depth.most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "any".into(),
        };
        Err(unmet(UnmetKind::Depth, None, format!("{hops} hops, where the route allows {wanted}")))
    }

    fn origin(&self, requirement: &Requirement) -> Result<(), Unmet> {
        let demand = &requirement.origin;
        let at_origin = |kind, text| Err(unmet(kind, Some(0), text));
        let Some(origin) = self.chain.origin() else {
            return at_origin(UnmetKind::OriginKind, "there is no origin".into());
        };
        if !demand.kinds.is_empty() && !demand.kinds.contains(&origin.kind()) {
            let wanted = or(demand.kinds.iter().map(|kind| words::origin_kind(*kind)));
            let is = words::origin_kind(origin.kind());
            return at_origin(
                UnmetKind::OriginKind,
                format!("the origin's kind is {is}, where the route wants {wanted}"),
            );
        }
        let accountable = origin.accountable();
        if !demand.accountable.is_empty() && !demand.accountable.iter().any(|one| one.includes(accountable)) {
            let wanted = entities(&demand.accountable);
            let text = format!("the origin answers to {accountable}, where the route wants {wanted}");
            return at_origin(UnmetKind::OriginAccountable, text);
        }
        if !demand.anchors.is_empty() && !demand.anchors.iter().any(|one| one == origin.anchor()) {
            let (is, wanted) = (origin.anchor(), or(demand.anchors.iter()));
            let text = format!("the root stands on anchor {is:?}, where the route wants {wanted}");
            return at_origin(UnmetKind::OriginAnchor, text);
        }
        if let (Some(max_age), Some(root)) = (demand.max_age, self.chain.hop(0)) {
            let made = root.window().issued();
            if made.plus(max_age).plus(self.skew) < self.now {
                let text = format!("the root was made at {made}, more than {max_age} s before {}", self.now);
                return at_origin(UnmetKind::OriginAge, text);
            }
        }
        Ok(())
    }

    fn head(&self, demand: &Demand) -> Result<(), Unmet> {
        let last = self.chain.len().saturating_sub(1);
        match self.chain.head() {
            Some(head) if demand.holds(&head) => Ok(()),
            Some(head) => {
                Err(unmet(UnmetKind::Head, Some(last), format!("{}; it is {}", wants(demand), is(&head, demand))))
            }
            None => Err(unmet(UnmetKind::Head, None, "there is no head".into())),
        }
    }

    fn path(&self, path: &Path) -> Result<(), Unmet> {
        match path {
            Path::Some(demand, hops) => {
                let kind = UnmetKind::SomeHop;
                let mut positions = self.stretch(kind, hops)?;
                let found = positions.any(|at| self.chain.hop(at).is_some_and(|hop| demand.holds(&hop)));
                let text = || format!("no hop meets: {}", wants(demand));
                if found { Ok(()) } else { Err(unmet(kind, None, text())) }
            }
            Path::Every(demand, hops) => {
                let kind = UnmetKind::EveryHop;
                for at in self.stretch(kind, hops)? {
                    let Some(hop) = self.chain.hop(at) else { continue };
                    if !demand.holds(&hop) {
                        return Err(unmet(kind, Some(at), format!("{}; it is {}", wants(demand), is(&hop, demand))));
                    }
                }
                Ok(())
            }
            Path::No(exclusion, hops) => {
                let kind = UnmetKind::NoHop;
                for at in self.stretch(kind, hops)? {
                    let Some(hop) = self.chain.hop(at) else { continue };
                    if !exclusion.clears(&hop) {
                        return Err(unmet(kind, Some(at), excluded(exclusion, &hop)));
                    }
                }
                Ok(())
            }
        }
    }

    fn stretch(&self, kind: UnmetKind, hops: &Hops) -> Result<std::ops::Range<usize>, Unmet> {
        hops.of(self.chain).ok_or_else(|| {
            unmet(kind, None, "there is no hop of the role, on the word, behind which the route looks".into())
        })
    }

    fn consent(&self, demand: ConsentDemand) -> Result<(), Unmet> {
        if demand == ConsentDemand::Any {
            return Ok(());
        }
        let at_origin = |kind: UnmetKind, text: String| Err(unmet(kind, Some(0), text));
        let plain = |kind: UnmetKind| at_origin(kind, kind.to_string());
        let Some((origin, digest)) = self.chain.origin().and_then(|origin| Some((origin, origin.consent()?))) else {
            return plain(UnmetKind::Consent);
        };
        if demand == ConsentDemand::Present {
            return Ok(());
        }
        let (Judged::Request { action, resource, .. } | Judged::Route { action, resource, .. }) = self.asked;
        let Some(store) = self.consents else {
            return at_origin(UnmetKind::ConsentUnavailable, "the gate has no consent store".into());
        };
        let question = ConsentQuestion { digest, accountable: origin.accountable(), action, resource, now: self.now };
        match store.resolve(&question) {
            Ok(Consent::Given) => Ok(()),
            Ok(Consent::Unknown) => {
                at_origin(UnmetKind::ConsentUnknown, format!("the consent store does not have record {digest}"))
            }
            Ok(Consent::Withdrawn) => {
                at_origin(UnmetKind::ConsentWithdrawn, format!("consent {digest} does not hold for this request"))
            }
            Err(error) => {
                at_origin(UnmetKind::ConsentUnavailable, format!("the consent store does not answer: {error}"))
            }
        }
    }
}

const fn unmet(kind: UnmetKind, hop: Option<usize>, text: String) -> Unmet {
    Unmet { kind, hop, text }
}

/// What a demand wants, in words.
fn wants(demand: &Demand) -> String {
    use crate::requirement::{RoleFrom, Worth};
    match demand {
        Demand::Role { roles, from } => {
            let from = match from {
                RoleFrom::Attesters(names) => format!("on the word of {}", or(names.iter())),
                RoleFrom::Accountable(entity) => format!("of an actor answerable to {entity}"),
            };
            format!("the route wants role {} {from}", or(roles.iter()))
        }
        Demand::Property { name, attesters, worth, fresh } => {
            let worth = match worth {
                Worth::Equals(value) => format!("= {}", serde_json::json!(value)),
                Worth::Tier(tier) => format!("{tier:?} or better").to_lowercase(),
            };
            let fresh = if *fresh { "fresh, " } else { "" };
            format!("the route wants property {name} {worth}, {fresh}on the word of {}", or(attesters.iter()))
        }
        Demand::Fresh => "the route wants a credential made for exactly this step".into(),
        Demand::Vouched => "the route wants an actor somebody vouches for".into(),
        Demand::Identifier(namespaces) => format!("the route wants an identifier under {}", or(namespaces.iter())),
        Demand::Accountable(list) => format!("the route wants an actor answerable to {}", entities(list)),
        Demand::HandedOver => "the route wants an actor that was called by name, in a hand-over".into(),
    }
}

/// What a hop is, of what a demand is about.
fn is(hop: &Hop<'_>, demand: &Demand) -> String {
    let who = hop.identifier();
    let vouched = match (hop.attester(), hop.role()) {
        (Some(attester), Some(role)) => format!("{who}, in role {role} on the word of {attester}"),
        (None, Some(role)) => format!("{who}, in role {role} on the trust bundle's word"),
        _ => format!("{who}, for whom nobody vouches"),
    };
    match demand {
        Demand::Property { name, .. } => {
            let stated: Vec<String> = hop
                .statements()
                .filter(|statement| statement.name == name)
                .map(|statement| {
                    let fresh = if statement.fresh { " (fresh)" } else { "" };
                    format!("{}{fresh} by {}", words::property_json(&statement.value), statement.attester)
                })
                .collect();
            let stated = if stated.is_empty() { "nobody states it".into() } else { stated.join(", ") };
            format!("{who}: {stated}")
        }
        Demand::Accountable(_) => format!("{who}, answerable to {}", hop.accountable().unwrap_or("nobody")),
        Demand::Role { .. } | Demand::Fresh | Demand::Vouched | Demand::Identifier(_) | Demand::HandedOver => vouched,
    }
}

fn excluded(exclusion: &Exclusion, hop: &Hop<'_>) -> String {
    let who = hop.identifier();
    if hop.vouching() == throughline::Vouching::Unvouched {
        return format!("nobody vouches for {who}: it is cleared of nothing that the route excludes");
    }
    match exclusion {
        Exclusion::Role(_) => format!("{who} acts in role {}, which the route excludes", hop.role().unwrap_or("?")),
        Exclusion::Identifier(_) => format!("{who} is under a namespace that the route excludes"),
        Exclusion::Accountable(_) => {
            format!("{who} answers to {}, which the route excludes", hop.accountable().unwrap_or("?"))
        }
        Exclusion::Attester(_) => {
            format!("{who} is vouched for by {}, which the route excludes", hop.attester().unwrap_or("?"))
        }
        Exclusion::Unvouched => format!("nobody vouches for {who}"),
    }
}

fn entities(list: &[Accountable]) -> String {
    or(list.iter().map(|one| match one {
        Accountable::Exact(entity) => entity.clone(),
        Accountable::Namespace { namespace } => format!("anything under {namespace}"),
    }))
}

fn or<S: AsRef<str>>(names: impl Iterator<Item = S>) -> String {
    let names: Vec<S> = names.collect();
    names.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" or ")
}
