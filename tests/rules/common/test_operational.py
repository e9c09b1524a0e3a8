"""What is a part that is away for now, and what a fault of ours."""

import errno

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from luoshi_common.http.operational import is_operational, unstorable


def told_by_the_database(sqlstate: str) -> DBAPIError:
    return DBAPIError("SELECT", {}, type("Told", (Exception,), {"sqlstate": sqlstate})())


class TestAPartThatIsAway:
    @pytest.mark.parametrize(
        "away",
        [
            ConnectionRefusedError(),
            OSError(errno.ENOSPC, "full"),
            PoolTimeout(),
            DBAPIError("SELECT", {}, Exception(), connection_invalidated=True),
            told_by_the_database("57P01"),
            asyncpg.ConnectionDoesNotExistError("gone"),
            asyncpg.InterfaceError("connection is closed"),
        ],
        ids=["refused", "disk-full", "pool", "invalidated", "shutdown", "gone", "closed"],
    )
    def test_is_told_from_a_fault(self, away: Exception) -> None:
        assert is_operational(away)

    @pytest.mark.parametrize(
        "fault",
        [RuntimeError(), OSError(errno.ENOENT, "no such file"), told_by_the_database("42P01"),
         asyncpg.exceptions._base.DataError("invalid input for query argument")],
        ids=["ours", "file", "no-table", "argument"],
    )  # fmt: skip
    def test_is_not_taken_for_one(self, fault: Exception) -> None:
        assert not is_operational(fault)


class TestWhatNoColumnTakes:
    def test_is_the_senders(self) -> None:
        assert unstorable(told_by_the_database("22021")) == "nul"
        assert unstorable(told_by_the_database("22003")) == "int_parsing_size"
        assert unstorable(RuntimeError()) is None
