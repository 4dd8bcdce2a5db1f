"""What the page of an equipment shows beside its values, from its data alone: limits and the wire."""
