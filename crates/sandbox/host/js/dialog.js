// Modal dialogues: the browser's own, which keep the focus inside and close on Escape.

import { h } from './dom.js';

/** Shows a form and waits: true when `onSubmit` succeeded, false when it was cancelled. */
export function ask({ title, body, confirm, danger = false, onSubmit = async () => {} }) {
  return new Promise((resolve) => {
    const problem = h('p', { class: 'notice bad', role: 'alert', hidden: true });
    const submit = h('button', { class: danger ? 'button primary danger' : 'button primary', type: 'submit' }, confirm);
    const id = `title-${crypto.randomUUID()}`;
    const form = h(
      'form',
      {},
      h('h2', { id }, title),
      ...body,
      problem,
      h('div', { class: 'actions' }, submit, h('button', { class: 'button', type: 'button', onclick: () => dialog.close('') }, 'Cancel')),
    );
    const dialog = h('dialog', { 'aria-labelledby': id }, form);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      submit.disabled = true;
      problem.hidden = true;
      try {
        await onSubmit(new FormData(form));
        dialog.close('done');
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
      submit.disabled = false;
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'done');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
