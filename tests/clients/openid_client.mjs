// Calls everything that the package openid-client offers against the instance at SITE. Says nothing when all is well.
// The ids of a confidential and a public application, the secret of the first, and bob's password come by the
// environment.
import assert from "node:assert/strict";
import * as library from "openid-client";
import { Strategy } from "openid-client/passport";

const { SITE, CLIENT, SECRET, PUBLIC_CLIENT, PASSWORD } = process.env;
const REDIRECT = "https://app.example.org/callback";
const SCOPE = "openid read_prefs read_email";
const DETAILS = new URL("/api/0.6/user/details.json", SITE);

const called = new Set();
const client = new Proxy({ ...library }, {
  get(target, name) {
    called.add(name);
    return target[name];
  },
});

// A browser: follows the site's redirects, and returns the page, or the first address elsewhere.
const cookies = new Map();
async function browse(address, fields) {
  let url = new URL(address);
  let form = fields;
  while (url.origin === SITE) {
    const headers = { Cookie: [...cookies].map((pair) => pair.join("=")).join("; ") };
    const method = form ? "POST" : "GET";
    const body = form && new URLSearchParams(form);
    const response = await fetch(url, { method, body, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (!location) return { url, status: response.status, text: await response.text() };
    url = new URL(location, url);
    form = undefined;
  }
  return { url };
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };

// Fills in the form of a page that leads to this path, and sends it.
async function submit(page, path, fields = {}) {
  const [, form] = new RegExp(`<form[^>]* action="${path}"[^>]*>(.*?)</form>`, "s").exec(page.text);
  const hidden = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  const unescape = (value) => value.replace(/&([^;]+);/g, (_, name) => ENTITIES[name]);
  const values = [...hidden].map(([, name, value]) => [name, unescape(value)]);
  return browse(new URL(path, SITE), { ...Object.fromEntries(values), ...fields });
}

const checked = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
const discover = (options) => client.discovery(new URL(SITE), CLIENT, SECRET, undefined, { ...checked, ...options });

// Makes further configurations out of what the site has told once.
function configure(id, authentication) {
  const made = new client.Configuration(config.serverMetadata(), id, undefined, authentication);
  for (const extension of checked.execute) extension(made);
  return made;
}

// Asks for permission, and returns the address that the application is called back at and what it has to check.
async function authorize(config, allow = (page) => submit(page, "/oauth2/authorize")) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const page = await browse(client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: SCOPE,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  }));
  const { url } = page.text ? await allow(page) : page;
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function logInAndAllow(page) {
  assert.equal(page.url.pathname, "/login");
  const question = await submit(page, "/login", { username: "bob", password: PASSWORD });
  assert.match(question.text, /Read your email address/);
  return submit(question, "/oauth2/authorize");
}

async function discovery() {
  const config = await discover();
  const found = config.serverMetadata();
  assert.equal(found.issuer, SITE);
  assert.ok(found.supportsPKCE());
  assert.equal(config.clientMetadata().client_secret, SECRET);
  const plain = await discover({ algorithm: "oauth2" });
  assert.equal(plain.serverMetadata().token_endpoint, found.token_endpoint);
  return config;
}

