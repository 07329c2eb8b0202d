//! Every route of the API, a line each: the table feeds the OpenAPI document, the test of who may
//! do what, and the comparison with `template.yaml`.

use serde_json::{Value, json};
use shared::{
    domain::view::Role::{self, Editor, Owner, Viewer},
    http::{Doc, Route, Spec},
};

use crate::{person::address, photograph::sum};

/// A route, what it says of itself, and what the test of who may do what has to know.
pub struct RouteEntry {
    /// The crate that it is in: its resource.
    pub resource: &'static str,
    /// Its name: that of its function in `template.yaml`.
    pub name: &'static str,
    /// Its path, and who may call it.
    pub spec: Spec,
    /// Its inputs and answers.
    pub doc: Doc,
    /// Its subject, and so who gets what.
    pub subject: Subject,
    /// The statuses of which its owner gets one for a thing in the trash.
    pub in_trash: &'static [u16],
    /// The query that it is called with, with its question mark.
    pub query: &'static str,
    /// Makes the body that it is called with.
    pub body: Option<fn() -> Value>,
}

/// The subject of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The caller's own things: whoever is signed in.
    Caller,
    /// Something that belongs to an album, for this role and those above.
    Album(Role),
    /// Something of the album's that only its owner knows of.
    Hidden,
    /// Things that belong to nobody else at all.
    Private,
    /// Accounts, for whoever administers them.
    Accounts,
    /// Open to all.
    Open,
}

macro_rules! routes {
    ($(
        $resource:ident::$route:ident => $subject:expr
        $(, in_trash: $in_trash:expr)?
        $(, query: $query:literal)?
        $(, body: $body:expr)?;
    )*) => {
        vec![$(RouteEntry {
            $(in_trash: $in_trash,)?
            $(query: $query,)?
            $(body: Some($body),)?
            ..entry::<$resource::$route>(stringify!($resource), stringify!($route), $subject)
        },)*]
    };
}

fn entry<R: Route>(resource: &'static str, name: &'static str, subject: Subject) -> RouteEntry {
    RouteEntry {
        resource,
        name,
        spec: R::spec(),
        doc: R::doc(),
        subject,
        in_trash: &[],
        query: "",
        body: None,
    }
}

/// Of a route for which nothing in the trash is there.
const GONE: &[u16] = &[404];
/// Of a route for which it is not there, or has to be restored first.
const BLOCKED: &[u16] = &[404, 409];

