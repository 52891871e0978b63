"""The pipe protocol of test-vectors/README.md: a vector a line in, a verdict a line out.

With `--without-own-step` a refusal from stage 3 on also says, as `without_own_step`, what the verdict is when the step
that the vector is about is left out: a vector with exactly one defect is then accepted.
"""

import base64
import json
import sys
from functools import lru_cache
from typing import Any

from . import bundles, requests, strict_json
from .admission import Admission, Replay, Request
from .carriage import Carriage
from .chain import Chain
from .errors import NAMES, Checks, Refused
from .intake import Intake
from .limits import Limits
from .trust import Bundle

Json = dict[str, Any]


def decode(text: str) -> bytes:
    """Bytes of a vector."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data: bytes) -> str:
    """Bytes as vectors write them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@lru_cache(maxsize=256)
def bundle_of(text: str) -> Bundle:
    """The bundle of this JSON text."""
    return bundles.from_json(strict_json.loads(text.encode()))


class Unusable(Exception):
    """The vector is no scenario: what stands in `known` or `lists` is refused."""


class Evaluation:
    """One vector, with at most one step left out. `counter` is what counts signatures."""

    def __init__(self, vector: Json, without: int | None) -> None:
        self.vector = vector
        self.without = without
        self.counter: Any = None

    def verdict(self) -> Json:
        """The answer, in the form of `expected`."""
        operation = getattr(self, self.vector["operation"].replace("-", "_"))
        try:
            answer = {"verdict": "accepted", **operation()}
        except Refused as refused:
            answer = refusal(refused)
        except bundles.BundleRefused as error:
            answer = {"verdict": "unusable", "reason": f"the bundle is refused: {error}"}
        except Unusable as error:
            answer = {"verdict": "unusable", "reason": str(error)}
        return answer | {"signatures": self.counter.signatures if self.counter else 0}

    def verify(self) -> Json:
        chain = self._chain()
        token = decode(self.vector["token"])
        chain.measure(token)
        chain.decode(token)
        chain.judge()
        chain.check_signatures()
        return facts(chain)

    def admit(self) -> Json:
        chain = self._chain()
        agreement = [decode(scalar) for scalar in self.vector.get("agreement", [])]
        admission = Admission(chain, self._request(), agreement, self._replay())
        admission.admit(decode(self.vector["token"]), decode(self.vector.get("proof", "")))
        return facts(chain)

    def take_credential(self) -> Json:
        self.counter = intake = self._intake()
        return {"digest": encode(intake.take_credential(decode(self.vector["credential"])).sealed.digest)}

    def take_list(self) -> Json:
        self.counter = intake = self._intake()
        return {"digest": encode(intake.take_list(decode(self.vector["list"])).sealed.digest)}

    def request_digest(self) -> Json:
        ((profile, parts),) = self.vector["profiled"].items()
        match profile:
            case "http":
                fields = [(name, decode(value)) for name, value in parts.get("fields", [])]
                query = decode(parts["query"]) if "query" in parts else None
                origin = parts["method"], parts["scheme"], parts["authority"]
                digest = requests.http(
                    Checks(self.without), *origin, decode(parts["path"]), query, fields, decode(parts["body"])
                )
            case "grpc":
                digest = requests.grpc(parts["path"], decode(parts["message"]))
            case "mcp":
                digest, arguments = requests.mcp(parts["server"], decode(parts["body"]))
                named = [{"name": name, "value": value} for name, value in arguments]
                return {"digest": encode(digest), "arguments": named}
            case "message":
                content_type = decode(parts["content_type"]) if "content_type" in parts else None
                digest = requests.message(parts["queue"], content_type, decode(parts["body"]))
            case _:
                digest = requests.opaque(decode(parts))
        return {"digest": encode(digest)}

    def carriage(self) -> Json:
        carried, limits = self.vector["carried"], self._limits()
        sized = ("proof", limits.proof_bytes) if carried.get("proof") else ("token", limits.token_bytes)
        carriage = Carriage(*sized, self.without)
        return {"bytes": encode(carriage.take(carried.get("lines", []), carried.get("text")))}

    def _bundle(self) -> Bundle:
        return bundle_of(json.dumps(self.vector["trust"]))

    def _limits(self) -> Limits:
        return Limits(**self.vector.get("limits", {}))

    def _intake(self) -> Intake:
        """What was taken in beforehand."""
        intake = Intake(self._bundle(), self._limits())
        try:
            for credential in self.vector.get("known", []):
                intake.take_credential(decode(credential))
            for revocations in self.vector.get("lists", []):
                intake.take_list(decode(revocations))
        except Refused as refused:
            raise Unusable(f"taken in beforehand: {refused}") from refused
        intake.signatures, intake.without = 0, self.without
        return intake

    def _chain(self) -> Chain:
        self.counter = chain = Chain(self._intake(), self.vector["now"], self.without)
        return chain

    def _request(self) -> Request:
        asked, policy = self.vector["request"], self.vector["request"].get("policy", {})
        arguments = [(argument["name"], argument["value"]) for argument in asked.get("arguments", [])]
        about = asked["audience"], decode(asked["digest"]), asked["action"], asked["resource"], arguments
        return Request(*about, policy.get("signed", False), policy.get("authority"))

    def _replay(self) -> Replay:
        known = dict(self.vector.get("replay", {}))
        admitted = {(use["aud"], decode(use["head"]), decode(use["cti"])) for use in known.pop("admitted", [])}
        return Replay(**known, admitted=admitted)


def facts(chain: Chain) -> Json:
    """What is known of an accepted chain."""
    return {
        "execution": encode(chain.root.sealed.digest),
        "head": encode(chain.head.link.sealed.digest),
        "links": len(chain.hops),
        "authority": "delegated" if chain.delegated else "independent",
        **({"anchor": chain.anchor.name} if chain.anchor else {}),
    }


def refusal(refused: Refused) -> Json:
    """A refusal and its place."""
    at: Json = {"part": refused.place.part}
    if refused.place.index is not None:
        at["index"] = refused.place.index
    if refused.byte is not None:
        at["byte"] = refused.byte
    number = refused.number
    return {"verdict": "refused", "stage": number // 100, "number": number, "name": NAMES[number], "at": at}


def answer(line: str, without_own_step: bool = False) -> Json:
    """The answer to one line."""
    vector = json.loads(line)
    verdict = Evaluation(vector, None).verdict()
    step = int(vector.get("step", "V0")[1:])
    if without_own_step and verdict["verdict"] == "refused" and step >= 300:
        verdict["without_own_step"] = Evaluation(vector, step).verdict()
    return verdict


def main() -> None:
    without_own_step = "--without-own-step" in sys.argv[1:]
    for line in sys.stdin:
        print(json.dumps(answer(line, without_own_step), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
