// ZRC_REQUEST: the SDK 1.5's own HTTP client, run by this page as the signed-in user.

import { request } from './api.js';

const failure = (errorType, errorMessage) => ({ errorType, errorMessage });

/** Resolves with `{status, headers, data}`. */
export async function zrc({ url, requestConfig = {} }) {
  const { method = 'GET', headers = {}, body, params } = requestConfig;
  const target = new URL(url ?? '', location.origin);
  // Without a connection, zrc reaches the CRM's own interface only.
  if (target.origin !== location.origin || !target.pathname.startsWith('/crm/')) {
    throw failure('ZrcValidationError', 'only addresses of the CRM can be asked');
  }
  for (const [name, value] of Object.entries(params ?? {})) target.searchParams.append(name, value);
  const text = body === undefined || body === null || typeof body === 'string' ? (body ?? undefined) : JSON.stringify(body);
  let answer;
  try {
    answer = await request(method.toUpperCase(), target.pathname + target.search, method.toUpperCase() === 'GET' ? undefined : text, headers);
  } catch (error) {
    throw failure('ZrcError', error.message);
  }
  // Whether the real CRM resolves or rejects for answers other than 2xx is known by report only ("ApiError").
  // All are answers here, with their status: a caller has to look at it in either case.
  return answer;
}
