//! Lambda binary for `POST /v1/invitations/{invitation}/decline`: builds its clients once, then
//! serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailTokens, Projector},
};
use sharing::{Answering, DeclineInvitation};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let answering =
            Answering { tokens: MailTokens::connect(&env)?, accounts: Accounts::connect(&env)? };
        Ok(DeclineInvitation { projector: Projector::connect(&env)?, answering })
    })
}
