/** The texts of passkeys, in Traditional Chinese. */

import type { english } from './english-passkeys';

export const chinese: typeof english = {
  passkeys: {
    title: '通行密鑰',
    lead: '用裝置的指紋、臉孔或 PIN 碼登入。通行密鑰可取代密碼與驗證碼。',
    none: '還沒有通行密鑰。',
    unsupported: '這個瀏覽器無法建立通行密鑰。',
    add: '新增通行密鑰',
    addLead: '接著瀏覽器會詢問要將通行密鑰保存在哪裡。',
    name: '名稱',
    nameHint: '保存的地方，例如「手機」。',
    added: '已新增通行密鑰。',
    rename: '重新命名',
    remove: '移除',
    removeOf: (name) => `要移除「${name}」嗎？`,
    removeLead: '移除後將無法再用它登入。請一併在保存它的地方刪除。',
    removed: '已移除通行密鑰。',
    since: (day) => `${day} 新增`,
    used: (day) => `上次使用：${day}`,
    unused: '尚未使用',
    synced: '已同步到多部裝置',
    signIn: '以通行密鑰登入',
    use: '使用通行密鑰',
    useLead: '繼續時，瀏覽器會要求使用通行密鑰，以取代密碼與驗證碼。',
    usePassword: '使用密碼',
    wrong: '這把通行密鑰無法開啟這裡的任何帳號，可能已被移除。',
    ofAnother: '這把通行密鑰不屬於這個帳號。請選擇另一把，或使用密碼。',
    there: '這部裝置已有您帳號的通行密鑰。',
    turnedAway: '瀏覽器沒有使用通行密鑰，請再試一次。',
  },
};
