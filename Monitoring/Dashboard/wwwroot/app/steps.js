// The steps of a run that a page knows.

// Steps of a long run are thinned out: every other one, whenever there are so many.
const most = 4000;

const thinned = steps => steps.length < most ? steps : thinned(steps.filter((_, index) => index % 2 === 0));

/** With one more. A world that goes on from a checkpoint does steps again: what was seen of them is void. */
export const withStep = (steps, step) => [...thinned(steps.filter(known => known.step < step.step)), step];

/** A history after what is known of the time before it: a coordinator that took over knows only its own. */
export const before = (known, history) => history.length === 0 ? known : thinned([...known.filter(step => step.step < history[0].step), ...history]);
