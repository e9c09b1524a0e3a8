"""Who asks, and what they may do: actors, roles, actions, one policy table, tokens. Pure of SQL."""
