"""One simulated building and its faults, shown over the real field protocols."""
