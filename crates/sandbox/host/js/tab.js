// The custom tab: the extension's page in a frame of another origin.

import { session } from './api.js';
import { Bridge } from './bridge.js';
import { h } from './dom.js';
import { EXTENSION } from './shell.js';

export function showTab(page) {
  const { installed, mayUse, mayManage } = session.extension;
  if (!mayUse) {
    page.root.append(
      h(
        'div',
        { class: 'page' },
        h('h1', {}, EXTENSION),
        installed
          ? h('p', { class: 'notice bad' }, 'You have no permission to open this tab. An administrator decides who sees it.')
          : h('p', { class: 'notice' }, 'The extension is not installed. ', mayManage ? h('a', { href: '/setup/marketplace/ms-exchange-sync' }, 'Install it') : 'Only administrators install it.'),
      ),
    );
    return undefined;
  }
  const frame = h('iframe', {
    class: 'frame',
    title: EXTENSION,
    src: `${session.addresses.tab}/index.html?serviceOrigin=${encodeURIComponent(location.origin)}`,
    allow: 'clipboard-read; clipboard-write; fullscreen',
  });
  // Listening before the frame is in the page: its first message must not be missed.
  const bridge = new Bridge(frame, new URL(session.addresses.tab).origin, page);
  page.root.append(h('h1', { class: 'visually-hidden' }, EXTENSION), frame);
  return () => bridge.stop();
}
