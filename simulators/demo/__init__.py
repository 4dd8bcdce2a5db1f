"""A whole building on one machine: simulators, edge and cloud as three processes, as at a real site."""
