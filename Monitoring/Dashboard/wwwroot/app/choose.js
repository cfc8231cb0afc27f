// Runs chosen out of a list to be compared.

import { html, useState } from '../lib/htm-preact-3.1.1.mjs';
import { segment } from './api.js';

// As many as the API compares.
const most = 20;

/** The ids that are chosen, and what chooses or leaves one. */
export function useChosen() {
  const [chosen, setChosen] = useState([]);
  return [chosen, (id, yes) => setChosen(known => yes ? [...known, id] : known.filter(other => other !== id))];
}

/** The head of the column to choose in. */
export const toCompare = html`<span class="unseen">Choose to compare</span>`;

export const Choose = ({ id, chosen, onChoose }) => html`<input type="checkbox" aria-label=${`Compare ${id}`} checked=${chosen.includes(id)} disabled=${chosen.length >= most && !chosen.includes(id)} onChange=${event => onChoose(id, event.target.checked)} />`;

export function CompareLink({ chosen }) {
  const few = chosen.length < 2;
  return html`<a class=${few ? 'button disabled' : 'button'} aria-disabled=${few} href=${few ? undefined : `#/compare?${chosen.map(id => `id=${segment(id)}`).join('&')}`} title=${few ? 'Choose two runs or more' : ''}>Compare ${chosen.length > 0 ? chosen.length : ''}</a>`;
}
