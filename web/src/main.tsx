/** Starts the page. */

import { render } from 'preact';
import { App, keepPage, watchSession } from './app';
import { Failure, Loading, logMistake, restore, startLanguage, startRouter } from './shell';

/** When what can wait begins, in milliseconds after the page is shown. */
const LATER = 1500;

const root = document.getElementById('app')!;

/** Finds out who is signed in, then shows the page. */
async function start(spoken: Promise<void>) {
  try {
    await Promise.all([restore(), spoken]);
  } catch (error) {
    logMistake(error);
    const again = () => {
      render(<Loading />, root);
      start(startLanguage());
    };
    render(<main class="main"><Failure error={error} retry={again} /></main>, root);
    return;
  }
  watchSession();
  startRouter();
  render(null, root);
  root.replaceChildren();
  render(<App />, root);
  // None of it is needed for the first picture.
  setTimeout(() => { import('./device/start').then(({ startDevice }) => startDevice(), logMistake); }, LATER);
}

keepPage();
start(startLanguage());
