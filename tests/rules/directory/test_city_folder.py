"""The city folder read from files: the reference city is sound, and every fault is told with file and line."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from luoshi_common.auth.roles import Role
from luoshi_directory.city.document import CityDocument
from luoshi_directory.city.reading import CityReading, read_city
from luoshi_directory.city.rules import (
    BeginsInProduction,
    CityFaulty,
    CityOfAnotherCode,
    refuse_unless_ours,
    refuse_unless_sound,
)
from luoshi_directory.entries import Level
from tests.engines import ROOT

DEMO = ROOT / "cli/luoshi/demo/city"
NAMED = (
    "市花桥公司、贵溪市政府、市水利局、市交通局、余江区政府、市公路局、市自然资源局、市发改委、市财政局、市商务局、市工信局、高新区管委会、"
    "03专项办、市农粮局、市国控集团、信江新区、市文广新旅局、月湖区政府、市市场监管局、市城管局、市交警支队、市政府金融办、"
    "人民银行市中心支行、银保监分局、市行政审批局、市科技局、市信息办、市信访局、市住建局、市城建投公司、信江新区管委会、市生态环境局、"
    "市双创办、市扶贫办、市疫情防控指挥部、市卫健委、市教育局、市民政局、市公安局、市政府外事办"
)
PLAN_UNITS = NAMED.split("、")
PLAN_GROUPS = ["各区(市)政府", "各产业链链长制牵头单位", "各部门", "相关银行", "指挥部成员单位"]

type Edit = Callable[[str, str, str], CityReading]


@pytest.fixture
def reference() -> CityDocument:
    city = read_city(DEMO).city
    assert city is not None
    return city


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Read the reference city with one text in one file replaced (once)."""

    def edited(name: str, old: str, new: str) -> CityReading:
        folder = tmp_path / "city"
        shutil.copytree(DEMO, folder)
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")
        return read_city(folder)

    return edited


class TestReferenceCity:
    def test_is_sound(self) -> None:
        reading = read_city(DEMO)

        assert reading.sound
        assert [str(finding) for finding in reading.findings] == []

    @pytest.mark.parametrize("name", PLAN_UNITS)
    def test_knows_every_unit_of_the_plan(self, reference: CityDocument, name: str) -> None:
        """R47, E29."""
        on = date(2026, 1, 5)

        meant = [
            u.code for u in reference.units if name == u.name or name in {a.name for a in u.aliases if a.holds(on)}
        ]

        assert len(meant) == 1

    def test_has_the_39_units_and_the_alias_that_the_plan_names(self, reference: CityDocument) -> None:
        named = {
            unit.code for unit in reference.units if {unit.name, *(a.name for a in unit.aliases)} & set(PLAN_UNITS)
        }

        assert (len(PLAN_UNITS), len(named)) == (40, 39)

    @pytest.mark.parametrize("name", PLAN_GROUPS)
    def test_knows_every_group_of_the_plan(self, reference: CityDocument, name: str) -> None:
        """R47, E27."""
        assert [group.name for group in reference.groups].count(name) == 1

    def test_has_somebody_for_every_role(self, reference: CityDocument) -> None:
        assert {role for person in reference.people for role in person.roles} == set(Role)

    def test_gives_every_unit_a_head_and_somebody_who_works_with_the_system(self, reference: CityDocument) -> None:
        """R91."""
        heads = {post.unit for post in reference.posts if post.first_responsible and post.holder}
        liaisons = {person.unit for person in reference.people if "unit_liaison" in person.roles}

        codes = {unit.code for unit in reference.units}
        assert heads == codes
        assert codes - liaisons == {"expert_office"}

    def test_marks_everybody_as_invented(self, reference: CityDocument) -> None:
        assert reference.city.demo
        assert all(person.demo for person in reference.people)

    def test_is_refused_in_another_city_and_in_production(self, reference: CityDocument) -> None:
        with pytest.raises(CityOfAnotherCode):
            refuse_unless_ours(reference, own="110000", production=False)
        with pytest.raises(BeginsInProduction):
            refuse_unless_ours(reference, own="360600", production=True)
        refuse_unless_ours(reference, own="360600", production=False)


