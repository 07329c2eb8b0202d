/** Forms that show a problem next to the field that it names. */

import { useSignal } from '@preact/signals';
import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext, useId, useRef } from 'preact/hooks';
import { ApiError } from '../api/problems';
import { logMistake, messageOf, sentence } from '../core/messages';
import { text } from '../i18n';

/** The errors of a form's fields, by name, and the way to clear one. */
interface Marks {
  errors: Record<string, string>;
  clear: (name: string) => void;
}

const MarksContext = createContext<Marks>({ errors: {}, clear: () => {} });

type Area = JSX.IntrinsicElements['textarea'];

/** What a field may be told beside its name: attributes that inputs and text areas share. */
interface FieldProps {
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password' | 'number' | 'datetime-local' | 'date' | 'textarea';
  hint?: string;
  optional?: boolean;
  required?: boolean;
  autocomplete?: Area['autocomplete'];
  autocapitalize?: Area['autocapitalize'];
  enterkeyhint?: Area['enterkeyhint'];
  inputmode?: Area['inputmode'];
  spellcheck?: boolean;
  defaultValue?: string;
  min?: string;
  max?: string;
  step?: string;
  minLength?: number;
  maxLength?: number;
}

/** A labelled input; `type="textarea"` makes a text area. */
export function Field({ name, label, hint = '', optional = false, type = 'text', ...rest }: FieldProps) {
  const { errors, clear } = useContext(MarksContext);
  const id = useId();
  const error = errors[name];
  // What people write may run from right to left; addresses and numbers do not.
  const written = type === 'text' || type === 'textarea';
  const common = {
    id, name, class: 'input', dir: written ? 'auto' as const : undefined, 'aria-describedby': `${id}-hint ${id}-error`,
    'aria-invalid': error ? true : undefined, onInput: () => clear(name),
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}{optional && <span class="optional">{text.optional}</span>}
      </label>
      {type === 'textarea'
        ? <textarea rows={3} {...rest} {...common} />
        : <input type={type as 'text'} {...rest} {...common} />}
      <p class="hint" id={`${id}-hint`}>{hint}</p>
      <p class="field-error" id={`${id}-error`}>{error}</p>
    </div>
  );
}

/** A box that is ticked, with words beside and below it. */
export function Check({ name, label, hint, checked = false }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} name={name} type="checkbox" defaultChecked={checked} />
      <label for={id}>{label}{hint && <span class="hint">{hint}</span>}</label>
    </div>
  );
}

interface CheckProps {
  name: string;
  label: string;
  hint?: string;
  checked?: boolean;
}

/** What a problem means in a form: the field that it is about, if any, and what to say. */
interface Meaning {
  field?: string;
  message: string;
}

interface FormProps {
  children: ComponentChildren;
  /** The words on its button. */
  action: string;
  danger?: boolean;
  /** True where another form of the page is the one that most will send. */
  second?: boolean;
  /** Takes the values; what it throws is shown. */
  submit: (values: Record<string, string>) => Promise<unknown> | unknown;
  /** What a problem means that names no field, by its slug. */
  otherwise?: Record<string, Meaning>;
}

export function Form({ children, action, danger = false, second = false, submit, otherwise = {} }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const errors = useSignal<Record<string, string>>({});
  const alert = useSignal('');
  const busy = useSignal(false);

  const clear = (name: string) => {
    if (errors.value[name]) errors.value = { ...errors.value, [name]: '' };
  };
  const show = (found: Record<string, string>) => {
    errors.value = found;
    const first = inputsOf(form.current).find((input) => found[input.name]);
    first?.focus();
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy.value || !form.current) return;
    const wrong = incomplete(form.current);
    show(wrong);
    if (Object.keys(wrong).length > 0) return;
    alert.value = '';
    busy.value = true;
    try {
      await submit(valuesOf(form.current));
    } catch (error) {
      logMistake(error);
      const told = explain(form.current, error, otherwise);
      alert.value = told.alert;
      show(told.fields);
    } finally {
      busy.value = false;
    }
  };
  const look = danger ? 'is-danger' : second ? '' : 'is-primary';
  return (
    <MarksContext.Provider value={{ errors: errors.value, clear }}>
      <form class="form" noValidate ref={form} onSubmit={send} aria-busy={busy.value || undefined}>
        {children}
        <p class="form-error" role="alert">{alert.value}</p>
        <div class="form-actions">
          <button class={`button is-wide ${look}`} type="submit" disabled={busy.value}>
            {action}
          </button>
        </div>
      </form>
    </MarksContext.Provider>
  );
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function inputsOf(form: HTMLFormElement | null): Input[] {
  return [...(form?.elements ?? [])].filter((one): one is Input => 'labels' in one && 'name' in one);
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(pairs);
}

/** The checks of the browser, for our own place and style rather than its bubbles. */
function incomplete(form: HTMLFormElement): Record<string, string> {
  const wrong = inputsOf(form).filter((input) => input.willValidate && !input.checkValidity());
  return Object.fromEntries(wrong.map((input) => [input.name, input.validationMessage]));
}

/** Finds the place and the words for what went wrong. */
function explain(form: HTMLFormElement, error: unknown, otherwise: Record<string, Meaning>) {
  if (!(error instanceof ApiError)) return { alert: messageOf(error), fields: {} };
  const known = otherwise[error.slug];
  if (known?.field) return { alert: '', fields: { [known.field]: known.message } };
  if (error.fields.length === 0) return { alert: known?.message ?? messageOf(error), fields: {} };
  const fields: Record<string, string> = {};
  const homeless: string[] = [];
  for (const { field, detail } of error.fields) {
    const input = inputsOf(form).find(({ name }) => name === field);
    const label = input?.labels?.[0]?.firstChild?.textContent;
    if (input) fields[field] = sentence(label ?? field, detail);
    else homeless.push(sentence(field, detail));
  }
  return { alert: homeless.join(' '), fields };
}
