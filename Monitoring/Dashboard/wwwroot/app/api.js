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

const tokenOf = hash => /^#token=(\w+)$/.exec(hash)?.[1];

/** Whether the address signs in. */
export const signsIn = () => tokenOf(location.hash) !== undefined;

/** Signs in by an address that ends in `#token=...`, as a coordinator prints it; the token does not stay there. */
async function signInByAddress() {
  const token = tokenOf(location.hash);
  if (!token) return;
  history.replaceState(null, '', '#/');
  dispatchEvent(new HashChangeEvent('hashchange'));
  await send('POST', 'session', { token }, false);
}

export async function whoAmI() {
  try {
    await signInByAddress();
    const who = await (await send('GET', 'session', undefined, false)).json();
    const known = session.get();
    // Who follows this begins anew with whoever it is.
    if (who.name !== known?.name || who.role !== known?.role) session.set(who);
  } catch (error) {
    if (error.status === 401) session.set(null);
    else throw error;
  }
}

async function send(method, path, body, leads = true) {
  let response;
  try {
    response = await fetch(url(path), {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(method === 'GET' ? {} : { 'x-convoy-csrf': '1' }) },
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
