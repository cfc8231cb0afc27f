// The coordinator's HTTP API, and who one is to it.

import { store } from './store.js';

export class ApiError extends Error {
  constructor(status, title, detail) {
    super(detail || title || `the coordinator answers ${status}`);
    this.status = status;
    this.title = title;
  }
}

const roles = ['viewer', 'submitter', 'admin'];

/** Who is signed in: undefined before it is known, null where nobody is. */
export const session = store(undefined);

/** Why one may not do what takes a role; null where one may. */
export function refusal(who, role = 'submitter') {
  if (!who || roles.indexOf(who.role) >= roles.indexOf(role)) return null;
  return `Your role is ${who.role}; this takes a ${role}.`;
}

const url = path => `/api/v1/${path}`;

export const segment = encodeURIComponent;

export async function get(path) {
  const response = await send('GET', path);
  return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
}

export async function post(path, body) {
  const response = await send('POST', path, body);
  return response.status === 204 ? null : response.json();
}

export async function signIn(token) {
  await send('POST', 'session', { token }, false);
  await whoAmI();
}

export async function signOut() {
  await send('DELETE', 'session');
  session.set(null);
}

const addressed = '#token=';

/** The token of an address that ends in `#token=...`, as a coordinator prints it, or null. It does not stay there: the address becomes the overview's. */
export function takeToken() {
  if (!location.hash.startsWith(addressed)) return null;
  const token = location.hash.slice(addressed.length);
  history.replaceState(null, '', '#/');
  return token;
}

/**
 * Signs in with the token of an address, unless it is not known or somebody else is signed in.
 * @returns {Promise<{ holder, current } | null>} whose token it is (null: nobody's) and who stays signed in; null where it has signed in
 */
export async function enter(token) {
  const [holder, current] = await Promise.all([token ? holderOf(token) : null, holderOf()]);
  if (holder && (!current || isSame(holder, current))) {
    await signIn(token);
    return null;
  }
  know(current);
  return { holder, current };
}

export async function whoAmI() {
  know(await holderOf());
}

// Who follows this begins anew with whoever it is.
function know(who) {
  if (session.get() === undefined || !isSame(who, session.get())) session.set(who);
}

const isSame = (one, other) => one?.name === other?.name && one?.role === other?.role;

/** Who holds a token, by default that of this browser's session; null where nobody does. */
async function holderOf(token) {
  try {
    return await (await send('GET', 'session', undefined, false, token && { authorization: `Bearer ${token}` })).json();
  } catch (error) {
    if (error.status === 401) return null;
    throw error;
  }
}

async function send(method, path, body, leads = true, headers = {}) {
  let response;
  try {
    response = await fetch(url(path), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(method === 'GET' ? {} : { 'x-convoy-csrf': '1' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'No answer', 'The coordinator does not answer. Is it running, and is this machine connected to it?');
  }
  if (response.ok) return response;
  if (response.status === 401 && leads) session.set(null);
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem.title, problem.detail);
}
