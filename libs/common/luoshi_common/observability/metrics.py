"""指标: what Prometheus reads of one service. A registry per service, so that many can live in one process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """指标: counted by edge, relay, consumers and timers of one service; ages and lags in seconds."""

    def __init__(self, *, service: str, city: str) -> None:
        self._registry = CollectorRegistry(auto_describe=True)
        self._registry.set_target_info({"service": service, "city": city})
        self.http_seconds = Histogram(
            "luoshi_http_request_seconds",
            "Time to answer, by route template.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.http_in_flight = self._gauge("luoshi_http_in_flight", "Requests being answered now.")
        self.unexpected = self._counter("luoshi_http_unexpected_total", "Answers 500: faults of ours.")
        self.operational = self._counter("luoshi_http_operational_total", "Answers 503: database, bus or overload.")
        self.refused = Counter("luoshi_refused_total", "Refusals by code.", ("code",), registry=self._registry)
        self.outbox_unpublished = self._gauge("luoshi_outbox_unpublished", "Events committed and not yet published.")
        self.outbox_age_seconds = self._gauge("luoshi_outbox_age_seconds", "Age of the oldest unpublished event.")
        self.relay_published = self._counter("luoshi_relay_published_total", "Events published by the relay.")
        self.relay_leader = self._gauge("luoshi_relay_leader", "1 where this process holds the relay's lock.")
        self.consumer_lag = Gauge(
            "luoshi_consumer_lag", "Messages a consumer has not handled yet.", ("consumer",), registry=self._registry
        )
        self.consumed = Counter(
            "luoshi_consumed_total",
            "Deliveries by outcome: taken_in, failed, parked, handed_back.",
            ("consumer", "outcome"),
            registry=self._registry,
        )
        self.parked = self._gauge("luoshi_parked_messages", "Messages set aside after the last try.")
        self.timers_late_seconds = self._gauge("luoshi_timers_late_seconds", "How late the oldest due timer is.")
        self.invariants_broken = self._gauge("luoshi_invariants_broken", "Invariants found broken by the last run.")

    def exposition(self) -> bytes:
        """Write everything as Prometheus reads it."""
        return generate_latest(self._registry)

    def _gauge(self, name: str, documentation: str) -> Gauge:
        return Gauge(name, documentation, registry=self._registry)

    def _counter(self, name: str, documentation: str) -> Counter:
        return Counter(name, documentation, registry=self._registry)
