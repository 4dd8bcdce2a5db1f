"""Energy settings of a site: floor areas, factors, holidays of its own, where the outdoor temperature comes from."""
