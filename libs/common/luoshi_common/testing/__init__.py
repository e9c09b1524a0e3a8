"""Ground for tests of subscribers; the services never import it."""
