// The sandbox's control address, as the tests and the benchmarks use it.

/** One running sandbox. */
export class Sandbox {
  #info;
  #control;

  /** The sandbox whose CRM page is at `crm`. */
  static async at(crm) {
    const sandbox = new Sandbox();
    // The CRM page knows where the mailbox page is; the control address is on the same port.
    const session = await ask('GET', `${crm}/host/session`);
    sandbox.#control = new URL('/sandbox', session.addresses.mailbox).href;
    sandbox.#info = await ask('GET', `${sandbox.#control}/info`);
    return sandbox;
  }

  get addresses() {
    return this.#info.addresses;
  }

  /** A fresh world; ids change with it, so they are asked for again. */
  async reset(seed) {
    await this.post('/reset', { seed });
    this.#info = await this.get('/info');
  }

  get = (path) => ask('GET', this.#control + path);
  post = (path, body) => ask('POST', this.#control + path, body);
  patch = (path, body) => ask('PATCH', this.#control + path, body);
  delete = (path) => ask('DELETE', this.#control + path);

  /** Somebody by given name, as in the address: `{ id, name, email, password, profile }`; the id is the CRM's. */
  person(given) {
    const { userPrincipalName: email, password } = this.#info.microsoft.users.find((user) => user.userPrincipalName.startsWith(`${given}.`));
    const { id, name, profile } = this.#info.zoho.users.find((user) => user.email === email);
    return { id, name, email, password, profile };
  }

  /** Installs the extension past the pages, where a test is about something else. */
  install(audience = { kind: 'all' }) {
    return ask('PUT', `${this.addresses.crm}/host/extension`, audience, { 'X-Sandbox-User': this.person('amelia').id });
  }

  /** The contacts of a mailbox and of the CRM, the mails beside those, and what was mailed. */
  async state(given = 'amelia') {
    const { email } = this.person(given);
    const state = await this.get(`/state?mailbox=${encodeURIComponent(email)}`);
    return { mailbox: state.microsoft.contacts[email], crm: state.zoho.records.Contacts, emails: state.zoho.emails, outbox: state.outbox };
  }

  /** Puts a contact into a mailbox, as Outlook does. */
  addContact(contact, given = 'amelia') {
    return this.post(`/microsoft/contacts?mailbox=${encodeURIComponent(this.person(given).email)}`, contact);
  }

  /** Lets a message arrive in a mailbox. */
  receive(message, given = 'amelia') {
    return this.post(`/microsoft/mails?mailbox=${encodeURIComponent(this.person(given).email)}`, message);
  }

  /** What was asked of the vendors since the last reset of the counters: `{ 'zoho POST /crm/v8/coql': 1 }`. */
  async calls() {
    const { requests } = await this.get('/counters');
    const lines = Object.entries(requests).flatMap(([service, calls]) => Object.entries(calls).map(([call, count]) => [`${service} ${call}`, count]));
    // A browser asks first whether it may; that is no call of the tab's.
    return Object.fromEntries(lines.filter(([call]) => !call.includes(' OPTIONS ')));
  }

  /** How many of these calls wrote something. */
  async writes() {
    const { writes } = await this.get('/counters');
    return Object.values(writes).reduce((sum, count) => sum + count, 0);
  }

  /** How many faults have struck. */
  async struck() {
    const { faults } = await this.get('/counters');
    return Object.values(faults).reduce((sum, count) => sum + count, 0);
  }
}

async function ask(method, url, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}
