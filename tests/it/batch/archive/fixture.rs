//! A record of a test's own, with workers in this process, old months, and all that readers see of
//! them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use archive::{ArchiveActivity, ArchiveLimits, CopyRole, Fault};
use parquet::{
    basic::Compression,
    file::reader::{FileReader, SerializedFileReader},
    record::RowAccessor,
};
use shared::{
    domain::{Activity, ActivityId, ArchiveId, Limit, Moment, Month, Shard, UserId},
    env::Env,
    error::Error,
    stores::{
        Activities, ArchiveFiles, ArchiveQueue,
        activities::{ArchiveJob, ArchiveJobState, ArchiveTarget},
    },
};
use tests::{
    System,
    system::{sdk, warehouse},
};
use uuid::Uuid;

use super::rows::{clusters, insert, row};

/// Small: a few dozen rows make several files of several groups.
pub const SMALL: ArchiveLimits =
    ArchiveLimits { time: Duration::from_mins(1), file_rows: 12, group_bytes: 1000, poll: 0 };

pub struct World {
    pub system: System,
    pub activities: Activities,
    /// One in each cluster.
    pub owners: [UserId; 2],
    /// Every row that was ever written.
    pub rows: BTreeMap<ActivityId, Activity>,
    /// True to look in the warehouse for rows that are said to be there; else they are looked for
    /// in the files.
    pub warehouse: bool,
    /// Rows that were found of jobs that are over.
    archived: Mutex<HashMap<ArchiveId, Vec<ActivityId>>>,
}

impl World {
    /// Two clusters of their own in the shared system: nobody else plans or works there.
    pub async fn new() -> Self {
        let mut system = System::shared();
        let map = clusters(&system).await;
        system.environment.insert("ACTIVITY_SHARDS".to_owned(), map);
        Self::of(system)
    }

    /// This system's own record.
    pub fn of(system: System) -> Self {
        let activities = Activities::connect(&env(&system, &system.sqs)).expect("a record");
        let owners = [7, 4000].map(|shard| UserId::new(Shard::new(shard).expect("a shard")));
        Self {
            system,
            activities,
            owners,
            rows: BTreeMap::new(),
            warehouse: true,
            archived: Mutex::default(),
        }
    }

    /// A worker like the deployed one.
    pub fn worker(&self, limits: ArchiveLimits) -> ArchiveActivity {
        let system = self.system.acting_as("ArchiveActivity");
        let archive_queue = ArchiveQueue::connect(&env(&system, &system.sqs)).expect("a queue");
        let role = CopyRole("arn:aws:iam::000000000000:role/copy".to_owned());
        ArchiveActivity {
            activities: Activities::connect(&env(&self.system, &self.system.sqs))
                .expect("a record"),
            files: self.files(self.system.variable("AWS_ENDPOINT_URL_S3")),
            archive_queue,
            warehouse: Some((warehouse(&system), role)),
            limits,
            fault: None,
        }
    }

    /// The bucket at this endpoint, asked once: a failure is one.
    pub fn files(&self, endpoint: &str) -> ArchiveFiles {
        let once = aws_sdk_s3::config::retry::RetryConfig::disabled();
        let sdk = sdk(&self.system.acting_as("ArchiveActivity"), endpoint)
            .into_builder()
            .retry_config(once)
            .build();
        let variables = self.system.environment.clone().into_iter().collect();
        ArchiveFiles::connect(&Env::with(sdk, variables)).expect("files")
    }

    /// A worker whose warehouse is at this endpoint.
    pub fn worker_of_warehouse(&self, endpoint: &str) -> ArchiveActivity {
        let system = self
            .system
            .acting_as("ArchiveActivity")
            .with_warehouse(endpoint);
        let mut worker = self.worker(SMALL);
        worker.warehouse = worker.warehouse.map(|(_, role)| (warehouse(&system), role));
        worker
    }

