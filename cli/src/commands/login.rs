//! `albumen login`.

use clap::Args;
use client::{Client, Error, SessionId, Token, types::NewSession};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    browser,
    commands::runtime,
    credentials,
    failure::{Failure, Result},
    output::Output,
    prompt,
    settings::{Folders, Keeper, Settings},
};

/// Options of `login`.
#[derive(Args, Debug)]
#[command(after_help = "\
With --browser the gallery opens, on this machine, and hands a session over once you have said so
there; the password, and the code of a second factor, are typed in the browser alone.

Without, the password, or the key, is asked for, or read from standard input: it is never an option,
where other users and the shell's history would have it. It is sent once, and not kept; what is kept is
the session's token, in the system's keyring, or, where there is none, in a file that only you
can read. Where the account has a second factor, its code is asked for, too: that of your app, or
a recovery code.

Examples:
  albumen login https://photos.example.com --browser
  albumen login https://photos.example.com
  albumen login https://photos.example.com --email ana@example.org
  albumen login https://photos.example.com --key < key.txt
  pass show photos | albumen login https://photos.example.com --email ana@example.org --stdin
  (pass show photos; pass otp photos) |
    albumen login https://photos.example.com --email ana@example.org --stdin --code-stdin")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct LoginArgs {
    /// Address of the service
    pub address: String,
    /// E-mail address of the account; asked for when left out
    #[arg(long, conflicts_with = "key")]
    pub email: Option<String>,
    /// Sign in with the browser of this machine
    #[arg(long, conflicts_with_all = ["email", "key", "stdin"])]
    pub browser: bool,
    /// Sign in with a key that was made before, instead of a password
    #[arg(long)]
    pub key: bool,
    /// Read the password or key from the first line of standard input
    #[arg(long)]
    pub stdin: bool,
    /// Read a code of the second factor from the second line of standard input
    #[arg(long, requires = "stdin", conflicts_with = "key")]
    pub code_stdin: bool,
    /// Place of the session's token: the keyring if there is one, when left out
    #[arg(long, value_name = "PLACE")]
    pub keep_in: Option<Keeper>,
}

/// The question for a code of the second factor.
const CODE: &str = "Code of your app, or a recovery code";

/// Address and password of an account.
#[derive(Clone, Copy)]
struct Credentials<'a> {
    email: &'a str,
    password: &'a str,
}

/// A session that has just begun, or that a key is.
struct Begun {
    token: Token,
    session: Option<SessionId>,
    expires_at: Option<String>,
}

/// Signs in.
pub fn run(arguments: &LoginArgs, output: Output) -> Result<()> {
    let folders = Folders::find()?;
    let client = Client::new(&arguments.address)?;
    let runtime = runtime()?;
    let begun = begin(arguments, &client, &runtime, output)?;
    let client = client.with_token(begun.token.clone());
    let me = runtime.block_on(client.me()).map_err(refused)?;
    // Outside the runtime, because the keyring has one of its own.
    let keeper = credentials::keep(&folders, client.origin(), &begun.token, arguments.keep_in)?;
    let settings = Settings {
        origin: client.origin().to_owned(),
        user: me.id,
        email: me.email,
        session: begun.session,
        token_in: keeper,
    };
    settings.write(&folders)?;
    let place = match keeper {
        Keeper::Keyring => "the system's keyring".to_owned(),
        Keeper::File => format!("{}, which only you can read", folders.token().display()),
    };
    let until = match &begun.expires_at {
        Some(moment) => format!(" until {moment}"),
        None => String::new(),
    };
    let result = json!({
        "origin": settings.origin,
        "email": settings.email,
        "expires_at": begun.expires_at,
        "token_in": keeper,
    });
    let text = format!(
        "Signed in to {} as {}{until}. The session's token is in {place}.",
        settings.origin, settings.email
    );
    output.result(&result, &text);
    Ok(())
}

/// Begins a session in the way that was asked for, or takes a key for one.
fn begin(
    arguments: &LoginArgs,
    client: &Client,
    runtime: &Runtime,
    output: Output,
) -> Result<Begun> {
    if arguments.browser {
        let name = session_name();
        let session = browser::receive_session(client.origin(), &name, output);
        let session = runtime.block_on(session)?;
        return Ok(Begun {
            token: Token::new(session.token),
            session: Some(session.id),
            expires_at: Some(session.expires_at),
        });
    }
    if arguments.key {
        let token = Token::new(secret("Key", arguments.stdin)?);
        return Ok(Begun { token, session: None, expires_at: None });
    }
    let email = match &arguments.email {
        Some(email) => email.clone(),
        None => prompt::line("E-mail address")?,
    };
    let password = secret("Password", arguments.stdin)?;
    let code = if arguments.code_stdin { Some(prompt::first_line_of_input(CODE)?) } else { None };
    let credentials = Credentials { email: &email, password: &password };
    runtime.block_on(log_in(client, credentials, code))
}

fn secret(question: &str, from_stdin: bool) -> Result<String> {
    if from_stdin {
        return prompt::first_line_of_input(question);
    }
    prompt::secret(question)
}

/// Logs in, and asks for a code when the service says that it takes one.
async fn log_in(
    client: &Client,
    credentials: Credentials<'_>,
    code: Option<String>,
) -> Result<Begun> {
    let name = session_name();
    let Credentials { email, password } = credentials;
    let session = NewSession { email, password, name: &name, code: code.as_deref() };
    let mut outcome = client.log_in(&session).await;
    if outcome.as_ref().is_err_and(takes_code) {
        let code = prompt::line(CODE)?;
        outcome = client
            .log_in(&NewSession { code: Some(&code), ..session })
            .await;
    }
    let begun = outcome.map_err(refused)?;
    let Some(token) = begun.token else {
        return Err(Error::Unexpected("a session without a token".to_owned()).into());
    };
    Ok(Begun {
        token: Token::new(token),
        session: Some(begun.id),
        expires_at: Some(begun.expires_at),
    })
}

/// Returns true if a log-in failed for want of a code.
fn takes_code(error: &Error) -> bool {
    error.problem() == Some("second-factor-needed")
}

/// Returns the name by which the session is known in the list of sessions.
fn session_name() -> String {
    let system = rustix::system::uname();
    let machine = system.nodename().to_string_lossy();
    let name = format!("albumen on {machine}");
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(100)
        .collect()
}

/// Returns the failure of a log-in: here, a key that is none is not a session that has ended.
fn refused(error: Error) -> Failure {
    match error.problem() {
        Some("not-signed-in") => {
            Failure::NotDone("This key opens no session: make another one.".to_owned())
        }
        _ => error.into(),
    }
}
