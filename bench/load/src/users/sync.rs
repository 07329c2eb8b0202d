//! Clients that keep a copy of their owner's library up to date.

use std::time::Instant;

use super::{Arrival, Traffic, chosen};
use crate::{
    answers::Changes,
    api::Answer,
    feed::Question,
    library::{PAGE, Person},
    outcome::Failure,
    route::Route,
};

/// Asks once for what has changed since the client's last question.
pub async fn sync(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let people = &traffic.library.people;
    let person = &people[chosen(people.len(), arrival.person)];
    let question = person.feed().question();
    let mut path = format!("/v1/changes?limit={PAGE}");
    if let Some(cursor) = &question.cursor {
        path = format!("{path}&cursor={cursor}");
    }
    let request = traffic
        .api
        .get(Route::ListChanges, intended, &path, Some(&person.token));
    let check = |answer: &Answer| take(answer, person, &question);
    traffic.api.ask(request, check).await;
}

fn take(answer: &Answer, person: &Person, question: &Question) -> Result<(), Failure> {
    let changes: Changes = answer.json()?;
    if changes.next.is_empty() {
        return Err(Failure::Wrong("a feed without a cursor"));
    }
    let mut ids = Vec::new();
    for item in changes.items {
        ids.push(item.id);
    }
    let mut feed = person.feed();
    if feed.take(question, &ids, &changes.next, changes.more) {
        Ok(())
    } else {
        Err(Failure::Wrong("a feed without a photo that was acknowledged"))
    }
}
