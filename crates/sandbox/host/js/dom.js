// Making elements without a framework. Text always goes in as text, so no value can become markup.

/** h('a', { href: '/x', onclick }, 'text', child…): false, null and undefined are left out. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** A labelled input, select or textarea. */
export const field = (label, control, properties = {}) =>
  h('label', { class: 'field', ...properties }, h('span', {}, label), control);

export const notice = (text, bad = false) => h('p', { class: bad ? 'notice bad' : 'notice', role: bad ? 'alert' : 'status' }, text);

/** Tells screen readers what happened. */
export function say(text) {
  document.getElementById('status').textContent = text;
}
