"""English is complete: every message of the console has one, with the same places for facts."""

import re
from collections import Counter

from tools import messages

FACTS = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


class TestEnglish:
    def test_has_every_message_that_pages_say(self) -> None:
        """R90."""
        known = messages.known()

        missing = [said for said in dict.fromkeys(messages.used()) if not (known.get(said) and known[said].string)]
        assert missing == []

    def test_keeps_no_message_that_nobody_says(self) -> None:
        """R90."""
        used = set(messages.used())

        assert [message.id for message in messages.known() if message.id and message.id not in used] == []

    def test_fills_in_the_same_facts(self) -> None:
        """R90."""
        for message in messages.known():
            if message.id and "{m}" not in str(message.id):
                assert Counter(FACTS.findall(str(message.id))) == Counter(FACTS.findall(str(message.string))), (
                    message.id
                )
