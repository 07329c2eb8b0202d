/** The language of the page: its texts, and numbers, sizes and dates as its readers write them. */

import { english } from './english';
import { writeIn } from './formats';

export * from './formats';

/** The texts of the page. A catalogue that lacks one, or has one more, does not compile. */
export type Catalogue = typeof english;

/** The languages that the page speaks, each by its own name. */
export const LANGUAGES = { en: 'English', 'zh-TW': '繁體中文' };
export type Language = keyof typeof LANGUAGES;

/** The texts in the language of the page. */
export let text: Catalogue = english;
/** The language of the page. */
export let language: Language = 'en';

const KEPT = 'language';

/** Returns the language that a person chose, or else the first of the browser's that there is. */
export function chooseLanguage(kept: string | null, wanted: readonly string[]): Language {
  if (kept !== null && kept in LANGUAGES) return kept as Language;
  for (const one of wanted) {
    if (one.startsWith('zh')) return 'zh-TW';
    if (one.startsWith('en')) return 'en';
  }
  return 'en';
}

/** Loads the texts of the language. Must end before anything is shown. */
export async function startLanguage(): Promise<void> {
  language = chooseLanguage(localStorage.getItem(KEPT), navigator.languages);
  const variety = navigator.languages.find((one) => one.startsWith(language.slice(0, 2)));
  writeIn(language, variety ?? language);
  document.documentElement.lang = language;
  if (language === 'zh-TW') text = (await import('./chinese')).chinese;
}

/** Keeps the choice of a language, and starts the page anew in it. */
export function speak(chosen: Language) {
  localStorage.setItem(KEPT, chosen);
  location.reload();
}
