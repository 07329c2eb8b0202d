//! `delete-accounts`: on a schedule, ends accounts whose deletion was asked for seven days ago.
//!
//! An account is locked since it was asked for, and once the date has come that cannot be taken
//! back, so nothing new comes to what is deleted here. [`DeletionStep::ALL`] is the way, in its
//! order; each step finds what it ends by looking for it, and does nothing when there is none, so
//! each may be done twice. The account's row goes last, and by it the next run finds what one that
//! died has left. What ends photos and albums is what ends the trash ([`crate::purge`]).
//!
//! Before anything goes, a receipt keeps how much there was, once: of several tries the first one's
//! counts stand. The last transaction takes the user's id out of it.
//!
//! Nobody waits in the function for the warehouse, or for a job that archives rows of the user's:
//! an account that has to wait is taken up again by the next run, which goes the whole way once
//! more and finds most of it done.
//!
//! Each run begins with what does not wait for a date: links to albums of accounts that are closing,
//! invitations into them, addresses that a change has left behind, and invitations to sign up whose
//! time has long been over ([`locked`]).
//!
//! Files of archived months are left as they are. Those that the warehouse has loaded expire; in
//! those that are all that is left of a month the user's id stays, without anything that it was the
//! id of.

mod library;
mod locked;
mod record;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AccountCounts, Email, Moment, UserId},
    error::Error,
    http::Signer,
    runtime::ScheduledJob,
    stores::{
        Accounts, Activities, AlbumViews, DueDeletion, Emails, ExportFiles, Exports, Identities,
        Invited, KnownNetworks, RateLimits, SentMails, Sessions, Warehouse,
    },
};

use crate::Purge;

/// Shorter than the function's time-out by more than one page takes.
const TIME: Duration = Duration::from_mins(10);

/// Accounts that a query takes.
const BATCH: u32 = 20;

/// The job and what it needs.
pub struct DeleteAccounts {
    /// The accounts.
    pub accounts: Accounts,
    /// Their sessions.
    pub sessions: Sessions,
    /// The addresses that are taken.
    pub emails: Emails,
    /// The buckets of the rate limits.
    pub limits: RateLimits,
    /// Identities at providers, and whose each is.
    pub identities: Identities,
    /// From where users have logged in.
    pub networks: KnownNetworks,
    /// The mails that they were sent.
    pub mails: SentMails,
    /// The albums that they were invited into.
    pub invited: Invited,
    /// Makes the sums by which these are kept.
    pub signer: Signer,
    /// The exports that were asked for.
    pub exports: Exports,
    /// Their files.
    pub files: ExportFiles,
    /// The views of their albums.
    pub views: AlbumViews,
    /// The record of activity.
    pub activities: Activities,
    /// The warehouse with old months of it; `None` where there is none.
    pub warehouse: Option<Warehouse>,
    /// The end of photos and albums.
    pub purge: Purge,
}

/// A part of the way. Another store that holds something of users gets a step here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionStep {
    /// Nobody is signed in.
    Sessions,
    /// Notes how much there is, before anything goes.
    Receipt,
    /// Albums into the trash, so that their members see none half empty.
    Hide,
    /// Exports, files first.
    Exports,
    /// Links to albums, in the hot table first.
    Shares,
    /// Photos, with all that hangs on them.
    Photos,
    /// Albums, with their members.
    Albums,
    /// Objects and items that the end of a photo or album left, because it died.
    PendingCleanups,
    /// Albums of others.
    Memberships,
    /// Invitations to their address, into albums of others and to sign up.
    Invitations,
    /// Comments on photos of others.
    Comments,
    /// Marks on photos of others.
    Favourites,
    /// Objects that no row knew of.
    Objects,
    /// The owner's own rows.
    Owner,
    /// The record of activity: rows about what was theirs go, others stay without their name.
    Activity,
    /// The same in the warehouse.
    Archived,
    /// The addresses, identities and mails, how often the user did what, and from where they logged in.
    Address,
    /// The account.
    Account,
}

impl DeletionStep {
    /// The way, in its order.
    pub const ALL: [Self; 18] = [
        Self::Sessions,
        Self::Receipt,
        Self::Hide,
        Self::Exports,
        Self::Shares,
        Self::Photos,
        Self::Albums,
        Self::PendingCleanups,
        Self::Memberships,
        Self::Invitations,
        Self::Comments,
        Self::Favourites,
        Self::Objects,
        Self::Owner,
        Self::Activity,
        Self::Archived,
        Self::Address,
        Self::Account,
    ];
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// The next one follows.
    Done,
    /// It waits for something that another run finds done.
    Later,
}

