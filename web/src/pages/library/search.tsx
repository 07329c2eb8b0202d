/** Searching one's photos: words, tags, camera, days, favourites. The search is in the address. */

import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import {
  address, answer, api, Empty, Icon, lazy, logMistake, PhotoSet, replace, Selection, showDialog, text,
} from '../../shell';
import { PhotoList } from './photo-list';

const PAGE = 100;
/** A word is looked up when nothing was typed for this long, in milliseconds. */
const TYPING = 200;
/** The filters beside the words, as the API and the address call them. */
const FILTERS = ['tag', 'camera', 'from', 'to', 'bbox'] as const;

const BoxChooser = lazy(() => import('../../map/box-chooser').then((module) => module.BoxChooser));

export function SearchPage() {
  const { query } = address.value;
  const asked = query.toString();
  const selection = useMemo(() => new Selection(), [asked]);
  const photos = useMemo(() => new PhotoSet((cursor) => {
    const given = Object.fromEntries(new URLSearchParams(asked));
    const { favourite, ...others } = given;
    const wanted = { ...others, ...(favourite && { favourite: true }), limit: PAGE, cursor };
    return answer(api.GET('/v1/search', { params: { query: wanted } }));
  }), [asked]);
  const nothing = <Empty title={text.library.nothingFound}><p>{text.library.nothingFoundLead}</p></Empty>;
  return (
    <div class="page">
      <h1 class="unseen" tabIndex={-1}>{text.nav.search}</h1>
      <SearchForm key={asked} />
      {asked === ''
        ? <Empty title={text.library.searchTitle}><p>{text.library.searchLead}</p></Empty>
        : (
          <PhotoList key={asked} photos={photos} selection={selection} title={text.nav.search}
            base="#/search" empty={nothing} />
        )}
    </div>
  );
}

/** Goes to the search that a form asks for; what is empty is left out. */
function search(form: HTMLFormElement) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const wanted = String(value).trim();
    if (wanted) query.set(name, wanted);
  }
  replace(query.size > 0 ? `#/search?${query}` : '#/search');
}

function SearchForm() {
  const { query } = address.value;
  const words = useSignal(query.get('q') ?? '');
  const filtered = FILTERS.some((name) => query.has(name)) || query.has('favourite');
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    search(event.currentTarget as HTMLFormElement);
  };
  return (
    <form class="search" role="search" onSubmit={send}>
      <div class="search-words">
        <Icon name="search" />
        <Words words={words} />
        <button class="button is-primary" type="submit">{text.nav.search}</button>
      </div>
      <details class="search-more" open={filtered}>
        <summary>{text.library.filters}</summary>
        <div class="search-filters">
          <Filter name="tag" label={text.library.tag} />
          <Filter name="camera" label={text.library.camera} />
          <Filter name="from" label={text.library.from} type="date" />
          <Filter name="to" label={text.library.to} type="date" />
          <PlaceFilter />
          <div class="check">
            <input id="only-favourites" name="favourite" value="true" type="checkbox"
              defaultChecked={query.has('favourite')} />
            <label for="only-favourites">{text.library.onlyFavourites}</label>
          </div>
        </div>
      </details>
    </form>
  );
}

function Filter({ name, label, type = 'text' }: { name: string; label: string; type?: 'text' | 'date' }) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      <input class="input" id={id} name={name} type={type as 'text'} autocomplete="off"
        defaultValue={address.value.query.get(name) ?? ''} />
    </div>
  );
}

/** The part of the map that photos were taken in, drawn on it. */
function PlaceFilter() {
  const box = useSignal(address.value.query.get('bbox') ?? '');
  const choose = () => showDialog(text.map.place, (close) => (
    <BoxChooser chosen={box.value} choose={(drawn) => {
      box.value = drawn;
      close();
    }} />
  ));
  return (
    <div class="field">
      <p class="label">{text.map.place}</p>
      <div class="search-place">
        <button class="button" type="button" onClick={choose}>
          <Icon name="map" />{box.value === '' ? text.map.choose : text.map.change}
        </button>
        {box.value !== '' && (
          <button class="button is-quiet" type="button" onClick={() => { box.value = ''; }}>
            {text.map.anywhere}
          </button>
        )}
      </div>
      <input type="hidden" name="bbox" value={box.value} />
    </div>
  );
}

/** The box for words, with those of the caller's photos that begin as the last one does. */
function Words({ words }: { words: { value: string } }) {
  const suggestions = useSignal<{ word: string; photos: number }[]>([]);
  const typed = words.value;
  useEffect(() => {
    if (typed.trim() === '' || typed.endsWith(' ')) {
      suggestions.value = [];
      return undefined;
    }
    const timer = setTimeout(() => {
      const params = { query: { q: typed } };
      answer(api.GET('/v1/search/suggestions', { params })).then(({ items }) => {
        if (words.value === typed) suggestions.value = items;
      }, logMistake);
    }, TYPING);
    return () => clearTimeout(timer);
  }, [typed]);
  const before = typed.slice(0, typed.lastIndexOf(' ') + 1);
  return (
    <>
      <input class="search-input" type="search" name="q" list="suggestions" autocomplete="off"
        aria-label={text.library.words} placeholder={text.library.words} value={typed}
        onInput={(event) => { words.value = event.currentTarget.value; }} />
      <datalist id="suggestions">
        {suggestions.value.map(({ word, photos }) => (
          <option key={word} value={`${before}${word}`}>{text.photos(photos)}</option>
        ))}
      </datalist>
    </>
  );
}
