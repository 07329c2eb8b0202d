/** The texts of single sign-on, in Traditional Chinese. */

import type { english } from './english-sign-on';

export const chinese: typeof english = {
  signOn: {
    title: '單一登入',
    with: (name) => `使用 ${name} 登入`,
    done: '登入中…',
    code: '您的帳號已啟用兩步驟驗證。連結帳號時需要輸入一次驗證碼。',
    again: '返回登入頁',
    ended: '此次登入已使用過或已逾時，請重新開始。',
    refused: '登入服務未允許您登入。',
    failed: '登入服務未正確回應，請稍後再試。如果仍無法登入，請洽架設此 Albumen 的人。',
    unverified: '登入服務未確認您的電子郵件地址。請先在該服務確認地址，或洽架設此 Albumen 的人。',
    unproven: '已有帳號使用您的電子郵件地址，但該地址尚未經過確認。請先以密碼登入並確認地址，或透過信件設定新密碼，再使用此方式登入。',
    taken: '使用您的電子郵件地址的帳號屬於登入服務中的另一位使用者。請洽架設此 Albumen 的人。',
    closing: '此帳號即將刪除。如要保留，請以密碼登入。',
    noAccount: '您在此沒有帳號，也無法註冊。請向已有帳號的人索取邀請，或洽架設此 Albumen 的人。',
    linked: (host, day) => `自 ${day} 起可使用 ${host} 登入。`,
    noPassword: '您的帳號沒有密碼。建立金鑰、變更地址、啟用兩步驟驗證與關閉帳號都需要密碼或通行密鑰，您可以透過信件設定密碼。',
    unlink: '解除單一登入',
    unlinkLead: '解除後將無法再透過登入服務登入，請改用密碼或通行密鑰。之後若有人在該服務以您的電子郵件地址登入，帳號會再次連結。',
    unlinked: '已解除單一登入。',
  },
};
