/** Draws operations and schemas. */

import type { ComponentChildren } from 'preact';
import { copy } from '../parts/states';
import { curl } from './curl';
import type { Answer, ApiDocument, Node, Operation, Parameter, ProblemLine } from './document';
import { whoSays } from './operations';
import { blocks, spans, type Block, type Span } from './prose';
import { outline } from './schema';

function Spans({ parts }: { parts: Span[] }) {
  return (
    <>
      {parts.map(({ kind, text }) => {
        if (kind === 'strong') return <strong>{text}</strong>;
        return kind === 'code' ? <code>{text}</code> : text;
      })}
    </>
  );
}

/** A line of the document, with its bold words and its code. */
export function Line({ text }: { text: string }) {
  return <Spans parts={spans(text)} />;
}

/** Paragraphs and lists of the document. */
export function Prose({ text }: { text: string }) {
  return <>{blocks(text).map((block, index) => <ProseBlock key={index} block={block} />)}</>;
}

function ProseBlock({ block }: { block: Block }) {
  if (block.kind === 'p') return <p><Spans parts={block.spans} /></p>;
  return (
    <ul class="points">
      {block.items.map((item, index) => <li key={index}><Spans parts={item} /></li>)}
    </ul>
  );
}

export function Badge({ method }: { method: string }) {
  return <span class="method" data-method={method}>{method}</span>;
}

/** A path whose parts may break over lines, with its parameters set off. */
export function Path({ path }: { path: string }) {
  const parts = path.split(/(?=\/)/).map((name) => (
    <><wbr />{name.includes('{') ? <em>{name}</em> : name}</>
  ));
  return <code class="op-path">{parts}</code>;
}

interface SectionProps {
  document: ApiDocument;
  operation: Operation;
  hidden: boolean;
}

/** The section of one operation. */
export function Section({ document, operation, hidden }: SectionProps) {
  const { id, method, path, summary, description, who, parameters, body } = operation;
  const title = `${id}-title`;
  return (
    <section class="op" id={id} aria-labelledby={title} hidden={hidden}>
      <h3 class="op-title" id={title} tabIndex={-1}>
        <a href={`#${id}`}><Badge method={method} /> <Path path={path} /></a>
      </h3>
      <p class="op-summary"><Line text={summary} /></p>
      {description && <div class="op-about"><Prose text={description} /></div>}
      <p class="op-who"><span class="op-word">Who may call</span> {whoSays(who)}</p>
      <Parameters document={document} all={parameters} place="path" title="In the path" />
      <Parameters document={document} all={parameters} place="query" title="In the query" />
      <Parameters document={document} all={parameters} place="header" title="Headers" />
      {body && (
        <Part title={body.required ? 'Body' : 'Body, if any'}>
          <Tree nodes={[outline(document, body.schema)]} />
        </Part>
      )}
      <Example title="Request" text={curl(location.origin, operation)} copies />
      <Part title="Answers">
        <ul class="answers">
          {operation.answers.map((one) => <AnswerLine key={one.status} document={document} answer={one} />)}
        </ul>
      </Part>
      <Problems problems={operation.problems} />
    </section>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return <div class="op-part"><h4>{title}</h4>{children}</div>;
}

interface ParametersProps {
  document: ApiDocument;
  all: Parameter[];
  place: string;
  title: string;
}

function Parameters({ document, all, place, title }: ParametersProps) {
  const here = all.filter((one) => one.in === place);
  if (here.length === 0) return null;
  const nodes = here.map(({ name, required, description, schema }) => {
    const node = outline(document, schema, { name, required: required === true });
    return { ...node, description: description ?? node.description };
  });
  return (
    <Part title={title}>
      <ul class="tree">{nodes.map((node) => <Leaf key={node.name} node={node} />)}</ul>
    </Part>
  );
}

/** A schema without a name of its own: its parts, or itself where it has none. */
function Tree({ nodes }: { nodes: Node[] }) {
  const only = nodes.length === 1 ? nodes[0] : undefined;
  const opened = only && !only.name && only.children.length > 0;
  const shown = opened ? only.children : nodes;
  return (
    <>
      {opened && only.description && <p class="tree-about"><Line text={only.description} /></p>}
      <ul class="tree">{shown.map((node) => <Leaf key={node.name} node={node} />)}</ul>
    </>
  );
}

function Leaf({ node }: { node: Node }) {
  const { name, type, required, limits, values, description, children } = node;
  return (
    <li>
      <p class="tree-line">
        {name && <><code class="tree-name">{name}</code> </>}
        <span class="tree-type">{type}</span>
        {required && <> <span class="tree-required">required</span></>}
        {limits.map((limit) => <> <span class="tree-limit">{limit}</span></>)}
      </p>
      {description && <p class="tree-about"><Line text={description} /></p>}
      {values.length > 0 && (
        <ul class="tree-values">
          {values.map((one, index) => (
            <li key={index}><code>{JSON.stringify(one.value)}</code> <Line text={one.description} /></li>
          ))}
        </ul>
      )}
      {children.length > 0 && (
        <ul class="tree">{children.map((child) => <Leaf key={child.name} node={child} />)}</ul>
      )}
    </li>
  );
}

function AnswerLine({ document, answer }: { document: ApiDocument; answer: Answer }) {
  const { status, description, type, headers, schema, example } = answer;
  const about = <><strong>{status}</strong> <Line text={description} /></>;
  if (headers.length === 0 && !schema) return <li class="answer">{about}</li>;
  return (
    <li class="answer">
      <details>
        <summary>{about}{type && <span class="tree-type"> {type}</span>}</summary>
        {headers.length > 0 && (
          <ul class="tree">
            {headers.map((header) => (
              <li key={header.name}>
                <p class="tree-line"><code class="tree-name">{header.name}</code></p>
                <p class="tree-about"><Line text={header.description} /></p>
              </li>
            ))}
          </ul>
        )}
        {schema && <Tree nodes={[outline(document, schema)]} />}
        {example !== undefined && <Example title="Example" text={JSON.stringify(example, null, 2)} />}
      </details>
    </li>
  );
}

function Problems({ problems }: { problems: ProblemLine[] }) {
  if (problems.length === 0) return null;
  return (
    <details class="op-part problems">
      <summary><h4>Problems ({problems.length})</h4></summary>
      <table>
        <thead>
          <tr><th scope="col">Status</th><th scope="col">Type</th><th scope="col">What it means</th></tr>
        </thead>
        <tbody>
          {problems.map(({ status, type, title }) => (
            <tr key={type}><td>{status}</td><td><code>{type}</code></td><td>{title}</td></tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface ExampleProps {
  title: string;
  text: string;
  copies?: boolean;
}

/** Text to look at and to copy. Wide lines are read by scrolling, with keys too. */
function Example({ title, text, copies = false }: ExampleProps) {
  return (
    <figure class="example">
      <figcaption>
        <h4>{title}</h4>
        {copies && <button class="button is-small" type="button" onClick={() => copy(text)}>Copy</button>}
      </figcaption>
      <pre tabIndex={0} aria-label={title}><code>{text}</code></pre>
    </figure>
  );
}
