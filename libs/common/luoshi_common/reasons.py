"""依据: why a decision came out as it did, kept with the audit line and shown to people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """依据: one line of an explanation.

    `rule` names the rule (`acceptance.strike_off`), `requirement` the sentence of the plan it serves ("R62", or ""
    where the rule comes from practice), `inputs` the facts it looked at, `text` the line for people, in Chinese.
    """

    rule: str
    text: str
    requirement: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)

    def as_document(self) -> dict[str, object]:
        """Give the plain form that is stored and published."""
        return {"rule": self.rule, "requirement": self.requirement, "inputs": dict(self.inputs), "text": self.text}
