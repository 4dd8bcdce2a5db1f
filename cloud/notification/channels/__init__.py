"""The channels: a module each, with `Config` (what an administrator fills in) and `open(config, post)`."""
