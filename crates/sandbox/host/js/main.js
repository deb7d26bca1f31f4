// The CRM host page: reads the address, shows the page it names.

import { loadSession } from './api.js';
import { showContact, showContactForm } from './contact.js';
import { showContacts } from './contacts.js';
import { h, notice } from './dom.js';
import { showExtension, showMarketplace } from './marketplace.js';
import { setUpMode } from './preferences.js';
import { TAB_PATH, drawTabs, drawUsers } from './shell.js';
import { showTab } from './tab.js';

const ROUTES = [
  [/^\/contacts$/, 'Contacts', showContacts],
  [/^\/contacts\/new$/, 'Create contact', (page) => showContactForm(page)],
  [/^\/contacts\/(\d+)$/, 'Contact', showContact],
  [/^\/contacts\/(\d+)\/edit$/, 'Edit contact', showContactForm],
  [/^\/setup\/marketplace$/, 'Marketplace', showMarketplace],
  [/^\/setup\/marketplace\/ms-exchange-sync$/, 'MS Exchange Sync', showExtension],
  [new RegExp(`^${TAB_PATH}$`), 'MS Exchange Sync', showTab],
];

const main = document.getElementById('main');
let leave = () => {};

/** Shows another page without loading this one again. */
export function go(path) {
  history.pushState(null, '', path);
  return show();
}

async function show({ focus = true } = {}) {
  if (location.pathname === '/') history.replaceState(null, '', '/contacts');
  const path = location.pathname;
  leave();
  leave = () => {};
  drawTabs(path);
  const route = ROUTES.find(([pattern]) => pattern.test(path));
  const [pattern, title, view] = route ?? [/.*/, 'Not found', (page) => page.root.append(missing())];
  document.title = `${title} · Northlight CRM`;
  const page = { root: main, go, refresh: show, title: (text) => (document.title = `${text} · Northlight CRM`) };
  main.replaceChildren();
  try {
    leave = (await view(page, ...pattern.exec(path).slice(1))) ?? leave;
  } catch (error) {
    main.replaceChildren(h('div', { class: 'page' }, h('h1', {}, title), notice(error.message, true)));
  }
  // A reader of the screen is taken to the new page, not left at the link that is gone.
  if (focus) main.focus({ preventScroll: true });
}

const missing = () =>
  h('div', { class: 'page' }, h('h1', {}, 'This page does not exist'), h('p', {}, h('a', { href: '/contacts' }, 'Go to the contacts')));

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="/"]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || link.target || event.defaultPrevented) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
addEventListener('popstate', () => show());

async function signIn(id) {
  await loadSession(id);
  drawUsers(document.getElementById('user'), async (chosen) => {
    await signIn(chosen);
    await show({ focus: false });
  });
}

setUpMode(document.getElementById('mode'));
await signIn();
await show({ focus: false });
