"""Outbox to stream, stream to inbox: nothing is lost, nothing counts twice."""
