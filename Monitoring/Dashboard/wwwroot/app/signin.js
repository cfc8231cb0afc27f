// The way in, where the coordinator asks who one is.

import { html, useState } from '../lib/htm-preact-3.1.1.mjs';
import { signIn } from './api.js';
import { Problem } from './widgets.js';

// The address stays as it is, so that signing in leads back to where one was.
export function SignInPage() {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);

  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(token.trim());
    } catch (problem) {
      setError(problem.status === 401 ? { title: 'Not signed in', message: 'The coordinator does not know this token. It may have been withdrawn, or mistyped.' } : problem);
      setBusy(false);
    }
  }

  return html`<main class="signin"><form class="card" onSubmit=${submit}>
    <h1><img src="/favicon.svg" alt="" width="32" height="32" /> Convoy</h1>
    <p>Sign in with the token that you were given.</p>
    ${error && html`<${Problem} error=${error} />`}
    <label>Token <input type="password" autocomplete="current-password" required value=${token} onInput=${event => setToken(event.target.value)} /></label>
    <button class="primary" disabled=${busy || token.trim() === ''}>Sign in</button>
  </form></main>`;
}
