"""日志: one JSON object per line on stderr, with request id, city, service and trace; never personal data.

Only ids travel in logs. A key that could hold more is struck out, so that a careless line does not leak.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import orjson
import structlog
from opentelemetry import trace

PERSONAL = frozenset(
    {"authorization", "body", "cookie", "email", "id_number", "name", "password", "phone", "secret", "token"}
)
STRUCK_OUT = "***"


def configure(*, city: str, level: str = "INFO") -> None:
    """Set up logging of the process once; the logs of libraries take the same form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        _strike_out,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(city=city)


@contextmanager
def bound(**facts: str | None) -> Iterator[None]:
    """Put facts (service, request id, event id) on every line written inside."""
    with structlog.contextvars.bound_contextvars(**{name: fact for name, fact in facts.items() if fact}):
        yield


def _with_trace(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = trace.format_trace_id(context.trace_id)
    return line


def _strike_out(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in line.keys() & PERSONAL:
        line[key] = STRUCK_OUT
    return line


def _dumps(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=str).decode()
