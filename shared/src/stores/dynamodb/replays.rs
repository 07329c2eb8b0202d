//! Answers to requests with an `Idempotency-Key`, kept for 24 hours at least.
//!
//! Three writes make a repeated request harmless. The claim, a conditional update, lets one request
//! in at a time, for as long as its function may run. It keeps a seed, and every id and secret that
//! the request makes comes from the seed: so one that died after its effect is repeated with the
//! same ids, and finds the rows that it had made. The answer is recorded on condition that the
//! claim is still one's own. A claim has an id of its own: the SDK sends it again where its answer was
//! lost, and then it is in its own way. An answer that holds a secret is not recorded: its request runs again,
//! which the seed makes harmless, too.

use aws_sdk_dynamodb::{
    Client,
    primitives::Blob,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use super::item::{HotItem, key, n, number, s, text};
use crate::{
    domain::{Moment, Seed, id::random_bytes},
    env::Env,
    error::{Error, Of, Result},
};

/// Seconds for which an answer is kept: the 24 hours that are promised, and two days more, so that a
/// process whose clock is a day behind leaves no record that has expired for the next one, though
/// the clock of that may be a day ahead.
const LASTS: i64 = 3 * 24 * 3600;
/// The largest answer that is recorded, in bytes: an item has at most 400 KB.
const MOST: usize = 300_000;
/// The number of times that a claim starts over when an expired record was in its way.
const TRIES: usize = 3;

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedResponse {
    /// Its status.
    pub status: u16,
    /// Its headers, as JSON.
    pub headers: String,
    /// Its body.
    pub body: String,
}

/// The outcome of a claim.
#[derive(Debug)]
pub enum RequestClaim {
    /// The request is to be worked on, with this seed.
    Claimed(ClaimedRequest),
    /// It was answered so.
    Answered(RecordedResponse),
}

/// A claim that is held.
#[derive(Debug)]
pub struct ClaimedRequest {
    pk: String,
    lease: i64,
    /// The seed of the ids that the request makes.
    pub seed: Seed,
}

/// The records.
pub struct IdempotencyRecords {
    client: Client,
    table: String,
}

impl IdempotencyRecords {
    /// The records in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Claims the request that `name` names and whose content has this sum, a keyed one, until
    /// `until`.
    ///
    /// # Errors
    /// [`Error::InFlight`] while another holds it, [`Error::KeyReused`] when the name has come with
    /// other content.
    pub async fn claim(&self, name: &str, sum: &str, until: Moment) -> Result<RequestClaim> {
        let pk = format!("REPLAY#{name}");
        let lease = until.micros();
        let claim = hex::encode(random_bytes::<16>());
        for _ in 0..TRIES {
            match self.try_claim(&pk, sum, lease, &claim).await? {
                Ok(item) => {
                    let seed = seed(&item)?;
                    return Ok(RequestClaim::Claimed(ClaimedRequest { pk, lease, seed }));
                }
                Err(item) if text(&item, "claim").is_ok_and(|held| held == claim) => {
                    let seed = seed(&item)?;
                    return Ok(RequestClaim::Claimed(ClaimedRequest { pk, lease, seed }));
                }
                Err(item)
                    if number::<i64>(&item, "ttl").is_ok_and(|ttl| ttl < Moment::now().epoch()) =>
                {
                    self.forget(&pk, &item).await?;
                }
                Err(item) if text(&item, "sum")? != sum => return Err(Error::KeyReused),
                Err(item) if item.contains_key("answered") => {
                    return Ok(RequestClaim::Answered(recorded(&item)?));
                }
                Err(_) => return Err(Error::InFlight),
            }
        }
        Err(Error::InFlight)
    }

    async fn try_claim(
        &self,
        pk: &str,
        sum: &str,
        lease: i64,
        claim: &str,
    ) -> Result<Result<HotItem, HotItem>> {
        let now = Moment::now();
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(pk.to_owned(), "~")));
        let update = update
            .update_expression("SET #sum = :sum, seed = if_not_exists(seed, :seed), lease = :lease, claim = :claim, #ttl = if_not_exists(#ttl, :ttl)")
            .condition_expression(
                "attribute_not_exists(pk) OR (#sum = :sum AND attribute_not_exists(answered) AND lease < :now AND #ttl >= :second)",
            )
            .expression_attribute_names("#sum", "sum")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":sum", s(sum))
            .expression_attribute_values(":seed", AttributeValue::B(Blob::new(Seed::new().bytes().to_vec())))
            .expression_attribute_values(":lease", n(lease))
            .expression_attribute_values(":claim", s(claim))
            .expression_attribute_values(":now", n(now.micros()))
            .expression_attribute_values(":second", n(now.epoch()))
            .expression_attribute_values(":ttl", n(now.epoch() + LASTS));
        let update = update.return_values(ReturnValue::AllNew);
        let update = update
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(claimed) => Ok(Ok(claimed.attributes.unwrap_or_default())),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(other)) => {
                Ok(Err(other.item.unwrap_or_default()))
            }
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Deletes a record that has expired and that DynamoDB has not come round to yet.
    async fn forget(&self, pk: &str, item: &HotItem) -> Result<()> {
        let ttl = item.get("ttl").cloned().unwrap_or_else(|| n(0));
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk.to_owned(), "~")));
        let delete = delete
            .condition_expression("#ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl");
        accept(
            delete
                .expression_attribute_values(":ttl", ttl)
                .send()
                .await
                .map(drop)
                .map_err(Into::into),
        )
    }

    /// Records what the claimed request was answered; without an answer, ends the claim only, so
    /// that a repeated request runs.
    pub async fn end(
        &self,
        mine: &ClaimedRequest,
        answer: Option<&RecordedResponse>,
    ) -> Result<()> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(mine.pk.clone(), "~")));
        let update =
            update.condition_expression("lease = :mine AND attribute_not_exists(answered)");
        let update = update
            .expression_attribute_values(":mine", n(mine.lease))
            .expression_attribute_values(":none", n(0));
        let update = match answer.filter(|answer| answer.body.len() <= MOST) {
            None => update.update_expression("SET lease = :none"),
            Some(answer) => update
                .update_expression(
                    "SET lease = :none, answered = :status, headers = :headers, body = :body",
                )
                .expression_attribute_values(":status", n(answer.status))
                .expression_attribute_values(":headers", s(&answer.headers))
                .expression_attribute_values(":body", s(&answer.body)),
        };
        accept(update.send().await.map(drop).map_err(Into::into))
    }
}

