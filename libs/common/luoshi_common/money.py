"""数额: decimal amounts with their measure word, and shares that add to exactly 100."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from luoshi_common.errors import Malformed, Refused

MEASURES = ("亿元", "万元", "元", "个", "人", "项", "件", "%", "个百分点")
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_WRITTEN = re.compile(r"\s*([+-]?\d{1,18}(?:\.\d{1,9})?)\s*(%|[^\s\dA-Za-z.,+-][^\s\d]{0,7})\s*", re.ASCII)


class AmountMalformed(Malformed):
    """数额有误: not a finite decimal number with a measure word."""

    code = "money.amount_malformed"
    title = "无法识别的数额：{amount}"


class MeasuresDiffer(Refused):
    """计量单位不同: the two cannot be compared or converted."""

    code = "money.measures_differ"
    title = "计量单位不同，不能换算：{measure}、{other}"


@dataclass(frozen=True, slots=True)
class Amount:
    """数额: a value and its measure (计量单位).

    The measures of `MEASURES` are the usual ones; another measure word is taken as it stands and equals only itself.
    Money (元, 万元, 亿元) converts; 个百分点 never becomes %. Equality is of value and measure as written;
    `compare` sees through measures of money. Raises AmountMalformed.
    """

    value: Decimal
    measure: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal) or not self.value.is_finite() or not self.measure.strip():
            raise AmountMalformed(amount=f"{self.value}{self.measure}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form, e.g. 4000亿元 or 12.5%."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise AmountMalformed(amount=text[:40])
        return cls(Decimal(found[1]), found[2])

    def to(self, measure: str) -> "Amount":
        """Express the amount in another measure. Raises MeasuresDiffer."""
        if measure == self.measure:
            return self
        if self.measure not in _YUAN or measure not in _YUAN:
            raise MeasuresDiffer(measure=self.measure, other=measure)
        return Amount(self.value * _YUAN[self.measure] / _YUAN[measure], measure)

    def plus(self, other: Self) -> "Amount":
        """Add, in this amount's measure. Raises MeasuresDiffer."""
        return Amount(self.value + other.to(self.measure).value, self.measure)

    def compare(self, other: Self) -> int:
        """Give -1, 0 or 1 as this amount is less than, equal to or more than the other. Raises MeasuresDiffer."""
        theirs = other.to(self.measure).value
        return (self.value > theirs) - (self.value < theirs)

    def __str__(self) -> str:
        return f"{plain(self.value)}{self.measure}"


def plain(value: Decimal) -> str:
    """Write a decimal as people do: no exponent, no needless zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def shares(*, counts: Sequence[int], digits: int) -> tuple[Decimal, ...]:
    """占比: per cent with so many digits, by largest remainder, so that they add to exactly 100.

    Of equal remainders the earlier wins. Without anything counted every share is 0. A negative count raises ValueError.
    """
    if any(count < 0 for count in counts):
        raise ValueError("a count cannot be negative")
    step = Decimal(1).scaleb(-digits)
    total = sum(counts)
    if not total:
        return tuple(Decimal(0).quantize(step) for _ in counts)
    pieces = 100 * 10**digits
    whole = [count * pieces // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: -(counts[place] * pieces % total))
    for place in by_remainder[: pieces - sum(whole)]:
        whole[place] += 1
    return tuple(piece * step for piece in whole)
