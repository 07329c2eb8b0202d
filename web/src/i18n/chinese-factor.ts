/** The texts of the second factor, in Traditional Chinese. */

import { number } from '../shell';
import type { english } from './english-factor';

export const chinese: typeof english = {
  factor: {
    title: '兩步驟驗證',
    lead: '登入時還需要手機應用程式的驗證碼，光有密碼無法登入您的帳號。',
    switchOn: '啟用',
    switchOff: '停用',
    switchOffLead: '停用後，只需密碼即可登入您的帳號。',
    on: (day) => `自 ${day} 起啟用。`,
    left: (count) => `剩餘 ${number(count)} 組備用碼。`,
    isOn: '已啟用兩步驟驗證。',
    isOff: '已停用兩步驟驗證。',
    next: '繼續',
    scan: '請用驗證應用程式掃描此圖，或在應用程式中輸入金鑰。',
    qr: '金鑰的 QR 碼',
    secret: '金鑰',
    code: '驗證碼',
    codeHint: '應用程式的六位數字，或一組備用碼。',
    firstCodeHint: '應用程式目前顯示的六位數字。',
    codes: '備用碼',
    codesLead: '每組可代替應用程式使用一次。請保存在手機以外的地方，之後不會再顯示。',
    download: '存成檔案',
    newCodes: '產生新的備用碼',
    newCodesLead: '剩餘的備用碼將會失效。',
  },
};
