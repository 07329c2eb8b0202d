/**
 * Building DOM by hand, since the page never parses markup from strings: Trusted Types stay on
 * and text from people can only ever become text.
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An HTML element.
 *
 * `props`: `class`, `on<event>` listeners, `dataset` and `style` objects (set through the CSSOM,
 * which a strict CSP allows), booleans as bare attributes; anything else is an attribute.
 * Children may be nodes, strings, numbers, arrays; `null`, `undefined` and `false` are left out.
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) assign(node, name, value);
  append(node, children);
  return node;
}

/** An SVG element; every prop is an attribute. */
export function svg(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props ?? {})) node.setAttribute(name, value);
  append(node, children);
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'class') node.className = value;
  else if (name === 'dataset') Object.assign(node.dataset, value);
  else if (name === 'style') setStyle(node, value);
  else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? '' : value);
}

/** Sets CSS properties (dashed names, custom ones too) without a style attribute in markup. */
export function setStyle(node, properties) {
  for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value);
}

function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child);
  }
}

/** Replaces everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}
