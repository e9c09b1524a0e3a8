"""Durable timers: "call me at T", kept as rows, fired once."""
