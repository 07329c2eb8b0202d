//! The stand-ins for the services of AWS that run in this process.

use super::{Error, data::DataFolder, listeners::Addresses, values};
use crate::{
    dynamodb::DynamoDbServer,
    events,
    s3::{S3Config, S3Server},
    ses::MailServer,
    sqs::SqsServer,
    template::Template,
};

/// The stand-ins for S3, SQS, SES and DynamoDB.
pub(super) struct AwsServices {
    pub s3: S3Server,
    pub sqs: SqsServer,
    pub ses: MailServer,
    pub dynamodb: DynamoDbServer,
}

impl AwsServices {
    /// Opens the services on the data folder and makes the queues, buckets and tables of the
    /// template.
    pub async fn open(
        data: &DataFolder,
        template: &Template,
        addresses: &Addresses,
        secret: &str,
    ) -> Result<Self, Error> {
        let sqs = SqsServer::open(&data.join("queues.sqlite"))?;
        sqs.set_origin(&addresses.sqs);
        ensure_queues(&sqs, template).await?;
        let s3 = S3Server::open(S3Config {
            root: data.join("buckets"),
            access_keys: values::access_keys(template),
            secret_key: secret.into(),
            created: Some(events::object_created_hook(&template.buckets, sqs.clone())),
        })?;
        for bucket in &template.buckets {
            s3.ensure_bucket(&bucket.name, bucket.cors.clone())?;
        }
        s3.recover().await?;
        let dynamodb = DynamoDbServer::open(&data.join("tables.sqlite"))?;
        for table in &template.tables {
            dynamodb.ensure_table(&table.properties)?;
        }
        let ses = MailServer::open(&data.join("mails"), sqs.clone(), mail_event_queue(template))?;
        Ok(Self { s3, sqs, ses, dynamodb })
    }
}

/// Returns the name of the queue that SES's topic tells what became of mails.
fn mail_event_queue(template: &Template) -> Option<String> {
    let mut queues = template.queues.iter();
    let queue = queues.find(|queue| queue.id == "MailEventQueue")?;
    Some(queue.name.clone())
}

/// Makes the queues: dead-letter queues first, because the others name them.
async fn ensure_queues(sqs: &SqsServer, template: &Template) -> Result<(), Error> {
    for has_redrive_policy in [false, true] {
        for queue in &template.queues {
            if queue.attributes.contains_key("RedrivePolicy") == has_redrive_policy {
                sqs.ensure_queue(&queue.name, &queue.attributes).await?;
            }
        }
    }
    Ok(())
}