class TestFaultyFolder:
    @pytest.mark.parametrize(
        ("name", "old", "new", "code"),
        [
            ("units.yaml", "code: yujiang\n", "code: yuehu\n", "duplicate_code"),
            ("units.yaml", "type: county_government", "type: district", "bad_value"),
            ("units.yaml", "parent: public_security", "parent: nobody", "unknown_unit"),
            ("units.yaml", "- name: 贵溪市\n", "- name: 市水利局\n", "ambiguous_name"),
            ("units.yaml", "from_on: 2021-06-01", "from_on: 2021-06-01\n      to_on: 2021-06-01", "dates_reversed"),
            ("units.yaml", "    - name: 月湖区", "    - name: 月湖区\n    - name: 月湖区", "alias_overlap"),
            ("units.yaml", "  name: 月湖区政府", "  nom: 月湖区政府", "unknown_key"),
            ("units.yaml", "  name: 月湖区政府", "  name: 月湖区政府\n  name: 又一个", "duplicate_key"),
            ("units.yaml", "- code: yuehu", "- code: &a yuehu\n- *a", "yaml"),
            ("units.yaml", "- code: yuehu", "- code: [yuehu", "yaml"),
            ("groups.yaml", "unit: demo_bank_two", "unit: demo_bank_nine", "unknown_unit"),
            ("people.yaml", ", unit: supervision", "", "person_without_unit"),
            ("people.yaml", "unit: supervision", "unit: nowhere", "unknown_unit"),
            ("people.yaml", "roles: [acceptor]", "roles: [king]", "unknown_role"),
            ("posts.yaml", "holder: office_deputy", "holder: office_deputy, first_responsible: true",
             "two_first_responsible"),
            ("posts.yaml", "holder: office_deputy", "holder: ghost", "unknown_person"),
            ("profile.yaml", "acceptor_days: 5", "acceptor_days: minus", "profile_malformed"),
            ("profile.yaml", "acceptance:", "burden:\n  persons_ranked: true\nacceptance:", "burden_rule_broken"),
            ("profile.yaml", "acceptance:", "reports:\n  due_day: 12\nacceptance:", "profile_contradictory"),
            ("calendar.yaml", "published_from: 2025", "years: [{year: 2026, rest_days: [2025-01-01]}]",
             "calendar_inconsistent"),
            ("city.yaml", '"360600"', "360600", "bad_value"),
            ("city.yaml", "+08:00", "", "bad_value"),
        ],
        ids=lambda value: value if isinstance(value, str) and value.isidentifier() and "_" in value else None,
    )  # fmt: skip
    def test_is_refused_with_file_and_line(self, edit: Edit, name: str, old: str, new: str, code: str) -> None:
        """R47, R91, E29, E34: contradictions in the folder are found before anything changes."""
        reading = edit(name, old, new)

        assert not reading.sound
        finding = next(finding for finding in reading.findings if finding.code == code)
        text = (DEMO / name).read_text("utf-8")
        near = text[: text.index(old)].count("\n") + 1
        assert finding.level is Level.ERROR
        assert finding.file == name
        assert finding.line is not None
        assert abs(finding.line - near) <= 2 or code in {"two_first_responsible", "ambiguous_name", "duplicate_code"}

    def test_says_which_files_are_missing(self, tmp_path: Path) -> None:
        reading = read_city(tmp_path)

        assert [(finding.code, finding.file) for finding in reading.findings] == [
            ("file_missing", "city.yaml"),
            ("file_missing", "units.yaml"),
        ]

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n  b: c: d", b"!!python/object:os.system {}"])
    def test_never_raises_for_what_a_file_holds(self, tmp_path: Path, content: bytes) -> None:
        shutil.copytree(DEMO, tmp_path / "city")
        (tmp_path / "city/groups.yaml").write_bytes(content)

        reading = read_city(tmp_path / "city")

        assert [finding.file for finding in reading.findings] == ["groups.yaml"]

    def test_takes_fourteen_hundred_hours_for_a_time(self, edit: Edit) -> None:
        """YAML 1.1 would read 14:00 as the number 840."""
        reading = edit("profile.yaml", "acceptance:", "calendar:\n  service_hours: [[09:00, 14:00]]\nacceptance:")

        assert reading.sound, [str(finding) for finding in reading.findings]

    @pytest.mark.parametrize(
        ("name", "old", "new", "code"),
        [
            ("posts.yaml", "holder: yuehu_head, first_responsible: true", "holder: yuehu_head", "no_first_responsible"),
            ("posts.yaml", "holder: yuehu_head", "holder: yujiang_liaison", "holder_of_other_unit"),
            ("people.yaml", "roles: [operator]", "roles: []", "role_vacant"),
            ("calendar.yaml", "published_from: 2025", "published_from: 2200", "calendar_missing"),
        ],
        ids=lambda value: value if "_" in value and value.isidentifier() else "",
    )
    def test_is_loaded_with_a_warning_where_somebody_should_look(
        self, edit: Edit, name: str, old: str, new: str, code: str
    ) -> None:
        reading = edit(name, old, new)

        assert reading.sound
        assert code in {finding.code for finding in reading.findings}
        refuse_unless_sound(reading.findings)

    def test_is_refused_as_a_whole(self, edit: Edit) -> None:
        reading = edit("people.yaml", "roles: [acceptor]", "roles: [king]")

        with pytest.raises(CityFaulty) as refusal:
            refuse_unless_sound(reading.findings)

        assert "没有名为“king”的角色" in str(refusal.value)
