// The frame around the pages: navigation, session, theme.

import { html, render, useEffect, useRef, useState } from '../lib/htm-preact-3.1.1.mjs';
import { enter, session, signIn, signOut, takeToken, whoAmI } from './api.js';
import { colours, load } from './charts.js';
import { followOverview } from './live.js';
import { useStore } from './store.js';
import { Action, Loading, Problem } from './widgets.js';
import { OverviewPage } from './overview.js';
import { JobPage } from './job.js';
import { ComparePage } from './compare.js';
import { SweepPage } from './sweep.js';
import { SubmitPage } from './submit.js';
import { SignInPage, SwitchPage, unknownToken } from './signin.js';

const pages = [
  { match: /^\/$/, title: 'Overview', page: OverviewPage },
  { match: /^\/jobs\/(?<id>[^/]+)$/, title: 'Job', page: JobPage },
  { match: /^\/sweeps\/(?<id>[^/]+)$/, title: 'Sweep', page: SweepPage },
  { match: /^\/compare$/, title: 'Compare', page: ComparePage },
  { match: /^\/submit$/, title: 'Submit', page: SubmitPage },
];

// Before anything else: the token is to be in the address for as short as can be.
const firstToken = takeToken();

// Asked for before it is known who one is: these pages draw.
if (/^#\/(jobs|sweeps|compare)/.test(location.hash)) load();

function route() {
  const [path, query = ''] = (location.hash.slice(1) || '/').split('?');
  for (const { match, title, page } of pages) {
    const found = match.exec(path);
    const id = found?.groups?.id && decoded(found.groups.id);
    if (found && id !== null) return { path, title, page, id, query: new URLSearchParams(query) };
  }
  return { path, title: 'Not found', page: NotFound, query: new URLSearchParams() };
}

/** Null for what is no text that was encoded. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const NotFound = () => html`<h1>Not found</h1><p>There is no such page. <a href="#/">Back to the overview</a></p>`;

function App() {
  const who = useStore(session);
  const [at, setAt] = useState(route());
  const [error, setError] = useState(null);
  const [token, setToken] = useState(firstToken);
  const [entry, setEntry] = useState(null);
  const main = useRef();

  useEffect(() => {
    if (firstToken === null) whoAmI().catch(setError);
    const onHash = () => {
      const offered = takeToken();
      if (offered !== null) setToken(offered);
      setAt(route());
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  useEffect(() => {
    if (token === null) return;
    setEntry(null);
    enter(token).then(result => {
      setEntry(result);
      if (!result?.holder) setToken(null);
    }, setError);
  }, [token]);
  useEffect(() => who ? followOverview() : undefined, [who]);
  useEffect(() => { document.title = `${at.id ?? at.title} \u2013 Convoy`; }, [at]);

  if (error) return html`<main><${Problem} error=${error}><button onClick=${() => location.reload()}>Try again</button></${Problem}></main>`;
  // Pages ask before it is known who asks: an answer of theirs that says "nobody" leads to the way in as well.
  if (who === undefined && token !== null) return html`<main><${Loading} what="the dashboard" /></main>`;
  const decide = action => () => {
    setToken(null);
    setEntry(null);
    action?.().catch(setError);
  };
  if (entry?.holder && who) return html`<${SwitchPage} ...${entry} onYes=${decide(() => signIn(token))} onNo=${decide()} />`;
  if (who === null) return html`<${SignInPage} problem=${entry && unknownToken} />`;
  return html`
    <a class="skip" href=${`#${at.path}`} onClick=${event => { event.preventDefault(); main.current.focus(); }}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/"><img src="/favicon.svg" alt="" width="26" height="26" /> Convoy</a>
      <nav aria-label="Pages">
        ${[['#/', 'Overview'], ['#/compare', 'Compare'], ['#/submit', 'Submit']].map(([href, name]) => html`<a href=${href} aria-current=${href === `#${at.path}` ? 'page' : undefined}>${name}</a>`)}
      </nav>
      <div class="row tools"><${Theme} /><span class="who">${who && `${who.name} (${who.role})`}</span><${Action} label="Sign out" role="viewer" run=${signOut} /></div>
    </header>
    <main ref=${main} tabindex="-1">${entry && html`<${Problem} error=${{ ...unknownToken, title: 'That address does not sign in' }}>You stay signed in as ${who?.name}. <button onClick=${() => setEntry(null)}>Close</button></${Problem}>`}<${at.page} key=${at.path} id=${at.id} query=${at.query} /></main>`;
}

const themes = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };

function Theme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const names = Object.keys(themes);
  const next = names[(names.indexOf(theme) + 1) % names.length];
  function change() {
    localStorage.setItem('convoy.theme', next);
    document.documentElement.dataset.theme = next;
    setTheme(next);
    colours.set(colours.get() + 1);
  }
  return html`<button onClick=${change} aria-label=${`${themes[theme]}; change to ${next}`}>${themes[theme]}</button>`;
}

render(html`<${App} />`, document.getElementById('app'));
