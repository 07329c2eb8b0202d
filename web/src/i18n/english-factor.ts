/** The texts of the second factor, in English. */

import { plural } from './formats';

export const english = {
  factor: {
    title: 'Second factor',
    lead: 'Log-ins take a code of an app on your phone, too. Whoever learns your password alone is not let in.',
    switchOn: 'Switch it on',
    switchOff: 'Switch it off',
    switchOffLead: 'The password alone will open your account.',
    on: (day: string) => `On since ${day}.`,
    left: (count: number) =>
      plural(count, { one: '# recovery code is left.', other: '# recovery codes are left.' }),
    isOn: 'The second factor is on.',
    isOff: 'The second factor is off.',
    next: 'Go on',
    scan: 'Scan this with an authenticator app, or type the secret into it.',
    qr: 'The secret as a QR code',
    secret: 'Secret',
    code: 'Code',
    codeHint: 'Six digits of your app, or a recovery code.',
    firstCodeHint: 'Six digits that the app shows now.',
    codes: 'Recovery codes',
    codesLead: 'Each takes the place of the app once. Keep them where you find them without your phone: they are not shown again.',
    download: 'Save as a file',
    newCodes: 'New recovery codes',
    newCodesLead: 'The codes that are left end.',
  },
};
