"""People and machines: log-ins, sessions, tokens, roles."""
