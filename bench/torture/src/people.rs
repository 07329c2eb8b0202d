//! The people: they sign up before there are faults, live while there are, and finish afterwards.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chance::Random;
use load::{Cause, Pictures, fresh_number};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::{
    api::{Answered, Api, Ask},
    failed,
    fault_switch::FaultSwitch,
    journal::Journal,
    note,
    user::User,
};

/// A password that nobody guesses.
const PASSWORD: &str = "a quiet orange lighthouse";
/// The size of pictures, in pixels: small, so that there are many.
const WIDTH: usize = 320;
const HEIGHT: usize = 240;
/// The time between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);

/// Everybody.
pub struct People {
    users: Vec<User>,
    api: Arc<Api>,
}

impl People {
    /// Has so many people sign up, each of whom makes an album.
    ///
    /// # Errors
    /// A system that does not let them.
    pub async fn sign_up(api: &Arc<Api>, count: u16, seed: u64) -> Result<Self, Cause> {
        let pictures = Arc::new(Pictures::of_size(WIDTH, HEIGHT)?);
        let mut users = Vec::new();
        for number in 1..=u64::from(count) {
            let (id, token) = sign_up(api).await?;
            users.push(User {
                api: Arc::clone(api),
                pictures: Arc::clone(&pictures),
                id,
                token,
                // Far apart: the generator adds a constant to its state, and mixes that.
                random: Random::new(seed ^ (number << 48)),
                journal: Journal::default(),
                albums: Vec::new(),
                photos: Vec::new(),
                comments: Vec::new(),
                unfinished: Vec::new(),
            });
        }
        Ok(Self { users, api: Arc::clone(api) })
    }

    /// Has everybody live until a time, and says meanwhile how far they are.
    ///
    /// # Errors
    /// A person who ended too early.
    pub async fn live(&mut self, until: Instant, switch: &FaultSwitch) -> Result<(), Cause> {
        let begun = Instant::now();
        let mut living = JoinSet::new();
        for mut user in self.users.drain(..) {
            living.spawn(async move {
                user.live(until).await;
                user
            });
        }
        let mut home = Vec::new();
        let all_home = async {
            while let Some(user) = living.join_next().await {
                home.push(user.map_err(|error| failed(error.to_string()))?);
            }
            Ok::<_, Cause>(())
        };
        tokio::select! {
            ended = all_home => ended?,
            () = self.tell_progress(begun, switch) => {}
        }
        self.users = home;
        Ok(())
    }

    /// Prints a line now and then, without an end.
    async fn tell_progress(&self, begun: Instant, switch: &FaultSwitch) {
        loop {
            sleep(PROGRESS_EVERY).await;
            let requests: u64 = self.api.counts().values().sum();
            let faults = switch.report().await.map_or(0, |report| report.total());
            let seconds = begun.elapsed().as_secs();
            note(&format!("{seconds:>5} s: {requests} requests, {faults} faults"));
        }
    }

    /// Has everybody send what they do not know to have arrived.
    pub async fn finish(&mut self) {
        for user in &mut self.users {
            user.finish_uploads().await;
        }
    }

    /// Returns the journal of everybody, and the number of uploads that could not be finished.
    pub fn journal(self) -> (Journal, usize) {
        let mut journal = Journal::default();
        let mut unfinished = 0;
        for user in self.users {
            unfinished += user.unfinished.len();
            journal.add(user.journal);
        }
        (journal, unfinished)
    }
}

/// Signs somebody up and in; returns their id and the session's secret.
async fn sign_up(api: &Api) -> Result<(String, String), Cause> {
    let email = format!("torture-{:x}@example.org", fresh_number());
    let account = json!({"name": "Torture", "email": email, "password": PASSWORD});
    let user = done(api, Method::POST, "/v1/users", None, Some(account)).await?;
    let session = json!({"email": email, "password": PASSWORD, "name": "Torture"});
    let session = done(api, Method::POST, "/v1/sessions", None, Some(session)).await?;
    let id = user["id"].as_str().or(user["user"]["id"].as_str());
    let (Some(id), Some(token)) = (id, session["token"].as_str()) else {
        return Err(failed("a sign-up that was answered without an id or a token"));
    };
    Ok((id.to_owned(), token.to_owned()))
}

async fn done(
    api: &Api,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> Result<Value, Cause> {
    let ask = Ask { method, path: path.to_owned(), token, body };
    match api.ask(&ask).await {
        Answered::Done(body) => Ok(body),
        Answered::Refused(words) => Err(failed(words)),
        Answered::InDoubt => Err(failed(format!("{path} was not answered"))),
    }
}