async function codes(config) {
  const { url, checks } = await authorize(config, logInAndAllow);
  assert.equal(url.origin + url.pathname, REDIRECT);
  const tokens = await client.authorizationCodeGrant(config, url, checks);
  assert.equal(tokens.token_type, "bearer");
  assert.deepEqual(tokens.scope.split(" ").sort(), SCOPE.split(" ").sort());
  // Tokens do not expire.
  assert.deepEqual([tokens.expiresIn(), tokens.refresh_token], [undefined, undefined]);
  const claims = tokens.claims();
  assert.deepEqual([claims.iss, claims.aud, claims.nonce], [SITE, CLIENT, checks.expectedNonce]);
  assert.deepEqual([claims.preferred_username, claims.email], ["bob", "bob@example.org"]);
  assert.equal(client.getDecryptedResponses(tokens), undefined);
  await assert.rejects(client.authorizationCodeGrant(config, url, checks), { error: "invalid_grant" });
  const again = await authorize(config);
  const stolen = { ...again.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await assert.rejects(client.authorizationCodeGrant(config, again.url, stolen), { error: "invalid_grant" });
  const denied = await authorize(configure(PUBLIC_CLIENT), (page) =>
    submit(page, "/oauth2/authorize", { _method: "delete" }));
  await assert.rejects(client.authorizationCodeGrant(config, denied.url, denied.checks), { error: "access_denied" });
}

// Every way of authenticating that the site offers, and those that it refuses.
async function authentications(config) {
  const none = configure(PUBLIC_CLIENT, client.None());
  const first = await authorize(none);
  const unproven = { ...first.checks, pkceCodeVerifier: undefined };
  await assert.rejects(client.authorizationCodeGrant(none, first.url, unproven), { error: "invalid_request" });
  // With its secret in the form, as everywhere else here, and in these ways:
  for (const [id, authentication] of [
    [PUBLIC_CLIENT, client.None()],
    [CLIENT, client.ClientSecretBasic(SECRET)],
  ]) {
    const other = configure(id, authentication);
    const { url, checks } = await authorize(other);
    const tokens = await client.authorizationCodeGrant(other, url, checks);
    assert.equal(tokens.claims().aud, id);
  }
  // Whoever fails to prove its identity does not use up the code.
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const { url, checks } = await authorize(config);
  for (const authentication of [
    client.None(),
    client.ClientSecretBasic("wrong"),
    client.ClientSecretJwt(SECRET),
    client.PrivateKeyJwt(pair.privateKey),
    client.TlsClientAuth(),
  ]) {
    const unknown = configure(CLIENT, authentication);
    await assert.rejects(client.authorizationCodeGrant(unknown, url, checks), { status: 401 });
  }
  assert.equal((await client.authorizationCodeGrant(config, url, checks)).token_type, "bearer");
}

async function tokens(config) {
  const { url, checks } = await authorize(config);
  const parameters = { code: url.searchParams.get("code"), redirect_uri: REDIRECT };
  const generic = { ...parameters, code_verifier: checks.pkceCodeVerifier };
  const granted = await client.genericGrantRequest(config, "authorization_code", generic);
  const token = granted.access_token;
  const details = await client.fetchProtectedResource(config, token, DETAILS, "GET");
  const { user } = await details.json();
  assert.equal(user.display_name, "bob");

  const { sub } = granted.claims();
  assert.equal(sub, String(user.id));
  const info = { sub, preferred_username: "bob", email: "bob@example.org" };
  assert.deepEqual(await client.fetchUserInfo(config, token, sub), info);
  assert.deepEqual(await client.fetchUserInfo(config, token, client.skipSubjectCheck), info);
  await assert.rejects(client.fetchUserInfo(config, token, "999999"));

  // The keys that it has fetched serve other configurations too.
  const keys = client.getJwksCache(config);
  assert.equal(keys.jwks.keys[0].alg, "RS256");
  const fragment = new URLSearchParams({ id_token: granted.id_token, state: "s" });
  const implicit = configure(CLIENT, client.ClientSecretPost(SECRET));
  client.useIdTokenResponseType(implicit);
  client.setJwksCache(implicit, keys);
  const answer = new URL(`${REDIRECT}#${fragment}`);
  const claims = await client.implicitAuthentication(implicit, answer, checks.expectedNonce, { expectedState: "s" });
  assert.equal(claims.sub, sub);

  const described = await client.tokenIntrospection(config, token);
  assert.deepEqual([described.active, described.client_id, described.token_type], [true, CLIENT, "Bearer"]);
  assert.deepEqual(described.scope.split(" ").sort(), SCOPE.split(" ").sort());
  await client.tokenRevocation(config, token, { token_type_hint: "access_token" });
  assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  const ended = await client.fetchProtectedResource(config, token, DETAILS, "GET").catch((error) => error);
  assert.equal(ended.status, 401);
  await assert.rejects(client.fetchUserInfo(config, token, sub), { status: 401 });
}

// What the site does not offer, as openstreetmap.org: the package finds that out, or the site refuses.
async function others(config) {
  const refused = { status: 400, error: "unsupported_grant_type" };
  await assert.rejects(client.refreshTokenGrant(config, "token"), refused);
  await assert.rejects(client.clientCredentialsGrant(config, { scope: "read_prefs" }), refused);
  const device = { device_code: "code", expires_in: 9, interval: 0.01 };
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, device), refused);
  const channel = { auth_req_id: "id", expires_in: 9, interval: 0.01 };
  await assert.rejects(client.pollBackchannelAuthenticationGrant(config, channel), refused);

  const absent = /endpoint/;
  const asked = { redirect_uri: REDIRECT, scope: SCOPE, login_hint: "bob" };
  assert.throws(() => client.buildEndSessionUrl(config, {}), absent);
  await assert.rejects(client.buildAuthorizationUrlWithPAR(config, asked), absent);
  await assert.rejects(client.initiateDeviceAuthorization(config, asked), absent);
  await assert.rejects(client.initiateBackchannelAuthentication(config, asked), absent);
  const local = { execute: [client.allowInsecureRequests] };
  await assert.rejects(
    client.dynamicClientRegistration(new URL(SITE), { redirect_uris: [REDIRECT] }, undefined, local), absent);

  const hybrid = configure(CLIENT, client.ClientSecretPost(SECRET));
  client.useCodeIdTokenResponseType(hybrid);
  client.enableDetachedSignatureResponseChecks(hybrid);
  const implicit = configure(CLIENT, client.ClientSecretPost(SECRET));
  client.useIdTokenResponseType(implicit);
  const pair = await client.randomDPoPKeyPair("ES256");
  for (const url of [
    client.buildAuthorizationUrl(hybrid, { ...asked, nonce: "n" }),
    client.buildAuthorizationUrl(implicit, { ...asked, nonce: "n" }),
    await client.buildAuthorizationUrlWithJAR(config, asked, pair.privateKey),
  ]) {
    assert.equal((await browse(url)).status, 400);
  }
  const jwt = configure(CLIENT, client.ClientSecretPost(SECRET));
  client.useJwtResponseMode(jwt);
  assert.equal(client.buildAuthorizationUrl(jwt, asked).searchParams.get("response_mode"), "jwt");

  // Tokens are bound to no key, nor encrypted, whatever the application is ready for.
  const bare = configure(CLIENT, client.ClientSecretPost(SECRET));
  const key = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  client.enableDecryptingResponses(bare, undefined, key.privateKey);
  const { url, checks } = await authorize(bare);
  const DPoP = client.getDPoPHandle(bare, pair);
  const granted = await client.authorizationCodeGrant(bare, url, checks, undefined, { DPoP });
  assert.equal(granted.token_type, "bearer");
  assert.equal(new client.ClientError("text").name, "ClientError");
}

