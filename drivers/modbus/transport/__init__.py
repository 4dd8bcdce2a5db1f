"""What carries Modbus frames: TCP, TLS, UDP and serial, each with the framing that the line asks for."""
