// An OPC UA server by node-opcua: no security and Basic256Sha256 SignAndEncrypt, anonymous or edge / right.
"use strict";
const path = require("node:path");
const { DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy, StatusCodes, Variant } =
  require("node-opcua");

async function main(port, folder) {
  const certificates = new OPCUACertificateManager({
    rootFolder: path.join(folder, "pki"),
    automaticallyAcceptUnknownCertificate: true,
  });
  await certificates.initialize();
  const server = new OPCUAServer({
    port,
    hostname: "127.0.0.1",
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: true,
    userManager: { isValidUser: (user, password) => user === "edge" && password === "right" },
  });
  await server.initialize();
  const namespace = server.engine.addressSpace.registerNamespace("urn:test:plant");
  const lift = namespace.addObject({ organizedBy: server.engine.addressSpace.rootFolder.objects, browseName: "Lift" });
  const variable = (name, dataType, value) => {
    const node = namespace.addVariable({ componentOf: lift, browseName: name, nodeId: `s=lift-1.${name}`, dataType });
    node.setValueFromSource(new Variant({ dataType: DataType[dataType], value }));
    return node;
  };
  variable("floor", "Double", 7.0);
  variable("level", "Int16", 3);
  variable("text", "String", "正常");
  const sensor = variable("sensor", "Double", 1.0);
  sensor.setValueFromSource(new Variant({ dataType: DataType.Double, value: 1.0 }), StatusCodes.BadSensorFailure);
  await server.start();
}

main(Number(process.argv[2]), process.argv[3]);
