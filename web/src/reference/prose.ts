/** The little Markdown that the API's document is written in, as data. */

export interface Span {
  kind: 'text' | 'strong' | 'code';
  text: string;
}

export type Block = { kind: 'p'; spans: Span[] } | { kind: 'ul'; items: Span[][] };

const INLINE = /\*\*(?<strong>[^*]+)\*\*|`(?<code>[^`]+)`/g;

/** The parts of one line; code inside bold is just code. */
export function spans(line: string): Span[] {
  const found: Span[] = [];
  let end = 0;
  const plain = (text: string) => { if (text) found.push({ kind: 'text', text }); };
  for (const match of line.matchAll(INLINE)) {
    plain(line.slice(end, match.index));
    const { strong, code } = match.groups ?? {};
    if (strong) found.push({ kind: 'strong', text: strong.replaceAll('`', '') });
    else found.push({ kind: 'code', text: code ?? '' });
    end = match.index + match[0].length;
  }
  plain(line.slice(end));
  return found;
}

/** Paragraphs and lists. */
export function blocks(text: string): Block[] {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((block) => {
    const joined = block.replace(/\n(?!- )\s*/g, ' ');
    if (!joined.startsWith('- ')) return { kind: 'p', spans: spans(joined.replaceAll('\n', ' ')) };
    return { kind: 'ul', items: joined.split('\n').map((line) => spans(line.replace(/^- /, ''))) };
  });
}
