//! Mails about addresses of accounts, in English.

use crate::occasion::Words;

pub(super) fn verification(token: &str) -> Words {
    Words {
        subject: "Confirm your address",
        paragraphs: vec![
            "Open this link to confirm that this address is yours. It is good for a week."
                .to_owned(),
            "If you have not signed up at Albumen, somebody has typed your address. There is \
             nothing to do."
                .to_owned(),
        ],
        link: "Confirm the address",
        path: format!("/#/verify/{token}"),
    }
}

pub(super) fn pending_address(token: &str) -> Words {
    Words {
        subject: "Confirm your new address",
        paragraphs: vec![
            "Open this link to make this the address of your account at Albumen. It is good for a \
             week, and for one use. Until then the account keeps the address that it has."
                .to_owned(),
            "If you have not asked for that, somebody has typed your address. There is nothing to \
             do."
            .to_owned(),
        ],
        link: "Confirm the address",
        path: format!("/#/verify/{token}"),
    }
}

pub(super) fn address_change_begun(email: &str) -> Words {
    Words {
        subject: "Somebody has asked for another address for your account",
        paragraphs: vec![
            format!(
                "Somebody has asked, with your password or a passkey, that {email} be the address of \
                 your account. It will be once a mail to it has been answered, within a week. Until then \
                 nothing changes."
            ),
            "If it was you, there is nothing to do.".to_owned(),
            "If it was not you, change your password: your account then keeps this address, and all \
             other log-ins and all keys end."
                .to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

pub(super) fn address_changed() -> Words {
    Words {
        subject: "Your account has another address",
        paragraphs: vec![
            "Your account has another address now, set with your password or a passkey. Mails go \
             there from now on, and this address logs in no more."
                .to_owned(),
            "If it was not you, somebody else uses your account: tell whoever runs this Albumen."
                .to_owned(),
        ],
        link: "Open Albumen",
        path: "/".to_owned(),
    }
}
