"""参数字段: the small types that settings are made of."""

from datetime import time
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema

from luoshi_common.calendar.limits import Limit, LimitMalformed


class Settings(BaseModel):
    """参数组: settings of one area; frozen, and an unknown name is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


def _limit(value: object) -> Limit:
    if isinstance(value, Limit):
        return value
    try:
        return Limit.parse(value if isinstance(value, str) else "")
    except LimitMalformed:
        raise ValueError("must be a whole number with min, h, wh, wd or d, such as 15min or 5wd") from None


def _clock_time(value: object) -> object:
    # YAML reads an unquoted 14:00 as the number 840, which would pass as fourteen minutes past midnight.
    if not isinstance(value, str | time):
        raise ValueError("must be a time in quotes, such as '14:00'")  # noqa: TRY004 - pydantic reports ValueError only
    return value


LimitText = Annotated[
    Limit,
    PlainValidator(_limit),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,4}(min|h|wh|wd|d)$"}),
]
ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Points = Annotated[Decimal, Field(ge=0, le=1000)]
Change = Annotated[Decimal, Field(ge=-1000, le=1000)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
Days = Annotated[int, Field(ge=1, le=366)]
DayOfMonth = Annotated[int, Field(ge=1, le=28)]
Name = Annotated[str, Field(min_length=1, max_length=40)]
Key = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
