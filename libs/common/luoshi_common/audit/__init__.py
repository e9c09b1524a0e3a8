"""Append-only entries, chained per subject, sealed daily, and a verifier that finds what was touched."""
