// Setup > Marketplace: find the extension, install it, choose for whom.

import { call, session } from './api.js';
import { ask } from './dialog.js';
import { field, h, say } from './dom.js';
import { EXTENSION, TAB_PATH } from './shell.js';

const PATH = '/setup/marketplace/ms-exchange-sync';

const EXTENSIONS = [
  { name: EXTENSION, logo: 'MX', path: PATH, text: 'Keeps the contacts of Microsoft 365 mailboxes and the CRM the same, both ways.' },
];

// What the extension asks for, and why. The words on the left are the CRM's own names of the permissions.
const SCOPES = [
  ['ZohoCRM.modules.contacts.ALL', 'read, create, change and delete contacts, as the signed-in user, to keep them in step with the mailbox'],
  ['ZohoCRM.coql.READ', 'find the contacts that changed since the last sync, in few calls'],
  ['ZohoCRM.users.READ', 'know who is signed in, to connect each user to the right mailbox'],
  ['ZohoCRM.org.READ', 'tell organisations apart'],
  ['ZohoCRM.settings.fields.READ', 'see which contact fields exist and how long their values may be'],
];

export function showMarketplace({ root }) {
  const search = h('input', { type: 'search', autocomplete: 'off' });
  const list = h('ul', { class: 'listing' });
  const nothing = h('p', { class: 'card empty', hidden: true }, 'No extension matches the search.');
  const draw = () => {
    const word = search.value.trim().toLowerCase();
    const found = EXTENSIONS.filter(({ name, text }) => `${name} ${text}`.toLowerCase().includes(word));
    list.replaceChildren(...found.map(card));
    nothing.hidden = found.length > 0;
    say(`${found.length} extensions`);
  };
  search.addEventListener('input', draw);
  root.append(
    h(
      'div',
      { class: 'page' },
      h('div', { class: 'stack tight' }, h('p', { class: 'muted small' }, 'Setup'), h('h1', {}, 'Marketplace')),
      h('div', { class: 'toolbar', role: 'search' }, field('Search extensions', search)),
      list,
      nothing,
    ),
  );
  draw();
}

const badge = () => session.extension.installed && h('span', { class: 'badge' }, 'Installed');

function card({ name, logo, path, text }) {
  return h(
    'li',
    {},
    h(
      'article',
      { class: 'card' },
      h('div', { class: 'row' }, h('span', { class: 'logo', 'aria-hidden': 'true' }, logo), h('h2', {}, h('a', { href: path }, name)), badge()),
      h('p', {}, text),
      h('p', { class: 'muted small' }, 'Contacts, mail and calendar'),
    ),
  );
}

export function showExtension(page) {
  const { installed, mayManage, mayUse } = session.extension;
  const button = (label, style, onclick) => h('button', { class: `button ${style}`, type: 'button', onclick }, label);
  page.root.append(
    h(
      'div',
      { class: 'page narrow' },
      h('p', {}, h('a', { href: '/setup/marketplace' }, 'All extensions')),
      h('div', { class: 'row' }, h('span', { class: 'logo', 'aria-hidden': 'true' }, 'MX'), h('h1', {}, EXTENSION), badge()),
      h('p', {}, EXTENSIONS[0].text),
      installed && h('p', {}, 'Installed for: ', h('strong', {}, audience())),
      h(
        'div',
        { class: 'row' },
        installed && mayUse && h('a', { class: 'button primary', href: TAB_PATH }, `Open ${EXTENSION}`),
        mayManage && !installed && button('Install', 'primary', () => install(page)),
        mayManage && installed && button('Manage profiles', '', () => manage(page)),
        mayManage && installed && button('Uninstall', 'danger', () => uninstall(page)),
      ),
      !mayManage && h('p', { class: 'notice' }, 'Only administrators install, uninstall and manage extensions.'),
      h('section', { class: 'card stack tight' }, h('h2', {}, 'What it may do'), scopes()),
    ),
  );
}

const scopes = () => h('ul', { class: 'permissions' }, SCOPES.map(([name, reason]) => h('li', {}, h('code', { class: 'small' }, name), `: ${reason}`)));

function audience() {
  const chosen = session.extension.audience;
  if (chosen.kind === 'admins') return 'administrators only';
  if (chosen.kind === 'all') return 'all users';
  return session.profiles.filter(({ id }) => chosen.profiles.includes(id)).map(({ name }) => name).join(', ');
}

/** The three choices of the Marketplace; the profiles are shown only with the third. */
function audienceChoice() {
  const chosen = session.extension.audience ?? { kind: 'admins' };
  const profiles = h(
    'fieldset',
    { hidden: chosen.kind !== 'profiles' },
    h('legend', {}, 'Profiles'),
    session.profiles.map(({ id, name }) =>
      h('label', { class: 'choice' }, h('input', { type: 'checkbox', name: 'profile', value: id, checked: chosen.profiles?.includes(id) }), name),
    ),
  );
  const radio = (kind, label) => {
    const onchange = () => {
      profiles.hidden = kind !== 'profiles';
      if (!profiles.hidden) profiles.scrollIntoView({ block: 'center' });
    };
    return h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'kind', value: kind, checked: chosen.kind === kind, onchange }), label);
  };
  const users = h(
    'fieldset',
    {},
    h('legend', {}, 'Choose users'),
    radio('admins', 'Install for admins only'),
    radio('all', 'Install for all users'),
    radio('profiles', 'Choose profiles'),
  );
  return [users, profiles];
}

async function saveAudience(form) {
  const kind = form.get('kind');
  const profiles = form.getAll('profile');
  if (kind === 'profiles' && profiles.length === 0) throw new Error('Choose at least one profile.');
  Object.assign(session, await call('PUT', '/host/extension', kind === 'profiles' ? { kind, profiles } : { kind }));
}

async function install(page) {
  const done = await ask({
    title: `Install ${EXTENSION}`,
    body: [
      h('p', {}, 'The extension will be able to:'),
      scopes(),
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'checkbox', name: 'terms', required: true }),
        'I agree to the terms of use: the extension acts for each user with that user’s own rights.',
      ),
      ...audienceChoice(),
    ],
    confirm: 'Confirm',
    onSubmit: saveAudience,
  });
  if (!done) return;
  await page.refresh();
  say(`${EXTENSION} was installed`);
}

async function manage(page) {
  const done = await ask({ title: 'Manage profiles', body: audienceChoice(), confirm: 'Save', onSubmit: saveAudience });
  if (done) await page.refresh();
}

async function uninstall(page) {
  const done = await ask({
    title: `Uninstall ${EXTENSION}?`,
    body: [h('p', {}, 'Its tab disappears for everybody. Contacts stay as they are, in the CRM and in the mailboxes.')],
    confirm: 'Uninstall',
    danger: true,
    onSubmit: async () => Object.assign(session, await call('DELETE', '/host/extension')),
  });
  if (done) await page.refresh();
}
