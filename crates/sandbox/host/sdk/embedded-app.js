// The embedded-app SDK's interface, as far as the tab uses it, for the sandbox.
//
// Written for this sandbox from the protocol; production loads the vendor's own file from its CDN. The names
// and the messages are the vendor's, since the tab and the CRM page must not see a difference.
(() => {
  'use strict';

  const VERSION = '1.5';
  const query = location.search.slice(1).split('&').map((pair) => pair.split('='));
  const serviceOrigin = decodeURIComponent(query.find(([name]) => name === 'serviceOrigin')?.[1] ?? '');
  const appOrigin = encodeURIComponent(location.origin + location.pathname);

  const listeners = new Map();
  const waiting = new Map();
  let uniqueID;
  let ready;
  let count = 100;

  function post(message) {
    parent.postMessage({ type: 'SDK.EVENT', appOrigin, ...message }, serviceOrigin);
  }

  function ask(data) {
    return new Promise((resolve, reject) => {
      const promiseid = `Promise${count++}`;
      waiting.set(promiseid, { resolve, reject });
      post({ eventName: 'CRM_EVENT', uniqueID, time: Date.now(), promiseid, data: { ...data, sdkVersion: VERSION } });
    });
  }

  function onMessage({ source, origin, data }) {
    if (source !== parent || origin !== serviceOrigin || data?.type !== 'FRAMEWORK.EVENT') return;
    switch (data.eventName) {
      case 'SET_CONTEXT':
        ({ uniqueID } = data.data);
        ready?.(data.data);
        break;
      case 'EVENT_RESPONSE':
      case 'EVENT_RESPONSE_FAILURE': {
        const promise = waiting.get(data.promiseid);
        waiting.delete(data.promiseid);
        promise?.[data.eventName === 'EVENT_RESPONSE' ? 'resolve' : 'reject'](data.data);
        break;
      }
      default:
        listeners.get(data.eventName)?.(data.data);
    }
  }

  let started;
  const embeddedApp = {
    on: (eventName, listener) => void listeners.set(eventName, listener),
    init: () =>
      (started ??= new Promise((resolve) => {
        ready = resolve;
        addEventListener('message', onMessage);
        addEventListener('unload', () => post({ eventName: 'DEREGISTER', uniqueID }));
        post({ eventName: 'REGISTER', sdkVersion: VERSION });
      })),
  };

  /** Options travel beside the record's fields. */
  const withTrigger = (APIData, trigger) => (trigger === undefined ? APIData : { ...APIData, trigger });

  const API = {
    getRecord: ({ Entity, RecordID, approved }) => ask({ category: 'READ', APIData: { Entity, RecordID, approved } }),
    getAllRecords: (options) => ask({ category: 'READ', APIData: options }),
    insertRecord: ({ Entity, APIData, Trigger }) => ask({ category: 'CREATE', type: 'RECORD', Entity, APIData: withTrigger(APIData, Trigger) }),
    upsertRecord: ({ Entity, APIData, Trigger, duplicate_check_fields }) =>
      ask({
        category: 'CREATE',
        type: 'RECORD',
        Entity,
        APIData: { ...withTrigger(APIData, Trigger), action: 'UPSERT', duplicate_check_fields: [].concat(duplicate_check_fields ?? []).join(',') },
      }),
    updateRecord: ({ Entity, APIData, Trigger }) => ask({ category: 'UPDATE', type: 'RECORD', Entity, APIData: withTrigger(APIData, Trigger) }),
    deleteRecord: ({ Entity, RecordID }) => ask({ category: 'DELETE', type: 'RECORD', Entity, RecordID }),
    searchRecord: ({ Entity, Type, Query, page, per_page, delay }) => ask({ category: 'SEARCH', Entity, Type, Query, page, per_page, delay }),
    coql: (APIData) => ask({ category: 'QUERY', APIData }),
    getAllUsers: ({ Type, page, per_page }) => ask({ category: 'USER', Type, page, per_page }),
    getUser: ({ ID }) => ask({ category: 'USER', ID }),
    getAllProfiles: () => ask({ category: 'PROFILES', type: 'GET_ALL_PROFILES' }),
    getProfile: ({ ID }) => ask({ category: 'PROFILES', type: 'GET_PROFILE', ID }),
    getOrgVariable: (nameSpace) => ask({ category: 'CONFIG', type: 'VARIABLE', nameSpace }),
  };

  const CONFIG = {
    getCurrentUser: () => ask({ category: 'CONFIG', type: 'CURRENT_USER' }),
    getOrgInfo: () => ask({ category: 'CONFIG', type: 'ORG' }),
    getUserPreference: () => ask({ category: 'CONFIG', type: 'USER_PREFERENCE' }),
  };

  const META = {
    getFields: ({ Entity }) => ask({ category: 'META', type: 'FIELD_LIST', Entity }),
    getModules: () => ask({ category: 'META', type: 'MODULE_LIST' }),
  };

  const FUNCTIONS = {
    execute: (customFunctionName, data) =>
      ask({ category: 'FUNCTIONS_EXECUTE', customFunctionName, data: { data: { ...data, auth_type: 'oauth' } } }),
  };

  const record = (action) => (data) => ask({ category: 'UI', action: { record: action }, data });
  const UI = {
    Resize: (data) => ask({ category: 'UI', action: 'RESIZE', data }),
    Record: { open: record('OPEN'), edit: record('EDIT'), create: record('CREATE') },
  };

  let parentUrl;
  const lowerCase = (headers = {}) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

  async function zrcRequest({ method = 'GET', url, path, params, body, headers } = {}) {
    parentUrl ??= await ask({ category: 'GET_PARENT_URL', zrcVersion: '1.0' });
    const target = new URL(url ?? path, new URL(parentUrl).origin);
    for (const [name, value] of Object.entries(params ?? {})) target.searchParams.append(name, value);
    const given = lowerCase(headers);
    const json = body !== undefined && body !== null && typeof body !== 'string';
    return ask({
      category: 'ZRC_REQUEST',
      zrcVersion: '1.0',
      url: target.href,
      options: {},
      requestConfig: {
        method: method.toUpperCase(),
        headers: json ? { 'content-type': 'application/json', ...given } : given,
        ...(body === undefined || body === null ? {} : { body: json ? JSON.stringify(body) : body }),
      },
    });
  }

  const read = (method) => (url, config) => zrcRequest({ ...config, method, url });
  const write = (method) => (url, body, config) => zrcRequest({ ...config, method, url, body });

  window.ZOHO = { embeddedApp, CRM: { API, CONFIG, FUNCTIONS, META, UI } };
  window.zrc = {
    request: zrcRequest,
    get: read('GET'),
    delete: read('DELETE'),
    post: write('POST'),
    put: write('PUT'),
    patch: write('PATCH'),
  };
})();
