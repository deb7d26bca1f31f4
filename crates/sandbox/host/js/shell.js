// The top bar: module tabs and the user switch.

import { session } from './api.js';
import { h } from './dom.js';

export const EXTENSION = 'MS Exchange Sync';
export const TAB_PATH = '/tab/ms-exchange-sync';

export function drawTabs(path) {
  const tabs = [
    ['/contacts', 'Contacts'],
    ...(session.extension.mayUse ? [[TAB_PATH, EXTENSION]] : []),
    ['/setup/marketplace', 'Setup'],
  ];
  document.getElementById('tabs').replaceChildren(
    ...tabs.map(([href, label]) => {
      const section = href.startsWith('/setup') ? '/setup' : href;
      const current = path === section || path.startsWith(`${section}/`);
      return h('li', {}, h('a', { href, 'aria-current': current && 'page' }, label));
    }),
  );
}

export function drawUsers(select, onChange) {
  select.replaceChildren(...session.users.map((user) => new Option(`${user.name} (${user.profile})`, user.id)));
  select.value = session.user.id;
  select.onchange = () => onChange(select.value);
}
