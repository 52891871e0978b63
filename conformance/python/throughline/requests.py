"""Request digests, and the arguments of an MCP request (token.md §8.3)."""

import hashlib
from collections.abc import Iterable
from typing import Any

from . import strict_json
from .cbor import encode
from .errors import Checks, Place, refuse
from .grants import Value

REQUEST = Place("request")
_OVERRIDES = {"x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"}
_EXACT = 2**53 - 1


def _digest(profile: str, *components: Any) -> bytes:
    return hashlib.sha256(encode([f"throughline-{profile}-0", *components])).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def http(
    checks: Checks,
    method: str,
    scheme: str,
    authority: str,
    path: bytes,
    query: bytes | None,
    fields: Iterable[tuple[str, bytes]],
    body: bytes,
) -> bytes:
    """The digest of an HTTP request; `scheme` and `authority` are the configured external ones."""
    found: dict[str, bytes] = {}
    for name, value in ((name.lower(), value) for name, value in fields):
        checks.check(1010, name not in _OVERRIDES and name not in found, REQUEST)
        if name in ("host", ":authority"):
            checks.check(1010, value == authority.encode(), REQUEST)
        if name in ("content-type", "content-encoding", "host", ":authority"):
            found[name] = value
    content = found.get("content-type"), found.get("content-encoding")
    return _digest("http", method, scheme, authority, path, query, *content, _sha256(body))


def grpc(path: str, message: bytes) -> bytes:
    """The digest of a unary gRPC request."""
    return _digest("grpc", path, message)


def message(queue: str, content_type: bytes | None, body: bytes) -> bytes:
    """The digest of a queued message."""
    return _digest("message", queue, content_type, _sha256(body))


def opaque(data: bytes) -> bytes:
    """The digest of bytes that programs agree on otherwise."""
    return _digest("opaque", data)


def mcp(server: str, body: bytes) -> tuple[bytes, list[tuple[str, Value]]]:
    """The digest of an MCP request, and its arguments (V1010)."""
    try:
        request = strict_json.loads(body)
        text = strict_json.decode_text(body)
    except ValueError:
        refuse(1010, REQUEST)
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        refuse(1010, REQUEST)
    params = request.get("params", {})
    if not isinstance(params, dict):
        refuse(1010, REQUEST)
    raw = strict_json.spans(strict_json.spans(text)["params"]) if "params" in request else {}
    members = {name: value.encode() for name, value in raw.items() if name != "_meta"}
    return _digest("mcp", server, request["method"], members), _arguments(params.get("arguments"))


def _arguments(value: Any) -> list[tuple[str, Value]]:
    """Members that are texts, bools or exact integers; what is no object has none."""
    members = value.items() if isinstance(value, dict) else ()
    return [(name, member) for name, member in members if _is_argument(member)]


def _is_argument(value: Any) -> bool:
    return isinstance(value, str | bool) or isinstance(value, int) and abs(value) <= _EXACT
