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
let visits = 0;

/** Shows another page without loading this one again. */
export function go(path) {
  history.pushState(null, '', path);
  return show();
}

async function show({ focus = true } = {}) {
  if (location.pathname === '/') history.replaceState(null, '', '/contacts');
  const path = location.pathname;
  const visit = ++visits;
  const isHere = () => visit === visits;
  leave();
  leave = () => {};
  drawTabs(path);
  const route = ROUTES.find(([pattern]) => pattern.test(path));
  const [pattern, title, view] = route ?? [/.*/, 'Not found', (page) => page.root.append(missing())];
  const name = (text) => isHere() && (document.title = `${text} · Northlight CRM`);
  name(title);
  // Each visit draws into an element of its own: what arrives after somebody has gone on is seen nowhere.
  const root = h('div', { class: 'view' });
  const page = { root, go, isHere, refresh: show, title: name };
  main.replaceChildren(root);
  try {
    const left = await view(page, ...pattern.exec(path).slice(1));
    if (isHere()) leave = left ?? leave;
    else left?.();
  } catch (error) {
    root.replaceChildren(h('div', { class: 'page' }, h('h1', {}, title), notice(error.message, true)));
  }
  // A reader of the screen is taken to the new page, not left at the link that is gone.
  if (focus && isHere()) main.focus({ preventScroll: true });
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
