//! The scope of a request, a message or a tick: what is doing the writes inside it, and for whom.
//!
//! [`during`] opens it, around every route, worker and job; [`activity_entry`] reads it, where a
//! transaction leaves its row of activity. So no write has to be told who makes it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::{Activity, ActivityId, Moment, UserId};

/// The most bytes of a row's context.
const CONTEXT: usize = 1000;

struct Scope {
    action: String,
    request: String,
    actor: Mutex<Option<UserId>>,
}

tokio::task_local! {
    static SCOPE: Scope;
}

/// The subject of a row of activity, and what the row says beside its actor and its moment.
#[derive(Debug, Default)]
pub struct ActivityFacts(BTreeMap<String, Value>);

impl ActivityFacts {
    /// Says one more thing.
    pub fn say(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

/// Does this work as this action, for the request or message with this id.
pub async fn during<T>(
    action: impl Into<String>,
    request: &str,
    work: impl Future<Output = T>,
) -> T {
    let scope =
        Scope { action: action.into(), request: request.to_owned(), actor: Mutex::default() };
    SCOPE.scope(scope, work).await
}

/// Says who does it, once that is known.
pub fn by(user: UserId) {
    // Outside of a scope nothing is told apart.
    let _ = SCOPE.try_with(|scope| {
        let mut actor = scope.actor.lock().unwrap_or_else(PoisonError::into_inner);
        *actor = Some(user);
    });
}

/// The scope as a row of activity tells it.
struct Doing {
    action: String,
    request: String,
    actor: Option<UserId>,
}

impl Doing {
    /// Returns what the scope says that is open.
    fn current() -> Self {
        let current = SCOPE.try_with(|scope| {
            let actor = scope.actor.lock().unwrap_or_else(PoisonError::into_inner);
            Self { action: scope.action.clone(), request: scope.request.clone(), actor: *actor }
        });
        match current {
            Ok(doing) => doing,
            Err(_) => Self {
                action: "outside-of-requests".to_owned(),
                request: String::new(),
                actor: None,
            },
        }
    }
}

/// The row of what has been done to something of this owner.
pub fn activity_entry(owner: UserId, kind: &str, subject: Uuid, facts: ActivityFacts) -> Activity {
    let doing = Doing::current();
    let mut context = facts.0;
    context.insert("request".to_owned(), json!(doing.request));
    Activity {
        id: ActivityId::new(owner.shard()),
        at: Moment::now(),
        owner,
        actor: doing.actor,
        action: doing.action,
        subject_kind: kind.to_owned(),
        subject_id: subject,
        context: text(context),
    }
}

/// The context as it is kept; without its longest facts when it is too long.
fn text(mut context: BTreeMap<String, Value>) -> String {
    loop {
        let text = json!(context).to_string();
        if text.len() <= CONTEXT {
            return text;
        }
        let Some(longest) = longest_fact(&context) else { return text };
        context.remove(&longest);
    }
}

fn longest_fact(context: &BTreeMap<String, Value>) -> Option<String> {
    let (name, _) = context
        .iter()
        .max_by_key(|(_, value)| value.to_string().len())?;
    Some(name.clone())
}

/// `photos::create_photo::CreatePhoto` → `create-photo`: the name of a route or a job by its type.
pub fn name_of<T: ?Sized>() -> String {
    let path = std::any::type_name::<T>();
    let without_parameters = path.split('<').next().unwrap_or(path);
    let name = without_parameters
        .rsplit("::")
        .next()
        .unwrap_or(without_parameters);
    let mut dashed = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !dashed.is_empty() {
            dashed.push('-');
        }
        dashed.extend(letter.to_lowercase());
    }
    dashed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    struct CreatePhoto;

    #[tokio::test]
    async fn a_row_says_who_did_what_in_which_request() {
        let owner = UserId::new(Shard::random());
        let actor = UserId::new(Shard::random());
        let mut facts = ActivityFacts::default();
        facts.say("bytes", 12);
        let row = during(name_of::<CreatePhoto>(), "r-1", async {
            by(actor);
            activity_entry(owner, "photo", owner.uuid(), facts)
        })
        .await;
        assert_eq!(row.action, "create-photo");
        assert_eq!((row.actor, row.owner), (Some(actor), owner));
        assert_eq!(row.id.shard(), owner.shard());
        assert_eq!(row.context, r#"{"bytes":12,"request":"r-1"}"#);
    }

    #[test]
    fn a_context_that_is_too_long_loses_its_longest_fact() {
        let mut facts = ActivityFacts::default();
        facts.say("a", "x".repeat(2000));
        facts.say("b", 1);
        let owner = UserId::new(Shard::random());
        assert_eq!(
            activity_entry(owner, "user", owner.uuid(), facts).context,
            r#"{"b":1,"request":""}"#
        );
    }

    #[test]
    fn rows_have_one_text() {
        let owner = UserId::new(Shard::random());
        let row = activity_entry(owner, "user", owner.uuid(), ActivityFacts::default());
        let parts: Vec<_> = row.canonical().split('|').map(str::to_owned).collect();
        assert_eq!((parts.len(), parts[1].len(), parts[3].as_str()), (8, 26, ""));
        assert_eq!(
            serde_json::from_str::<Activity>(&serde_json::to_string(&row).expect("JSON"))
                .expect("a row"),
            row
        );
    }
}
