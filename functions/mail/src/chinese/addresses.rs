//! Mails about addresses of accounts, in Chinese.

use crate::occasion::Words;

pub(super) fn verification(token: &str) -> Words {
    Words {
        subject: "請確認您的電子郵件地址",
        paragraphs: vec![
            "請開啟下方連結，確認這個電子郵件地址屬於您。連結在一週內有效。".to_owned(),
            "如果您並未註冊 Albumen，可能是有人誤填了您的地址，您不需採取任何動作。".to_owned(),
        ],
        link: "確認電子郵件地址",
        path: format!("/#/verify/{token}"),
    }
}

pub(super) fn pending_address(token: &str) -> Words {
    Words {
        subject: "請確認您的新電子郵件地址",
        paragraphs: vec![
            "請開啟下方連結，將這個電子郵件地址設為您的 Albumen 帳號地址。\
             連結在一週內有效，且只能使用一次。在此之前，帳號仍使用原來的地址。"
                .to_owned(),
            "如果您並未提出要求，可能是有人誤填了您的地址，您不需採取任何動作。".to_owned(),
        ],
        link: "確認電子郵件地址",
        path: format!("/#/verify/{token}"),
    }
}

pub(super) fn address_change_begun(email: &str) -> Words {
    Words {
        subject: "有人要求變更您帳號的電子郵件地址",
        paragraphs: vec![
            format!(
                "有人使用您的密碼或通行密鑰，要求將您帳號的電子郵件地址變更為 {email}。\
                 一週內經由寄到該地址的信件確認後才會變更，在此之前一切不變。"
            ),
            "如果是您本人，則不需採取任何動作。".to_owned(),
            "如果不是您本人，請立即變更密碼：帳號將保留目前的地址，\
             其他裝置將全部登出，所有金鑰也會失效。"
                .to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

pub(super) fn address_changed() -> Words {
    Words {
        subject: "您的帳號已變更電子郵件地址",
        paragraphs: vec![
            "您的帳號已使用您的密碼或通行密鑰變更為另一個電子郵件地址。\
             今後的信件將寄到新地址，此地址不能再用來登入。"
                .to_owned(),
            "如果不是您本人，表示有其他人在使用您的帳號，請與此 Albumen 的管理者聯絡。".to_owned(),
        ],
        link: "開啟 Albumen",
        path: "/".to_owned(),
    }
}
