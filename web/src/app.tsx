/** The frame around all pages, and the choice of the page that the address names. */

import type { ComponentType } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AlbumPage } from './pages/album/page';
import { AlbumsPage } from './pages/albums';
import { Header } from './pages/header';
import { ForgottenPage, ResetPage, VerifyPage } from './pages/mailed';
import { PAGES } from './pages/registry';
import {
  address, albumsHash, carriesFiles, closeDialogs, Dialogs, forgetDestination, formerPosition, keepDestination,
  logMistake, makeSure, me, Missing, Notices, OfflineLine, replace, SIGNING, SignInPage, SignUpPage, takeDestination,
  text, Tray, uploads, whenChanged, type Address,
} from './shell';

/** The offer to go on with uploads of a former visit, which is looked for once the page is there. */
function InterruptedUploads() {
  const [bar, setBar] = useState<ComponentType | null>(null);
  useEffect(() => {
    const load = () => import('./device/start').then(({ InterruptedBar }) => setBar(() => InterruptedBar));
    const timer = setTimeout(() => { load().catch(logMistake); }, 1500);
    return () => clearTimeout(timer);
  }, []);
  const Bar = bar;
  return Bar && <Bar />;
}

/** The title of each page; an album has its own. */
function titleOf(name: string): string {
  const titles: Record<string, string> = {
    'sign-in': text.sign.in, 'sign-up': text.sign.up, forgotten: text.mailed.forgotten,
    reset: text.mailed.reset, verify: text.mailed.verify, invitation: text.invitation.title,
    'single-sign-on': text.signOn.title,
    connect: text.connect.title, connected: text.connect.done,
    photos: text.nav.photos,
    search: text.nav.search, map: text.nav.map, favourites: text.nav.favourites, tags: text.nav.tags,
    trash: text.nav.trash, sharing: text.nav.sharing, me: text.nav.me,
    administration: text.administration.title,
    'on-this-day': text.nav.onThisDay, missing: text.missing.title,
  };
  const title = titles[name];
  return title ? `${title} · ${text.name}` : text.name;
}

/** Pages for whoever has a link to them, signed in or not. */
const LINKED = new Set(['guest', 'reset', 'verify', 'invitation', 'connected', 'single-sign-on']);

/** Pages for which it makes no difference who is signed in: a guess is enough for them. */
const SAME_FOR_ALL = new Set(['guest', ...SIGNING]);

/** Leads to signing in, and back to where somebody was going. */
function useGuard({ name }: Address, signedIn: boolean): string {
  const signing = SIGNING.has(name);
  const away = signedIn ? signing : !signing && !LINKED.has(name);
  useEffect(() => {
    if (signedIn && signing) replace(takeDestination());
    else if (away) keepDestination();
    // Who follows a link goes on by themselves once they are signed in.
    else if (signedIn && !LINKED.has(name)) forgetDestination();
    if (!signedIn && !SAME_FOR_ALL.has(name)) makeSure();
  }, [name, signedIn]);
  if (signedIn) return signing ? 'waiting' : name;
  return away ? 'sign-in' : name;
}

function Page({ name, at }: { name: string; at: Address }) {
  if (name === 'waiting') return null;
  if (name === 'sign-in') return <SignInPage expected={at.name !== 'albums' && at.name !== 'sign-in'} />;
  if (name === 'sign-up') return <SignUpPage />;
  if (name === 'forgotten') return <ForgottenPage />;
  if (name === 'reset') return <ResetPage key={at.token} token={at.token ?? ''} />;
  if (name === 'verify') return <VerifyPage key={at.token} token={at.token ?? ''} />;
  if (name === 'album') return <AlbumPage key={at.album} id={at.album ?? ''} />;
  if (name === 'albums') return <AlbumsPage />;
  const Found = PAGES[name];
  if (Found) return <Found />;
  return <div class="page"><Missing message={text.missing.page} /></div>;
}

export function App() {
  const at = address.value;
  const name = useGuard(at, me.value !== null);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const key = `${name} ${at.album ?? ''}${at.token ?? ''}`;
  // What was asked on one page is not answered on another, to which the back button has led.
  useEffect(closeDialogs, [key, at.photo]);
  useEffect(() => {
    document.title = titleOf(name);
    scrollTo(0, formerPosition());
    // So that people who hear the page know where they are.
    const heading = main.current?.querySelector('h1') ?? main.current;
    if (!first.current) heading?.focus({ preventScroll: true });
    first.current = false;
  }, [key]);
  // A photo that is opened above a list changes the address, and nothing of the list.
  const page = useMemo(() => <Page name={name} at={at} />, [key, at.name]);
  const skip = (event: Event) => {
    // A plain link would change the hash, which is the address of the page.
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>{text.skip}</a>
      <OfflineLine />
      <Header />
      <main class="main" id="main" tabIndex={-1} ref={main}>{page}</main>
      {me.value && <InterruptedUploads />}
      <Tray queue={uploads} />
      <Notices />
      <Dialogs />
    </>
  );
}

/** The id of the user who was last signed in. */
let last: string | null = null;

/** Sees to what must happen when it is somebody else who is signed in, or nobody. */
export function watchSession() {
  last = me.value?.id ?? null;
  whenChanged(({ left }) => {
    closeDialogs();
    const now = me.value?.id ?? null;
    const another = now !== null && last !== null && now !== last;
    // Whoever signs in next should not land in somebody else's album.
    if (left || another) {
      forgetDestination();
      replace(left ? '#/sign-in' : albumsHash);
    }
    last = now ?? last;
  });
}

/** Keeps a file that is dropped beside the mark from replacing the page. */
export function keepPage() {
  for (const type of ['dragover', 'drop'] as const) {
    addEventListener(type, (event) => { if (carriesFiles(event)) event.preventDefault(); });
  }
  addEventListener('beforeunload', (event) => {
    if (uploads.summary.busy > 0) event.preventDefault();
  });
}


