//! Mails about acts of administrators, in Chinese.

use super::CHANGE_PASSWORD;
use crate::occasion::{AdministrationTold, SignUpInvitationTold, Words, to_the_minute};

/// Returns the words of an invitation to sign up.
pub(super) fn invitation(told: &SignUpInvitationTold) -> Words {
    let SignUpInvitationTold { inviter, expires_at, token } = told;
    let at = to_the_minute(*expires_at);
    Words {
        subject: "您受邀使用 Albumen",
        paragraphs: vec![
            format!(
                "此 Albumen 的管理員 {inviter} 邀請您註冊帳號。Albumen 以相簿保存您的照片，由您決定與誰分享。"
            ),
            format!(
                "請開啟下方連結，以這個電子郵件地址註冊。連結在 {at} 之前有效，且只能註冊一個帳號。"
            ),
            "如果您不認識這個人，則不需採取任何動作。請勿轉寄這封信，其中的連結僅供您使用。"
                .to_owned(),
        ],
        link: "註冊",
        path: format!("/#/invitation/{token}"),
    }
}

/// Returns the words that tell of administration which was given or taken.
pub(super) fn appointment(told: &AdministrationTold) -> Words {
    let AdministrationTold { given, by_reader, other } = told;
    let (subject, what): (&'static str, String) = match (given, by_reader) {
        (true, false) => (
            "您已成為管理員",
            format!(
                "{other} 已將您設為此 Albumen 的管理員。您可以停權與關閉帳號、設定帳號的儲存空間、邀請他人註冊，\
                 以及將他人設為管理員。管理員不會因此看到任何人的照片。"
            ),
        ),
        (false, false) => (
            "您不再是管理員",
            format!("{other} 已取消您在此 Albumen 的管理員身分。您的帳號與照片維持不變。"),
        ),
        (true, true) => (
            "您已將他人設為管理員",
            format!("有人使用您的密碼，將 {other} 設為此 Albumen 的管理員。"),
        ),
        (false, true) => (
            "您已取消他人的管理員身分",
            format!("有人使用您的密碼，取消了 {other} 在此 Albumen 的管理員身分。"),
        ),
    };
    let mut paragraphs = vec![what];
    if *by_reader {
        paragraphs.push(CHANGE_PASSWORD.to_owned());
    }
    Words { subject, paragraphs, link: "開啟 Albumen", path: "/".to_owned() }
}
