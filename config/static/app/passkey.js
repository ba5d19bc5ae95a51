// Passkeys: fills the hidden field of a form marked data-passkey with what the device answers, then sends the form.
// "add" makes a key, "ask" asks for one of this person's, "login" for any key of this site.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

async function made(options, alone) {
  const asked = { ...options, challenge: bytes(options.challenge), excludeCredentials: keys(options.excludeCredentials) };
  asked.user = { ...options.user, id: bytes(options.user.id) };
  // A key that stands in for the password must be kept on the device and ask for finger, face or PIN.
  asked.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  const key = await navigator.credentials.create({ publicKey: asked });
  return answer(key, {
    attestationObject: text(key.response.attestationObject),
    transports: key.response.getTransports?.() || [],
  });
}

async function shown(options) {
  const asked = { ...options, challenge: bytes(options.challenge), allowCredentials: keys(options.allowCredentials) };
  const key = await navigator.credentials.get({ publicKey: asked });
  const { authenticatorData, signature, userHandle } = key.response;
  return answer(key, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function answer(key, response) {
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    response: { clientDataJSON: text(key.response.clientDataJSON), ...response },
    clientExtensionResults: key.getClientExtensionResults(),
  };
}

async function begun(form) {
  if (form.dataset.passkey === "login") {
    const reply = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!reply.ok) throw new Error(String(reply.status));
    return (await reply.json()).request_options.publicKey;
  }
  const given = JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  return (given.creation_options || given.request_options).publicKey;
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const start = form.querySelector("[data-passkey-start]");
  const failed = form.querySelector("[data-passkey-failed]");
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-passkey-missing]")?.removeAttribute("hidden");
    start.disabled = true;
    return;
  }
  form.hidden = false;
  start.addEventListener("click", async () => {
    failed.hidden = true;
    start.disabled = true;
    try {
      const options = await begun(form);
      const alone = form.querySelector("[name=passwordless]")?.checked === true;
      const key = form.dataset.passkey === "add" ? await made(options, alone) : await shown(options);
      form.querySelector("[name=credential]").value = JSON.stringify(key);
      form.submit();
    } catch {
      failed.hidden = false;
    } finally {
      start.disabled = false;
    }
  });
});
