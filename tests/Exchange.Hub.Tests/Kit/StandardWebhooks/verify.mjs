// Reads {key, headers, body} from standard input, body in base64, and answers {"verified": true}, or why it is not.
// The reference library knows v1; what it does not know, v1a, is checked by Node.js itself (OpenSSL) as the specification says.
import { readFileSync } from 'node:fs';
import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const { key, headers, body } = JSON.parse(readFileSync(0, 'utf8'));
const payload = Buffer.from(body, 'base64');

function verifyAsymmetric() {
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.slice('whpk_'.length), 'base64').toString('base64url') } });
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), payload]);
  const signatures = headers['webhook-signature'].split(' ').filter(each => each.startsWith('v1a,')).map(each => each.slice('v1a,'.length));
  if (!signatures.some(signature => verify(null, signed, publicKey, Buffer.from(signature, 'base64'))))
    throw new Error('No matching signature found');
}

try {
  if (key.startsWith('whpk_'))
    verifyAsymmetric();
  else
    new Webhook(key).verify(payload.toString('utf8'), headers);
  process.stdout.write('{"verified":true}');
} catch (error) {
  process.stdout.write(JSON.stringify({ verified: false, why: error.message }));
}
