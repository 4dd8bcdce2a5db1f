"""The historian in an InfluxDB: written as line protocol, read with InfluxQL, which 1.x, 2.x and 3.x all answer."""
