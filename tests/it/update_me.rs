//! The function that changes an account, in this process.

use accounts::UpdateMe;
use shared::stores::{Accounts, Emails, Identities, MailQueue, Sessions, UsedChallenges};
use tests::{System, in_process::Function, system::env};

/// The function, with pools of its own: what died has taken its connection along.
pub fn update_me(system: &System) -> Function<UpdateMe> {
    let system = system.acting_as("UpdateMe");
    let hot = env(&system, &system.dynamodb);
    let route = UpdateMe {
        emails: Emails::connect(&hot).expect("addresses"),
        accounts: Accounts::connect(&hot).expect("accounts"),
        sessions: Sessions::connect(&hot).expect("sessions"),
        identities: Identities::connect(&hot).expect("identities"),
        challenges: UsedChallenges::connect(&hot).expect("challenges"),
        mail_queue: MailQueue::connect(&env(&system, &system.sqs)).expect("a queue"),
        sends_mail: true,
    };
    Function { route, env: hot }
}
