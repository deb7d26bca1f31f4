// Requests to the host's own server, always as the user who is chosen at the top.

export const session = { user: null, users: [], profiles: [], extension: {}, organisation: {}, addresses: {} };

const KEY = 'sandbox-user';

/** An answer of the CRM that is no success. */
export class CrmError extends Error {
  constructor(status, body) {
    const first = Array.isArray(body?.data) ? body.data.find((item) => item.status === 'error') : body;
    super(first?.message ? `${first.message} (${first.code})` : `The CRM answered ${status}.`);
    this.status = status;
    this.body = body;
    this.details = first?.details;
  }
}

/** Sends one request; the answer's body is JSON where it says so, else text. */
export async function request(method, path, body, headers = {}) {
  const response = await fetch(path, {
    method,
    headers: { ...headers, 'X-Sandbox-User': session.user?.id ?? storedUser() ?? '' },
    body,
  });
  const text = await response.text();
  let data = text;
  if (/json/.test(response.headers.get('Content-Type') ?? '')) {
    try {
      data = JSON.parse(text);
    } catch {
      // Said to be JSON and isn't: the text is still the best there is.
    }
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), data };
}

/** The same for JSON bodies; throws CrmError unless the answer is a success. */
export async function call(method, path, body) {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const answer = await request(method, path, json, json ? { 'Content-Type': 'application/json' } : {});
  if (answer.status < 200 || answer.status > 299) throw new CrmError(answer.status, answer.data);
  return answer.status === 204 ? null : answer.data;
}

// Per browser tab, so that two users can be watched side by side.
const storedUser = () => sessionStorage.getItem(KEY);

/** Loads who is signed in and what the organisation has; the first user when nobody was chosen yet. */
export async function loadSession(id = storedUser()) {
  session.user = null;
  if (id) sessionStorage.setItem(KEY, id);
  let found = await call('GET', '/host/session');
  if (!found.user) {
    sessionStorage.setItem(KEY, found.users[0].id);
    found = await call('GET', '/host/session');
  }
  Object.assign(session, found);
}
