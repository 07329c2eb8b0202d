/** Invitations to sign up: a new one, and those that nobody has accepted. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import {
  answer, api, ask, day, Field, Form, ListOf, notice, once, PagedList, showDialog, text,
  type SentSignUpInvitation, type SignUpInvitation,
} from '../../shell';
import { HandedLink } from '../handed-link';

/** Shows them above the list of accounts. */
export function showInvitations() {
  showDialog(text.administration.invitations, () => <Invitations />);
}

function send(email: string) {
  return answer(api.POST('/v1/sign-up/invitations', { params: { header: once() }, body: { email } }));
}

function Invitations() {
  const words = text.administration;
  const handed = useSignal<SentSignUpInvitation | null>(null);
  const list = useMemo(() => new PagedList<SignUpInvitation>((cursor) =>
    answer(api.GET('/v1/sign-up/invitations', { params: { query: { cursor } } }))), []);
  const tell = (sent: SentSignUpInvitation) => {
    handed.value = sent.token ? sent : null;
    if (!sent.token) notice(text.members.sent(sent.email));
    return list.reload();
  };
  const invite = async ({ email = '' }: Record<string, string>) => tell(await send(email.trim()));
  return (
    <>
      <Form action={text.members.invite} submit={invite}
        otherwise={{ 'sign-up-refused': { field: 'email', message: words.nobodySignsUp } }}>
        <p class="dialog-note">{words.inviteLead}</p>
        <Field name="email" label={text.members.email} type="email" required inputmode="email"
          autocapitalize="none" autocomplete="off" />
      </Form>
      {handed.value && <HandedLink email={handed.value.email} token={handed.value.token ?? ''} />}
      <ListOf list={list} empty={<p class="dialog-note">{words.nobodyInvited}</p>}>
        {(invitations) => (
          <>
            <h3>{text.members.invited}</h3>
            <ul class="rows invited" role="list">
              {invitations.map((one) => <InvitationRow key={one.id} invitation={one} list={list} tell={tell} />)}
            </ul>
          </>
        )}
      </ListOf>
    </>
  );
}

interface RowProps {
  invitation: SignUpInvitation;
  list: PagedList<SignUpInvitation>;
  tell: (sent: SentSignUpInvitation) => Promise<void>;
}

function InvitationRow({ invitation, list, tell }: RowProps) {
  const resend = () => list.attempt(async () => tell(await send(invitation.email)));
  const revoke = () => list.attempt(async () => {
    const question = { title: text.members.revoke, body: text.members.revokeQuestion(invitation.email) };
    if (!await ask({ ...question, action: text.members.revoke, danger: true })) return;
    const params = { path: { invitation: invitation.id } };
    await answer(api.DELETE('/v1/sign-up/invitations/{invitation}', { params }));
    list.drop(({ id }) => id === invitation.id);
  });
  const until = text.share.until(day(invitation.expires_at));
  const told = [
    text.administration.invitedBy(invitation.inviter ?? text.members.unnamed),
    invitation.state === 'open' ? until : text.members.states.expired,
  ];
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{invitation.email}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      <div class="row-actions">
        <button class="button is-small" type="button" onClick={resend}>{text.members.resend}</button>
        <button class="button is-small" type="button" onClick={revoke}>{text.members.revoke}</button>
      </div>
    </li>
  );
}
