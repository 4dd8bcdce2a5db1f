// A Modbus TCP device by the npm library modbus-serial: `node modbus_serial_server.js PORT`. It answers unit 1 only.
"use strict";

const { ServerTCP } = require("modbus-serial");

const holding = Array.from({ length: 1000 }, (_, i) => i);
const coils = Array.from({ length: 1000 }, (_, i) => i % 3 === 0);
const floats = Buffer.alloc(4 * 250);
for (let i = 0; i < 250; i++) floats.writeFloatBE(1.5 * i - 20, 4 * i);

const device = {
    getInputRegister: (address) => floats.readUInt16BE(2 * address),
    getHoldingRegister: (address) => holding[address],
    getCoil: (address) => coils[address],
    getDiscreteInput: (address) => address % 2 === 1,
    setRegister: (address, value) => { holding[address] = value; },
    setCoil: (address, value) => { coils[address] = value; },
};

const server = new ServerTCP(device, { host: "127.0.0.1", port: Number(process.argv[2]), unitID: 1 });
server.on("initialized", () => console.log("ready"));
server.on("serverError", (error) => { console.error(error); process.exit(1); });
