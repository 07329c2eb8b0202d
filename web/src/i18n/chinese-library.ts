/** The texts of the pages that find photos, in Traditional Chinese. */

import type { english } from './english-library';
import { number } from '../shell';

export const chinese: typeof english = {
  library: {
    noFavourites: '還沒有最愛的相片',
    noFavouritesLead: '在相片上按下愛心，就會出現在這裡。',
    searchTitle: '尋找相片',
    searchLead: '可依說明文字、檔名、標籤、相機與日期尋找。',
    words: '文字、標籤、相機…',
    filters: '更多條件',
    tag: '標籤',
    camera: '相機',
    from: '從',
    to: '到',
    onlyFavourites: '只顯示最愛',
    nothingFound: '找不到相片',
    nothingFoundLead: '請減少字詞，或換一個日期。',
    noTags: '還沒有標籤',
    noTagsLead: '開啟相片的詳細資料，即可加上標籤。',
    noTrash: '垃圾桶是空的',
    noTrashLead: '刪除的項目會在這裡保留 30 天。',
    trashLead: '這裡的項目仍計入您的儲存空間，期滿後會自動刪除。',
    empty: '清空垃圾桶',
    emptyQuestion: '垃圾桶中的所有相片與相簿將永久刪除，無法復原。',
    emptied: (photos, albums) => [
      ...(photos > 0 ? [`${number(photos)} 張相片`] : []),
      ...(albums > 0 ? [`${number(albums)} 本相簿`] : []),
    ].join('與').concat('將在數小時內刪除。'),
    album: '相簿',
    goesFor: (when) => `${when}永久刪除`,
    restore: '復原',
    restored: '已放回原處。',
    noDay: '沒有這一天的相片',
    noDayLead: '您往年同一天拍攝的相片會出現在這裡。',
    noPhotos: '還沒有相片',
    noPhotosLead: '將相片放入相簿，就會依拍攝日期出現在這裡。',
    timeline: '月份',
  },
  sharing: {
    title: '與我分享',
    none: '還沒有人與您分享',
    noneLead: '當您接受加入相簿的邀請，相簿就會出現在這裡。',
  },
  guest: {
    locked: '這本相簿需要密碼',
    unlock: '開啟相簿',
    wrong: '密碼不正確。',
    gone: '這個連結已結束，或從未存在。',
    until: (day) => `此連結將於 ${day} 結束。`,
    downloadAll: '全部下載',
    sent: '謝謝您。相片沖洗完成後就會出現。',
  },
};