// The package's plug-in for web frameworks that log in with Passport; for want of one, a request is an object.
async function passport(config) {
  const options = { config, scope: SCOPE, callbackURL: REDIRECT };
  const strategy = new Strategy(options, (tokens, done) => done(null, tokens.claims().preferred_username));
  const session = {};
  const request = (url) =>
    new Promise((resolve, reject) => {
      Object.assign(strategy, { redirect: resolve, success: resolve, fail: reject, error: reject });
      const path = url.pathname + url.search;
      strategy.authenticate({ session, method: "GET", protocol: "https", host: url.host, url: path }, {});
    });
  const login = new URL("/login", REDIRECT);
  const page = await browse(await request(login));
  const { url } = page.text ? await submit(page, "/oauth2/authorize") : page;
  assert.equal(await request(url), "bob");
  const question = await browse(`${await request(login)}&prompt=consent`);
  const denied = await submit(question, "/oauth2/authorize", { _method: "delete" });
  await assert.rejects(request(denied.url), { error: "access_denied" });
}

const config = await discovery();
for (const part of [codes, authentications, tokens, passport, others]) await part(config);

// Errors that the package raises itself are no calls.
const offered = Object.keys(library).filter((name) => typeof library[name] === "function" && !/Error$/.test(name));
assert.deepEqual(offered.filter((name) => !called.has(name)), []);
