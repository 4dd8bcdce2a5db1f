"""Energy: what the ledger says, as people look at it: a month, a carpet, a tree, the highest demands, its gaps."""
