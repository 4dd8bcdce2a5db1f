// An OPC UA server by node-opcua: no security and every current policy; anonymous, edge / right, or a certificate: where
// there is a folder users, only one that lies in users/trusted/certs.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy, StatusCodes, Variant } =
  require("node-opcua");

async function main(port, folder) {
  const certificates = new OPCUACertificateManager({
    rootFolder: path.join(folder, "pki"),
    automaticallyAcceptUnknownCertificate: true,
  });
  await certificates.initialize();
  const known = path.join(folder, "users");
  let users = certificates;
  if (fs.existsSync(known)) {
    users = new OPCUACertificateManager({ rootFolder: known, automaticallyAcceptUnknownCertificate: false });
    await users.initialize();
  }
  const server = new OPCUAServer({
    port,
    hostname: "127.0.0.1",
    serverCertificateManager: certificates,
    userCertificateManager: users,
    securityPolicies: [
      SecurityPolicy.None, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes128_Sha256_RsaOaep,
      SecurityPolicy.Aes256_Sha256_RsaPss,
    ],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: true,
    userManager: { isValidUser: (user, password) => user === "edge" && password === "right" },
  });
  await server.initialize();
  const namespace = server.engine.addressSpace.registerNamespace("urn:test:plant");
  const space = server.engine.addressSpace;
  space.installAlarmsAndConditionsService();
  const lift = namespace.addObject({
    organizedBy: space.rootFolder.objects, browseName: "Lift", eventSourceOf: space.rootFolder.objects.server,
    nodeId: "s=lift-1",
  });
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
  space.installHistoricalDataNode(variable("kept", "Double", 1.0), { maxOnlineValues: 5000 });
  const heat = variable("heat", "Double", 20.0);
  const range = { low: 0, high: 200 };
  const ranged = namespace.addAnalogDataItem({
    componentOf: lift, browseName: "ranged", nodeId: "s=lift-1.ranged", dataType: "Double", engineeringUnitsRange: range,
  });
  ranged.setValueFromSource(new Variant({ dataType: DataType.Double, value: 100.0 }));
  for (const name of ["TooHot", "Jammed"]) {
    namespace.instantiateExclusiveLimitAlarm("ExclusiveLimitAlarmType", {
      componentOf: lift, browseName: name, conditionName: name, conditionSource: lift, inputNode: heat,
      lowLowLimit: -20, lowLimit: -10, highLimit: name === "TooHot" ? 80 : 500, highHighLimit: 600,
    });
  }
  // Of a method that was called anybody can see the trace.
  const calls = variable("calls", "Double", 0.0);
  const method = namespace.addMethod(lift, { browseName: "Stop", nodeId: "s=lift-1.Stop" });
  method.bindMethod((inputs, context, done) => {
    calls.setValueFromSource(new Variant({ dataType: DataType.Double, value: calls.readValue().value.value + 1 }));
    done(null, { statusCode: StatusCodes.Good, outputArguments: [] });
  });
  await server.start();
}

main(Number(process.argv[2]), process.argv[3]);
