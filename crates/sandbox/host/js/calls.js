// CRM_EVENT: what the SDK's methods ask for, as calls of the CRM's interface.

import { request, session } from './api.js';
import { theme } from './preferences.js';
import { zrc } from './zrc.js';

const CRM = '/crm/v8';
// The most fields that one reading call may name.
const FIELDS_MAX = 50;

/** Answers one CRM_EVENT, or throws what the SDK's promise is to be rejected with. */
export function answer(event, host) {
  const handler = Object.hasOwn(HANDLERS, event.category) ? HANDLERS[event.category] : unknown;
  return handler(event, host);
}

function unknown({ category, type }) {
  throw { code: 'INVALID_REQUEST', message: `the sandbox has no ${[category, type].filter(Boolean).join(' ')}`, status: 'error' };
}

const HANDLERS = {
  CONFIG: config,
  USER: (event) => (event.ID ? get(`/users/${segment(event.ID)}`) : get('/users', { type: event.Type, page: event.page, per_page: event.per_page })),
  READ: read,
  CREATE: create,
  UPDATE: update,
  DELETE: remove,
  SEARCH: search,
  QUERY: ({ APIData }) => send('POST', '/coql', { select_query: APIData?.select_query }),
  META: meta,
  PROFILES: (event) => (event.type === 'GET_PROFILE' ? get(`/settings/profiles/${segment(event.ID)}`) : get('/settings/profiles')),
  FUNCTIONS_EXECUTE: execute,
  UI: ui,
  GET_PARENT_URL: () => location.href,
  ZRC_REQUEST: zrc,
};

function config({ type, nameSpace }) {
  switch (type) {
    // Zoho's own documentation shows one flat user here, public code reads `users[0]`.
    case 'CURRENT_USER':
      return get('/users', { type: 'CurrentUser' });
    case 'ORG':
      return get('/org');
    case 'ORG_LEVEL_INFO':
      return { zgid: session.organisation.zgid, type: 'Sandbox' };
    // No description of this call's payload is public: the name is this sandbox's own.
    case 'USER_PREFERENCE':
      return { theme: theme() };
    case 'VARIABLE':
      return variables(nameSpace);
    default:
      return unknown({ category: 'CONFIG', type });
  }
}

async function variables(nameSpace) {
  const value = async (name) => (await get(`/settings/variables/${segment(name)}`)).variables?.[0]?.value;
  if (typeof nameSpace === 'string') return { Success: { Content: await value(nameSpace) } };
  const content = {};
  for (const key of nameSpace?.apiKeys ?? []) content[key] = { value: await value(key) };
  return { Success: { content } };
}

async function read({ APIData = {} }) {
  const { Entity, RecordID, RelatedList, page, per_page, sort_order, sort_by, converted, approved } = APIData;
  const record = RecordID === undefined ? '' : `/${segment(RecordID)}`;
  if (record && !RelatedList) return get(`/${segment(Entity)}${record}`, { approved });
  const module = RelatedList ?? Entity;
  const known = (await get('/settings/fields', { module })).fields.map(({ api_name }) => api_name);
  const fields = known.slice(0, FIELDS_MAX).join(',');
  const list = RelatedList ? `/${segment(Entity)}${record}/${segment(RelatedList)}` : `/${segment(Entity)}`;
  return get(list, { fields, page, per_page, sort_by, sort_order, converted, approved });
}

/** The SDK puts options beside the record's own fields; the interface wants them outside. */
function body(APIData) {
  if (Array.isArray(APIData)) return { data: APIData };
  const { trigger, action, duplicate_check_fields: checks, ...record } = APIData ?? {};
  return {
    data: [record],
    ...(trigger === undefined ? {} : { trigger }),
    ...(checks ? { duplicate_check_fields: String(checks).split(',') } : {}),
  };
}

function create({ type, Entity, APIData }) {
  if (type !== 'RECORD') return unknown({ category: 'CREATE', type });
  return send('POST', `/${segment(Entity)}${APIData?.action === 'UPSERT' ? '/upsert' : ''}`, body(APIData));
}

