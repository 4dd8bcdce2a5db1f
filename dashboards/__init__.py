"""The built web pages, as files beside this module for the cloud to serve."""