#[async_trait]
impl ScheduledJob for DeleteAccounts {
    /// Deletes what is due on every cluster.
    async fn run(&self) -> Result<()> {
        let now = Moment::now();
        let ends = Instant::now() + TIME;
        let mut deleted = 0;
        let mut waiting = 0;
        let mut after = None;
        let mut failures = self.locked(now, ends).await?;
        for cluster in 0..self.accounts.clusters() {
            loop {
                let due = self
                    .accounts
                    .due(cluster, now, after.as_ref(), BATCH)
                    .await?;
                for closing in &due {
                    if Instant::now() > ends {
                        return Ok(()); // the rest is found by its date
                    }
                    match self.delete(closing).await {
                        Ok(StepOutcome::Done) => deleted += 1,
                        Ok(StepOutcome::Later) => waiting += 1,
                        Err(error) => {
                            tracing::error!(error = error.chain(), "left to the next run");
                            failures += 1;
                        }
                    }
                }
                after = due.into_iter().last();
                if after.is_none() {
                    break;
                }
            }
        }
        tracing::info!(deleted, waiting, failures, "accounts");
        if failures == 0 {
            Ok(())
        } else {
            Err(Error::internal(format!("{failures} failures; see above")))
        }
    }
}

impl DeleteAccounts {
    /// Deletes an account that is due, as far as that can be done now.
    pub async fn delete(&self, closing: &DueDeletion) -> Result<StepOutcome> {
        for step in DeletionStep::ALL {
            if self.step(step, closing).await? == StepOutcome::Later {
                tracing::info!(?step, "left to the next run");
                return Ok(StepOutcome::Later);
            }
        }
        Ok(StepOutcome::Done)
    }

    /// Goes one step of the way.
    pub async fn step(&self, step: DeletionStep, closing: &DueDeletion) -> Result<StepOutcome> {
        let user = closing.user;
        match step {
            DeletionStep::Activity => return self.activity(user).await,
            DeletionStep::Archived => return self.archived(user).await,
            DeletionStep::Sessions => self.sessions.end_others(user, None).await,
            DeletionStep::Receipt => self.receipt(user).await,
            DeletionStep::Hide => self.hide(user).await,
            DeletionStep::Exports => self.end_exports(user).await,
            DeletionStep::Shares => self.shares(user).await,
            DeletionStep::Photos => self.photos(user).await,
            DeletionStep::Albums => self.albums(user).await,
            DeletionStep::PendingCleanups => self.clean_up(user).await,
            DeletionStep::Memberships => self.memberships(user).await,
            DeletionStep::Invitations => self.invitations(closing).await,
            DeletionStep::Comments => self.comments(user).await,
            DeletionStep::Favourites => self.favourites(user).await,
            DeletionStep::Objects => self.objects(user).await,
            DeletionStep::Owner => self.owner(user).await,
            DeletionStep::Address => self.address(closing).await,
            DeletionStep::Account => self.accounts.delete(user).await,
        }
        .map(|()| StepOutcome::Done)
    }

    async fn receipt(&self, user: UserId) -> Result<()> {
        if self.accounts.receipt(user).await?.is_some() {
            return Ok(());
        }
        let library = self.purge.projector.library.count_all(user).await?;
        let counts = AccountCounts { activity: self.activities.count(user).await?, ..library };
        self.accounts.begin_receipt(user, &counts).await
    }

    async fn end_exports(&self, user: UserId) -> Result<()> {
        for export in self.exports.all_of(user).await? {
            self.files.clear(user, export.view.id).await?;
            self.exports.delete(export.view.id).await?;
        }
        // What a worker was writing meanwhile.
        self.files.clear_owner(user).await.map(drop)
    }

    async fn objects(&self, user: UserId) -> Result<()> {
        let folder = self.purge.projector.library.folder(user).await?;
        let left = self.purge.originals.clear_owner(folder).await?
            + self.purge.renditions.clear_owner(folder).await?;
        if left > 0 {
            tracing::warn!(left, "objects that no row knew of");
        }
        Ok(())
    }

    async fn owner(&self, user: UserId) -> Result<()> {
        self.views.forget(user).await?;
        self.purge.projector.library.erase_owner(user).await
    }

    async fn address(&self, closing: &DueDeletion) -> Result<()> {
        let user = closing.user;
        self.limits.forget(&user.to_string()).await?;
        self.networks.forget(user).await?;
        self.mails.forget(user).await?;
        loop {
            let noted = self.accounts.noted_for(user, BATCH).await?;
            if noted.is_empty() {
                break;
            }
            for noted in &noted {
                self.accounts.give_up(&self.emails, noted).await?;
            }
        }
        for identity in self.accounts.identities(user).await? {
            let sum = self.signer.identity(&identity.issuer, &identity.subject);
            self.identities.release(&sum, user).await?;
        }
        match Email::try_from(closing.email.clone()) {
            Ok(email) => self.emails.release(&email, user).await,
            Err(why) => Err(Error::internal(why)),
        }
    }
}
