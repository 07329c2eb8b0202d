/** Starts the page. */

import { render, type VNode } from 'preact';
import { App, keepPage, watchSession } from './app';
import { PAGES } from './pages/registry';
import { address, Failure, Loading, logMistake, restore, startLanguage, startRouter } from './shell';

/** When what can wait begins, in milliseconds after the page is shown. */
const LATER = 1500;

const root = document.getElementById('app')!;

/** Shows something in place of all that is there. */
function show(what: VNode) {
  render(null, root);
  root.replaceChildren();
  render(what, root);
}

/** Finds out who is signed in, then shows the page. */
async function start(spoken: Promise<void>) {
  PAGES[address.peek().name]?.prepare();
  try {
    await Promise.all([restore(), spoken]);
  } catch (error) {
    logMistake(error);
    const again = () => {
      show(<Loading />);
      start(startLanguage());
    };
    show(<main class="main"><Failure error={error} retry={again} /></main>);
    return;
  }
  watchSession();
  startRouter();
  show(<App />);
  // None of it is needed for the first picture.
  setTimeout(() => { import('./device/start').then(({ startDevice }) => startDevice(), logMistake); }, LATER);
}

keepPage();
start(startLanguage());
