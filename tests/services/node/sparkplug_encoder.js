// Sparkplug B by the npm library sparkplug-payload: a line of JSON in, a line of hex out; `?` and hex in, JSON out:
// the metrics with their fields as they are on the wire, or null where the bytes are no payload. `pack`: GZIP or
// DEFLATE, the payload within another one.
"use strict";
const readline = require("node:readline");
const zlib = require("node:zlib");
const { get } = require("sparkplug-payload");
const sparkplug = get("spBv1.0");

// JSON has no room for 64 bits: a whole number may come as text, a float as "NaN".
const value = (metric) => {
  if (metric.type === "Int64" || metric.type === "UInt64" || metric.type === "DateTime") return BigInt(metric.value);
  return typeof metric.value === "string" && /Float|Double/.test(metric.type) ? Number(metric.value) : metric.value;
};
const Long = require("long");
const long = (big) => Long.fromString(big.toString(), false);

const { Payload } = require("sparkplug-payload/lib/sparkplugPayloadProto").org.eclipse.tahu.protobuf;
const decoded = (hex) => {
  try {
    return Payload.toObject(Payload.decode(Buffer.from(hex, "hex")), { longs: String, bytes: String }).metrics ?? [];
  } catch {
    return null;
  }
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.startsWith("?")) {
    process.stdout.write(`${JSON.stringify(decoded(line.slice(1)))}\n`);
    return;
  }
  const payload = JSON.parse(line);
  for (const metric of payload.metrics) {
    if (metric.value === null || metric.value === undefined) continue;
    const found = value(metric);
    metric.value = typeof found === "bigint" ? long(found) : found;
  }
  const { pack, outside, ...plain } = payload;
  let bytes = Buffer.from(sparkplug.encodePayload(plain));
  if (pack) {
    const body = pack === "GZIP" ? zlib.gzipSync(bytes) : zlib.deflateSync(bytes);
    const metrics = [{ name: "algorithm", type: "String", value: pack }];
    bytes = Buffer.from(sparkplug.encodePayload({ uuid: "SPBV1.0_COMPRESSED", body, metrics, ...outside }));
  }
  process.stdout.write(`${bytes.toString("hex")}\n`);
});
