/** The texts of passkeys, in English. */

export const english = {
  passkeys: {
    title: 'Passkeys',
    lead: 'Sign in with your finger, your face or a PIN of your device. A passkey takes the place of password and code.',
    none: 'There is no passkey yet.',
    unsupported: 'This browser makes no passkeys.',
    add: 'Add a passkey',
    addLead: 'Your browser asks next where the passkey is to be kept.',
    name: 'Name',
    nameHint: 'Where it is kept: “Telephone”, say.',
    added: 'The passkey is added.',
    rename: 'Rename',
    remove: 'Remove',
    removeOf: (name: string) => `Remove “${name}”?`,
    removeLead: 'It signs in no more. Delete it, too, where it is kept.',
    removed: 'The passkey is removed.',
    since: (day: string) => `since ${day}`,
    used: (day: string) => `last used ${day}`,
    unused: 'not used yet',
    synced: 'on several devices',
    signIn: 'Sign in with a passkey',
    wrong: 'This passkey opens no account here. It may have been removed.',
    there: 'This device has a passkey of your account already.',
    turnedAway: 'The browser has used no passkey. Try again.',
  },
};
