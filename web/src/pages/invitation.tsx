/** The page that the link of an invitation leads to. */

import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import {
  address, albumHash, answer, api, ApiError, Failure, Field, Form, Loading, me, once, replace, signIn,
  signOut, signUp, text, useCodeStep, type ReceivedInvitation,
} from '../shell';
import { Frame } from './sign';

/** The problems of a link that leads to no invitation any more, or never did. */
const ENDINGS = new Set(['link-ended', 'not-found']);

/** Accepts an invitation; resolves with the album. */
export async function accept(invitation: string, token?: string): Promise<string> {
  const params = { path: { invitation }, header: once() };
  const joined = await answer(api.POST('/v1/invitations/{invitation}/accept', { params, body: { token } }));
  return joined.album;
}

export async function decline(invitation: string, token?: string) {
  const params = { path: { invitation }, header: once() };
  await answer(api.POST('/v1/invitations/{invitation}/decline', { params, body: { token } }));
}

/** The words of an invitation: who invites, where to, and to do what. */
export function invitationWords({ inviter, title, role }: ReceivedInvitation): string {
  const { from, may } = text.invitation;
  return `${from(inviter ?? text.members.unnamed, title)} ${may[role]}`;
}

export function InvitationPage() {
  const token = address.value.token ?? '';
  const found = useMemo(() => signal<ReceivedInvitation | null>(null), [token]);
  const failure = useMemo(() => signal<unknown>(null), [token]);
  const load = async () => {
    failure.value = null;
    try {
      found.value = await answer(api.GET('/v1/invited/{token}', { params: { path: { token } } }));
    } catch (error) {
      failure.value = error;
    }
  };
  useEffect(() => { load(); }, [token]);
  const error = failure.value;
  if (error instanceof ApiError && ENDINGS.has(error.slug)) {
    return <Frame title={text.invitation.title} lead={text.invitation.ended} other={<Onward />}>{null}</Frame>;
  }
  if (error) return <div class="page"><Failure error={error} retry={load} /></div>;
  if (!found.value) return <Loading />;
  return <Invited invitation={found.value} token={token} />;
}

function Onward() {
  return <a href="#/">{text.mailed.on}</a>;
}

interface InvitedProps {
  invitation: ReceivedInvitation;
  token: string;
}

function Invited({ invitation, token }: InvitedProps) {
  const isMine = me.value?.email.toLowerCase() === invitation.email.toLowerCase();
  const lead = invitationWords(invitation);
  if (me.value && !isMine) return <OfAnother invitation={invitation} />;
  if (me.value) return <Answer invitation={invitation} token={token} lead={lead} />;
  return <Joining invitation={invitation} token={token} lead={lead} />;
}

/** For who is signed in with another address: the invitation is bound to its own. */
function OfAnother({ invitation }: { invitation: ReceivedInvitation }) {
  const here = location.hash;
  const leave = async () => {
    await signOut();
    replace(here);
  };
  return (
    <Frame title={text.invitation.title} lead={text.invitation.another(invitation.email)} other={<Onward />}>
      <Form action={text.account.signOut} submit={leave}>{null}</Form>
    </Frame>
  );
}

function Answer({ invitation, token, lead }: InvitedProps & { lead: string }) {
  const join = async () => replace(albumHash(await accept(invitation.id, token)));
  const refuse = async () => {
    await decline(invitation.id, token);
    replace('#/sharing');
  };
  return (
    <Frame title={text.invitation.title} lead={lead} other={<Onward />}>
      <Form action={text.invitation.accept} submit={join} otherwise={ENDED}>{null}</Form>
      <Form action={text.invitation.decline} submit={refuse} otherwise={ENDED}>{null}</Form>
    </Frame>
  );
}

const ENDED = { 'link-ended': { message: text.invitation.ended } };

/** For who is not signed in: with an account, or with one that is made here. */
function Joining({ invitation, token, lead }: InvitedProps & { lead: string }) {
  const { email } = invitation;
  const join = async () => replace(albumHash(await accept(invitation.id, token)));
  const withNew = async ({ name = '', password = '' }: Record<string, string>) => {
    await signUp({ name, email, password, invitation: token });
    await join();
  };
  const { submit: withOld, step } = useCodeStep(async (credentials) => {
    await signIn(credentials);
    await join();
  });
  const other = <a href="#/forgotten">{text.mailed.forgotten}</a>;
  return (
    <Frame title={text.invitation.title} lead={lead} other={other}>
      <p class="dialog-note">{text.invitation.bound(email)}</p>
      <h2>{text.invitation.newHere}</h2>
      <Form action={text.invitation.signUp} submit={withNew} otherwise={{
        ...ENDED, 'email-taken': { message: text.sign.taken }, 'sign-up-refused': { message: text.sign.closed },
      }}>
        <Username email={email} />
        <Field name="name" label={text.sign.name} required autocomplete="name" />
        <Field name="password" label={text.sign.password} type="password" required
          autocomplete="new-password" hint={text.sign.strength} />
      </Form>
      <h2>{text.invitation.haveOne}</h2>
      <Form action={text.invitation.signIn} submit={withOld}
        otherwise={{
          ...ENDED,
          'wrong-credentials': { message: text.sign.wrong },
          'address-not-verified': { message: text.sign.unverified },
        }}>
        <Username email={email} />
        <Field name="password" label={text.sign.password} type="password" required
          autocomplete="current-password" />
        {step}
      </Form>
    </Frame>
  );
}

/** The address that the account has: unseen, for what keeps passwords. */
function Username({ email }: { email: string }) {
  return <input type="email" name="email" autocomplete="username" value={email} readOnly hidden />;
}
