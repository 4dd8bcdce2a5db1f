"""The equipment of the sites: a read model of the gateways' inventories, with live values."""
