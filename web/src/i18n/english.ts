/** The texts of the page in English, and the pattern for those of every other language. */

import { plural, number } from './formats';
import { english as administration } from './english-administration';
import { english as factor } from './english-factor';
import { english as library } from './english-library';
import { english as manage } from './english-manage';
import { english as me } from './english-me';
import { english as passkeys } from './english-passkeys';
import { english as pages } from './english-pages';
import { english as shell } from './english-shell';
import { english as signOn } from './english-sign-on';

const photos = (count: number) => plural(count, { one: '# photo', other: '# photos' });

export const english = {
  name: 'Albumen',
  skip: 'Skip to content',
  loading: 'Loading…',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  undo: 'Undo',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser did not allow copying. Select the text instead.',
  remove: 'Remove',
  delete: 'Delete',
  edit: 'Edit',
  optional: ' optional',
  more: 'More',
  notices: 'Notices',
  photos,
  nav: {
    label: 'Pages',
    photos: 'Photos',
    albums: 'Albums',
    search: 'Search',
    sharing: 'Sharing',
    favourites: 'Favourites',
    map: 'Map',
    tags: 'Tags',
    trash: 'Trash',
    onThisDay: 'On this day',
    me: 'Account and settings',
    more: 'More',
  },
  account: {
    of: (name: string) => `Account of ${name}`,
    usage: (count: string, used: string, quota: string) => `${count}, ${used} of ${quota}`,
    meter: 'Storage used',
    reference: 'API reference',
    signOut: 'Sign out',
    uploading: 'Uploads are still running. Sign out and stop them?',
    language: 'Language',
  },
  errors: {
    network: 'Albumen could not be reached. Check your connection and try again.',
    offline: 'You are offline. What is here stays; changes wait for the connection.',
    notKept: 'You are offline, and this was not opened here before. It comes by itself once there is a connection.',
    server: 'Something went wrong on our side. Try again in a moment.',
    unexpected: 'Something went wrong on this page. Load it anew.',
    tooMany: (seconds: number | null) =>
      seconds === null
        ? 'Too many attempts. Try again in a moment.'
        : plural(seconds, {
            one: 'Too many attempts. Try again in # second.',
            other: 'Too many attempts. Try again in # seconds.',
          }),
    changed: 'Somebody else changed it meanwhile. It is shown as it is now: try again.',
    reference: (id: string) => `Reference ${id}`,
    fields: {
      name: 'The file name', size: 'The file', content_type: 'The type', sha256: 'The checksum',
    } as Record<string, string>,
  },
  missing: {
    title: 'An empty frame',
    page: 'There is no page at this address.',
    album: 'This album does not exist, or it is not yours to see.',
    home: 'Go to your albums',
  },
  sign: {
    in: 'Sign in',
    expected: 'Sign in to see this page.',
    welcome: 'Your photographs are where you left them.',
    email: 'E-mail',
    password: 'Password',
    wrong: 'That e-mail and password do not belong together.',
    newHere: 'New here? ',
    create: 'Create an account',
    up: 'Create your account',
    upLead: 'An album for every occasion, and every photograph kept exactly as it was taken.',
    name: 'Name',
    strength: 'At least 10 characters. A few uncommon words are strong and easy to keep.',
    taken: 'There is an account with this e-mail already. Sign in instead?',
    createAction: 'Create account',
    haveOne: 'Have an account? ',
    invitedOnly: 'Only who is invited can sign up here: ask somebody who has an account, and follow the link of the invitation.',
    closed: 'Nobody can sign up here. Ask whoever runs this Albumen.',
    domains: (domains: string) => `An address at ${domains}. With any other, ask for an invitation.`,
    suspended: 'An administrator has suspended this account. Ask whoever runs this Albumen.',
    unverified: 'Your address is to be confirmed first: open the link of the mail that was sent to it.',
  },
  mailed: {
    on: 'Go on to Albumen',
    ended: 'This link was used, or its time is over. Ask for another mail.',
    forgotten: 'Forgot your password?',
    forgottenLead: 'A mail with a link lets you choose a new one.',
    send: 'Send a mail',
    sent: 'If this address has an account, a mail is on its way to it. Its link is good for an hour.',
    reset: 'A new password',
    resetLead: 'All log-ins and keys of your account will end.',
    set: 'Set the password',
    isSet: 'Your password is set, and all log-ins have ended.',
    verify: 'Your address',
    verifyLead: 'One press confirms that the address is yours.',
    confirm: 'Confirm the address',
    confirmed: 'The address is confirmed. Thank you.',
  },
  albums: {
    title: 'Albums',
    create: 'New album',
    none: 'No photos yet',
    first: 'Start your first album',
    firstLead: 'Make one by hand, or drop a folder of photographs anywhere on this page.',
    loading: 'Loading albums',
    noPicture: 'There was no picture in that.',
    titleField: 'Title',
    description: 'Description',
    createAction: 'Create album',
    willHold: (count: number) =>
      plural(count, { one: '# photo will go into it.', other: '# photos will go into it.' }),
  },
  album: {
    addFolder: 'Add folder',
    addPhotos: 'Add photos',
    choosePhotos: 'Photos to add',
    chooseFolder: 'Folder to add',
    drop: (title: string) => `Drop to add to “${title}”`,
    empty: 'Nothing here yet',
    emptyMouse: 'Drop photographs or a whole folder anywhere on this page.',
    emptyTouch: 'Add photographs from this device.',
    emptyViewer: 'Whoever shares this album has not put anything in yet.',
    leftOut: (count: number) =>
      plural(count, {
        one: '# file left out: not a picture.', other: '# files left out: not pictures.',
      }),
    failed: (count: number) => `${number(count)} failed`,
    lost: (count: number) =>
      plural(count, {
        one: '# upload did not finish. Add the same file again to complete it.',
        other: '# uploads did not finish. Add the same files again to complete them.',
      }),
  },
  photo: {
    list: 'Photos',
    developing: 'Developing…',
    stillDeveloping: 'This photo is still being developed.',
    refused: 'This file could not be made into a picture.',
    notLoaded: 'Not loaded',
    select: (name: string) => `Select ${name}`,
  },
  uploads: {
    label: 'Uploads',
    all: 'All uploads',
    clear: 'Clear finished uploads',
    hide: 'Hide the list',
    show: 'Show the list',
    retry: 'Retry',
    retryAll: 'Retry all',
    of: (label: string, name: string) => `${label} ${name}`,
    running: (at: number, all: number) => `Uploading ${number(at)} of ${number(all)}`,
    developing: (count: number) =>
      plural(count, { one: 'Developing # photo', other: 'Developing # photos' }),
    failed: (count: number) =>
      plural(count, { one: '# upload failed', other: '# uploads failed' }),
    added: (count: number) => plural(count, { one: '# photo added', other: '# photos added' }),
    someFailed: (count: number) => `${number(count)} failed`,
    someKnown: (count: number) => `${number(count)} already yours`,
    waiting: 'Connection trouble, trying again',
    progress: (sent: string, size: string) => `${sent} of ${size}`,
    states: {
      queued: 'Waiting', hashing: 'Reading', announcing: 'Preparing', uploading: 'Uploading',
      processing: 'Developing', ready: 'Done', duplicate: 'Already yours, added without uploading',
    } as Record<string, string>,
    insecure: 'This browser only uploads over a secure (https) connection.',
    unreadable: 'This file could not be read. Was it moved or changed?',
    broken: 'The connection broke during the upload.',
    stopped: 'Stopped.',
    altered: 'The bytes that arrived are not the ones announced. Did the file change?',
    storage: (status: number) => `The storage refused the upload (${status}).`,
  },
  ...administration,
  ...factor,
  ...library,
  ...manage,
  ...me,
  ...passkeys,
  ...pages,
  ...shell,
  ...signOn,
};
