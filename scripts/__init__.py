"""What the Makefile runs: set-up, checks, generated files, measurements."""
