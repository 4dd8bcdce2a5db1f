"""Assets: maker, serial, dates, warranty and contractor of equipment (设备台账)."""
