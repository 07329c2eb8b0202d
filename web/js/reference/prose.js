/** The little Markdown that the API's document is written in, as data. */

const INLINE = /\*\*(?<strong>[^*]+)\*\*|`(?<code>[^`]+)`/g;

/** `[{ kind: 'text' | 'strong' | 'code', text }]` of one line; code inside bold is just code. */
export function spans(line) {
  const found = [];
  let end = 0;
  const plain = (text) => { if (text) found.push({ kind: 'text', text }); };
  for (const match of line.matchAll(INLINE)) {
    plain(line.slice(end, match.index));
    const { strong, code } = match.groups;
    found.push(strong ? { kind: 'strong', text: strong.replaceAll('`', '') } : { kind: 'code', text: code });
    end = match.index + match[0].length;
  }
  plain(line.slice(end));
  return found;
}

/** Paragraphs and lists: `[{ kind: 'p', spans } | { kind: 'ul', items: [spans] }]`. */
export function blocks(text) {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((block) => {
    const joined = block.replace(/\n(?!- )\s*/g, ' ');
    if (!joined.startsWith('- ')) return { kind: 'p', spans: spans(joined.replaceAll('\n', ' ')) };
    return { kind: 'ul', items: joined.split('\n').map((line) => spans(line.replace(/^- /, ''))) };
  });
}
