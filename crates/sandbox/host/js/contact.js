// One contact: read, create, edit, delete.

import { CrmError, call } from './api.js';
import { ask } from './dialog.js';
import { field, h, notice, say } from './dom.js';
import { FIELDS, fullName, when } from './fields.js';

const read = async (id) => {
  const found = await call('GET', `/crm/v8/Contacts/${id}`);
  if (!found) throw new Error('This contact does not exist any more.');
  return found.data[0];
};

export async function showContact(page, id) {
  const record = await read(id);
  const name = fullName(record) || '(no name)';
  page.title(name);
  const known = FIELDS.filter(({ name }) => record[name] !== null && record[name] !== undefined && record[name] !== '');
  const fact = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, String(value)));
  page.root.append(
    h(
      'div',
      { class: 'page' },
      h('p', {}, h('a', { href: '/contacts' }, 'All contacts')),
      h(
        'div',
        { class: 'row spread' },
        h('h1', {}, name),
        h(
          'div',
          { class: 'row' },
          h('a', { class: 'button', href: `/contacts/${id}/edit` }, 'Edit'),
          h('button', { class: 'button danger', type: 'button', onclick: () => remove(page, id, name) }, 'Delete'),
        ),
      ),
      h('dl', { class: 'card facts' }, known.map(({ name, label }) => fact(label, record[name]))),
      h(
        'dl',
        { class: 'facts small muted' },
        fact('Owner', record.Owner?.name ?? ''),
        fact('Created', when(record.Created_Time)),
        fact('Modified', `${when(record.Modified_Time)}${record.Modified_By ? ` by ${record.Modified_By.name}` : ''}`),
      ),
    ),
  );
}

async function remove(page, id, name) {
  const done = await ask({
    title: `Delete ${name}?`,
    body: [h('p', {}, 'The contact goes to the recycle bin.')],
    confirm: 'Delete contact',
    danger: true,
    onSubmit: () => call('DELETE', `/crm/v8/Contacts/${id}`),
  });
  if (!done) return;
  await page.go('/contacts');
  say(`${name} was deleted`);
}

export async function showContactForm(page, id) {
  const record = id ? await read(id) : {};
  const heading = id ? `Edit ${fullName(record) || 'contact'}` : 'Create contact';
  page.title(heading);
  const controls = new Map(FIELDS.map((spec) => [spec.name, control(spec, record[spec.name] ?? '')]));
  const problem = h('div', { class: 'problem', tabindex: '-1' });
  const submit = h('button', { class: 'button primary', type: 'submit' }, 'Save contact');
  const back = id ? `/contacts/${id}` : '/contacts';

  const onsubmit = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.replaceChildren();
    try {
      const saved = await save(id, changes(controls, record, !id));
      await page.go(`/contacts/${saved ?? id}`);
      say('The contact was saved');
    } catch (error) {
      problem.replaceChildren(notice(error.message, true));
      const wrong = error instanceof CrmError && controls.get(error.details?.api_name);
      (wrong || problem).focus();
    }
    submit.disabled = false;
  };

  page.root.append(
    h(
      'div',
      { class: 'page' },
      h('h1', {}, heading),
      problem,
      h(
        'form',
        { class: 'stack', onsubmit },
        h('div', { class: 'card form-grid' }, FIELDS.map((spec) => field(spec.required ? `${spec.label} (required)` : spec.label, controls.get(spec.name), { class: spec.multiline ? 'field wide' : 'field' }))),
        h('div', { class: 'row' }, submit, h('a', { class: 'button', href: back }, 'Cancel')),
      ),
    ),
  );
}

function control({ name, type = 'text', required, multiline }, value) {
  const shared = { name, required, value, autocomplete: 'off' };
  return multiline ? h('textarea', shared) : h('input', { ...shared, type });
}

/** Only what was changed is sent: a field that somebody else changes meanwhile keeps that value. */
function changes(controls, record, all) {
  const changed = {};
  for (const [name, { value }] of controls) {
    const before = record[name] ?? '';
    if (value !== before && !(all && value === '')) changed[name] = value === '' ? null : value;
  }
  return changed;
}

async function save(id, values) {
  if (id && Object.keys(values).length === 0) return id;
  const answer = id
    ? await call('PUT', `/crm/v8/Contacts/${id}`, { data: [values] })
    : await call('POST', '/crm/v8/Contacts', { data: [values] });
  // One record can be refused inside an answer that is a success as a whole.
  if (answer.data[0].status === 'error') throw new CrmError(200, answer);
  return answer.data[0].details.id;
}
