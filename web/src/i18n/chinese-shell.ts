/** The texts of the map, of slideshows, and of what is kept on the device, in Traditional Chinese. */

import type { english } from './english-shell';
import { number } from '../shell';

export const chinese: typeof english = {
  map: {
    ground: '地圖：方向鍵移動，加號與減號縮放',
    nearer: '放大',
    farther: '縮小',
    source: 'Natural Earth',
    tilesFrom: (host) => `地圖圖片來自 ${host}`,
    near: '附近拍攝的相片',
    place: '地點',
    choose: '在地圖上框選',
    change: '重新框選',
    anywhere: '不限地點',
    draw: '框選範圍',
    drawLead: '在地圖上拖曳，框出拍攝相片的範圍。',
    moveMap: '移動地圖',
    useView: '使用畫面範圍',
    useBox: '在此搜尋',
    none: '沒有標示拍攝地點的相片',
    noneLead: '允許手機記錄位置後，相片就會包含拍攝地點。您也可以在相片的詳細資料中自行填入。',
    cluster: (count) => (count === 1 ? '1 張相片：顯示' : `${number(count)} 張相片：放大`),
    count: (count) => number(count),
    inView: (count) => `畫面中有 ${number(count)} 張相片`,
    show: '顯示這些相片',
  },
  viewing: {
    play: '播放投影片',
    pause: '停止播放',
    full: '全螢幕',
    notFull: '離開全螢幕',
  },
  device: {
    update: '本頁面有新版本。',
    reload: '立即載入',
    interrupted: (count) => `有 ${number(count)} 個上傳中斷`,
    resume: '繼續上傳',
    chooseAgain: '重新選擇檔案',
    giveUp: '放棄',
    others: (count) => `有 ${number(count)} 個檔案不在其中。`,
    handedOver: (count) => `將 ${number(count)} 張相片加入…`,
    handedOverLead: '這些相片由其他應用程式交來。在您選擇相簿之前，不會上傳任何內容。',
  },
};
