//! Every operation that writes takes part in a caller's transaction, and harms it in no case.
//!
//! A domain gives a [`Case`] for each of its operations: a command that works, and one that is refused. What is tried with them is
//! the same for all ([`attempt`]), and which operations there are is read from the sources ([`complete`]).

mod agents;
mod analytics;
mod attempt;
pub(crate) mod case;
mod catalogue;
mod complete;
mod contents;
mod customers;
mod deletion;
mod finance;
mod goals;
mod inventory;
mod marketing;
mod orders;
mod segments;
mod system;
mod workflows;

use rstest::rstest;
use sea_orm::DatabaseConnection;
use tests::{Engine, TestDatabase};

use case::Case;

#[derive(Clone, Copy, Debug)]
enum Domain {
    Agents,
    Analytics,
    Catalogue,
    Customers,
    Deletion,
    Finance,
    Goals,
    Inventory,
    Marketing,
    Orders,
    Segments,
    System,
    Workflows,
}

impl Domain {
    const ALL: [Self; 13] = [
        Self::Agents,
        Self::Analytics,
        Self::Catalogue,
        Self::Customers,
        Self::Deletion,
        Self::Finance,
        Self::Goals,
        Self::Inventory,
        Self::Marketing,
        Self::Orders,
        Self::Segments,
        Self::System,
        Self::Workflows,
    ];

    /// The domain's operations, with commands about rows that are written by this.
    async fn cases(self, db: &DatabaseConnection) -> Vec<Case> {
        match self {
            Self::Agents => agents::cases(db).await,
            Self::Analytics => analytics::cases(db).await,
            Self::Catalogue => catalogue::cases(db).await,
            Self::Customers => customers::cases(db).await,
            Self::Deletion => deletion::cases(db).await,
            Self::Finance => finance::cases(db).await,
            Self::Goals => goals::cases(db).await,
            Self::Inventory => inventory::cases(db).await,
            Self::Marketing => marketing::cases(db).await,
            Self::Orders => orders::cases(db).await,
            Self::Segments => segments::cases(db).await,
            Self::System => system::cases(db).await,
            Self::Workflows => workflows::cases(db).await,
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_rolls_back_never_happened_and_what_is_refused_leaves_the_transaction_usable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(
        Domain::Agents,
        Domain::Analytics,
        Domain::Catalogue,
        Domain::Customers,
        Domain::Deletion,
        Domain::Finance,
        Domain::Goals,
        Domain::Inventory,
        Domain::Marketing,
        Domain::Orders,
        Domain::Segments,
        Domain::System,
        Domain::Workflows
    )]
    domain: Domain,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for case in domain.cases(db).await {
        attempt::rolled_back(db, &case).await;
        attempt::refused(db, &case).await;
    }
}

/// SQLite knows no such thing: who holds its write lock waits for nobody.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_does_not_come_in_time_leaves_the_callers_transaction_usable(
    #[values(
        Domain::Agents,
        Domain::Analytics,
        Domain::Catalogue,
        Domain::Customers,
        Domain::Deletion,
        Domain::Finance,
        Domain::Goals,
        Domain::Inventory,
        Domain::Marketing,
        Domain::Orders,
        Domain::Segments,
        Domain::System,
        Domain::Workflows
    )]
    domain: Domain,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    for case in domain.cases(db).await {
        attempt::timed_out(db, &case).await;
    }
}
