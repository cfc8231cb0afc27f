// Server-sent events that outlive lost connections.

import { useEffect, useState } from '../lib/htm-preact-3.1.1.mjs';
import { store } from './store.js';
import { whoAmI } from './api.js';

const longestPause = 10_000;

/**
 * Follows a stream until it is closed or a handler answers true: that was the last.
 * While nobody sees the page it is not followed; whatever it begins with brings the page up to date.
 * Handlers hear whether their news are the first of a connection: what came before it may have been missed.
 * @param {string} path of the API
 * @param {Record<string, (data: any, isFirst: boolean) => boolean | void>} handlers by event
 * @param {(state: 'connecting' | 'live' | 'reconnecting' | 'ended') => void} tell
 */
export function follow(path, handlers, tell) {
  let source, timer, ended = false, failures = 0;

  function open() {
    source = new EventSource(`/api/v1/${path}`);
    let isFirst = true;
    source.onopen = () => {
      failures = 0;
      tell('live');
    };
    source.onerror = retry;
    for (const [name, handle] of Object.entries(handlers)) source.addEventListener(name, event => {
      const last = handle(JSON.parse(event.data), isFirst);
      isFirst = false;
      if (last) end();
    });
  }

  function retry() {
    source.close();
    tell('reconnecting');
    // A stream that is refused does not say why; a session that has ended is the usual reason.
    if (failures++ > 0) whoAmI().catch(() => { });
    timer = setTimeout(open, Math.min(longestPause, 500 * 2 ** failures));
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  function end() {
    ended = true;
    close();
    tell('ended');
  }

  function onVisibility() {
    if (ended) return;
    close();
    if (!document.hidden) open();
  }

  tell('connecting');
  if (!document.hidden) open();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    close();
    document.removeEventListener('visibilitychange', onVisibility);
  };
}

/** The state of a stream that the component follows while it stands; another `round` begins anew one that has ended. */
export function useStream(path, handlers, round = 0) {
  const [state, setState] = useState('connecting');
  useEffect(() => follow(path, handlers, setState), [path, round]);
  return state;
}

const nothing = { cluster: null, jobs: new Map(), sweeps: new Map() };

/** Nodes, jobs and sweeps as they are now. */
export const overview = store({ state: 'connecting', ...nothing });

export const followOverview = () => follow('events', {
  overview(news, isFirst) {
    // The first tell all: what they do not name is gone.
    const known = isFirst ? nothing : overview.get();
    overview.set({
      ...overview.get(),
      cluster: news.cluster ?? known.cluster,
      jobs: merged(known.jobs, news.jobs, 'job_id'),
      sweeps: merged(known.sweeps, news.sweeps, 'sweep_id'),
    });
  },
}, state => overview.set({ ...overview.get(), state }));

function merged(known, news, key) {
  if (news.length === 0) return known;
  const all = new Map(known);
  for (const item of news) all.set(item[key], item);
  return all;
}
