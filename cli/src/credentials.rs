//! The token of the session: in the system's keyring, or in a file that only its owner reads.

use std::{fs, io};

use client::Token;

use crate::{
    failure::{Failure, Result},
    settings::{Folders, Keeper, remove_if_there, write_for_owner},
};

/// The name under which the keyring has tokens; each is that of an origin.
const SERVICE: &str = "albumen";

/// Keeps a token; returns the place. Without a wish it is the keyring, if there is one.
///
/// # Errors
/// A keyring that was asked for and is not there, or a file that cannot be written.
pub fn keep(
    folders: &Folders,
    origin: &str,
    token: &Token,
    wish: Option<Keeper>,
) -> Result<Keeper> {
    if wish != Some(Keeper::File) {
        match keep_in_keyring(origin, token) {
            Ok(()) => {
                remove_if_there(&folders.token())?;
                return Ok(Keeper::Keyring);
            }
            Err(cause) if wish == Some(Keeper::Keyring) => return Err(no_keyring(&cause)),
            Err(_) => {}
        }
    }
    write_for_owner(&folders.token(), token.reveal().as_bytes())?;
    Ok(Keeper::File)
}

/// Returns the token that was kept.
///
/// # Errors
/// It is not there any more.
pub fn find(folders: &Folders, origin: &str, keeper: Keeper) -> Result<Token> {
    match keeper {
        Keeper::Keyring => match entry(origin).and_then(|entry| entry.get_password()) {
            Ok(token) => Ok(Token::new(token)),
            Err(keyring::Error::NoEntry) => Err(Failure::NotSignedIn),
            Err(cause) => Err(no_keyring(&cause)),
        },
        Keeper::File => match fs::read_to_string(folders.token()) {
            Ok(token) => Ok(Token::new(token)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(Failure::NotSignedIn),
            Err(cause) => Err(Failure::file(folders.token(), cause)),
        },
    }
}

/// Forgets the token.
pub fn forget(folders: &Folders, origin: &str, keeper: Keeper) -> Result<()> {
    match keeper {
        Keeper::Keyring => match entry(origin).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(cause) => Err(no_keyring(&cause)),
        },
        Keeper::File => remove_if_there(&folders.token()),
    }
}

fn keep_in_keyring(origin: &str, token: &Token) -> keyring::Result<()> {
    entry(origin)?.set_password(token.reveal())
}

fn entry(origin: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, origin)
}

fn no_keyring(cause: &keyring::Error) -> Failure {
    Failure::NotDone(format!(
        "The system's keyring cannot be used ({cause}). Unlock it, or keep the token in a file: \
         albumen login --keep-in file"
    ))
}
