// The parent's side of the embedded-app SDK's protocol: messages between this page and the frame.
//
// Frame to page: SDK.EVENT with REGISTER, CRM_EVENT, ZDK_EVENT, HTTP_REQUEST, DEREGISTER.
// Page to frame: FRAMEWORK.EVENT with SET_CONTEXT, PageLoad, EVENT_RESPONSE, EVENT_RESPONSE_FAILURE.

import { session } from './api.js';
import { answer } from './calls.js';

export class Bridge {
  #frame;
  #origin;
  #page;
  #id = null;

  constructor(frame, origin, page) {
    this.#frame = frame;
    this.#origin = origin;
    this.#page = page;
    addEventListener('message', this.#onMessage);
  }

  stop() {
    removeEventListener('message', this.#onMessage);
  }

  #onMessage = (event) => {
    // Any page can send messages here; only the frame is listened to.
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
    const message = parsed(event.data);
    if (message?.type !== 'SDK.EVENT') return;
    switch (message.eventName) {
      case 'REGISTER':
        this.#id = crypto.randomUUID();
        this.#send({ eventName: 'SET_CONTEXT', data: this.#context() });
        this.#send({ eventName: 'PageLoad', data: null });
        break;
      case 'DEREGISTER':
        this.#id = null;
        break;
      default:
        this.#answer(message);
    }
  };

  #context() {
    return { uniqueID: this.#id, locale: session.user.language, localeResource: {}, model: {}, connectors: [] };
  }

  async #answer({ eventName, promiseid, uniqueID, data }) {
    if (!promiseid || uniqueID !== this.#id) return;
    const reply = (name, value) => this.#send({ eventName: name, uniqueID, promiseid, data: value });
    try {
      if (eventName !== 'CRM_EVENT') throw { code: 'NOT_SUPPORTED', message: `the sandbox has no ${eventName}`, status: 'error' };
      reply('EVENT_RESPONSE', await answer(data ?? {}, { frame: this.#frame, page: this.#page }));
    } catch (error) {
      const plain = error instanceof Error ? { code: 'INTERNAL_ERROR', message: error.message, status: 'error' } : error;
      reply('EVENT_RESPONSE_FAILURE', plain);
    }
  }

  #send(message) {
    this.#frame.contentWindow?.postMessage({ type: 'FRAMEWORK.EVENT', ...message }, this.#origin);
  }
}

// The SDK takes JSON text as well as objects, so this side does too.
function parsed(data) {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
