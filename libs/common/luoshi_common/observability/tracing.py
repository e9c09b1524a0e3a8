"""追踪: one trace from the browser's click through HTTP and NATS to the last projection (W3C traceparent).

Spans are made always and exported nowhere by default; an operator adds a span processor to `provider`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

provider = TracerProvider(resource=Resource.create({"service.name": "luoshi"}))
_tracer = provider.get_tracer("luoshi")
_propagator = TraceContextTextMapPropagator()


def current_traceparent() -> str | None:
    """Give the traceparent of the span we are in, or None outside of any."""
    return inject({}).get("traceparent")


def inject(headers: dict[str, str]) -> dict[str, str]:
    """Add the trace we are in to the headers of a message or request, and return them."""
    _propagator.inject(headers)
    return headers


@contextmanager
def continued(
    name: str, *, headers: Mapping[str, str], service: str, kind: SpanKind = SpanKind.CONSUMER
) -> Iterator[Span]:
    """Go on, as a span of this service, with the trace that the headers name; begin one if they name none."""
    around = _propagator.extract(dict(headers))
    with _tracer.start_as_current_span(name, context=around, kind=kind, attributes={"luoshi.service": service}) as span:
        yield span


@contextmanager
def span(name: str, *, service: str, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """Begin a span inside the one we are in."""
    with _tracer.start_as_current_span(name, kind=kind, attributes={"luoshi.service": service}) as begun:
        yield begun
