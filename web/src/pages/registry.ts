/** The pages that are loaded when they are first opened, by the name that the router gives them. */

import { lazy, type LazyComponent } from '../shell';

const library = {
  favourites: () => import('./library/favourites').then((module) => module.FavouritesPage),
  map: () => import('./library/map').then((module) => module.MapPage),
  search: () => import('./library/search').then((module) => module.SearchPage),
  tags: () => import('./library/tags').then((module) => module.TagsPage),
  trash: () => import('./library/trash').then((module) => module.TrashPage),
  onThisDay: () => import('./library/on-this-day').then((module) => module.OnThisDayPage),
};

export const PAGES: Record<string, LazyComponent<object>> = {
  administration: lazy(() => import('./administration/page').then((module) => module.AdministrationPage)),
  photos: lazy(() => import('./photos/page').then((module) => module.PhotosPage)),
  favourites: lazy(library.favourites),
  map: lazy(library.map),
  search: lazy(library.search),
  tags: lazy(library.tags),
  trash: lazy(library.trash),
  'on-this-day': lazy(library.onThisDay),
  guest: lazy(() => import('./guest/page').then((module) => module.GuestPage)),
  invitation: lazy(() => import('./invitation').then((module) => module.InvitationPage)),
  me: lazy(() => import('./me/page').then((module) => module.MePage)),
  connect: lazy(() => import('./connect/page').then((module) => module.ConnectPage)),
  connected: lazy(() => import('./connect/page').then((module) => module.ConnectedPage)),
  'single-sign-on': lazy(() => import('./signed-on').then((module) => module.SignedOnPage)),
  sharing: lazy(() => import('./sharing').then((module) => module.SharingPage)),
};

/** Tells that there is a page of this name; the head of the page leads to no other. */
export function exists(name: string): boolean {
  return name === 'albums' || name in PAGES;
}
