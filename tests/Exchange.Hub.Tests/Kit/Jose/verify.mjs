// Verifies a compact JSON Web Signature by a key set: {"token", "jwks"} on standard input, {"header", "payload"} or {"error"} on standard output.
import { compactVerify, createLocalJWKSet } from "jose";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { token, jwks } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
try {
  const { payload, protectedHeader } = await compactVerify(token, createLocalJWKSet(jwks));
  console.log(JSON.stringify({ header: protectedHeader, payload: new TextDecoder().decode(payload) }));
} catch (error) {
  console.log(JSON.stringify({ error: error.code ?? String(error) }));
}
