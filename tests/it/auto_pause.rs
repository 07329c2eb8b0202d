//! A database that sleeps when nobody has a connection to it, as Aurora's does at the first stage.

use std::collections::HashMap;

use shared::{
    Result,
    domain::{Shard, UserId},
    env::Env,
    stores::{Accounts, close_connections, open_connections},
};
use tests::{System, system::sdk};

#[tokio::test]
async fn no_connection_outlives_a_request_and_the_next_one_has_another() -> Result<()> {
    let system = System::shared();
    let mut variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    variables.insert("DATABASE_SLEEPS".to_owned(), "yes".to_owned());
    let accounts = Accounts::connect(&Env::with(sdk(&system, &system.dynamodb), variables))?;
    let nobody = UserId::new(Shard::random());
    for _ in 0..2 {
        assert!(accounts.find(nobody).await?.is_none());
        assert_eq!(open_connections(), 1, "a request has what it needs");
        close_connections().await;
        assert_eq!(open_connections(), 0, "what is open keeps the database awake");
    }
    Ok(())
}
