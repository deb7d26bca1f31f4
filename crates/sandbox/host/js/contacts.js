// The list of contacts: search, sort, pages.

import { call } from './api.js';
import { field, h, say } from './dom.js';
import { fullName, when } from './fields.js';

const PAGE = 25;
// What one call of the CRM gives, and how many calls by page number: the first 2,000 records.
const PER_CALL = 200;
const NUMBERED_CALLS = 10;
// More calls than a sandbox has contacts for: a list without an end is a mistake.
const CALLS_MAX = 500;
const SHOWN = ['First_Name', 'Last_Name', 'Email', 'Phone', 'Mobile', 'Modified_Time'];

const COLUMNS = [
  { key: 'name', label: 'Name', of: (record) => [record.Last_Name, record.First_Name].filter(Boolean).join(' ') },
  { key: 'email', label: 'Email', of: (record) => record.Email ?? '' },
  { key: 'phone', label: 'Phone', of: (record) => record.Phone ?? record.Mobile ?? '' },
  { key: 'modified', label: 'Modified', of: (record) => record.Modified_Time ?? '' },
];

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

// The CRM's own search index lags seconds behind and sorts by three fields only. A sandbox has few enough
// contacts to read them all and search here.
async function readAll() {
  const records = [];
  let query = 'page=1';
  for (let page = 1; query && page <= CALLS_MAX; ) {
    const found = await call('GET', `/crm/v8/Contacts?fields=${SHOWN}&per_page=${PER_CALL}&${query}`);
    records.push(...(found?.data ?? []));
    const { more_records: more, next_page_token: token } = found?.info ?? {};
    page += 1;
    query = more && (page <= NUMBERED_CALLS ? `page=${page}` : token && `page_token=${encodeURIComponent(token)}`);
  }
  return records;
}

export async function showContacts({ root, isHere }) {
  const state = { q: '', sort: 'name', down: false, page: 1, ...readAddress() };
  const records = await readAll();
  // The address is another page's by now.
  if (!isHere()) return;

  const search = h('input', { type: 'search', value: state.q, autocomplete: 'off', placeholder: 'Name, email or phone' });
  const result = h('div', { class: 'stack' });
  const draw = ({ announce = true } = {}) => {
    writeAddress(state);
    const found = select(records, state);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages);
    const rows = found.slice((state.page - 1) * PAGE, state.page * PAGE);
    result.replaceChildren(...(found.length ? [table(rows, state, draw), pager(found.length, pages, state, draw)] : [empty(records.length > 0)]));
    if (announce) say(`${found.length} contacts`);
  };
  search.addEventListener('input', () => {
    Object.assign(state, { q: search.value, page: 1 });
    draw();
  });

  root.append(
    h(
      'div',
      { class: 'page' },
      h('div', { class: 'row spread' }, h('h1', {}, 'Contacts'), h('a', { class: 'button primary', href: '/contacts/new' }, 'Create contact')),
      records.length > 0 && h('div', { class: 'toolbar', role: 'search' }, field('Search contacts', search)),
      result,
    ),
  );
  draw({ announce: false });
}

function select(records, { q, sort, down }) {
  const words = q.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const text = (record) => `${fullName(record)} ${record.Email ?? ''} ${record.Phone ?? ''} ${record.Mobile ?? ''}`.normalize('NFKC').toLowerCase();
  const { of } = COLUMNS.find(({ key }) => key === sort) ?? COLUMNS[0];
  const found = records.filter((record) => words.every((word) => text(record).includes(word)));
  return found.sort((a, b) => collator.compare(of(a), of(b)) * (down ? -1 : 1));
}

function table(rows, state, draw) {
  const heading = ({ key, label }) => {
    const sorted = state.sort === key;
    const onclick = () => {
      Object.assign(state, { sort: key, down: sorted && !state.down, page: 1 });
      draw();
      document.querySelector(`[data-sort="${key}"]`).focus();
    };
    return h('th', { scope: 'col', 'aria-sort': sorted && (state.down ? 'descending' : 'ascending') }, h('button', { class: 'sort', type: 'button', 'data-sort': key, onclick }, label));
  };
  const row = (record) =>
    h(
      'tr',
      {},
      h('td', { 'data-label': 'Name' }, h('a', { href: `/contacts/${record.id}` }, fullName(record) || '(no name)')),
      h('td', { 'data-label': 'Email' }, record.Email ?? ''),
      h('td', { 'data-label': 'Phone' }, record.Phone ?? record.Mobile ?? ''),
      h('td', { 'data-label': 'Modified' }, when(record.Modified_Time)),
    );
  return h(
    'div',
    { class: 'card table-card' },
    h('table', { class: 'cards' }, h('caption', { class: 'visually-hidden' }, 'Contacts'), h('thead', {}, h('tr', {}, COLUMNS.map(heading))), h('tbody', {}, rows.map(row))),
  );
}

function pager(count, pages, state, draw) {
  const step = (label, by) => {
    const disabled = state.page + by < 1 || state.page + by > pages;
    const onclick = () => {
      state.page += by;
      draw();
      document.getElementById('main').focus();
    };
    return h('button', { class: 'button', type: 'button', disabled, onclick }, label);
  };
  const first = (state.page - 1) * PAGE + 1;
  const range = `${first} to ${Math.min(first + PAGE - 1, count)} of ${count}`;
  return h('nav', { class: 'row spread', 'aria-label': 'Pages' }, h('span', { class: 'muted small' }, range), pages > 1 && h('div', { class: 'row' }, step('Previous', -1), step('Next', 1)));
}

const empty = (filtered) =>
  filtered
    ? h('p', { class: 'card empty' }, 'No contact matches the search.')
    : h('div', { class: 'card empty' }, h('h2', {}, 'No contacts yet'), h('p', { class: 'muted' }, 'Create one here, or let a sync bring them from a mailbox.'));

function readAddress() {
  const query = new URLSearchParams(location.search);
  const page = Number(query.get('page'));
  return {
    q: query.get('q') ?? '',
    sort: query.get('sort') ?? 'name',
    down: query.get('order') === 'desc',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

// Kept in the address, so that going back from a contact finds the list as it was left.
function writeAddress({ q, sort, down, page }) {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (sort !== 'name') query.set('sort', sort);
  if (down) query.set('order', 'desc');
  if (page > 1) query.set('page', page);
  history.replaceState(null, '', query.size ? `?${query}` : location.pathname);
}
