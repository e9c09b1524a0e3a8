"""Pages are drawn from their views alone: in both languages and themes, with hostile words, region by region."""

import dataclasses
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from luoshi_client.refusal import Refusal
from luoshi_common.errors import NotFound
from luoshi_console import render, samples
from luoshi_console.forms import FileMissing
from luoshi_console.pages.plan import Lack
from luoshi_console.pages.wall import WallView
from luoshi_console.problems import view_of
from luoshi_console.reception import ForeignForm
from luoshi_console.samples_pages import PAGES, bench, inbox
from luoshi_console.samples_plan import plan
from luoshi_console.signin import SignInRefused
from luoshi_console.views import FieldError, ProblemView, Sign

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
EVERY = [
    *PAGES.items(),
    ("/wall", ("wall.html", samples.wall, None)),
    ("/wall-bare", ("wall.html", samples.empty_wall, 1)),
]


def drawn(path: str, *, language: str = "zh", theme: str = "light", view: object = None) -> str:
    """Draw a sample page."""
    template, make, person = dict(EVERY)[path]
    frame = samples.frame(path, language=language, theme=theme, person=person)
    return render.whole(template, frame=frame, view=make() if view is None else view)[0]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        self.found.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """List the tags of a page."""
    parser = _Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("path", dict(EVERY))
class TestEveryPage:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_is_drawn_in_both_languages_and_themes(self, path: str, language: str, theme: str) -> None:
        """R90."""
        html = drawn(path, language=language, theme=theme)

        assert f'data-theme="{theme}"' in html
        assert '<html lang="zh-CN"' in html or language == "en"
        assert not re.search(r"\bNone\b|Undefined|\bTrue\b|\bFalse\b", html)

    def test_gives_every_id_once_and_labels_every_input(self, path: str) -> None:
        """R90."""
        found = tags(drawn(path))

        ids = [attrs["id"] for _, attrs in found if "id" in attrs]
        assert len(ids) == len(set(ids))
        labelled = {attrs.get("for") for tag, attrs in found if tag == "label"}
        inputs = [attrs for tag, attrs in found if tag in ("input", "select", "textarea")]
        bare = [
            a for a in inputs if a.get("type") not in ("hidden", "radio", "checkbox") and a.get("id") not in labelled
        ]
        assert all(attrs.get("id") or attrs.get("name") for attrs in bare)

    def test_holds_no_script_of_its_own(self, path: str) -> None:
        """R90: the policy of the page allows scripts from files only."""
        for tag, attrs in tags(drawn(path)):
            assert not any(name.startswith(("on", "hx-on")) for name in attrs)
            assert tag != "script" or str(attrs.get("src", "")).startswith("/static/")
            assert not str(attrs.get("href", "")).startswith("javascript:")

    def test_sends_regions_that_stand_in_the_page_word_for_word(self, path: str) -> None:
        """R90: what a live message brings equals what a reload would show."""
        template, make, person = dict(EVERY)[path]

        whole, regions = render.whole(template, frame=samples.frame(path, person=person), view=make())

        assert all(html in whole for html in regions.values())
        assert all(f'id="{name}"' in html for name, html in regions.items())

    def test_posts_only_forms_that_carry_the_token(self, path: str) -> None:
        """R90."""
        html = drawn(path)

        forms = re.findall(r'<form method="post".*?</form>', html, re.S)
        assert all('name="csrf" value="sample"' in form for form in forms)


class TestWall:
    def test_shows_thirty_tiles_in_five_full_rows(self) -> None:
        """R82."""
        found = tags(drawn("/wall"))

        classes = [str(attrs.get("class", "")).split() for _, attrs in found]
        assert sum("tile" in names for names in classes) == 30
        assert sum(names == ["row"] for names in classes) == 5

    def test_shows_no_lamp_and_no_progress_while_nothing_is_reported(self) -> None:
        """R82: a part without data is absent, never made up."""
        html = drawn("/wall")

        assert not re.search(r'class="sign (green|yellow|red)"', html)
        assert "进度" not in html

    def test_escapes_whatever_a_plan_brings(self) -> None:
        """R1: a plan is written by others."""
        wall = samples.wall()
        tile = dataclasses.replace(samples.tile(3), title=HOSTILE, short=HOSTILE, lead=HOSTILE)
        area = dataclasses.replace(wall.rows[0][0], title=HOSTILE, tiles=(tile,))
        feed = tuple(dataclasses.replace(entry, who=HOSTILE) for entry in wall.feed)

        html = drawn("/wall", view=dataclasses.replace(wall, rows=((area,),), feed=feed, plan=HOSTILE))

        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "{{ 7*7 }}" in html

    def test_says_that_it_is_empty_and_what_to_do(self) -> None:
        """R82."""
        view: WallView = samples.empty_wall()

        html = drawn("/wall-bare", view=view)

        assert "还没有方案" in html
        assert 'href="/imports"' in html


