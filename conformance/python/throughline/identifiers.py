"""Identifiers and namespaces (token.md §4.6), names (§2.2)."""

import re

THUMBPRINT_URI = "urn:ietf:params:oauth:ckt:"
_CHAR = r"[!\"$-.0-9;->A-\[\]-~]"  # visible ASCII but # / : ? @ \
_SEGMENT = rf"(?!\.\.?(?:[:/]|\Z)){_CHAR}+"
_SEGMENTS = rf"{_SEGMENT}(?:[:/]{_SEGMENT})*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SPIFFE = r"spiffe://[a-z0-9._-]+(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]+)*"
_HTTPS = rf"https://{_LABEL}(?:\.{_LABEL})*(?:/{_SEGMENT})*"
_DID = rf"did:[a-z0-9]+:{_SEGMENTS}"
_ARN = rf"arn:{_SEGMENT}:{_SEGMENT}:(?:{_SEGMENT})?:(?:{_SEGMENT})?:{_SEGMENTS}"
_ARN_NAMESPACE = rf"arn:{_SEGMENT}:{_SEGMENT}:(?:{_SEGMENT})?:{_SEGMENT}(?::{_SEGMENTS})?"
_URI = r"(?!(?:spiffe|https|did|arn):)[a-z][a-z0-9+.-]*:[!-~]+"
_X509 = r"(?![A-Za-z][A-Za-z0-9+.-]*:)[^=\x00-\x1f\x7f]+=[^\x00-\x1f\x7f]*"
_STRUCTURED = re.compile("|".join((_SPIFFE, _HTTPS, _DID, _ARN)))
_NAMESPACE = re.compile("|".join((_SPIFFE, _HTTPS, _DID, _ARN_NAMESPACE)))
_FREE = re.compile(f"{_URI}|{_X509}")
_ENCODED = re.compile(r"%(?:2[ef5]|5c)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_identifier(text: str) -> bool:
    """Whether the text has one of the six forms."""
    return bool(_STRUCTURED.fullmatch(text) and not _ENCODED.search(text) or _FREE.fullmatch(text))


def is_thumbprint_uri(text: str) -> bool:
    """Whether it is reserved for unvouched actors."""
    return text.startswith(THUMBPRINT_URI)


def is_namespace(text: str) -> bool:
    """Whether the text may stand as a namespace."""
    if _NAMESPACE.fullmatch(text):
        return not _ENCODED.search(text)
    return bool(_FREE.fullmatch(text)) and not is_thumbprint_uri(text)


def is_name(text: str) -> bool:
    """A role, property name or argument name has no control characters."""
    return not _CONTROL.search(text)


def namespace_covers(namespace: str, identifier: str) -> bool:
    """Itself, and what follows it after a separator."""
    if identifier == namespace:
        return True
    if not identifier.startswith(namespace) or not _NAMESPACE.fullmatch(namespace):
        return False
    separators = ":/" if namespace.startswith(("did:", "arn:")) else "/"
    return identifier[len(namespace)] in separators
