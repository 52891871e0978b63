//! Keys in PEM, as openssl writes them: PKCS#8 and SEC1 private keys, SPKI public keys (RFC 7468, RFC 5958, RFC 5915, RFC 5280).

use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::der::pem;
use p256::pkcs8::spki::{AlgorithmIdentifierRef, DecodePublicKey as _, SubjectPublicKeyInfoRef};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding, ObjectIdentifier, PrivateKeyInfoRef};
use throughline::PublicKey;
use zeroize::Zeroizing;

/// What a PEM file with keys holds.
pub(crate) enum Found {
    /// The secret scalar and its public key.
    Private(Zeroizing<[u8; 32]>, PublicKey),
    /// A public key alone.
    Public(PublicKey),
}

/// Reads the one key of a file; blocks that are no keys are passed over.
pub(crate) fn read(bytes: &[u8]) -> Result<Found, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_pem(bytes, error.valid_up_to()))?;
    let mut found = None;
    let mut rest = text;
    let mut passed = None;
    while let Some((label, block, after)) = next_block(rest)? {
        rest = after;
        let key = match label {
            "PRIVATE KEY" => pkcs8(&der(block)?)?,
            "EC PRIVATE KEY" if block.contains("ENCRYPTED") => return Err(ENCRYPTED.to_owned()),
            "EC PRIVATE KEY" => sec1(&der(block)?)?,
            "PUBLIC KEY" => Found::Public(spki(&der(block)?)?),
            "ENCRYPTED PRIVATE KEY" => return Err(ENCRYPTED.to_owned()),
            "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => return Err(wrong_key("RSA")),
            "OPENSSH PRIVATE KEY" => return Err("an OpenSSH key; PKCS#8 PEM belongs here".to_owned()),
            _ => {
                passed = Some(label);
                continue;
            }
        };
        if found.replace(key).is_some() {
            return Err("two keys in one file".to_owned());
        }
    }
    match (found, passed) {
        (Some(key), _) => Ok(key),
        (None, Some("CERTIFICATE")) => {
            Err("a certificate, not a key (openssl x509 -pubkey -noout prints its key)".to_owned())
        }
        (None, Some(label)) => Err(format!("no key in this PEM file, but {label:?}")),
        (None, None) if bytes.is_empty() => Err("empty; a key in PEM belongs here".to_owned()),
        (None, None) => Err(not_pem(bytes, 0)),
    }
}

/// A private key as PKCS#8 PEM.
pub(crate) fn private(secret: &SecretKey) -> Option<Zeroizing<String>> {
    secret.to_pkcs8_pem(LineEnding::LF).ok()
}

/// A public key as SPKI PEM.
pub(crate) fn public(key: &PublicKey) -> Option<String> {
    let key = p256::PublicKey::from_sec1_bytes(&key.to_sec1()).ok()?;
    p256::pkcs8::EncodePublicKey::to_public_key_pem(&key, LineEnding::LF).ok()
}

/// The public key of a secret scalar.
pub(crate) fn public_of(secret: &SecretKey) -> Option<PublicKey> {
    coordinates(&secret.public_key())
}

/// The label of the next block, the block, and what follows it.
fn next_block(text: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let Some(begin) = text.find(BEGIN) else { return Ok(None) };
    let block = text.get(begin..).unwrap_or_default();
    let label = block.strip_prefix(BEGIN).and_then(|rest| rest.split_once("-----")).map(|(label, _)| label);
    let label = label.filter(|label| !label.contains('\n')).ok_or("PEM whose first line is cut")?;
    let end = format!("-----END {label}-----");
    let length = block.find(&end).map(|at| at.saturating_add(end.len()));
    let (block, after) = length.and_then(|length| block.split_at_checked(length)).ok_or("PEM without its last line")?;
    Ok(Some((label, block, after)))
}

fn der(block: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let decoded = pem::decode_vec(block.as_bytes()).map_err(|_| "PEM whose base64 is damaged".to_owned())?;
    Ok(Zeroizing::new(decoded.1))
}

fn pkcs8(der: &[u8]) -> Result<Found, String> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| "not a PKCS#8 private key inside".to_owned())?;
    check(&info.algorithm)?;
    found(&SecretKey::from_pkcs8_der(der).map_err(|_| "a damaged private key of P-256".to_owned())?)
}

fn sec1(der: &[u8]) -> Result<Found, String> {
    // The curve is named by its object identifier, or not at all; then the public key tells.
    if let Some((_, name)) = CURVES.iter().find(|(oid, _)| holds(der, oid.as_bytes())) {
        return Err(wrong_key(name));
    }
    let named = holds(der, P256.as_bytes());
    let what =
        if named { "a damaged private key of P-256" } else { "a private key that does not name P-256 as its curve" };
    found(&SecretKey::from_sec1_der(der).map_err(|_| what.to_owned())?)
}

fn found(secret: &SecretKey) -> Result<Found, String> {
    let public = public_of(secret).ok_or("a private key without a public one")?;
    Ok(Found::Private(Zeroizing::new(secret.to_bytes().into()), public))
}

fn spki(der: &[u8]) -> Result<PublicKey, String> {
    let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| "not an SPKI public key inside".to_owned())?;
    check(&info.algorithm)?;
    let key = p256::PublicKey::from_public_key_der(der).map_err(|_| "not a point of P-256".to_owned())?;
    coordinates(&key).ok_or_else(|| "not a point of P-256".to_owned())
}

fn coordinates(key: &p256::PublicKey) -> Option<PublicKey> {
    let point = key.to_sec1_point(false);
    let (x, y) = (point.x()?, point.y()?);
    Some(PublicKey::from_coordinates((*x).into(), (*y).into()))
}

/// Names the algorithm where it is another.
fn check(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), String> {
    if algorithm.oid != EC {
        let name = ALGORITHMS.iter().find(|(oid, _)| *oid == algorithm.oid).map(|(_, name)| *name);
        return Err(name.map_or_else(|| wrong_key(&format!("algorithm {}", algorithm.oid)), wrong_key));
    }
    match algorithm.parameters_oid() {
        Ok(curve) if curve == P256 => Ok(()),
        Ok(curve) => {
            let name = CURVES.iter().find(|(oid, _)| *oid == curve).map(|(_, name)| *name);
            Err(name.map_or_else(|| wrong_key(&format!("curve {curve}")), wrong_key))
        }
        Err(_) => {
            Err("a key whose curve is written out; name it (openssl: -pkeyopt ec_param_enc:named_curve)".to_owned())
        }
    }
}

fn wrong_key(what: &str) -> String {
    format!("a key of {what}; keys here are of P-256 (openssl: prime256v1)")
}

fn not_pem(bytes: &[u8], at: usize) -> String {
    match bytes.first() {
        Some(0x30) => "DER; PEM belongs here (openssl pkey -inform DER converts it)".to_owned(),
        Some(b'{') => "JSON; a key in PEM belongs here".to_owned(),
        Some(_) if at > 0 => format!("not PEM: byte {at} is not text"),
        _ => "not PEM: no line \"-----BEGIN ...\"".to_owned(),
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

const BEGIN: &str = "-----BEGIN ";
const ENCRYPTED: &str = "an encrypted private key; decrypt it first (openssl pkey -in FILE -out PLAIN)";
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const CURVES: [(ObjectIdentifier, &str); 5] = [
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "secp256k1"),
    (ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.33"), "P-224"),
];
const ALGORITHMS: [(ObjectIdentifier, &str); 5] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"), "RSA"),
    (ObjectIdentifier::new_unwrap("1.3.101.112"), "Ed25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
];
