"""What operators see: logs, traces, metrics, and the invariants that must always hold."""
