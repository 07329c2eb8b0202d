/** The texts of single pages in Traditional Chinese. */

import type { english } from './english-pages';
import { number } from '../shell';

export const chinese: typeof english = {
  viewer: {
    label: '相片',
    counter: (at, all) => `第 ${number(at)} 張，共 ${number(all)} 張`,
    previous: '上一張相片',
    next: '下一張相片',
    details: '詳細資料',
    download: '下載原始檔',
    broken: '無法載入這張圖片。請檢查網路，關閉後再試一次。',
    missing: '這張相片不存在，或您無權檢視。',
    zoom: '縮放',
  },
  details: {
    favourite: '最愛',
    caption: '說明文字',
    date: '當地日期與時間',
    zone: '與 UTC 的時差（分鐘）',
    zoneHint: '例如臺北為 480。不清楚時請留空。',
    latitude: '緯度',
    longitude: '經度',
    edit: '編輯',
    tags: '標籤',
    addTag: '加上標籤',
    removeTag: (tag) => `移除標籤 ${tag}`,
    comments: '留言',
    comment: '撰寫留言',
    send: '送出',
    somebody: '某人',
    edited: '已編輯',
    deleteComment: '刪除留言',
    editComment: '編輯留言',
    commentDeleted: '留言已刪除。',
    trash: '刪除相片',
    reprocess: '重新沖洗',
    reprocessing: '正在重新沖洗，需要一點時間。',
    taken: '拍攝時間',
    camera: '相機',
    lens: '鏡頭',
    place: '地點',
    file: '檔案',
    size: '大小',
    pixels: (width, height) => `${number(width)} × ${number(height)} 像素`,
  },
};
