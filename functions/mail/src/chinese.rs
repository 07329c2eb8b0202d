//! Mails in Chinese, in traditional characters.

mod addresses;
mod administration;

use shared::{
    domain::{Moment, sharing::MemberRole},
    stores::Session,
};

use crate::occasion::{InvitationTold, Occasion, Words, to_the_minute};

/// The words by which a mail addresses its reader.
pub(crate) const GREETING: &str = "您好";
/// The words that say who writes, and why.
pub(crate) const FOOTER: &str = "您收到這封信，是因為這個電子郵件地址在 Albumen 有帳號。\
    此信箱不會有人讀取回覆。";
/// The same, to an address that is to be an account's.
pub(crate) const FOOTER_OF_NEW_ADDRESSES: &str = "您收到這封信，是因為有人在 Albumen 將這個電子郵件地址填為自己帳號的新地址。\
     此信箱不會有人讀取回覆。";
/// The same, to somebody who may have no account.
pub(crate) const FOOTER_OF_INVITATIONS: &str = "您收到這封信，是因為有人在 Albumen 輸入了這個電子郵件地址來邀請您。\
     此信箱不會有人讀取回覆。";

const CHANGE_PASSWORD: &str =
    "如果不是您本人，請立即變更密碼，其他裝置將全部登出，所有金鑰也會失效。";

/// Returns the words of a mail.
pub(crate) fn words(occasion: &Occasion) -> Words {
    match occasion {
        Occasion::LogIn(session) => log_in(session),
        Occasion::Key(session) => key(session),
        Occasion::Verification(token) => addresses::verification(token),
        Occasion::PasswordReset(token) => password_reset(token),
        Occasion::PendingAddress(token) => addresses::pending_address(token),
        Occasion::AddressChangeBegun(email) => addresses::address_change_begun(email),
        Occasion::AddressChanged => addresses::address_changed(),
        Occasion::Closing(deletes_at) => closing(*deletes_at),
        Occasion::ClosedByAdministrator(deletes_at) => closed_by_administrator(*deletes_at),
        Occasion::FactorOn => factor_on(),
        Occasion::FactorOff => factor_off(),
        Occasion::RecoveryCode(left) => recovery_code(*left),
        Occasion::SignOnLinked(issuer) => sign_on_linked(issuer),
        Occasion::SignOnUnlinked(issuer) => sign_on_unlinked(issuer),
        Occasion::Passkey(name, at) => passkey(name, *at),
        Occasion::PasskeyRemoved => passkey_removed(),
        Occasion::Invitation(told) => invitation(told),
        Occasion::SignUpInvitation(told) => administration::invitation(told),
        Occasion::Administration(told) => administration::appointment(told),
    }
}

