/** The texts of administration, in Traditional Chinese. */

import type { english } from './english-administration';

export const chinese: typeof english = {
  administration: {
    title: '管理',
    claimLead: '管理員可以停權與關閉帳號，但看不到任何人的相片。架設此 Albumen 的人有一組代碼，能讓您成為管理員，只能使用一次。',
    claim: '成為管理員',
    code: '代碼',
    wrongCode: '代碼不正確，或已經用過。',
    unverified: '請先確認您的電子郵件：開啟寄給您的信中的連結。',
    find: '尋找',
    findHint: '輸入一個帳號的完整電子郵件；留空則列出所有帳號。',
    none: '沒有這個帳號。',
    more: '開啟',
    of: (name) => `開啟 ${name} 的帳號`,
    states: {
      administrator: '管理員',
      suspended: '已停權',
      closing: (day) => `將於 ${day} 刪除`,
      unverified: '電子郵件未確認',
    },
    factorOn: '已啟用兩步驟驗證',
    factorOff: '未啟用兩步驟驗證',
    own: '這是您自己的帳號。',
    suspend: '停權',
    suspendLead: '任何人都無法再登入此帳號，其分享連結將永久失效。其相簿的成員仍可觀看。',
    isSuspended: '帳號已停權。',
    resume: '恢復',
    isResumed: '使用者可以再次登入。',
    endSessions: '登出所有裝置',
    sessionsEnded: '已登出所有裝置。',
    close: '關閉帳號',
    closeLead: '帳號的所有內容將在七天後刪除。系統會寄信通知使用者，在此之前仍可保留帳號。',
    isClosed: '帳號已關閉。',
  },
};
