// An OpenID Connect provider for tests: npm oidc-provider on a loopback port that the system chooses. It holds realms,
// each an issuer of its own at /<realm>, which tests make and script over /control:
//
//   PUT  /control/<realm>                  makes a realm
//   PUT  /control/<realm>/accounts/<sub>   {"email": …}: an account, and what is said of it; any password will do
//   PUT  /control/<realm>/forgeries/<sub>  {"header": …, "claims": …, "key": "foreign"}: bends the next ID tokens of an account
//   POST /control/<realm>/keys             replaces the key that ID tokens are signed with
//
// It ends when its standard input does, so that it does not outlive the tests.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { UnsecuredJWT, SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import Provider, { interactionPolicy } from 'oidc-provider';

const client = { client_id: 'exchange', client_secret: 'secret-of-the-hub-at-the-provider' };
const algorithm = 'ES256';
const cookieKey = randomUUID();
const realms = new Map();

async function newKey() {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: algorithm, use: 'sig' };
}

function open(realm) {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt'); // what a government's own hub learns needs no consent
  const provider = new Provider(realm.issuer, {
    clients: [{
      ...client,
      application_type: 'native', // a loopback redirect address may then have any port (RFC 8252 section 7.3)
      redirect_uris: ['http://127.0.0.1/signin-oidc', 'https://exchange.city.example/signin-oidc'],
      post_logout_redirect_uris: ['http://127.0.0.1/signout-callback-oidc'],
      id_token_signed_response_alg: algorithm,
    }],
    interactions: { policy },
    jwks: { keys: [realm.key] },
    cookies: { keys: [cookieKey] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...realm.accounts.get(sub) }) }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token' && ctx.body?.id_token) ctx.body.id_token = await bend(realm, ctx.body.id_token);
  });
  realm.answer = provider.callback();
}

async function bend(realm, token) {
  const told = decodeJwt(token);
  const forgery = realm.forgeries.get(told.sub);
  if (!forgery) return token;
  const claims = { ...told, ...forgery.claims };
  if (forgery.header?.alg === 'none') return new UnsecuredJWT(claims).encode();
  const key = forgery.key === 'foreign' ? { ...(await newKey()), kid: realm.key.kid } : realm.key;
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' }).sign(key);
}

async function control(request, name, what, sub) {
  const realm = realms.get(name);
  if (!what) {
    const made = { issuer: `${address()}/${name}`, key: await newKey(), accounts: new Map(), forgeries: new Map() };
    open(made);
    realms.set(name, made);
    return;
  }
  if (what === 'keys') {
    realm.key = await newKey();
    open(realm);
    return;
  }
  realm[what].set(sub, await json(request));
}

async function answer(request, response) {
  const [, first, ...rest] = request.url.split('/');
  if (first === 'control') {
    await control(request, ...rest.map(decodeURIComponent));
    response.writeHead(204).end();
    return;
  }
  const realm = realms.get(first);
  if (!realm) {
    response.writeHead(404).end();
    return;
  }
  request.originalUrl = request.url; // as Express does for what is mounted under a path
  request.url = request.url.slice(first.length + 1);
  realm.answer(request, response);
}

const server = createServer((request, response) => answer(request, response).catch((error) => response.writeHead(500).end(error.stack)));
const address = () => `http://127.0.0.1:${server.address().port}`;
server.listen(0, '127.0.0.1', () => console.log(`listening on ${address()}`));
process.stdin.on('end', () => process.exit()).resume();
