/** The page that the link of an invitation leads to. */

import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import {
  address, albumHash, answer, api, ApiError, ask, Failure, Field, Form, Frame, isSameAddress, keepEmail, Loading, me,
  notice, once, OtherWays, replace, signIn, signOut, signUp, text, useCodeStep, type LinkedInvitation, type ReceivedInvitation,
} from '../shell';

/** The problems of a link that leads to no invitation any more, or never did. */
const ENDINGS = new Set(['link-ended', 'not-found']);

/** Accepts an invitation; resolves with the album. */
export async function accept(invitation: string, token?: string): Promise<string> {
  const params = { path: { invitation }, header: once() };
  const joined = await answer(api.POST('/v1/invitations/{invitation}/accept', { params, body: { token } }));
  return joined.album;
}

/** Declines an invitation, if that is meant; resolves with whether it was. */
export async function decline({ id, title }: ReceivedInvitation, token?: string): Promise<boolean> {
  const words = text.invitation;
  const question = { title: words.decline, body: words.declineQuestion(title), action: words.decline };
  if (!await ask({ ...question, danger: true })) return false;
  const params = { path: { invitation: id }, header: once() };
  await answer(api.POST('/v1/invitations/{invitation}/decline', { params, body: { token } }));
  notice(words.declined(title));
  return true;
}

/** The words of an invitation: who invites, where to, and to do what. */
export function invitationWords({ inviter, title, role }: ReceivedInvitation): string {
  const { from, may } = text.invitation;
  return `${from(inviter ?? text.members.unnamed, title)} ${may[role]}`;
}

export function InvitationPage() {
  const token = address.value.token ?? '';
  const found = useMemo(() => signal<LinkedInvitation | null>(null), [token]);
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
    return <Frame title={text.invitation.title} lead={text.invitation.ended} other={<Shared />}>{null}</Frame>;
  }
  if (error) return <div class="page"><Failure error={error} retry={load} /></div>;
  if (!found.value) return <Loading />;
  return <Invited invitation={found.value} token={token} />;
}

function Onward() {
  return <a href="#/">{text.mailed.on}</a>;
}

/** The way to the album, for who opens the link once more. */
function Shared() {
  return <a href="#/sharing">{text.invitation.shared}</a>;
}

interface InvitedProps {
  invitation: LinkedInvitation;
  token: string;
}

interface AlbumProps {
  invitation: ReceivedInvitation;
  token: string;
  lead: string;
}

/** Tells an invitation into an album from one of an administrator's, which is to the service alone. */
function isIntoAlbum(invitation: LinkedInvitation): invitation is ReceivedInvitation {
  return invitation.title !== null && invitation.role !== null;
}

function Invited({ invitation, token }: InvitedProps) {
  const isMine = isSameAddress(me.value?.email ?? '', invitation.email);
  if (me.value && !isMine) return <OfAnother invitation={invitation} />;
  if (!isIntoAlbum(invitation)) return <SigningUp invitation={invitation} token={token} />;
  const lead = invitationWords(invitation);
  if (me.value) return <Answer invitation={invitation} token={token} lead={lead} />;
  return <Joining invitation={invitation} token={token} lead={lead} />;
}

/** For who is signed in with another address: the invitation is bound to its own. */
function OfAnother({ invitation }: { invitation: LinkedInvitation }) {
  const here = location.hash;
  // They go on here as somebody else, and not at a provider.
  const leave = async () => {
    await signOut();
    replace(here);
  };
  return (
    <Frame title={text.invitation.title} lead={text.invitation.another(invitation.email, me.value?.email ?? '')} other={<Onward />}>
      <Form action={text.account.signOut} submit={leave}>{null}</Form>
    </Frame>
  );
}

function Answer({ invitation, token, lead }: AlbumProps) {
  const join = async () => replace(albumHash(await accept(invitation.id, token)));
  const refuse = async () => {
    if (await decline(invitation, token)) replace('#/sharing');
  };
  return (
    <Frame title={text.invitation.title} lead={lead} other={<Onward />}>
      <Form action={text.invitation.accept} submit={join} otherwise={ended()}>{null}</Form>
      <div class="sign-second">
        <Form action={text.invitation.decline} second submit={refuse} otherwise={ended()}>{null}</Form>
      </div>
    </Frame>
  );
}

/** Returns what to say of a link that leads to no invitation any more. */
const ended = () => ({ 'link-ended': { message: text.invitation.ended } });

/** For whom an administrator has invited: the account is all that there is to accept. */
function SigningUp({ invitation, token }: InvitedProps) {
  const { email, inviter } = invitation;
  const lead = text.invitation.toSignUp(inviter ?? text.members.unnamed);
  const submit = async ({ name = '', password = '' }: Record<string, string>) => {
    await signUp({ name, email, password, invitation: token });
    replace('#/');
  };
  const other = <>{text.sign.haveOne}<a href="#/sign-in">{text.sign.in}</a></>;
  return (
    <Frame title={text.invitation.title} lead={lead} other={other}>
      <p class="dialog-note">{text.invitation.bound(email)}</p>
      <NewAccount action={text.invitation.create} email={email} submit={submit} />
    </Frame>
  );
}

interface NewAccountProps {
  action: string;
  email: string;
  submit: (values: Record<string, string>) => Promise<void>;
}

/** The form of an account that is made for the address that was invited. */
function NewAccount({ action, email, submit }: NewAccountProps) {
  return (
    <Form action={action} submit={submit} otherwise={{
      ...ended(), 'email-taken': { message: text.sign.taken }, 'sign-up-refused': { message: text.sign.closed },
    }}>
      <Username email={email} />
      <Field name="name" label={text.sign.name} required autocomplete="name" />
      <Field name="password" label={text.sign.password} type="password" required
        autocomplete="new-password" hint={text.sign.strength} />
    </Form>
  );
}

/** For who is not signed in: with an account, or with one that is made here. */
function Joining({ invitation, token, lead }: AlbumProps) {
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
  const other = <a href="#/forgotten" onClick={() => keepEmail(email)}>{text.mailed.forgotten}</a>;
  return (
    <Frame title={text.invitation.title} lead={lead} other={other}>
      <p class="dialog-note">{text.invitation.bound(email)}</p>
      <h2>{text.invitation.newHere}</h2>
      <NewAccount action={text.invitation.signUp} email={email} submit={withNew} />
      <h2>{text.invitation.haveOne}</h2>
      <Form action={text.invitation.signIn} submit={withOld}
        otherwise={{
          ...ended(),
          'wrong-credentials': { message: text.sign.wrong },
          'address-not-verified': { message: text.sign.unverified },
        }}>
        <Username email={email} />
        <Field name="password" label={text.sign.password} type="password" required
          autocomplete="current-password" />
        {step}
      </Form>
      <OtherWays />
    </Frame>
  );
}

/** The address that the account has: unseen, for what keeps passwords. */
function Username({ email }: { email: string }) {
  return <input type="email" name="email" autocomplete="username" value={email} readOnly hidden />;
}
