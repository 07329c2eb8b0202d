//! Ends what does not wait for the date of a deletion, and may have been left by a request that
//! died.

use std::time::Instant;

use shared::{Result, domain::Moment};

use super::{BATCH, DeleteAccounts};

/// Seconds ahead within which the dates of all closing accounts are: longer than any grace.
const AHEAD: i64 = 30 * 24 * 3600;

/// Seconds for which an invitation to sign up that nobody can accept any more is kept: 30 days.
const INVITATIONS_KEPT: i64 = 30 * 24 * 3600;

/// Seconds after which no request is working on a note any more: an hour.
const OLD: i64 = 3600;

impl DeleteAccounts {
    /// Does all of it, until `ends`; how often that failed.
    pub(super) async fn locked(&self, now: Moment, ends: Instant) -> Result<u32> {
        let mut failures = failed(self.delete_ended_invitations(now, ends).await);
        for cluster in 0..self.accounts.clusters() {
            failures += self.end_links(cluster, now, ends).await?;
            failures += self.give_up_addresses(cluster, now, ends).await?;
        }
        Ok(failures)
    }

    /// Deletes invitations to sign up whose time has been over for as long as they are kept to be
    /// seen.
    async fn delete_ended_invitations(&self, now: Moment, ends: Instant) -> Result<()> {
        let before = now.plus(-INVITATIONS_KEPT);
        while Instant::now() < ends {
            let deleted = self
                .accounts
                .delete_ended_sign_up_invitations(before, BATCH)
                .await?;
            if deleted == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Ends links to albums of accounts that are closing, and invitations into them.
    async fn end_links(&self, cluster: usize, now: Moment, ends: Instant) -> Result<u32> {
        let mut failures = 0;
        let mut after = None;
        loop {
            let closing = self
                .accounts
                .due(cluster, now.plus(AHEAD), after.as_ref(), BATCH)
                .await?;
            for closing in &closing {
                let left = ends.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(failures);
                }
                let ended = self.purge.projector.end_links_of(closing.user, left).await;
                failures += failed(ended.map(drop));
            }
            after = closing.into_iter().last();
            if after.is_none() {
                return Ok(failures);
            }
        }
    }

    /// Gives up addresses that were noted for a change which has ended.
    async fn give_up_addresses(&self, cluster: usize, now: Moment, ends: Instant) -> Result<u32> {
        let mut failures = 0;
        let mut after = None;
        loop {
            let noted = self
                .accounts
                .noted_before(cluster, now.plus(-OLD), after.as_ref(), BATCH)
                .await?;
            for noted in &noted {
                if Instant::now() > ends {
                    return Ok(failures);
                }
                failures += failed(self.accounts.give_up(&self.emails, noted).await);
            }
            after = noted.into_iter().last();
            if after.is_none() {
                return Ok(failures);
            }
        }
    }
}

fn failed(outcome: Result<()>) -> u32 {
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            tracing::error!(error = error.chain(), "left to the next run");
            1
        }
    }
}
