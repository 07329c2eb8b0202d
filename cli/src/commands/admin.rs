//! `albumen admin`: accounts, for administrators.

use clap::{Args, Subcommand};
use client::{
    UserId,
    types::{Account, AccountWithUsage},
};
use serde_json::json;

use crate::{
    failure::{Failure, Result},
    output::{Output, bytes_in_words},
    prompt,
    session::{Session, all_pages},
};

/// Things to do with accounts, as an administrator.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Become an administrator, by the code that whoever runs the service has
    Claim(ClaimArgs),
    /// List all accounts, newest first
    #[command(after_help = "\
Examples:
  albumen admin list
  albumen admin list --json | jq -r 'select(.suspended_at) | .email'")]
    List,
    /// Show an account, and how much it keeps
    #[command(after_help = "Examples:\n  albumen admin show ana@example.org")]
    Show(AccountArgs),
    /// Let nobody log in to an account; its sessions and links end
    #[command(after_help = "\
Links to its albums do not come back when it is resumed.

Examples:
  albumen admin suspend ana@example.org
  albumen admin suspend user_01jd2w8h7kf3y9b6c5xq4m0ntz")]
    Suspend(AccountArgs),
    /// Let its user log in to a suspended account again
    #[command(after_help = "Examples:\n  albumen admin resume ana@example.org")]
    Resume(AccountArgs),
    /// End all sessions and keys of an account
    #[command(after_help = "Examples:\n  albumen admin end-sessions ana@example.org")]
    EndSessions(AccountArgs),
    /// Set how much an account may keep
    Quota(QuotaArgs),
    /// Invite somebody to make an account
    #[command(after_help = "\
The invitation goes by mail; where the service sends none, its link is printed, to be passed on.

Examples:
  albumen admin invite ben@example.org")]
    Invite(InviteArgs),
    /// Close an account, which is deleted seven days later
    #[command(after_help = "\
Its user is told by mail, and can take it back by logging in. Suspend the account first where
that must not be.

Examples:
  albumen admin close ana@example.org")]
    Close(AccountArgs),
}

/// Options of `admin claim`.
#[derive(Args, Debug)]
#[command(after_help = "\
The code is asked for, or read from standard input. `./dev run` prints it, and so does
`./dev administrator-code`. It is good once.

Examples:
  albumen admin claim
  ./dev administrator-code --stack albumen | albumen admin claim --stdin")]
pub struct ClaimArgs {
    /// Read the code from the first line of standard input
    #[arg(long)]
    pub stdin: bool,
}

/// An account.
#[derive(Args, Debug)]
pub struct AccountArgs {
    /// E-mail address or id of the account
    pub account: String,
}

/// Options of `admin quota`.
#[derive(Args, Debug)]
#[command(after_help = "\
What is over it stays, and nothing comes to it.

Examples:
  albumen admin quota ana@example.org 50
  albumen admin quota ana@example.org usual")]
pub struct QuotaArgs {
    /// E-mail address or id of the account
    pub account: String,
    /// Gigabytes, or `usual` for as many as every account
    #[arg(value_parser = quota)]
    pub gigabytes: Quota,
}

/// The bytes that an account may keep; `None` for as many as every account.
pub type Quota = Option<u64>;

/// An address that is invited.
#[derive(Args, Debug)]
pub struct InviteArgs {
    /// E-mail address
    pub email: String,
}

/// Reads a quota as it is typed.
fn quota(text: &str) -> std::result::Result<Quota, String> {
    if text == "usual" {
        return Ok(None);
    }
    match text.parse::<u32>() {
        Ok(gigabytes) => Ok(Some(u64::from(gigabytes) * 1_000_000_000)),
        Err(_) => Err("must be a whole number of gigabytes, or `usual`".to_owned()),
    }
}

/// Runs one of them.
pub async fn run(command: AdminCommand, session: &Session, output: Output) -> Result<()> {
    match command {
        AdminCommand::Claim(arguments) => claim(&arguments, session, output).await,
        AdminCommand::List => list(session, output).await,
        AdminCommand::Show(arguments) => show(&arguments, session, output).await,
        AdminCommand::Suspend(arguments) => suspend(&arguments, true, session, output).await,
        AdminCommand::Resume(arguments) => suspend(&arguments, false, session, output).await,
        AdminCommand::EndSessions(arguments) => {
            let user = find(&arguments.account, session).await?;
            session.outcome(session.client.end_account_sessions(&user).await)?;
            output.result(&json!({ "id": user }), &format!("{user} is signed in nowhere."));
            Ok(())
        }
        AdminCommand::Quota(arguments) => set_quota(&arguments, session, output).await,
        AdminCommand::Invite(arguments) => invite(&arguments, session, output).await,
        AdminCommand::Close(arguments) => close(&arguments, session, output).await,
    }
}

