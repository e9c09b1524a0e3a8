"""Amounts with measures, and shares that add to a hundred."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.money import Amount, AmountMalformed, MeasuresDiffer, plain, shares

VALUES = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


class TestAmount:
    @pytest.mark.parametrize(
        ("written", "measure", "expected"),
        [
            ("4000亿元", "万元", "40000000万元"),
            ("1亿元", "元", "100000000元"),
            ("50元", "万元", "0.005万元"),
            ("2187人", "人", "2187人"),
            ("12.50%", "%", "12.5%"),
        ],
    )
    def test_is_read_converted_and_written(self, written: str, measure: str, expected: str) -> None:
        """R35, R36: 4000亿元 and 2187人 are figures of the plan."""
        assert str(Amount.parse(written).to(measure)) == expected

    @pytest.mark.parametrize(("one", "other"), [("%", "个百分点"), ("亿元", "人"), ("个", "件")])
    def test_refuses_to_mix_measures(self, one: str, other: str) -> None:
        with pytest.raises(MeasuresDiffer) as refusal:
            Amount(Decimal(1), one).to(other)

        assert refusal.value.facts == {"measure": one, "other": other}

    @pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 0.1, 1])
    def test_refuses_what_is_no_exact_decimal(self, value: object) -> None:
        with pytest.raises(AmountMalformed):
            Amount(value, "元")  # type: ignore[arg-type]

    @pytest.mark.parametrize("text", ["", "亿元", "12", "1e9元", "１２元", "1.2.3元", "=1+1元"])
    def test_refuses_what_it_cannot_read(self, text: str) -> None:
        with pytest.raises(AmountMalformed):
            Amount.parse(text)

    def test_compares_and_adds_across_measures_of_money(self) -> None:
        """R72: a project counts from a total investment of 1亿元."""
        project = Amount.parse("10000万元")

        assert project.compare(Amount.parse("1亿元")) == 0
        assert project.compare(Amount.parse("0.99亿元")) == 1
        assert project.plus(Amount.parse("0.5亿元")) == Amount(Decimal("15000"), "万元")

    @given(value=VALUES, there=st.sampled_from(["元", "万元", "亿元"]), back=st.sampled_from(["元", "万元", "亿元"]))
    def test_conversion_loses_nothing(self, value: Decimal, there: str, back: str) -> None:
        assert Amount(value, back).to(there).to(back).value == value

    @given(value=VALUES)
    def test_is_written_without_exponent_and_reads_back(self, value: Decimal) -> None:
        assert "E" not in plain(value)
        assert Decimal(plain(value)) == value


class TestShares:
    def test_of_a_published_bulletin_add_to_a_hundred(self) -> None:
        """222 work items of one county: behind, ahead, early, other, on schedule."""
        found = shares(counts=(17, 10, 24, 9, 162), digits=1)

        assert found == tuple(map(Decimal, ("7.7", "4.5", "10.8", "4.0", "73.0")))

    def test_of_nothing_are_zero(self) -> None:
        assert shares(counts=(0, 0), digits=1) == (Decimal("0.0"), Decimal("0.0"))

    def test_of_equals_favour_the_earlier(self) -> None:
        assert shares(counts=(1, 1, 1), digits=0) == tuple(map(Decimal, (34, 33, 33)))

    def test_refuse_negative_counts(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            shares(counts=(1, -1), digits=1)

    @given(
        counts=st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any),
        digits=st.integers(0, 4),
    )
    def test_add_to_exactly_a_hundred_and_are_off_by_less_than_a_step(self, counts: list[int], digits: int) -> None:
        found = shares(counts=counts, digits=digits)

        assert sum(found) == 100
        step = Decimal(1).scaleb(-digits)
        exact = [Decimal(count) * 100 / sum(counts) for count in counts]
        assert all(abs(share - true) < step for share, true in zip(found, exact, strict=True))
