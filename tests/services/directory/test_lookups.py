"""Looking things up in the directory: units, groups at a date, people, posts, persona cards."""

from datetime import date
from uuid import uuid4

import pytest

from luoshi_client.directory import Directory
from luoshi_client.session import ServiceSession
from tests.stack import Stack

pytestmark = pytest.mark.anyio

V1 = "/api/directory/v1"


class TestUnits:
    async def test_are_listed_page_by_page_without_gap_or_double(self, city: Stack) -> None:
        office, codes, after = city.as_person("office"), [], None

        while True:
            page = (await office.get(f"{V1}/units", params={"limit": 10, **({"after": after} if after else {})})).json()
            codes += [unit["code"] for unit in page["items"]]
            after = page["next"]
            if after is None:
                break

        assert codes == sorted(codes)
        assert len(codes) == len(set(codes)) == 47

    async def test_are_found_by_type_and_by_part_of_a_name(self, city: Stack) -> None:
        office = city.as_person("office")

        vertical = (await office.get(f"{V1}/units", params={"type": "vertical_body"})).json()["items"]
        water = (await office.get(f"{V1}/units", params={"q": "水利"})).json()["items"]
        wild = (await office.get(f"{V1}/units", params={"q": "%"})).json()["items"]

        assert {unit["name"] for unit in vertical} == {"人民银行市中心支行", "银保监分局"}
        assert {unit["name"] for unit in water} == {"市水利局", "市花桥公司"}
        assert wild == []

    async def test_are_shown_with_their_version(self, city: Stack) -> None:
        office = city.as_person("office")
        [unit] = (await office.get(f"{V1}/units", params={"q": "信江新区"})).json()["items"]

        shown = await office.get(f"{V1}/units/{unit['id']}")

        assert shown.headers["ETag"] == f'"{unit["version"]}"'
        assert [alias["name"] for alias in shown.json()["aliases"]] == ["信江新区"]

    @pytest.mark.parametrize("path", ["units/not-an-id", "units?type=king", "units?after=AAAA", "units?limit=0"])
    async def test_asked_for_in_a_wrong_way_are_malformed(self, city: Stack, path: str) -> None:
        answer = await city.as_person("office").get(f"{V1}/{path}")

        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("application/problem+json")

    @pytest.mark.parametrize("path", ["units/{}", "groups/{}/members", "clock/advances/{}"])
    async def test_that_do_not_exist_are_not_found(self, city: Stack, path: str) -> None:
        assert (await city.as_person("office").get(f"{V1}/{path.format(uuid4())}")).status_code == 404


class TestGroups:
    async def test_expand_at_a_date(self, city: Stack) -> None:
        """R47, E27: a member for a time belongs to the group on its days only."""
        office = city.as_person("office")
        groups = {group["code"]: group["id"] for group in (await office.get(f"{V1}/groups")).json()["items"]}

        answers = {
            on: (await office.get(f"{V1}/groups/{groups['chain_leads']}/members", params={"on": on})).json()["items"]
            for on in ("2026-06-30", "2026-07-01")
        }
        districts = (await office.get(f"{V1}/groups/{groups['districts']}/members")).json()["items"]

        codes = {on: {unit["code"] for unit in units} for on, units in answers.items()}
        assert codes["2026-06-30"] - codes["2026-07-01"] == {"science"}
        assert codes["2026-07-01"] - codes["2026-06-30"] == {"information"}
        assert [unit["name"] for unit in districts] == ["月湖区政府", "余江区政府", "贵溪市政府"]


class TestPeople:
    async def test_are_found_by_unit_and_role(self, city: Stack) -> None:
        """R92."""
        office = city.as_person("office")

        leaders = (await office.get(f"{V1}/people", params={"role": "leader"})).json()["items"]
        colleagues = (await office.get(f"{V1}/people", params={"unit_id": leaders[0]["unit_id"]})).json()["items"]

        assert {person["title"] for person in leaders} == {"市长", "常务副市长", "副市长"}
        assert {person["unit_name"] for person in colleagues} == {"市政府"}
        assert len(colleagues) > len(leaders)

    async def test_see_who_they_are(self, city: Stack) -> None:
        me = (await city.as_person("science_liaison").get(f"{V1}/people/me")).json()

        assert (me["code"], me["unit_name"], me["roles"]) == ("science_liaison", "市科技局", ["unit_liaison"])

    async def test_never_show_how_they_sign_in(self, city: Stack) -> None:
        people = (await city.as_person("office").get(f"{V1}/people")).json()["items"]

        assert "sign_in" not in people[0]

    async def test_hold_one_first_post_of_each_unit(self, city: Stack) -> None:
        """R91."""
        posts = (await city.as_person("office").get(f"{V1}/posts", params={"limit": 200})).json()["items"]

        heads = [post["unit_id"] for post in posts if post["first_responsible"]]
        assert len(heads) == len(set(heads)) == 47
        assert all(post["person_name"] for post in posts)

    async def test_have_cards_that_strangers_may_see_in_development(self, city: Stack) -> None:
        cards = (await city.client().get(f"{V1}/personas")).json()["items"]

        assert {"office", "acceptor", "mayor", "operator"} <= {card["code"] for card in cards}
        assert all(card["demo"] for card in cards)


class TestStrangers:
    @pytest.mark.parametrize("path", ["units", "groups", "people", "people/me", "posts", "profile", "calendar"])
    async def test_see_nothing_of_the_directory(self, city: Stack, path: str) -> None:
        assert (await city.client().get(f"{V1}/{path}")).status_code == 401

    async def test_see_the_name_of_the_city_and_its_time(self, city: Stack) -> None:
        shown = (await city.client().get(f"{V1}/city")).json()

        assert (shown["name"], shown["mode"], shown["demo"]) == ("鹰潭市", "development", True)
        assert shown["notice"]


class TestClient:
    async def test_reads_what_the_directory_shows(self, city: Stack) -> None:
        directory = Directory(ServiceSession(city.as_person("office"), root="/api/directory"))

        units, people, posts = await directory.units(), await directory.people(), await directory.posts()
        groups = {group.code: group for group in await directory.groups()}
        members = await directory.members(groups["chain_leads"].id, on=date(2026, 7, 1))

        assert (len(units), len(people), len(posts)) == (47, 108, 58)
        assert "information" in {unit.code for unit in members}
        assert (await directory.me()).code == "office"
        assert (await directory.city()).name == "鹰潭市"
        assert {card.code for card in await directory.personas()} >= {"office", "acceptor"}
