"""The published language: envelope, catalogue and payload classes of every fact that leaves a service."""
