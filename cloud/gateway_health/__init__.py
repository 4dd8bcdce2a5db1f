"""How gateways and their lines are: what each tells of itself, beside what the cloud sees of it."""