function update({ type, Entity, ID, RecordID, RelatedList, RelatedRecordID, APIData }) {
  switch (type) {
    case 'RECORD':
      return send('PUT', `/${segment(Entity)}`, body(APIData));
    case 'RELATED_RECORD':
      return send('PUT', `/${[Entity, RecordID, RelatedList, RelatedRecordID].map(segment).join('/')}`, body(APIData));
    case 'PROFILE':
      return send('PUT', `/settings/profiles/${segment(ID)}`, APIData);
    default:
      return unknown({ category: 'UPDATE', type });
  }
}

function remove({ type, Entity, RecordID, RelatedList, RelatedRecordID }) {
  switch (type) {
    case 'RECORD':
      return send('DELETE', `/${segment(Entity)}/${segment(RecordID)}`);
    case 'RELATED_RECORD':
      return send('DELETE', `/${[Entity, RecordID, RelatedList, RelatedRecordID].map(segment).join('/')}`);
    default:
      return unknown({ category: 'DELETE', type });
  }
}

const SEARCHES = ['email', 'phone', 'word', 'criteria'];

async function search(event) {
  // Newer SDKs nest what older ones put side by side.
  const { Entity, Type, Query, page, per_page } = { ...event, ...event.APIData };
  if (!SEARCHES.includes(Type)) return unknown({ category: 'SEARCH', type: Type });
  const known = (await get('/settings/fields', { module: Entity })).fields.map(({ api_name }) => api_name);
  return get(`/${segment(Entity)}/search`, { [Type]: Query, page, per_page, fields: known.slice(0, FIELDS_MAX).join(',') });
}

function meta({ type, Entity, Id }) {
  const settings = {
    FIELD_LIST: '/settings/fields',
    MODULE_LIST: '/settings/modules',
    ASSIGNMENT_RULES: '/settings/automation/assignment_rules',
    LAYOUTS: '/settings/layouts',
    LAYOUT: `/settings/layouts/${segment(Id)}`,
    RELATED_LIST: '/settings/related_lists',
    CUSTOM_VIEWS: '/settings/custom_views',
    CUSTOM_VIEW: `/settings/custom_views/${segment(Id)}`,
  };
  if (!Object.hasOwn(settings, type)) return unknown({ category: 'META', type });
  return get(settings[type], { module: type === 'MODULE_LIST' ? undefined : Entity });
}

async function execute({ customFunctionName, data }) {
  const args = data?.data?.arguments ?? '{}';
  const text = JSON.stringify({ arguments: typeof args === 'string' ? args : JSON.stringify(args) });
  const found = await request('POST', `/host/functions/${segment(customFunctionName)}`, text, { 'Content-Type': 'application/json' });
  return success(found);
}

function ui({ action, data = {} }, { frame, page }) {
  if (action === 'RESIZE') {
    const height = Number.parseInt(data.height, 10);
    if (height > 0) frame.style.minHeight = `${height}px`;
    return true;
  }
  if (action?.record) {
    const paths = { OPEN: `/contacts/${data.RecordID}`, EDIT: `/contacts/${data.RecordID}/edit`, CREATE: '/contacts/new' };
    const path = data.Entity === 'Contacts' && paths[action.record];
    if (!path) return unknown({ category: 'UI', type: `${data.Entity} ${action.record}` });
    if (data.target === '_blank') open(path, '_blank', 'noopener');
    else page.go(path);
    return true;
  }
  // A web tab has no popup around it to close.
  if (action?.popup) return true;
  return unknown({ category: 'UI', type: JSON.stringify(action) });
}

const segment = (text) => encodeURIComponent(text ?? '');

function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given).toString();
  return send('GET', text ? `${path}?${text}` : path);
}

async function send(method, path, content) {
  const json = content === undefined ? undefined : JSON.stringify(content);
  return success(await request(method, CRM + path, json, json ? { 'Content-Type': 'application/json' } : {}));
}

/** The SDK's promise is kept with what was done or found; records that were refused one by one count as found. */
function success({ status, data }) {
  if (status === 204) return { status: 204, statusText: 'nocontent' };
  if ((status >= 200 && status < 300) || Array.isArray(data?.data)) return data;
  throw typeof data === 'object' ? data : { code: 'INTERNAL_ERROR', message: `the CRM answered ${status}`, status: 'error' };
}
