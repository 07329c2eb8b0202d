/** The head of the page: the name, the pages, and the account. */

import { useEffect, useRef, useState } from 'preact/hooks';
import {
  address, albumsHash, ask, Icon, LANGUAGES, language, logMistake, Mark, me, messageOf,
  notice, refresh, signOut, speak, text, uploads, UsageMeter, type IconName, type Language, type Me,
} from '../shell';

import { exists } from './registry';

interface Link {
  name: string;
  href: string;
  label: string;
  icon: IconName;
}

function links(): Link[] {
  return [
    { name: 'photos', href: '#/photos', label: text.nav.photos, icon: 'photos' },
    { name: 'albums', href: albumsHash, label: text.nav.albums, icon: 'albums' },
    { name: 'search', href: '#/search', label: text.nav.search, icon: 'search' },
    { name: 'sharing', href: '#/sharing', label: text.nav.sharing, icon: 'people' },
  ];
}

function moreLinks({ administrator }: Me): Link[] {
  const label = text.administration.title;
  const administration: Link = { name: 'administration', href: '#/administration', label, icon: 'people' };
  return [
    { name: 'favourites', href: '#/favourites', label: text.nav.favourites, icon: 'heart' },
    { name: 'map', href: '#/map', label: text.nav.map, icon: 'map' },
    { name: 'tags', href: '#/tags', label: text.nav.tags, icon: 'tag' },
    { name: 'on-this-day', href: '#/on-this-day', label: text.nav.onThisDay, icon: 'calendar' },
    { name: 'trash', href: '#/trash', label: text.nav.trash, icon: 'trash' },
    { name: 'me', href: '#/me', label: text.nav.me, icon: 'person' },
    ...(administrator ? [administration] : []),
  ];
}

function NavLink({ link }: { link: Link }) {
  const { name } = address.value;
  const here = name === link.name || (name === 'album' && link.name === 'albums');
  return (
    <a class="nav-link" href={link.href} aria-current={here ? 'page' : undefined}>
      <Icon name={link.icon} /><span>{link.label}</span>
    </a>
  );
}

export function Header() {
  const user = me.value;
  const shown = links().filter(({ name }) => exists(name));
  return (
    <header class="header">
      <a class="brand" href={albumsHash}><Mark /><span>{text.name}</span></a>
      {user && shown.length > 1 && (
        <nav class="nav" aria-label={text.nav.label}>
          {shown.map((link) => <NavLink key={link.name} link={link} />)}
        </nav>
      )}
      {user ? <Account user={user} /> : <LanguageChoice />}
    </header>
  );
}

function Account({ user }: { user: Me }) {
  const menu = useRef<HTMLDivElement>(null);
  const initial = [...user.name.trim()][0]?.toLocaleUpperCase() ?? '·';
  const { hash } = globalThis.location;
  useEffect(() => { menu.current?.hidePopover(); }, [address.value.name, hash]);
  // Most visits do without it, and the first picture comes sooner.
  const [filled, setFilled] = useState(false);
  // The numbers from before are good enough when the new ones do not come.
  const opened = (event: ToggleEvent) => {
    if (event.newState !== 'open') return;
    setFilled(true);
    refresh().catch(logMistake);
  };
  return (
    <>
      <button class="account" type="button" aria-label={text.account.of(user.name)}
        popovertarget="account-menu">
        <span class="account-egg" aria-hidden="true">{initial}</span>
      </button>
      <div class="menu" id="account-menu" popover="auto" ref={menu} onBeforeToggle={opened}>
        {filled && <Menu user={user} />}
      </div>
    </>
  );
}

function Menu({ user }: { user: Me }) {
  return (
    <>
      <p class="menu-name" dir="auto">{user.name}</p>
      <p class="menu-email">{user.email}</p>
      <UsageMeter user={user} />
      <nav class="menu-links" aria-label={text.nav.more}>
        {moreLinks(user).filter(({ name }) => exists(name)).map((link) => <NavLink key={link.name} link={link} />)}
      </nav>
      <LanguageChoice />
      <a class="menu-link" href="/reference.html">{text.account.reference}</a>
      <button class="button is-wide" type="button" onClick={leave}>
        <Icon name="leave" />{text.account.signOut}
      </button>
    </>
  );
}

function LanguageChoice() {
  return (
    <div class="languages" role="group" aria-label={text.account.language}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button key={code} class="language" type="button" lang={code}
          aria-pressed={code === language} onClick={() => speak(code as Language)}>
          {name}
        </button>
      ))}
    </div>
  );
}

async function leave() {
  if (uploads.summary.busy > 0) {
    const question = { title: text.account.signOut, body: text.account.uploading };
    if (!await ask({ ...question, action: text.account.signOut, danger: true })) return;
  }
  try {
    const provider = await signOut();
    if (provider) location.assign(provider);
  } catch (error) {
    notice(messageOf(error));
  }
}
