//! Files into the warehouse, and what the warehouse has of them: asked for, never waited for.

use shared::{
    Result,
    error::Error,
    stores::{
        Statement, StatementProgress, Warehouse,
        activities::{ArchiveJobState, LockedJob},
        loading,
    },
};

use super::{ArchiveActivity, CopyRole, Next, key};

/// Seconds until a statement is asked for that has just been submitted.
const FIRST: i32 = 3;
/// Loads that are tried before the job fails.
const LOADS: u32 = 5;

impl ArchiveActivity {
    /// Submits the next load. The token is the job's and the attempt's: dying before it is noted,
    /// the same one is submitted again, and is the same statement.
    pub(super) async fn submit_load(&self, locked: &mut LockedJob) -> Result<Next> {
        let (warehouse, role) = self.warehouse()?;
        let job = &locked.job;
        let attempt = job.attempt + 1;
        self.before("submit the load")?;
        let load = loading::load(&self.files.url(&key(job, "manifest")), &role.0, &job.sums);
        let statement = warehouse
            .submit(&load, &[], &format!("{}-load-{attempt}", job.name()))
            .await?;
        self.record(locked, |job| {
            job.state = ArchiveJobState::Loading;
            (job.attempt, job.load, job.check) = (attempt, Some(statement.id().to_owned()), None);
        })
        .await?;
        Ok(Next::Later(self.limits.poll.min(FIRST)))
    }

    /// Asks how far the load is, and once it is done what it has come to.
    pub(super) async fn ask_warehouse(&self, locked: &mut LockedJob) -> Result<Next> {
        if locked.job.sums.rows == 0 {
            return self.move_on(locked, ArchiveJobState::Verified).await;
        }
        let (warehouse, _) = self.warehouse()?;
        let load = locked
            .job
            .load
            .clone()
            .ok_or_else(|| Error::internal("a load without a statement"))?;
        let asked = locked.job.check.clone().unwrap_or(load);
        match warehouse
            .progress(&Statement::of_id(asked.as_str()))
            .await?
        {
            // It says that somebody is at it: the plan does not send it again meanwhile.
            StatementProgress::Running => self
                .record(locked, |_| ())
                .await
                .map(|()| Next::Later(self.limits.poll)),
            StatementProgress::Failed(reason) => self.load_again(locked, reason).await,
            StatementProgress::Finished { .. } if locked.job.check.is_none() => {
                self.submit_check(locked).await
            }
            StatementProgress::Finished { .. } => {
                self.compare(locked, &Statement::of_id(asked)).await
            }
        }
    }

    async fn submit_check(&self, locked: &mut LockedJob) -> Result<Next> {
        let (warehouse, _) = self.warehouse()?;
        let job = locked.job.name();
        let attempt = locked.job.attempt;
        self.before("submit the check")?;
        let token = format!("{job}-check-{attempt}");
        let (query, parameters) = loading::verify(&job);
        let check = warehouse.submit(&[query], &parameters, &token).await?;
        self.record(locked, |job| job.check = Some(check.id().to_owned()))
            .await?;
        Ok(Next::Later(self.limits.poll.min(FIRST)))
    }

    /// A load or a check that failed is done again from the load on, later each time; the load puts
    /// rows in the place of those that are there.
    async fn load_again(&self, locked: &mut LockedJob, reason: String) -> Result<Next> {
        if locked.job.attempt >= LOADS {
            return self
                .fail(
                    locked,
                    format!("the warehouse refused {LOADS} loads; the last one: {reason}"),
                )
                .await;
        }
        // Why is in the job's row: it can have values of rows in it, and is no matter for a log.
        let attempt = locked.job.attempt;
        tracing::warn!(job = %locked.job.id, attempt, "the warehouse did not load it");
        let wait = self
            .limits
            .poll
            .saturating_mul(1 << locked.job.attempt.min(5));
        self.record(locked, |job| {
            job.state = ArchiveJobState::Exported;
            job.reason = Some(reason);
        })
        .await?;
        Ok(Next::Later(wait.min(900)))
    }

    async fn compare(&self, locked: &mut LockedJob, check: &Statement) -> Result<Next> {
        let (warehouse, _) = self.warehouse()?;
        let (rows, _) = warehouse.rows(check, None).await?;
        let there = rows.first().and_then(|row| loading::sums(row));
        let there = there.ok_or_else(|| Error::internal("a check without numbers"))?;
        if there != locked.job.sums {
            let expected = locked.job.sums;
            return self
                .fail(locked, format!("the warehouse has {there}, the files have {expected}"))
                .await;
        }
        self.record(locked, |job| {
            job.state = ArchiveJobState::Verified;
            job.reason = None;
        })
        .await?;
        Ok(Next::Step)
    }

    fn warehouse(&self) -> Result<&(Warehouse, CopyRole)> {
        self.warehouse
            .as_ref()
            .ok_or_else(|| Error::internal("this stack has no warehouse"))
    }
}
