"""One module a kind of generated file: `files(root)` says what stands in it."""
