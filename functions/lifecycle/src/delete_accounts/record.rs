//! Takes an account out of the record of activity, in the database and in the warehouse.

use shared::{
    Result,
    domain::UserId,
    error::Error,
    stores::{
        Cell, DeletionReceipt, Statement, StatementProgress, Warehouse, activities::ERASE_ARCHIVED,
    },
};

use super::{DeleteAccounts, StepOutcome};

impl DeleteAccounts {
    /// Ends the rows in the database; first those that wait in the outbox, so that the relay brings
    /// nothing after them.
    pub(super) async fn activity(&self, user: UserId) -> Result<StepOutcome> {
        self.purge.projector.library.outbox().erase(user).await?;
        self.accounts.outbox().erase(user).await?;
        let whole = self.activities.forget(user).await?;
        Ok(if whole { StepOutcome::Done } else { StepOutcome::Later })
    }

    /// Asks the warehouse to forget them, and in a later run whether it has. No job has rows of
    /// theirs any more, so none brings others after these.
    pub(super) async fn archived(&self, user: UserId) -> Result<StepOutcome> {
        let Some(warehouse) = &self.warehouse else { return Ok(StepOutcome::Done) };
        let receipt = self
            .accounts
            .receipt(user)
            .await?
            .ok_or_else(|| Error::internal("no receipt"))?;
        let Some(statement) = receipt.statement.as_deref().map(Statement::of_id) else {
            return self.ask(warehouse, user, receipt).await;
        };
        match warehouse.progress(&statement).await? {
            StatementProgress::Running => Ok(StepOutcome::Later),
            StatementProgress::Failed(why) => {
                tracing::warn!(why, attempt = receipt.attempt, "the warehouse failed");
                self.ask(
                    warehouse,
                    user,
                    DeletionReceipt { attempt: receipt.attempt + 1, ..receipt },
                )
                .await
            }
            StatementProgress::Finished { .. } => {
                let (rows, _) = warehouse.rows(&statement.part(1), None).await?;
                let count = rows
                    .first()
                    .and_then(|row| row.first())
                    .and_then(Cell::whole);
                let mut counts = receipt.counts;
                counts.archived =
                    count.ok_or_else(|| Error::internal("a count without a number"))?;
                self.accounts
                    .note_receipt(user, &DeletionReceipt { counts, ..receipt })
                    .await?;
                Ok(StepOutcome::Done)
            }
        }
    }

    /// The token is the receipt's and the attempt's: dying before it is noted, the same statement
    /// is submitted again, and is the same.
    async fn ask(
        &self,
        warehouse: &Warehouse,
        user: UserId,
        receipt: DeletionReceipt,
    ) -> Result<StepOutcome> {
        let token = format!("{}-{}", receipt.id.simple(), receipt.attempt);
        let parameters = [("user", user.uuid().simple().to_string())];
        let statement = warehouse
            .submit(&ERASE_ARCHIVED.map(str::to_owned), &parameters, &token)
            .await?;
        let statement = Some(statement.id().to_owned());
        self.accounts
            .note_receipt(user, &DeletionReceipt { statement, ..receipt })
            .await?;
        Ok(StepOutcome::Later)
    }
}
