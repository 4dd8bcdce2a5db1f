"""The ingest: takes the gateways' events, each once, with all that it brings about."""