/// Returns all routes, by resource.
pub fn every_route() -> Vec<RouteEntry> {
    use Subject::{Accounts, Album, Caller, Hidden, Open, Private};
    routes! {
        accounts::CreateUser => Open;
        accounts::CreateSession => Open;
        accounts::ListSessions => Caller;
        accounts::DeleteSession => Private, in_trash: GONE;
        accounts::GetMe => Caller;
        accounts::UpdateMe => Caller, body: || json!({"name": "Ana"});
        accounts::DeleteMe => Caller, body: || json!({"password": "not the right one"});
        accounts::RestoreMe => Open;
        accounts::BeginSecondFactor => Caller, body: || json!({"password": "not the right one"});
        accounts::ConfirmSecondFactor => Caller, body: || json!({"code": "000000"});
        accounts::CreateRecoveryCodes => Caller, body: wrong_credentials;
        accounts::DeleteSecondFactor => Caller, body: wrong_credentials;
        accounts::RequestVerification => Caller;
        accounts::VerifyAddress => Open;
        accounts::RequestPasswordReset => Open;
        accounts::ResetPassword => Open;
        accounts::CompleteSingleSignOn => Open;
        accounts::BeginPasskey => Caller, body: || json!({"password": "not the right one"});
        accounts::CreatePasskey => Caller, body: || json!({"credential": no_credential()});
        accounts::ListPasskeys => Caller;
        accounts::UpdatePasskey => Private, in_trash: GONE, body: || json!({"name": "Telephone"});
        accounts::DeletePasskey => Private, in_trash: GONE;
        accounts::GetPasskeyChallenge => Open;
        accounts::CreatePasskeySession => Open;

        activity::ListActivity => Caller;

        administration::ClaimAdministration => Caller, body: no_code;
        administration::ListAccounts => Accounts;
        administration::GetAccount => Accounts;
        administration::UpdateAccount => Accounts, body: || json!({"suspended": true});
        administration::EndAccountSessions => Accounts;
        administration::CloseAccount => Accounts;
        administration::CreateSignUpInvitation => Accounts, body: || json!({"email": address()});
        administration::ListSignUpInvitations => Accounts;
        administration::DeleteSignUpInvitation => Accounts;

        albums::CreateAlbum => Caller, body: || json!({"title": "Another"});
        albums::ListAlbums => Caller;
        albums::GetAlbum => Album(Viewer), in_trash: GONE;
        albums::UpdateAlbum => Album(Owner), in_trash: GONE, body: || json!({"title": "Renamed"});
        albums::DeleteAlbum => Album(Owner), in_trash: GONE;
        albums::RestoreAlbum => Album(Owner), in_trash: &[200];
        albums::ListMembers => Album(Viewer), in_trash: GONE;
        albums::PutMember => Album(Owner), in_trash: GONE, body: || json!({"role": "viewer"});
        albums::DeleteMember => Album(Owner), in_trash: GONE;
        albums::ListSharedAlbums => Caller;

        photos::CreatePhoto => Album(Editor), in_trash: GONE, body: announced;
        photos::ListPhotos => Album(Viewer), in_trash: GONE;
        photos::AddPhotoToAlbum => Album(Owner), in_trash: BLOCKED;
        photos::RemovePhotoFromAlbum => Album(Owner), in_trash: BLOCKED;
        photos::CheckPhotos => Caller, body: || json!({"sha256": [sum(b"x")]});
        photos::GetPhoto => Album(Viewer), in_trash: &[200];
        photos::UpdatePhoto => Album(Editor), in_trash: BLOCKED, body: || json!({"caption": "New"});
        photos::DeletePhoto => Album(Owner), in_trash: &[204, 404, 409];
        photos::RestorePhoto => Album(Owner), in_trash: &[200];
        photos::ReprocessPhoto => Album(Editor), in_trash: BLOCKED;
        photos::GetOriginal => Album(Viewer), in_trash: &[302];

        finding::ListBuckets => Caller;
        finding::GetMonth => Caller;
        finding::SearchPhotos => Caller;
        finding::ListSuggestions => Caller, query: "?q=lake";
        finding::ListTags => Caller;
        finding::ListTrash => Caller;
        finding::ListChanges => Caller;
        finding::EmptyTrash => Caller;
        finding::GetMap => Caller, query: "?bbox=5.9,45.8,10.5,47.8&zoom=8";

        social::CreateComment => Album(Viewer), in_trash: BLOCKED, body: || json!({"text": "Nice"});
        social::ListComments => Album(Viewer), in_trash: &[200, 404, 409];
        social::UpdateComment => Album(Owner), in_trash: BLOCKED, body: || json!({"text": "Nicer"});
        social::DeleteComment => Album(Owner), in_trash: &[204, 404, 409];
        social::GetFavourite => Album(Viewer), in_trash: &[200, 404, 409];
        social::PutFavourite => Album(Viewer), in_trash: BLOCKED;
        social::DeleteFavourite => Album(Viewer), in_trash: BLOCKED;
        social::PutTag => Album(Editor), in_trash: BLOCKED;
        social::DeleteTag => Album(Editor), in_trash: BLOCKED;
        social::AddTag => Album(Editor), in_trash: BLOCKED, query: "?tag=lake";
        social::RemoveTag => Album(Editor), in_trash: BLOCKED, query: "?tag=lake";

        sharing::CreateInvitation => Album(Owner), in_trash: GONE, body: invited;
        sharing::ListInvitations => Album(Owner), in_trash: GONE;
        sharing::ResendInvitation => Hidden, in_trash: GONE;
        sharing::DeleteInvitation => Hidden, in_trash: GONE;
        sharing::GetInvitation => Open;
        sharing::ListMyInvitations => Caller;
        sharing::AcceptInvitation => Private, in_trash: GONE;
        sharing::DeclineInvitation => Private, in_trash: GONE;
        sharing::CreateShare => Album(Owner), in_trash: GONE, body: || json!({});
        sharing::ListShares => Album(Owner), in_trash: GONE;
        sharing::DeleteShare => Hidden, in_trash: &[204, 404];
        sharing::GetSharePage => Open;
        sharing::GetSharedAlbum => Open;
        sharing::ListSharedPhotos => Open;
        sharing::GetSharedOriginal => Open;
        sharing::CreateSharedPhoto => Open;
        sharing::UnlockShare => Open;

        exports::CreateExport => Caller;
        exports::ListExports => Caller;
        exports::GetExport => Private, in_trash: GONE;

        identity::BeginSingleSignOn => Open;
        identity::ReceiveSingleSignOn => Open;

        service::GetHealth => Open;
        service::GetOpenapi => Open;
        service::GetSignUp => Open;

        statistics::GetStatistics => Caller;

        uploads::GetUpload => Album(Editor), in_trash: BLOCKED;
        uploads::SignUploadParts => Album(Editor), in_trash: BLOCKED, body: part;
        uploads::CompleteUpload => Album(Editor), in_trash: BLOCKED;
    }
}

fn announced() -> Value {
    let bytes = uuid::Uuid::now_v7();
    let sum = sum(bytes.as_bytes());
    json!({"name": "a.jpg", "size": 16, "content_type": "image/jpeg", "sha256": sum})
}

fn wrong_credentials() -> Value {
    json!({"password": "not the right one", "code": "000000"})
}

fn no_credential() -> Value {
    let response = json!({"clientDataJSON": "e30", "attestationObject": "oA"});
    json!({"id": "AA", "type": "public-key", "response": response})
}

fn no_code() -> Value {
    json!({"code": "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa"})
}

fn invited() -> Value {
    json!({"email": address(), "role": "viewer"})
}

fn part() -> Value {
    json!({"parts": [{"number": 1, "sha256": sum(b"x")}]})
}