    /// Writes so many rows in this month, for each owner.
    pub async fn write(&mut self, month: Month, count: u32) {
        let step = (month.ends().micros() - month.begins().micros()) / i64::from(count);
        for owner in self.owners {
            let mut rows = Vec::new();
            for number in 0..count {
                rows.push(row(
                    owner,
                    Moment::from_micros(month.begins().micros() + i64::from(number) * step),
                    number,
                ));
            }
            insert(&self.system, &rows).await;
            self.rows.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        self.activities
            .ensure_partitions(Month::of(Moment::now()))
            .await
            .expect("partitions");
    }

    /// Plans what is to be archived; the jobs that have not ended.
    pub async fn plan(&self, last: Month, target: ArchiveTarget) -> Vec<ArchiveJob> {
        self.activities.plan(last, target).await.expect("a plan");
        let jobs = self.activities.jobs().await.expect("jobs");
        jobs.into_iter().filter(|job| !job.state.ended()).collect()
    }

    /// The state that the job is in.
    pub async fn state(&self, job: ArchiveId) -> ArchiveJobState {
        self.activities.job(job).await.expect("a job").state
    }

    /// Works until the job has ended.
    pub async fn finish(&self, worker: &ArchiveActivity, job: ArchiveId) -> ArchiveJob {
        for _ in 0..2000 {
            if worker.advance(job).await.expect("a step").is_none() {
                break;
            }
        }
        self.activities.job(job).await.expect("a job")
    }

    /// Every row that was written is seen by readers once, as it was written, and nothing else is.
    pub async fn check(&self, when: &str) {
        let mut seen = BTreeMap::new();
        for owner in self.owners {
            for row in self.in_database(owner).await {
                assert_eq!(self.rows.get(&row.id), Some(&row), "{when}");
                *seen.entry(row.id).or_insert(0) += 1;
            }
        }
        let jobs = self.activities.jobs().await.expect("jobs");
        for job in jobs
            .iter()
            .filter(|job| matches!(job.state, ArchiveJobState::Verified | ArchiveJobState::Dropped))
        {
            let known = self.archived.lock().expect("a map").get(&job.id).cloned();
            let ids = match known {
                Some(ids) => ids,
                None if self.warehouse && job.target == ArchiveTarget::Redshift => {
                    self.in_warehouse(job).await
                }
                None => self.in_files(job).await,
            };
            if job.state == ArchiveJobState::Dropped {
                self.archived
                    .lock()
                    .expect("a map")
                    .insert(job.id, ids.clone());
            }
            for id in ids {
                *seen.entry(id).or_insert(0) += 1;
            }
        }
        let doubled = seen.values().filter(|times| **times != 1).count();
        let missing = self.rows.keys().filter(|id| !seen.contains_key(id)).count();
        assert_eq!(
            (doubled, missing, seen.len()),
            (0, 0, self.rows.len()),
            "doubled, missing, in all; {when}"
        );
    }

    async fn in_database(&self, owner: UserId) -> Vec<Activity> {
        let limit: Limit = "50".parse().expect("a limit");
        let mut rows = Vec::new();
        let mut before = None;
        loop {
            let page = self
                .activities
                .of_owner(owner, Moment::FIRST, before, limit)
                .await
                .expect("a page");
            rows.extend(page.items);
            before = page.next;
            if before.is_none() {
                return rows;
            }
        }
    }

    /// The ids in the job's files, as another reader of Parquet finds them.
    async fn in_files(&self, job: &ArchiveJob) -> Vec<ActivityId> {
        let mut ids = Vec::new();
        for key in self
            .keys(job)
            .await
            .into_iter()
            .filter(|key| key.ends_with(".parquet"))
        {
            let file = SerializedFileReader::new(self.object(&key).await).expect("a Parquet file");
            for group in file.metadata().row_groups() {
                for column in group.columns() {
                    let codec = column.compression();
                    assert_eq!(codec, Compression::SNAPPY, "the warehouse reads no other");
                }
            }
            for row in file.get_row_iter(None).expect("rows") {
                let row = row.expect("a row");
                let id = Uuid::try_parse(row.get_string(0).expect("an id")).expect("an id");
                assert_eq!(row.get_string(8).expect("a job"), &job.name());
                let written = &self.rows[&ActivityId::from_uuid(id)];
                assert_eq!(row.get_timestamp_micros(1).expect("a moment"), written.at.micros());
                assert_eq!(row.get_string(7).expect("a context"), &written.context);
                ids.push(ActivityId::from_uuid(id));
            }
        }
        ids
    }

    /// The ids of what the warehouse has of the job.
    async fn in_warehouse(&self, job: &ArchiveJob) -> Vec<ActivityId> {
        let warehouse = warehouse(&self.system);
        let query = "SELECT id, TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US'), context FROM activity \
            WHERE job = :job";
        let statement =
            crate::warehouse::done(&warehouse, &[query.to_owned()], &[("job", job.name())]).await;
        let statement = statement.expect("a statement");
        let mut page = None;
        let mut ids = Vec::new();
        loop {
            let (rows, next) = warehouse.rows(&statement, page).await.expect("rows");
            for row in rows {
                let [id, at, context] =
                    [0, 1, 2].map(|column| row[column].text().expect("text").to_owned());
                let id = ActivityId::from_uuid(Uuid::try_parse(&id).expect("an id"));
                let written = &self.rows[&id];
                assert_eq!((at, context), (written.at.sql(), written.context.clone()));
                ids.push(id);
            }
            page = next;
            if page.is_none() {
                return ids;
            }
        }
    }

    /// The keys of the job's objects.
    pub async fn keys(&self, job: &ArchiveJob) -> Vec<String> {
        let folder = if job.target == ArchiveTarget::S3 { "activity" } else { "staging" };
        let prefix = format!("{folder}/{}/{}/", job.month, job.name());
        let list = self
            .s3()
            .list_objects_v2()
            .bucket(self.system.variable("ARCHIVE_BUCKET"))
            .prefix(prefix);
        let list = list.send().await.expect("a list");
        list.contents()
            .iter()
            .filter_map(|object| object.key().map(str::to_owned))
            .collect()
    }

    pub async fn object(&self, key: &str) -> bytes::Bytes {
        let get = self
            .s3()
            .get_object()
            .bucket(self.system.variable("ARCHIVE_BUCKET"))
            .key(key);
        get.send()
            .await
            .expect("an object")
            .body
            .collect()
            .await
            .expect("bytes")
            .into_bytes()
    }

    pub fn s3(&self) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::new(&sdk(&self.system, self.system.variable("AWS_ENDPOINT_URL_S3")))
    }
}

fn env(system: &System, endpoint: &str) -> Env {
    let variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    Env::with(sdk(system, endpoint), variables)
}

/// Lets so many writes happen, and then none; and how many were asked for.
pub fn after(writes: usize) -> (Fault, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let fault = move |write: &str| {
        let before = counter.fetch_add(1, Ordering::SeqCst);
        if before < writes {
            Ok(())
        } else {
            Err(Error::internal(format!("died before it could {write}")))
        }
    };
    (Box::new(fault), asked)
}
