"""Rights on the bus as data: nobody can do more than it needs."""

import json

import pytest

from luoshi_common.messaging.rights import (
    MAX_STORE_BYTES,
    BusAccount,
    BusUser,
    ConsumerRef,
    Rights,
    ThirdParty,
    inbox_prefix_of,
    nats_config,
    rights_of,
)

CITY = "360600"
FACTS = ConsumerRef("TASKS-360600", "scoring-facts-tasks")
NEIGHBOUR = ThirdParty("acme", ("ev.360600.tasks.item.issued.v1", "ev.360600.directory.unit.changed.v1"))
SERVICES = (BusUser.DIRECTORY, BusUser.NOTIFY, BusUser.SCORING, BusUser.TASKS)


class TestService:
    @pytest.mark.parametrize("user", SERVICES)
    def test_publishes_its_own_facts_and_nothing_else(self, user: BusUser) -> None:
        assert rights_of(user, city=CITY).publish == (f"ev.{CITY}.{user.value}.>",)

    def test_reads_acknowledges_and_asks_after_its_own_consumers_only(self) -> None:
        rights = rights_of(BusUser.SCORING, city=CITY, consumers=[FACTS])

        assert set(rights.publish) == {
            "ev.360600.scoring.>",
            "$JS.API.CONSUMER.MSG.NEXT.TASKS-360600.scoring-facts-tasks",
            "$JS.API.CONSUMER.INFO.TASKS-360600.scoring-facts-tasks",
            "$JS.ACK.TASKS-360600.scoring-facts-tasks.>",
        }

    @pytest.mark.parametrize("user", BusUser)
    def test_hears_only_answers_to_itself(self, user: BusUser) -> None:
        inboxes = [subject for subject in rights_of(user, city=CITY).subscribe if subject.startswith("_INBOX")]

        assert inboxes == [f"{inbox_prefix_of(user)}.>"]


class TestConsole:
    def test_listens_and_says_nothing(self) -> None:
        assert rights_of(BusUser.CONSOLE, city=CITY) == Rights(subscribe=("_INBOX.console.>", "ev.360600.>"))


class TestMigration:
    def test_alone_makes_streams_and_consumers_and_removes_no_stream(self) -> None:
        making = {
            user for user in BusUser if any("CREATE" in subject for subject in rights_of(user, city=CITY).publish)
        }
        may = rights_of(BusUser.MIGRATION, city=CITY).publish

        assert making == {BusUser.MIGRATION}
        assert not [
            subject for subject in may if "STREAM.DELETE" in subject or "PURGE" in subject or subject[:2] == "ev"
        ]


class TestThirdParty:
    def test_creates_nothing_and_publishes_no_fact(self) -> None:
        may = rights_of(NEIGHBOUR, city=CITY).publish

        assert not [subject for subject in may if subject.startswith("ev.") or "CREATE" in subject]

    def test_reads_through_one_filtered_consumer_per_stream(self) -> None:
        assert NEIGHBOUR.consumers(city=CITY) == {
            ConsumerRef("DIRECTORY-360600", "subscriber-acme-directory"): ("ev.360600.directory.unit.changed.v1",),
            ConsumerRef("TASKS-360600", "subscriber-acme-tasks"): ("ev.360600.tasks.item.issued.v1",),
        }


class TestServerConfiguration:
    def config(self, rights: Rights) -> dict[str, object]:
        account = BusAccount(city=CITY, users={"UKEY": rights})
        text = nats_config([account], host="127.0.0.1", port=4222, store="/s", server_name="n", pid_file="/p")
        document: dict[str, object] = json.loads(text)
        return document

    def test_writes_every_message_to_disk_before_acknowledging(self) -> None:
        assert self.config(Rights())["jetstream"] == {
            "store_dir": "/s",
            "sync_interval": "always",
            "max_file_store": MAX_STORE_BYTES,
        }

    def test_says_nothing_allowed_as_everything_denied(self) -> None:
        document = self.config(Rights(subscribe=("a",)))

        assert document["accounts"] == {
            "CITY-360600": {
                "jetstream": "enabled",
                "users": [{"nkey": "UKEY", "permissions": {"publish": {"deny": [">"]}, "subscribe": {"allow": ["a"]}}}],
            }
        }
