//! `GET /v1/me/activity`: what was done to what is the caller's, newest first.
//!
//! Months that are in the database are answered at once. For older ones the warehouse is asked, and
//! nobody waits for it: the answer is 202 with a `Location`, which has the statement's id and whose
//! it is in a signed cursor. There the answer is 202 again until the warehouse has answered, and
//! then the page. Nothing is written: a request that is repeated, or dies, has asked the warehouse
//! once ([`crate::pages`]).

use async_trait::async_trait;
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::{
    Result,
    domain::{
        Activity, ActivityId, ActivityKey, List, Moment, Page, Scope, UserId, example,
        id::typed,
        period::{Since, Until, period},
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec, both},
    request,
};

use crate::{PageQuery, PageRequest, PageResult, Pages};

/// Seconds after which to look again.
const LOOK: &str = "2";

request! {
    /// Of which time.
    struct Query {
        /// Done at this moment or later, or from this day on.
        from: Option<Since>,
        /// Done at this moment or earlier, or until this day, all of it.
        to: Option<Until>,
    }
}

/// Something that was done.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Activity")]
struct ActivityView {
    /// Its id.
    id: ActivityId,
    /// The moment.
    at: Moment,
    /// The user who did it; `null` for guests, for Albumen itself, and for those who have left.
    actor: Option<UserId>,
    /// The name of the route or worker that did it.
    action: String,
    /// The kind of its subject: `photo`, `album`, `share`, …
    subject_kind: String,
    /// The subject's id.
    subject: String,
    /// Facts about it, such as a photo's `bytes`.
    context: Map<String, Value>,
}

/// A page of it.
#[derive(Serialize, JsonSchema)]
struct ActivityPage {
    #[serde(flatten)]
    page: List<ActivityView>,
    /// From this moment on the record is whole; what happened before was archived to files, which
    /// are not read here. `null` when all of it is here.
    complete_from: Option<Moment>,
}

/// The answer while the page is looked for.
#[derive(Serialize, JsonSchema)]
struct ActivityAwaited {
    /// The path to ask for the page.
    location: String,
}

/// The beginning of a page in the list.
#[derive(Serialize, Deserialize)]
enum ActivityCursor {
    /// After this row.
    After(ActivityKey),
    /// The same, with what the warehouse was asked for it.
    Asked(PageQuery),
}

/// The route and what it needs.
pub struct ListActivity {
    /// The rows, in the database and in the warehouse.
    pub pages: Pages,
}

#[async_trait]
impl Route for ListActivity {
    fn spec() -> Spec {
        // What the warehouse is asked costs as a write does, and more.
        Spec::get("/v1/me/activity")
            .scope(Scope::Account)
            .limited(Policy::Writes)
    }

    fn doc() -> Doc {
        let item = json!({
            "id": example::ACTIVITY,
            "at": example::MOMENT,
            "actor": example::USER,
            "action": "create-photo",
            "subject_kind": "photo",
            "subject": example::PHOTO,
            "context": {"request": "UkVRVUVTVC1JRA=="},
        });
        let page = example::with(example::list(&item), &json!({"complete_from": null}));
        let awaited = json!({"location": "/v1/me/activity?limit=100&cursor=eyJBc2tlZCI6ey…"});
        Doc::new("What was done to what is the caller's, newest first")
            .about(
                "Recent months are answered at once. For older ones, which are in the archive, the \
                 answer is 202 with a `Location`: ask there again, after `Retry-After` seconds, \
                 until there is a page. A page may be shorter than `limit`; `next` says whether it \
                 is the last. Requests count as writes.",
            )
            .asks::<Query>()
            .paged()
            .gives::<ActivityPage>(200, page)
            .gives::<ActivityAwaited>(202, awaited)
            .fails(&["not-found", "too-many"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (query, (limit, place)) = both(call.query::<Query>(), call.paging::<ActivityCursor>())?;
        let (from, to) = period(query.from, query.to)?;
        let owner = call.caller().await?.user;
        let (after, asked) = match place {
            Some(ActivityCursor::Asked(asked)) if asked.owner() != owner => {
                return Err(Error::NotFound { what: "page" });
            }
            Some(ActivityCursor::Asked(asked)) => (Some(asked.after()), Some(asked)),
            Some(ActivityCursor::After(key)) => (Some(key), None),
            None => (None, None),
        };
        let end = ActivityKey::until(to.unwrap_or(Moment::LAST));
        let after = after.map_or(end, |after| after.min(end));
        let wanted = PageRequest { owner, from: from.unwrap_or(Moment::FIRST), after, limit };
        match self.pages.read(&wanted, asked.as_ref()).await? {
            PageResult::Page { page, complete_from } => found(call, page, complete_from),
            PageResult::Asked(asked) => awaited(call, &wanted, asked),
        }
    }
}

fn found(
    call: &Call<'_>,
    page: Page<Activity, ActivityKey>,
    complete_from: Option<Moment>,
) -> Result<Reply> {
    let Page { items, next } = page.map(view);
    let page = call.page(Page { items, next: next.map(ActivityCursor::After) })?;
    Ok(Reply::ok(&ActivityPage { page, complete_from }))
}

fn awaited(call: &Call<'_>, wanted: &PageRequest, asked: PageQuery) -> Result<Reply> {
    let cursor = call.cursor(&ActivityCursor::Asked(asked))?;
    // Where the list ends is known to the cursor.
    let from = wanted.from;
    let limit = wanted.limit.get();
    let cursor = cursor.as_str();
    let location = format!("/v1/me/activity?from={from}&limit={limit}&cursor={cursor}");
    let reply = Reply::json(StatusCode::ACCEPTED, &ActivityAwaited { location: location.clone() })
        .uncached();
    Ok(reply
        .with(header::LOCATION, &location)
        .with(header::RETRY_AFTER, LOOK))
}

fn view(row: Activity) -> ActivityView {
    ActivityView {
        id: row.id,
        at: row.at,
        actor: row.actor,
        subject: typed(&row.subject_kind, row.subject_id),
        action: row.action,
        subject_kind: row.subject_kind,
        context: serde_json::from_str(&row.context).unwrap_or_default(),
    }
}
