//! Lambda binary for `POST /v1/invitations/{invitation}/accept`: builds its clients once, then
//! serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, MailTokens, Projector},
};
use sharing::{AcceptInvitation, Answering};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let answering =
            Answering { tokens: MailTokens::connect(&env)?, accounts: Accounts::connect(&env)? };
        Ok(AcceptInvitation { projector: Projector::connect(&env)?, answering })
    })
}