class TestProblemBox:
    def test_stands_on_top_and_leads_to_the_fields(self) -> None:
        """R90."""
        problem = ProblemView(status=409, title=HOSTILE, errors=(FieldError(field="deadline", message="时限已过"),))
        frame = dataclasses.replace(samples.frame("/items/12"), problem=problem)

        html, _ = render.whole("item.html", frame=frame, view=PAGES["/items/12"][1]())

        assert 'href="#deadline"' in html
        assert html.index('id="problem"') < html.index('class="cols"')
        assert "<script>alert" not in html

    def test_says_that_somebody_else_was_first(self) -> None:
        """R90."""
        frame = dataclasses.replace(samples.frame("/"), problem=ProblemView(status=412, title="x"))

        html, _ = render.whole("bench.html", frame=frame, view=bench())

        assert "他人刚刚改过" in html


class TestRefusals:
    def test_are_said_in_the_language_of_the_page(self) -> None:
        """R90: what the console itself refuses too."""
        assert view_of(NotFound(), "zh").title == "未找到所请求的内容"
        assert not re.search(r"[\u4e00-\u9fff]", view_of(NotFound(), "en").title)
        assert not re.search(r"[\u4e00-\u9fff]", view_of(FileMissing(), "en").title)
        assert not re.search(r"[\u4e00-\u9fff]", view_of(ForeignForm(), "en").title)
        assert not re.search(r"[\u4e00-\u9fff]", view_of(SignInRefused(reason="state"), "en").title)

    def test_name_a_field_once_and_in_words(self) -> None:
        """R90: no path of a request in front of people."""
        document = {"detail": "body.year: y", "errors": [{"path": "body.year", "message": "y"}]}
        refusal = Refusal(status=422, code="malformed", title="x", document=document)

        shown = view_of(refusal, "zh")

        assert shown.detail is None
        assert [(error.field, error.message) for error in shown.errors] == [("year", "y")]


class TestForms:
    def test_hold_on_to_what_was_typed_when_news_comes(self) -> None:
        """R90: a refused form is left alone by the live stream, a fresh one follows it."""
        frame = samples.frame("/items/12")

        fresh = render.whole("item.html", frame=frame, view=PAGES["/items/12"][1]())[1]["acts"]
        refused = render.whole("item.html", frame=dataclasses.replace(frame, kept=True), view=PAGES["/items/12"][1]())[
            1
        ]["acts"]

        assert "hx-morph-skip" not in fresh
        assert "hx-morph-skip" in refused

    def test_are_told_apart_by_an_id(self) -> None:
        """R62: a verdict that was marked for one unit never slips to another when the form shrinks."""
        html = "".join(drawn(path) for path in dict(EVERY) if path.startswith("/items/"))

        assert all('id="' in form for form in re.findall(r'<form method="post"[^>]*/items/[^>]*>', html))
        assert all('id="' in tag for tag in re.findall(r'<input type="radio"[^>]*>', html))


class TestDeadlines:
    def test_that_have_passed_say_so_in_shape_and_word(self) -> None:
        """R90: an open item that is late is not shown like one in time; one struck off is."""
        view = PAGES["/items/12"][1]()
        passed = (samples.frame("/items/12").now - timedelta(days=3)).date()

        late = drawn("/items/12", view=dataclasses.replace(view, due=passed, continuing=False, sign=Sign.ISSUED))
        done = drawn("/items/12", view=dataclasses.replace(view, due=passed, continuing=False, sign=Sign.STRUCK_OFF))

        assert "已过时限" in late
        assert "已过时限" not in done


class TestPlan:
    def test_leads_to_the_errors_and_takes_a_kind_at_once(self) -> None:
        """R1: one error among many doubts is one click away."""
        html = drawn("/imports/1")

        state = html[html.index('id="state"') : html.index('class="cols half"')]
        assert 'href="#f3"' in state
        assert 'name="kind" value="warning"' in html

    def test_gathers_what_items_lack_by_reason(self) -> None:
        """R15: thirty items without a leader are one line."""
        lacks = (
            Lack(why="leader_missing", items=((1, "a"), (2, "b"))),
            Lack(why="deadline_missing", items=((2, "b"),)),
        )
        view = dataclasses.replace(plan(), state="confirmed", waiting=lacks, waiting_count=2)

        html = drawn("/imports/1", view=view)

        assert "2 项暂不能下达" in html
        assert html.count("未明确牵头领导") == 1
        assert 'href="/items/b#acts"' in html


class TestInbox:
    def test_keeps_reading_and_reading_aloud_apart(self) -> None:
        """R90: unread entries bear a button that names them."""
        html = drawn("/inbox", view=inbox())

        assert html.count("/read") == sum(not letter.read for letter in inbox().letters)
