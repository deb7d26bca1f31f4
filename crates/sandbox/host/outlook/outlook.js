// Contacts of a mailbox, seen and changed as a person would in Outlook. No sign-in: this is the sandbox.

import { ask } from './dialog.js';
import { h, notice, say } from './dom.js';
import { FIELDS, contactOf, valuesOf } from './fields.js';

const KEY = 'sandbox-mailbox';
const element = (id) => document.getElementById(id);
let contacts = [];
let loads = 0;

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer?.message ?? `The sandbox answered ${response.status}.`);
  return answer;
}

const path = (id) => `/sandbox/microsoft/contacts${id ? `/${encodeURIComponent(id)}` : ''}?mailbox=${encodeURIComponent(element('mailbox').value)}`;

async function load() {
  const number = ++loads;
  element('problem').replaceChildren();
  const answer = await call('GET', path()).catch((error) => error);
  // Somebody asked for another mailbox meanwhile.
  if (number !== loads) return;
  if (answer instanceof Error) element('problem').replaceChildren(notice(answer.message, true));
  contacts = answer.contacts ?? [];
  draw();
}

const name = (contact) => contact.displayName || [contact.givenName, contact.surname].filter(Boolean).join(' ') || '(no name)';
const first = (list) => list?.[0] ?? '';

function draw() {
  const words = element('search').value.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const text = (contact) => JSON.stringify([name(contact), contact.emailAddresses, contact.companyName, contact.businessPhones, contact.mobilePhone]).normalize('NFKC').toLowerCase();
  const found = contacts.filter((contact) => words.every((word) => text(contact).includes(word)));
  found.sort((a, b) => name(a).localeCompare(name(b), undefined, { numeric: true }));
  element('heading').textContent = `Contacts (${contacts.length})`;
  const row = (contact) =>
    h(
      'tr',
      {},
      h('td', { 'data-label': 'Name' }, h('button', { class: 'link', type: 'button', onclick: () => edit(contact) }, name(contact))),
      h('td', { 'data-label': 'Email' }, first(contact.emailAddresses)?.address ?? ''),
      h('td', { 'data-label': 'Company' }, contact.companyName ?? ''),
      h('td', { 'data-label': 'Phone' }, first(contact.businessPhones) || contact.mobilePhone || first(contact.homePhones)),
    );
  element('list').replaceChildren(
    found.length
      ? h(
          'div',
          { class: 'card table-card' },
          h(
            'table',
            { class: 'cards' },
            h('caption', { class: 'visually-hidden' }, 'Contacts'),
            h('thead', {}, h('tr', {}, ['Name', 'Email', 'Company', 'Phone'].map((label) => h('th', { scope: 'col' }, label)))),
            h('tbody', {}, found.map(row)),
          ),
        )
      : h('p', { class: 'card empty' }, contacts.length ? 'No contact matches the search.' : 'This mailbox has no contacts.'),
  );
  say(`${found.length} contacts`);
}

async function edit(contact) {
  const before = contact ? valuesOf(contact) : {};
  const controls = FIELDS.map(({ name, label, type, lines }) => {
    const shared = { name, value: before[name] ?? '', autocomplete: 'off' };
    const control = lines ? h('textarea', shared) : h('input', { ...shared, type: type ?? 'text' });
    return h('label', { class: lines ? 'field wide' : 'field' }, h('span', {}, label), control);
  });
  const remove = contact && h('p', {}, h('button', { class: 'button danger', type: 'button', onclick: (event) => drop(event, contact) }, 'Delete contact'));
  const done = await ask({
    title: contact ? `Edit ${name(contact)}` : 'Create contact',
    body: [h('div', { class: 'form-grid' }, controls), ...(remove ? [remove] : [])],
    confirm: 'Save contact',
    onSubmit: async (form) => {
      // A text area gives back its lines with carriage returns.
      const after = Object.fromEntries([...form].map(([key, value]) => [key, value.replaceAll('\r\n', '\n')]));
      const changed = Object.keys(after).filter((key) => after[key] !== (before[key] ?? ''));
      if (changed.length) await call(contact ? 'PATCH' : 'POST', path(contact?.id), contactOf(after, changed, contact));
    },
  });
  if (done) await load();
}

async function drop(event, contact) {
  event.target.closest('dialog').close();
  const done = await ask({
    title: `Delete ${name(contact)}?`,
    body: [h('p', {}, 'The contact goes to Deleted Items.')],
    confirm: 'Delete contact',
    danger: true,
    onSubmit: () => call('DELETE', path(contact.id)),
  });
  if (done) await load();
}

const info = await call('GET', '/sandbox/info');
const mailboxes = info.microsoft.users.filter((user) => user.mailbox);
element('mailbox').append(...mailboxes.map((user) => new Option(`${user.name} <${user.userPrincipalName}>`, user.userPrincipalName)));
const wanted = new URLSearchParams(location.search).get('mailbox') ?? sessionStorage.getItem(KEY);
if (mailboxes.some((user) => user.userPrincipalName === wanted)) element('mailbox').value = wanted;
element('mailbox').addEventListener('change', () => {
  sessionStorage.setItem(KEY, element('mailbox').value);
  // What is listed belongs to the other mailbox; nobody may edit it as this one's.
  contacts = [];
  draw();
  load();
});
element('search').addEventListener('input', draw);
element('refresh').addEventListener('click', load);
element('create').addEventListener('click', () => edit(null));
// Whoever comes back from the CRM wants to see what the sync did, unless a form is open.
addEventListener('focus', () => document.querySelector('dialog[open]') || load());
await load();
