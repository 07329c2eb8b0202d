/** The invitations into an album: a new one, and those that nobody has accepted. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import {
  answer, api, ask, day, Field, Form, ListOf, notice, once, PagedList, text,
  type Invitation, type SentInvitation,
} from '../../shell';
import { HandedLink } from '../handed-link';

/** Returns what to say where somebody may not invite yet. */
const refusals = () => ({ 'address-not-verified': { message: text.me.confirmFirst } });

/** The roles that are given by an invitation. */
const GIVEN = ['viewer', 'editor'] as const;

interface InvitationsProps {
  album: string;
  /** The options of the field for the role. */
  children: ComponentChildren;
}

export function Invitations({ album, children }: InvitationsProps) {
  const sent = useSignal<SentInvitation | null>(null);
  const list = useMemo(() => new PagedList<Invitation>((cursor) => {
    const params = { path: { album }, query: { cursor } };
    return answer(api.GET('/v1/albums/{album}/invitations', { params }));
  }), [album]);
  const id = useId();
  const { roles, roleHints } = text.members;
  // Not in the options: browsers cut off there what is wider than the field.
  const hints = GIVEN.map((role) => `${roles[role]}: ${roleHints[role]}`);
  const tell = (invitation: SentInvitation) => {
    sent.value = invitation.token ? invitation : null;
    if (!invitation.token) notice(text.members.sent(invitation.email));
    return list.reload();
  };
  const invite = async ({ email = '', role = '' }: Record<string, string>) => {
    const params = { path: { album }, header: once() };
    const body = { email: email.trim(), role: role === 'editor' ? 'editor' as const : 'viewer' as const };
    await tell(await answer(api.POST('/v1/albums/{album}/invitations', { params, body })));
  };
  return (
    <>
      <Form action={text.members.invite} submit={invite} otherwise={refusals()}>
        <p class="dialog-note">{text.members.lead}</p>
        <Field name="email" label={text.members.email} type="email" required inputmode="email"
          autocapitalize="none" autocomplete="off" />
        <div class="field">
          <label class="label" for={id}>{text.members.role}</label>
          <select class="input" id={id} name="role" aria-describedby={`${id}-hint`}>{children}</select>
          <p class="hint" id={`${id}-hint`}>{hints.join(' · ')}</p>
        </div>
      </Form>
      {sent.value && <HandedLink email={sent.value.email} token={sent.value.token ?? ''} />}
      <ListOf list={list} empty={null} loading={<></>}>
        {(invitations) => (
          <>
            <h3>{text.members.invited}</h3>
            <ul class="rows" role="list">
              {invitations.map((one) => <InvitationRow key={one.id} invitation={one} list={list} tell={tell} />)}
            </ul>
          </>
        )}
      </ListOf>
    </>
  );
}

interface RowProps {
  invitation: Invitation;
  list: PagedList<Invitation>;
  tell: (sent: SentInvitation) => Promise<void>;
}

function InvitationRow({ invitation, list, tell }: RowProps) {
  const path = { invitation: invitation.id };
  const resend = () => list.attempt(async () => {
    const params = { path, header: once() };
    await tell(await answer(api.POST('/v1/invitations/{invitation}/resend', { params })));
  });
  const revoke = () => list.attempt(async () => {
    const question = { title: text.members.revoke, body: text.members.revokeQuestion(invitation.email) };
    if (!await ask({ ...question, action: text.members.revoke, danger: true })) return;
    await answer(api.DELETE('/v1/invitations/{invitation}', { params: { path } }));
    list.drop(({ id }) => id === invitation.id);
  });
  const { states } = text.members;
  const until = text.share.until(day(invitation.expires_at));
  const told = [text.members.roles[invitation.role], invitation.state === 'open' ? until : states[invitation.state]];
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{invitation.email}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      {invitation.state !== 'declined' && (
        <button class="button is-small" type="button" onClick={resend}>{text.members.resend}</button>
      )}
      <button class="button is-small" type="button" onClick={revoke}>{text.members.revoke}</button>
    </li>
  );
}
