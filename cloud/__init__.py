"""The service that gateways report to and the dashboards read."""
