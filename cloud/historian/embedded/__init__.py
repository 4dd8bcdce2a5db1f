"""The embedded historian: DuckDB in a child process that alone opens the file."""
