"""Tariffs of a site, revision by revision, and the supply contracts of its meters."""