/// Another one's claim or record is as good as one's own.
fn accept(outcome: Result<(), aws_sdk_dynamodb::Error>) -> Result<()> {
    match outcome {
        Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error).of("hot"),
    }
}

fn seed(item: &HotItem) -> Result<Seed> {
    let bytes = item
        .get("seed")
        .and_then(|seed| seed.as_b().ok())
        .map(Blob::as_ref)
        .unwrap_or_default();
    let bytes = <[u8; 32]>::try_from(bytes)
        .map_err(|_| Error::internal("a replay record without a readable seed"))?;
    Ok(Seed::from(bytes))
}

fn recorded(item: &HotItem) -> Result<RecordedResponse> {
    Ok(RecordedResponse {
        status: number(item, "answered")?,
        headers: text(item, "headers")?.to_owned(),
        body: text(item, "body")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
    use serde_json::{Value, json};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    /// Reads one request; returns its body.
    async fn asked(client: &mut TcpStream) -> Value {
        let mut bytes = Vec::new();
        loop {
            let mut piece = vec![0; 4096];
            let length = client.read(&mut piece).await.expect("a piece");
            assert!(length > 0, "a request that ends too early");
            bytes.extend_from_slice(&piece[..length]);
            let body = bytes.windows(4).position(|end| end == b"\r\n\r\n");
            if let Some(end) = body
                && let Ok(body) = serde_json::from_slice(&bytes[end + 4..])
            {
                return body;
            }
        }
    }

    /// A table that takes the first claim and loses the answer, then refuses what comes, because a
    /// claim is there. With `other`, it is another request's.
    async fn table_with_a_claim(listener: TcpListener, other: bool) {
        let (mut client, _) = listener.accept().await.expect("a client");
        let first = asked(&mut client).await;
        drop(client);
        let values = &first["ExpressionAttributeValues"];
        let claim = if other { json!({"S": "other"}) } else { values[":claim"].clone() };
        let item = json!({
            "sum": values[":sum"], "seed": values[":seed"], "lease": values[":lease"],
            "ttl": values[":ttl"], "claim": claim,
        });
        let refusal = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
            "message": "The conditional request failed", "Item": item,
        });
        let (mut client, _) = listener.accept().await.expect("a client");
        asked(&mut client).await;
        let body = refusal.to_string();
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len(),
        );
        client
            .write_all(answer.as_bytes())
            .await
            .expect("an answer");
    }

    async fn claimed(other: bool) -> Result<RequestClaim> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "tests"))
            .endpoint_url(format!("http://{address}"))
            .build();
        let client = Client::from_conf(config);
        let records = IdempotencyRecords { client, table: "hot".to_owned() };
        let until = Moment::now().plus(30);
        let (claimed, ()) =
            tokio::join!(records.claim("name", "sum", until), table_with_a_claim(listener, other));
        claimed
    }

    /// The SDK asks again by itself, and must not find its own claim in its way: the caller would be
    /// told to come again until the claim has ended.
    #[tokio::test]
    async fn a_claim_whose_answer_was_lost_is_held() {
        let claim = claimed(false).await.expect("a claim");
        assert!(matches!(claim, RequestClaim::Claimed(_)), "{claim:?}");
        let refused = claimed(true).await;
        assert!(matches!(refused, Err(Error::InFlight)), "{refused:?}");
    }
}
