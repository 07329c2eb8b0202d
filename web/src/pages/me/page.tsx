/** The account: what it is called, its devices, its data, and its end. */

import { useEffect } from 'preact/hooks';
import { canUsePasskey, logMistake, me, refresh, UsageMeter } from '../../shell';
import { Activities } from './activities';
import { Exports } from './exports';
import { Passkeys } from './passkeys';
import { CloseAccount, Password, Profile } from './profile';
import { SecondFactor } from './second-factor';
import { Sessions } from './sessions';
import { NoPassword, SignOn } from './sign-on';
import { Years } from './years';

export function MePage() {
  const user = me.value;
  useEffect(() => { refresh().catch(logMistake); }, []);
  if (!user) return null;
  return (
    <div class="page me">
      <div class="page-head">
        <div><h1 tabIndex={-1}>{user.name}</h1><UsageMeter user={user} /></div>
      </div>
      <div class="me-sections">
        <Years />
        <Profile user={user} />
        {user.has_password || canUsePasskey(user) ? <Password /> : <NoPassword user={user} />}
        <SignOn user={user} />
        <SecondFactor user={user} />
        <Passkeys />
        <Sessions />
        <Exports />
        <Activities />
        <CloseAccount />
      </div>
    </div>
  );
}
