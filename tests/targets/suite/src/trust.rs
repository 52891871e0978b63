//! A packed trust bundle as borrowed tables: first what is named, then who is trusted.

use throughline::trust::{
    ActorPin, Attester, Ceiling, Entities, OriginAnchor, OriginKind, PropertyTest, PropertyValue, RevocationIssuer,
    Test, Tier, Trust,
};
use throughline::{List, PublicKey, Text, TrustedKey};

use crate::pools;
use crate::reader::Reader;

/// Reads a bundle and lends it; `None` if there is another form, or no room.
pub(crate) fn with<T>(mut bundle: Reader<'_>, ask: impl FnOnce(&Trust<'_>) -> Option<T>) -> Option<T> {
    let reader = &mut bundle;
    let mut texts = [const { Text::new("") }; pools::TEXTS];
    reader.fill(&mut texts, |reader| reader.text().map(Text::new))?;
    let mut entities = [const { Entities::Exact(Text::new("")) }; pools::ENTITIES];
    reader.fill(&mut entities, |reader| {
        let kind = reader.u8()?;
        let text = Text::new(reader.text()?);
        Some(if kind == 0 { Entities::Exact(text) } else { Entities::Namespace(text) })
    })?;
    let mut tests = [const { PropertyTest::new(Text::new(""), Test::Tier(Tier::Affirming)) }; pools::TESTS];
    reader.fill(&mut tests, |reader| Some(PropertyTest::new(Text::new(reader.text()?), test(reader)?)))?;
    let mut stated = [const { (Text::new(""), PropertyValue::Bool(false)) }; pools::STATED];
    reader.fill(&mut stated, |reader| Some((Text::new(reader.text()?), value(reader)?)))?;
    // A reader of its own: what is read from here on lives no longer than the pools.
    let reader = &mut { *reader };
    let named = &Named { texts: &texts, entities: &entities, tests: &tests, stated: &stated };

    let key = TrustedKey::new(PublicKey::from_coordinates([0; 32], [0; 32]));
    let blank = || Text::new("");
    let mut origins = [const { None }; pools::ORIGINS];
    let origin_count = reader.fill(&mut origins, |reader| named.origin(reader).map(Some))?;
    let mut attesters = core::array::from_fn::<_, { pools::ATTESTERS }, _>(|_| Attester::new(key, blank()));
    let attester_count = reader.fill(&mut attesters, |reader| named.attester(reader))?;
    let mut pins = core::array::from_fn::<_, { pools::PINS }, _>(|_| ActorPin::new(key, blank(), blank(), blank()));
    let pin_count = reader.fill(&mut pins, |reader| named.pin(reader))?;
    let mut revokers = core::array::from_fn::<_, { pools::REVOKERS }, _>(|_| RevocationIssuer::new(key, blank()));
    let revoker_count = reader.fill(&mut revokers, |reader| named.revoker(reader))?;

    // An anchor has no blank form.
    let first = origins.first().cloned().flatten();
    let origins = first.map(|first| origins.map(|origin| origin.unwrap_or_else(|| first.clone())));
    let origins = origins.as_ref().map_or(&[][..], |origins| origins);
    ask(&Trust::new(
        List::new(origins.get(..origin_count)?),
        List::new(attesters.get(..attester_count)?),
        List::new(pins.get(..pin_count)?),
        List::new(revokers.get(..revoker_count)?),
    ))
}

/// What the records of a bundle point into.
struct Named<'p> {
    texts: &'p [Text<'p>],
    entities: &'p [Entities<'p>],
    tests: &'p [PropertyTest<'p>],
    stated: &'p [(Text<'p>, PropertyValue<'p>)],
}

impl<'p> Named<'p> {
    fn origin(&self, reader: &mut Reader<'p>) -> Option<OriginAnchor<'p>> {
        let name = Text::new(reader.text()?);
        let kind = match reader.u8()? {
            0 => OriginKind::Identity {
                key: key(reader)?,
                identifier: Text::new(reader.text()?),
                role: Text::new(reader.text()?),
                accountable: some_of(self.entities, reader)?,
            },
            1 => OriginKind::Role {
                attester: Text::new(reader.text()?),
                role: Text::new(reader.text()?),
                accountable: Text::new(reader.text()?),
            },
            _ => OriginKind::Context {
                attester: Text::new(reader.text()?),
                properties: some_of(self.tests, reader)?,
                accountable: Text::new(reader.text()?),
                max_age: reader.u64()?,
            },
        };
        Some(OriginAnchor::new(name, kind, Ceiling::new(List::new(reader.bytes()?)).ok()?))
    }

    fn attester(&self, reader: &mut Reader<'p>) -> Option<Attester<'p>> {
        let mut attester = Attester::new(key(reader)?, Text::new(reader.text()?));
        attester.namespaces = some_of(self.texts, reader)?;
        attester.accountable = some_of(self.entities, reader)?;
        attester.roles = some_of(self.texts, reader)?;
        attester.properties = some_of(self.texts, reader)?;
        attester.outlive = reader.u64()?;
        Some(attester)
    }

    fn pin(&self, reader: &mut Reader<'p>) -> Option<ActorPin<'p>> {
        let text = |reader: &mut Reader<'p>| reader.text().map(Text::new);
        let mut pin = ActorPin::new(key(reader)?, text(reader)?, text(reader)?, text(reader)?);
        pin.roles = some_of(self.texts, reader)?;
        pin.properties = some_of(self.stated, reader)?;
        Some(pin)
    }

    fn revoker(&self, reader: &mut Reader<'p>) -> Option<RevocationIssuer<'p>> {
        let mut revoker = RevocationIssuer::new(key(reader)?, Text::new(reader.text()?));
        revoker.accountable = some_of(self.entities, reader)?;
        revoker.attesters = some_of(self.texts, reader)?;
        Some(revoker)
    }
}

/// A part of a pool: where it begins, and how much it is.
fn some_of<'p, T>(pool: &'p [T], reader: &mut Reader<'_>) -> Option<List<'p, T>> {
    let (start, count) = (usize::try_from(reader.u32()?).ok()?, usize::try_from(reader.u32()?).ok()?);
    pool.get(start..start.checked_add(count)?).map(List::new)
}

fn key(reader: &mut Reader<'_>) -> Option<TrustedKey> {
    Some(TrustedKey::new(PublicKey::from_coordinates(reader.array()?, reader.array()?)))
}

fn test<'p>(reader: &mut Reader<'p>) -> Option<Test<'p>> {
    Some(match reader.u8()? {
        0 => Test::Equals(value(reader)?),
        1 => Test::Tier(Tier::Affirming),
        2 => Test::Tier(Tier::Warning),
        _ => Test::Tier(Tier::Contraindicated),
    })
}

fn value<'p>(reader: &mut Reader<'p>) -> Option<PropertyValue<'p>> {
    Some(match reader.u8()? {
        0 => PropertyValue::Int(reader.u64()?.cast_signed()),
        1 => PropertyValue::Text(Text::new(reader.text()?)),
        2 => PropertyValue::Bool(reader.u8()? != 0),
        _ => PropertyValue::Bytes(List::new(reader.bytes()?)),
    })
}
