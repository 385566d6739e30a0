// The browser's part of passkeys: asks the device, and sends the credential with the form.

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const MESSAGES = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "known",
  SecurityError: "elsewhere",
};
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

class Refusal extends Error {}

function decodeOptions({ publicKey }) {
  const options = { ...publicKey, challenge: decode(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: decode(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    options[list] = (options[list] || []).map((item) => ({ ...item, id: decode(item.id) }));
  }
  return options;
}

function encodeCredential(credential) {
  const { id, rawId, type, response } = credential;
  const parts = PARTS.filter((part) => response[part]).map((part) => [part, encode(response[part])]);
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({
    id,
    rawId: encode(rawId),
    type,
    response: Object.fromEntries(parts),
    clientExtensionResults,
  });
}

async function challenge(holder, form) {
  const fields = new FormData(form);
  if (holder.dataset.passkey === "get")
    for (const name of [...fields.keys()]) if (name !== "csrfmiddlewaretoken") fields.delete(name);
  const response = await fetch(holder.dataset.challenge, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/json" },
  });
  const read = await response.json().catch(() => ({}));
  if (!response.ok || read.errors) throw new Refusal((read.errors || [holder.dataset.failed]).join(" "));
  return decodeOptions(read);
}

async function usePasskey(holder, button, message) {
  message.textContent = "";
  button.disabled = true;
  try {
    const publicKey = await challenge(holder, button.form);
    const credential = await navigator.credentials[holder.dataset.passkey]({ publicKey });
    button.value = encodeCredential(credential);
    button.disabled = false;
    button.form.requestSubmit(button);
  } catch (error) {
    message.textContent =
      error instanceof Refusal
        ? error.message
        : holder.dataset[MESSAGES[/** @type {Error} */ (error).name] || "failed"];
    button.disabled = false;
    button.focus();
  }
}

for (const holder of document.querySelectorAll("[data-passkey]")) {
  const button = holder.querySelector("button");
  const message = holder.querySelector("[role=status]");
  const isAble = "PublicKeyCredential" in window && navigator.credentials;
  button.hidden = !isAble;
  message.textContent = isAble ? "" : holder.dataset.unsupported;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    usePasskey(holder, button, message);
  });
}
