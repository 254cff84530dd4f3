//! Who subscribes and becomes a customer in one instant.

use std::time::Duration;

use entity::{CustomerId, EmailListId};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::customers::{self, EraseCustomer, MergeCustomers, RegisterCustomer, UpdateCustomer};
use service::marketing::lists::{self, Consent, Import, ImportLine, OptIn, Subscribe, Unsubscribe};
use service::{DatabaseError, transaction};
use tests::{Engine, TestDatabase};

use super::{ANN, list, noon};
use crate::race::behind;

/// What brings the address.
#[derive(Clone, Copy, Debug)]
enum Step {
    Subscribe,
    Register,
    Rename,
}

fn subscription(list: EmailListId, email: &str) -> Subscribe {
    Subscribe {
        list,
        email: email.into(),
        consent: Consent::new(noon("2026-01-01"), "form"),
        opt_in: OptIn::Single,
    }
}

async fn take<C>(db: &C, step: Step, list: EmailListId, bob: CustomerId)
where
    C: sea_orm::ConnectionTrait + sea_orm::TransactionTrait,
{
    match step {
        Step::Subscribe => {
            lists::subscribe(db, subscription(list, ANN)).await.unwrap();
        }
        Step::Register => {
            customers::register(db, RegisterCustomer::new(ANN)).await.unwrap();
        }
        Step::Rename => {
            let command = UpdateCustomer {
                email: Some(ANN.into()),
                ..UpdateCustomer::new(bob)
            };
            customers::update(db, command).await.unwrap();
        }
    }
}

#[rstest]
#[case(Step::Subscribe, Step::Register)]
#[case(Step::Register, Step::Subscribe)]
#[case(Step::Subscribe, Step::Rename)]
#[case(Step::Rename, Step::Subscribe)]
#[tokio::test(flavor = "multi_thread")]
async fn who_subscribes_and_becomes_a_customer_in_one_instant_has_the_subscription(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] first: Step,
    #[case] second: Step,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let bob = customers::register(db, RegisterCustomer::new("bob@example.com")).await;
    let bob = bob.unwrap().customer.id;
    let held = transaction::begin(db).await.unwrap();
    take(&held, first, list, bob).await;
    let own = db.clone();
    let second = tokio::spawn(async move { take(&own, second, list, bob).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    held.commit().await.unwrap();
    second.await.unwrap();
    let customer = customers::find(db, customers::CustomerKey::Email(ANN.into())).await;
    let rows = lists::subscriptions(db, ANN).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].customer_id.is_some());
    assert_eq!(rows[0].customer_id, customer.unwrap().map(|ann| ann.id));
}

/// What is refused, and what comes too late, is as it should be: here, only a deadlock is not.
fn no_deadlock<T, E: Into<Outcome>>(outcome: Result<T, E>) {
    if let Err(error) = outcome {
        let Outcome(database) = error.into();
        assert!(!matches!(database, Some(DatabaseError::Deadlock)), "{database:?}");
    }
}

/// What the database reported, if it did.
struct Outcome(Option<DatabaseError>);

macro_rules! outcome {
    ($($error:path),*) => {
        $(
            impl From<$error> for Outcome {
                fn from(error: $error) -> Self {
                    type Of = $error;
                    match error {
                        Of::Database(error) => Self(Some(error)),
                        _ => Self(None),
                    }
                }
            }
        )*
    };
}

outcome!(
    lists::SubscribeError,
    lists::ImportError,
    lists::EndError,
    customers::RegisterError,
    customers::UpdateError,
    customers::MergeError,
    customers::EraseError
);

/// Three customers with an address each, and an address that is nobody's.
#[derive(Clone, Copy)]
struct Few {
    round: usize,
    customers: [CustomerId; 3],
    lists: [EmailListId; 2],
}

impl Few {
    fn email(&self, n: usize) -> String {
        format!("r{}c{}@example.com", self.round, n % 4)
    }

    async fn register(db: &DatabaseConnection, round: usize, lists: [EmailListId; 2]) -> Self {
        let ids = [CustomerId::new(), CustomerId::new(), CustomerId::new()];
        let few = Self {
            round,
            customers: ids,
            lists,
        };
        for (n, id) in ids.into_iter().enumerate() {
            let command = RegisterCustomer {
                id,
                ..RegisterCustomer::new(few.email(n))
            };
            customers::register(db, command).await.unwrap();
        }
        few
    }

    fn import(&self, n: usize) -> Import {
        let line = |n: usize| ImportLine {
            email: self.email(n),
            given_at: noon("2026-01-01"),
        };
        Import {
            list: self.lists[n % 2],
            source: "fair".into(),
            text_version: None,
            opt_in: OptIn::Single,
            lines: (n..n + 4).map(line).collect(),
        }
    }

    /// One of the crowd does one thing, about one of them.
    async fn act(&self, db: &DatabaseConnection, racer: usize) {
        let n = racer / 7;
        let (one, other) = (self.customers[n % 3], self.customers[(n + 1) % 3]);
        match racer % 7 {
            0 | 1 => {
                let command = subscription(self.lists[n % 2], &self.email(n % 3));
                no_deadlock(lists::subscribe(db, command).await);
            }
            2 | 3 => {
                // Their own address, mostly, so that who subscribes wants the same customer.
                let email = Some(self.email(if racer % 7 == 2 { n % 3 } else { 3 }));
                let command = UpdateCustomer {
                    email,
                    ..UpdateCustomer::new(one)
                };
                no_deadlock(customers::update(db, command).await);
            }
            4 => no_deadlock(lists::import(db, self.import(n)).await),
            5 => no_deadlock(customers::register(db, RegisterCustomer::new(self.email(n))).await),
            _ if n < 4 => {
                let (email, list, at) = (self.email(n), None, None);
                no_deadlock(lists::unsubscribe(db, Unsubscribe { email, list, at }).await);
            }
            _ if n == 4 => no_deadlock(customers::merge(db, MergeCustomers::new(one, other)).await),
            _ => no_deadlock(customers::erase(db, EraseCustomer::new(one)).await),
        }
    }
}

/// The address comes before the customer, and the customer before the subscriptions, whoever takes them.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_few_addresses_is_no_deadlock(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let lists = [list(db, "news").await, list(db, "sale").await];
    let gate = match engine {
        Engine::Postgres => "SELECT 1 FROM customers FOR UPDATE",
        Engine::Sqlite => "UPDATE customers SET tags = tags",
    };
    for round in 0..3 {
        let few = Few::register(db, round, lists).await;
        behind(db, gate, 42, |racer| {
            let db = db.clone();
            async move { few.act(&db, racer).await }
        })
        .await;
    }
}