fn log_in(session: &Session) -> Words {
    let at = to_the_minute(session.created_at);
    Words {
        subject: "有人登入了您的帳號",
        paragraphs: vec![
            format!("{at} 有人登入您的帳號，所用的裝置與網路是您從未用過的。"),
            "如果是您本人，則不需採取任何動作。".to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟 Albumen",
        path: "/".to_owned(),
    }
}

fn key(session: &Session) -> Words {
    let at = to_the_minute(session.created_at);
    let until = to_the_minute(session.expires_at);
    let name = &session.name;
    let scopes = session.scopes.words();
    Words {
        subject: "您的帳號新增了一把金鑰",
        paragraphs: vec![
            format!(
                "{at} 有人使用您的密碼或通行密鑰建立了名為「{name}」的金鑰。在 {until} 之前，\
                 持有者可以使用您的帳號，權限為：{scopes}。"
            ),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟 Albumen",
        path: "/".to_owned(),
    }
}

fn password_reset(token: &str) -> Words {
    Words {
        subject: "設定新密碼",
        paragraphs: vec![
            "有人要求為使用這個電子郵件地址的帳號設定新密碼。請開啟下方連結設定。\
             連結在一小時內有效，且只能使用一次；設定後所有裝置將登出。"
                .to_owned(),
            "如果不是您本人，則不需採取任何動作，您的密碼不會變更。".to_owned(),
        ],
        link: "設定新密碼",
        path: format!("/#/reset/{token}"),
    }
}

fn closing(deletes_at: Moment) -> Words {
    let at = to_the_minute(deletes_at);
    Words {
        subject: "您的帳號已關閉",
        paragraphs: vec![
            format!(
                "您的帳號已使用您的密碼或通行密鑰關閉，並將於 {at} 連同所有照片一併刪除，刪除後無法復原。"
            ),
            "在此之前您可以反悔：請登入，並選擇保留帳號。".to_owned(),
        ],
        link: "登入並保留帳號",
        path: "/".to_owned(),
    }
}

fn closed_by_administrator(deletes_at: Moment) -> Words {
    let at = to_the_minute(deletes_at);
    Words {
        subject: "管理員已關閉您的帳號",
        paragraphs: vec![
            format!(
                "此 Albumen 的管理員已關閉您的帳號，帳號將於 {at} 連同所有照片一併刪除，刪除後無法復原。"
            ),
            "在此之前您可以反悔，除非帳號已先遭停權：請登入，並選擇保留帳號。".to_owned(),
        ],
        link: "登入並保留帳號",
        path: "/".to_owned(),
    }
}

fn factor_on() -> Words {
    Words {
        subject: "您的帳號已啟用兩步驟驗證",
        paragraphs: vec![
            "您的帳號已啟用兩步驟驗證。今後以密碼登入與進行重要變更時，都需要應用程式的驗證碼。"
                .to_owned(),
            "請將備用碼保存在手機以外的地方。若同時遺失應用程式與備用碼，將無人能取回帳號。"
                .to_owned(),
            "如果不是您本人，請立即與此 Albumen 的管理者聯絡。".to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn factor_off() -> Words {
    Words {
        subject: "您的帳號已停用兩步驟驗證",
        paragraphs: vec![
            "您的帳號已使用您的密碼與驗證碼，或使用通行密鑰，停用兩步驟驗證，今後只需密碼即可登入。".to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn recovery_code(left: i64) -> Words {
    Words {
        subject: "您的備用碼已被使用",
        paragraphs: vec![
            format!("有人使用您的密碼與一組備用碼。剩餘的備用碼：{left} 組。"),
            "如果是您本人，可以在帳號中產生新的備用碼。".to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn sign_on_linked(issuer: &str) -> Words {
    Words {
        subject: "您現在可以使用單一登入",
        paragraphs: vec![
            format!(
                "有人已向 {issuer} 證明擁有這個電子郵件地址，並登入了您的帳號，今後也能以此方式登入。您的密碼仍然有效。"
            ),
            "如果是您本人，則不需採取任何動作。".to_owned(),
            "如果不是您本人，請立即與此 Albumen 的管理者聯絡。".to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn sign_on_unlinked(issuer: &str) -> Words {
    Words {
        subject: "您的帳號已解除單一登入",
        paragraphs: vec![
            format!(
                "有人使用您的密碼或通行密鑰，解除了您的帳號與 {issuer} 的連結。今後請使用密碼或通行密鑰登入。"
            ),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn passkey(name: &str, added_at: Moment) -> Words {
    let at = to_the_minute(added_at);
    Words {
        subject: "您的帳號新增了一把通行密鑰",
        paragraphs: vec![
            format!(
                "{at} 有人使用您的密碼或另一把通行密鑰新增了名為「{name}」的通行密鑰，不需密碼與驗證碼即可用它登入您的帳號。"
            ),
            "如果不是您本人，請先在帳號中移除它，再變更密碼，其他裝置將全部登出，所有金鑰也會失效。"
                .to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn passkey_removed() -> Words {
    Words {
        subject: "您帳號的一把通行密鑰已移除",
        paragraphs: vec![
            "您的帳號移除了一把通行密鑰，它已無法登入。保管它的服務可能仍會顯示它，您可以在那裡刪除。"
                .to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "開啟我的帳號",
        path: "/#/me".to_owned(),
    }
}

fn invitation(told: &InvitationTold) -> Words {
    let InvitationTold { inviter, title, role, expires_at, token } = told;
    let may = match role {
        MemberRole::Viewer => "瀏覽其中的照片並留言",
        MemberRole::Editor => "瀏覽其中的照片、留言，並新增與修改照片",
    };
    let at = to_the_minute(*expires_at);
    Words {
        subject: "您受邀加入相簿",
        paragraphs: vec![
            format!("{inviter} 邀請您加入相簿「{title}」。成為成員後，您可以{may}。"),
            format!(
                "請開啟下方連結，接受或婉拒邀請。連結在 {at} 之前有效。\
                 如果您尚未以這個電子郵件地址註冊帳號，可以在該頁面註冊。"
            ),
            "如果您不認識這個人，則不需採取任何動作；未經您接受，您不會成為成員。\
             請勿轉寄這封信，其中的連結僅供您使用。"
                .to_owned(),
        ],
        link: "查看邀請",
        path: format!("/#/invitation/{token}"),
    }
}
