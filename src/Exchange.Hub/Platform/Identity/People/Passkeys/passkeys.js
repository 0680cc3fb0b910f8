// Passkeys in the browser (W3C Web Authentication). Without this script the pages work by password.
(function () {
  'use strict';

  if (!window.PublicKeyCredential)
    return;

  function bytesOf(text) {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), function (c) { return c.charCodeAt(0); });
  }

  function textOf(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }

  async function post(path, body) {
    const answer = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body)
    });
    const json = await answer.json();
    if (!answer.ok)
      throw new Error(json.errors && json.errors.length ? json.errors.map(function (e) { return e.message + '. ' + e.fix; }).join(' ') : json.detail);
    return json;
  }

  function withBytes(credentials) {
    return (credentials || []).map(function (c) { return Object.assign({}, c, { id: bytesOf(c.id) }); });
  }

  function asJson(credential, response) {
    return {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response
    };
  }

  async function signIn(section) {
    const options = await post('/api/v1/session/passkey/options');
    options.challenge = bytesOf(options.challenge);
    options.allowCredentials = withBytes(options.allowCredentials);
    const credential = await navigator.credentials.get({ publicKey: options });
    const r = credential.response;
    await post('/api/v1/session/passkey', {
      credential: asJson(credential, {
        clientDataJSON: textOf(r.clientDataJSON),
        authenticatorData: textOf(r.authenticatorData),
        signature: textOf(r.signature),
        userHandle: r.userHandle ? textOf(r.userHandle) : null
      })
    });
    location.assign(section.dataset.back);
  }

  async function add(section) {
    const options = await post('/api/v1/passkeys/options');
    options.challenge = bytesOf(options.challenge);
    options.user.id = bytesOf(options.user.id);
    options.excludeCredentials = withBytes(options.excludeCredentials);
    const credential = await navigator.credentials.create({ publicKey: options });
    const r = credential.response;
    await post('/api/v1/passkeys', {
      name: section.querySelector('input').value,
      credential: asJson(credential, {
        clientDataJSON: textOf(r.clientDataJSON),
        attestationObject: textOf(r.attestationObject),
        transports: r.getTransports ? r.getTransports() : []
      })
    });
    location.assign('/account');
  }

  function offer(id, deed) {
    const section = document.getElementById(id);
    if (!section)
      return;
    section.hidden = false;
    const button = section.querySelector('button');
    const said = section.querySelector('[role=alert]');
    button.addEventListener('click', async function () {
      button.disabled = true;
      said.textContent = '';
      try {
        await deed(section);
      } catch (error) {
        // The browser's own refusals (cancelled, timed out, no device) have texts that are not for people.
        said.textContent = error instanceof DOMException ? section.dataset.refused : error.message;
        button.disabled = false;
      }
    });
  }

  offer('passkey-sign-in', signIn);
  offer('passkey-add', add);
})();
