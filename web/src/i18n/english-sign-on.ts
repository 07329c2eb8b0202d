/** The texts of single sign-on, in English. */

export const english = {
  signOn: {
    title: 'Single sign-on',
    with: (name: string) => `Sign in with ${name}`,
    done: 'Signing in…',
    code: 'Your account has a second factor. Its code is asked for this once, to link the account.',
    again: 'Back to signing in',
    ended: 'This sign-in was used, or has taken too long. Begin it again.',
    refused: 'You were not let in there.',
    failed: 'Your provider did not answer as it should. Try again in a moment; if that does not help, ask whoever runs this Albumen.',
    unverified: 'Your provider does not say that your e-mail address is yours. Verify it there, or ask whoever runs this Albumen.',
    unproven: 'There is an account with your e-mail address, and nobody has shown that the address is theirs. Sign in with its password and confirm the address, or choose a new password by mail; then sign in this way again.',
    taken: 'The account with your e-mail address belongs to somebody else at your provider. Ask whoever runs this Albumen.',
    closing: 'This account is going to be deleted. Sign in with its password to keep it.',
    noAccount: 'You have no account here, and cannot sign up. Ask somebody who has one for an invitation, or whoever runs this Albumen.',
    linked: (host: string, day: string) => `${host} signs you in since ${day}.`,
    noPassword: 'Your account has no password. Keys, another address, a second factor and closing the account take one, or a passkey: a mail lets you choose a password.',
    unlink: 'End single sign-on',
    unlinkLead: 'Your provider lets you in no more; you sign in with your password or a passkey. Whoever signs in there with your e-mail address later links your account again.',
    unlinked: 'Single sign-on has ended.',
  },
};
