"""What operators see: logs without personal data, one trace across processes, metrics per service."""

import json
import subprocess
import sys

import pytest
from opentelemetry import trace
from prometheus_client.parser import text_string_to_metric_families

from luoshi_common.observability import tracing
from luoshi_common.observability.metrics import Metrics

_BEFORE = """
import logging, structlog
from luoshi_common.observability import logs, tracing
logs.configure(city="360600")
"""


def lines_of(work: str) -> list[dict[str, object]]:
    """What a process of its own, that logs as ours do, writes while it does this work."""
    script = f"{_BEFORE}\n{work}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


class TestLogs:
    def test_are_one_json_object_a_line_on_stderr(self) -> None:
        issued, heard, plain = lines_of(
            "log = structlog.get_logger('luoshi.test')\n"
            "with logs.bound(service='tasks', request_id='r-1'):\n"
            "    log.info('issued', item='1')\n"
            "    logging.getLogger('somebody.else').warning('slow %s', 'query')\n"
            "log.info('outside')"
        )

        assert issued.items() >= {"event": "issued", "city": "360600", "item": "1", "level": "info"}.items()
        assert issued.items() >= {"service": "tasks", "request_id": "r-1", "logger": "luoshi.test"}.items()
        assert heard.items() >= {"event": "slow query", "service": "tasks", "logger": "somebody.else"}.items()
        assert "request_id" not in plain

    def test_strike_out_what_could_be_personal(self) -> None:
        (line,) = lines_of("structlog.get_logger().info('x', name='某人', token='abc', phone='139', item='1')")

        assert (line["name"], line["token"], line["phone"], line["item"]) == ("***", "***", "***", "1")

    def test_tell_where_an_exception_came_from(self) -> None:
        (line,) = lines_of(
            "try:\n    raise RuntimeError('broken')\nexcept RuntimeError:\n    structlog.get_logger().exception('x')"
        )

        assert "RuntimeError: broken" in str(line["exception"])

    def test_name_the_trace(self) -> None:
        (line,) = lines_of(
            "with tracing.span('work', service='tasks'):\n"
            "    structlog.get_logger().info('inside', traceparent=tracing.current_traceparent())"
        )

        assert str(line["traceparent"]).split("-")[1] == line["trace_id"]


class TestTrace:
    def test_goes_on_where_the_headers_lead(self) -> None:
        with tracing.span("publishes", service="tasks"):
            headers = tracing.inject({"Nats-Msg-Id": "1"})

        with tracing.continued("consumes", headers=headers, service="scoring") as span:
            assert headers["traceparent"].split("-")[1] == trace.format_trace_id(span.get_span_context().trace_id)
            assert span.get_span_context().span_id != int(headers["traceparent"].split("-")[2], 16)

    @pytest.mark.parametrize("headers", [{}, {"traceparent": "nonsense"}, {"traceparent": "00-0-0-00"}])
    def test_begins_anew_where_they_lead_nowhere(self, headers: dict[str, str]) -> None:
        with tracing.continued("consumes", headers=headers, service="scoring") as span:
            assert span.get_span_context().is_valid

    def test_is_none_outside_of_any(self) -> None:
        assert tracing.current_traceparent() is None


class TestMetrics:
    def test_of_two_services_live_in_one_process(self) -> None:
        tasks, scoring = Metrics(service="tasks", city="360600"), Metrics(service="scoring", city="360600")
        tasks.outbox_unpublished.set(3)
        tasks.consumer_lag.labels("tasks-mirror").set(2)

        values = {
            sample.name: sample.value
            for family in text_string_to_metric_families(tasks.exposition().decode())
            for sample in family.samples
        }

        assert values["luoshi_outbox_unpublished"] == 3
        assert values["luoshi_consumer_lag"] == 2
        assert b"luoshi_outbox_unpublished 0.0" in scoring.exposition()
        assert b'target_info{city="360600",service="tasks"} 1.0' in tasks.exposition()
