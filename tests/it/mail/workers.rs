//! The worker that sends mails: killed anywhere, run twice, with a message that comes late.

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join;
use mail::SendMail;
use shared::{
    Result,
    domain::{Moment, SessionId, UserId, mail::MailCause},
    http::Signer,
    queue::{QueueMessage, Worker},
    stores::{Accounts, Emails, Library, MailStops, MailTokens, Mailer, SentMails, Sessions},
};
use tests::{
    Person, System,
    kill_points::Deaths,
    mailbox::count_mails,
    person::{address, text},
    system::{env, hot},
};

use super::{NEW_LOG_IN, message};

/// The worker in this process, as its function.
fn worker(system: &System) -> SendMail {
    let system = &system.acting_as("SendMail");
    let (dynamodb, ses) = (env(system, &system.dynamodb), env(system, &system.ses));
    SendMail {
        accounts: Accounts::connect(&dynamodb).expect("accounts"),
        emails: Emails::connect(&dynamodb).expect("addresses"),
        sessions: Sessions::connect(&dynamodb).expect("sessions"),
        library: Library::connect(&dynamodb).expect("a library"),
        mails: SentMails::connect(&dynamodb).expect("mails"),
        tokens: MailTokens::connect(&dynamodb).expect("tokens"),
        stops: MailStops::connect(&dynamodb).expect("stops"),
        signer: Signer::connect(&dynamodb).expect("a signer"),
        mailer: Mailer::connect_if_any(&ses).expect("a mailer"),
        origin: system.origin.clone(),
    }
}

async fn work(worker: &SendMail, body: &str) -> Result<()> {
    let mut sqs = SqsMessage::default();
    sqs.body = Some(body.to_owned());
    worker.work(QueueMessage::new(&sqs)).await
}

/// A log-in that no message tells of, because its network is known.
struct LogIn {
    email: String,
    user: UserId,
    session: SessionId,
}

impl LogIn {
    async fn new(system: &System) -> Self {
        let (person, email) = (Person::anonymous(system), address());
        let user = text(&person.sign_up(&email).await.expect(201)["id"]);
        let session = text(&person.sign_in(&email).await.expect(201)["id"]);
        Self { email, user: user.parse().expect("an id"), session: session.parse().expect("an id") }
    }

    fn message(&self) -> String {
        let cause = MailCause::LogIn { user: self.user, session: self.session };
        message(&cause, &Moment::now().to_string())
    }

    async fn mails(&self, system: &System) -> usize {
        count_mails(system, &self.email, NEW_LOG_IN).await
    }

    /// Returns the outcome of its mail.
    async fn outcome(&self, system: &System) -> Option<String> {
        let mails = SentMails::connect(&env(system, &system.dynamodb)).expect("mails");
        let records = mails.of_user(self.user).await.expect("an answer");
        let mut records = records.into_iter().filter(|record| record.kind == "log-in");
        records.next()?.outcome
    }

    /// Lets the time of a claim run out.
    async fn forget_claim(&self, system: &System) {
        let update = hot(system)
            .update_item()
            .table_name(system.variable("HOT_TABLE"))
            .key("pk", AttributeValue::S(format!("MAILS#{}", self.user)))
            .key("sk", AttributeValue::S(self.session.to_string()))
            .update_expression("SET held = :never")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":never", AttributeValue::N("0".to_owned()));
        // There is no claim where the worker died before it.
        let _ = update.send().await;
    }
}

#[tokio::test]
async fn a_worker_that_is_killed_anywhere_loses_no_mail() {
    let system = System::shared();
    let worker = worker(&system);
    let mut deaths = Deaths::at(8);
    let first = LogIn::new(&system).await;
    let done = deaths.run(work(&worker, &first.message())).await;
    done.expect("an end").expect("a mail");
    assert_eq!(first.mails(&system).await, 1);
    for death in 1..=8 {
        let log_in = LogIn::new(&system).await;
        let message = log_in.message();
        deaths.run(work(&worker, &message)).await;
        log_in.forget_claim(&system).await;
        work(&worker, &message).await.expect("the rest");
        // Twice where SES had taken it and nobody had noted that.
        assert!((1..=2).contains(&log_in.mails(&system).await), "killed at {death}");
        assert_eq!(log_in.outcome(&system).await.as_deref(), Some("sent"));
        let before = log_in.mails(&system).await;
        work(&worker, &message).await.expect("nothing to do");
        assert_eq!(log_in.mails(&system).await, before);
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn two_workers_at_one_message_send_one_mail() {
    let system = System::shared();
    let worker = worker(&system);
    let log_in = LogIn::new(&system).await;
    let message = log_in.message();
    let (one, other) = join(work(&worker, &message), work(&worker, &message)).await;
    assert!(one.is_ok() || other.is_ok());
    work(&worker, &message).await.expect("nothing to do");
    assert_eq!(log_in.mails(&system).await, 1);
}

#[tokio::test]
async fn what_is_not_there_comes_again_for_a_minute_and_is_not_told_after_it() {
    let system = System::shared();
    let worker = worker(&system);
    let log_in = LogIn::new(&system).await;
    let cause =
        MailCause::LogIn { user: log_in.user, session: SessionId::new(log_in.user.shard()) };
    let refusal = work(&worker, &message(&cause, &Moment::now().to_string())).await;
    assert!(
        refusal
            .expect_err("a refusal")
            .chain()
            .contains("not there yet")
    );
    let late = message(&cause, &Moment::now().plus(-61).to_string());
    work(&worker, &late).await.expect("nothing to tell");
    let closing = MailCause::Closing { user: log_in.user };
    let late = message(&closing, &Moment::now().plus(-61).to_string());
    work(&worker, &late).await.expect("nothing to tell");
    assert_eq!(log_in.mails(&system).await, 0);
}

#[tokio::test]
async fn without_an_address_to_send_from_nothing_is_sent_and_that_is_noted() {
    let system = System::shared();
    let mut worker = worker(&system);
    worker.mailer = None;
    let log_in = LogIn::new(&system).await;
    work(&worker, &log_in.message()).await.expect("noted");
    assert_eq!(log_in.outcome(&system).await.as_deref(), Some("not-set-up"));
    assert_eq!(log_in.mails(&system).await, 0);
}
