"""The one edge: every request enters here, and every refusal leaves here as problem+json."""