async fn claim(arguments: &ClaimArgs, session: &Session, output: Output) -> Result<()> {
    const CODE: &str = "Code of the service";
    let code =
        if arguments.stdin { prompt::first_line_of_input(CODE)? } else { prompt::secret(CODE)? };
    let account = session.outcome(session.client.claim_administration(&code).await)?;
    output.result(&account, &format!("{} is an administrator.", account.email));
    Ok(())
}

async fn list(session: &Session, output: Output) -> Result<()> {
    let client = &session.client;
    let accounts = all_pages(async |cursor| client.accounts(cursor.as_deref()).await).await;
    let accounts = session.outcome(accounts)?;
    output.list(&accounts, &["ACCOUNT", "EMAIL", "STATE", "MADE AT", "NAME"], |account| {
        let (id, state) = (account.id.to_string(), state(account));
        vec![id, account.email.clone(), state, account.created_at.clone(), account.name.clone()]
    });
    Ok(())
}

async fn show(arguments: &AccountArgs, session: &Session, output: Output) -> Result<()> {
    let user = find(&arguments.account, session).await?;
    let found = session.outcome(session.client.account(&user).await)?;
    output.result(&found, &described(&found));
    Ok(())
}

async fn suspend(
    arguments: &AccountArgs,
    suspended: bool,
    session: &Session,
    output: Output,
) -> Result<()> {
    let user = find(&arguments.account, session).await?;
    let changed = session.client.suspend_account(&user, suspended).await;
    let account = session.outcome(changed)?;
    output.result(&account, &format!("{}: {}", account.email, state(&account)));
    Ok(())
}

async fn set_quota(arguments: &QuotaArgs, session: &Session, output: Output) -> Result<()> {
    let user = find(&arguments.account, session).await?;
    let set = session.client.set_quota(&user, arguments.gigabytes).await;
    let found = session.outcome(set)?;
    let quota = bytes_in_words(found.quota.bytes);
    output.result(&found, &format!("{}: {quota}", found.account.email));
    Ok(())
}

async fn invite(arguments: &InviteArgs, session: &Session, output: Output) -> Result<()> {
    let sent = session.client.invite_to_sign_up(&arguments.email).await;
    let sent = session.outcome(sent)?;
    let told = match &sent.token {
        Some(token) => format!("{}/#/invitation/{token}", session.settings.origin),
        None => format!("{} gets a mail.", sent.email),
    };
    output.result(&sent, &told);
    Ok(())
}

async fn close(arguments: &AccountArgs, session: &Session, output: Output) -> Result<()> {
    let user = find(&arguments.account, session).await?;
    session.outcome(session.client.close_account(&user).await)?;
    let account = session
        .outcome(session.client.account(&user).await)?
        .account;
    output.result(&account, &format!("{}: {}", account.email, state(&account)));
    Ok(())
}

/// Returns the id of the account that is meant.
async fn find(named: &str, session: &Session) -> Result<UserId> {
    if let Ok(user) = named.parse::<UserId>() {
        return Ok(user);
    }
    match session.outcome(session.client.account_of(named).await)? {
        Some(account) => Ok(account.id),
        None => Err(Failure::NotDone(format!("There is no account \"{named}\"."))),
    }
}

/// Returns what an account is, in words with commas between.
fn state(account: &Account) -> String {
    let words = [
        (account.administrator_since.is_some(), "administrator"),
        (account.suspended_at.is_some(), "suspended"),
        (account.deletes_at.is_some(), "closing"),
        (account.email_verified_at.is_none(), "unverified"),
    ];
    let mut found = Vec::new();
    for (is_so, word) in words {
        if is_so {
            found.push(word);
        }
    }
    if found.is_empty() { "active".to_owned() } else { found.join(",") }
}

fn described(found: &AccountWithUsage) -> String {
    let account = &found.account;
    let second_factor = if found.second_factor { "on" } else { "off" };
    let mut lines = vec![
        format!("{} <{}>, {}", account.name, account.email, account.id),
        format!("{}, made {}, second factor {second_factor}", state(account), account.created_at),
        format!(
            "{} photos, {} of {}",
            found.usage.photos,
            bytes_in_words(found.usage.bytes),
            bytes_in_words(found.quota.bytes)
        ),
    ];
    if let Some(at) = &account.suspended_at {
        lines.push(format!("suspended {at}"));
    }
    if let Some(at) = &account.deletes_at {
        lines.push(format!("will be deleted {at}"));
    }
    lines.join("\n")
}
