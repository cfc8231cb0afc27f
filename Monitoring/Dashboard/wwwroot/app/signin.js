// The way in, where the coordinator asks who one is.

import { html, useState } from '../lib/htm-preact-3.1.1.mjs';
import { signIn } from './api.js';
import { Problem } from './widgets.js';

export const unknownToken = { title: 'Not signed in', message: 'The coordinator does not know this token. It may have been withdrawn, or mistyped.' };

// The address stays as it is, so that signing in leads back to where one was.
export function SignInPage({ problem = null }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);

  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(token.trim());
    } catch (problem) {
      setError(problem.status === 401 ? unknownToken : problem);
      setBusy(false);
    }
  }

  return html`<main class="signin"><form class="card" onSubmit=${submit}>
    <h1><img src="/favicon.svg" alt="" width="32" height="32" /> Convoy</h1>
    <p>Sign in with the token that you were given.</p>
    ${(error ?? problem) && html`<${Problem} error=${error ?? problem} />`}
    <label>Token <input type="password" autocomplete="current-password" required value=${token} onInput=${event => setToken(event.target.value)} /></label>
    <button class="primary" disabled=${busy || token.trim() === ''}>Sign in</button>
  </form></main>`;
}

/** Asks whether the holder of an address's token is to take the place of whoever is signed in. */
export function SwitchPage({ holder, current, onYes, onNo }) {
  const name = who => `${who.name} (${who.role})`;
  return html`<main class="signin"><section class="card" aria-label="Sign in as somebody else">
    <h1><img src="/favicon.svg" alt="" width="32" height="32" /> Convoy</h1>
    <p>You are signed in as <strong>${name(current)}</strong>. This address signs in as <strong>${name(holder)}</strong>, in every tab of this browser.</p>
    <div class="row"><button class="primary" onClick=${onYes}>Sign in as ${holder.name}</button><button onClick=${onNo}>Stay ${current.name}</button></div>
  </section></main>`;
}
