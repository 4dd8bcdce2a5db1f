"""The gateways: registered with a token, each with its inventory and its health."""
