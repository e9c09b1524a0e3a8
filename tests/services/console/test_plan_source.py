"""The source of a plan is marked where a finding quotes it, and stays the source."""

from hypothesis import given
from hypothesis import strategies as st

from luoshi_console.pages.plan import Finding, slices


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, tuple[Finding, ...]]:
    """Draw a text and findings that quote it, some over one another, some without a place."""
    text = draw(st.text(min_size=1, max_size=80))
    found = []
    for no in range(1, draw(st.integers(1, 6)) + 1):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start, len(text)))
        level = draw(st.sampled_from(["error", "warning", "info"]))
        found.append(Finding(no=no, level=level, message="", quote=text[start:end], offset=start))
    return text, tuple(found)


class TestSlices:
    @given(sources())
    def test_join_to_the_source(self, drawn: tuple[str, tuple[Finding, ...]]) -> None:
        """R1: a person compares with what was written, so not one character may differ."""
        text, found = drawn

        assert "".join(piece.text for piece in slices(text, found)) == text

    @given(sources())
    def test_mark_exactly_what_is_quoted(self, drawn: tuple[str, tuple[Finding, ...]]) -> None:
        """R1."""
        text, found = drawn
        quoted = {at for f in found for at in range(f.offset, f.offset + len(f.quote))}

        marked, at = set(), 0
        for piece in slices(text, found):
            if piece.level:
                marked.update(range(at, at + len(piece.text)))
            at += len(piece.text)
        assert marked == quoted

    @given(sources())
    def test_number_every_quote_once(self, drawn: tuple[str, tuple[Finding, ...]]) -> None:
        """R1: the number in the source leads to the finding in the tree."""
        text, found = drawn

        numbers = [f.no for piece in slices(text, found) for f in piece.findings]
        assert sorted(numbers) == [f.no for f in found if f.quote]
