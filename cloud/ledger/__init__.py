"""The interval ledger: readings from the historian and by hand, made into amounts per quarter hour and kept."""
