//! Paying for orders.

use entity::{AgentId, OrderFinancialStatus, OrderId, TransactionId, TransactionType};
use rstest::rstest;
use service::input::Rule;
use service::orders::{self, CancelOrder, PayError, PayOrder, PlaceOrder};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{customer, of, placed};
use crate::shop::{amount, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn payments_add_up_to_the_total_and_never_to_more(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let buyer = customer(db).await;
    let command = PlaceOrder {
        customer: Some(buyer),
        currency: "EUR".into(),
        ..PlaceOrder::new(of(&[(noir, 1)]))
    };
    let order = orders::place(db, command).await.unwrap().order;
    let agent = rows::insert(db, "agents", []).await.id().into();
    let half = PayOrder {
        payment_method: Some("card".into()),
        description: Some("first half".into()),
        agent: Some(agent),
        ..PayOrder::new(order.id, amount("49.5"))
    };
    let first = orders::pay(db, half.clone()).await.unwrap();
    assert_eq!(first.order.financial_status, OrderFinancialStatus::Unpaid);
    assert_eq!([first.paid, first.due], [amount("49.5"); 2]);
    let row = &first.transaction;
    assert_eq!((row.id, row.r#type), (half.id, TransactionType::Revenue));
    assert_eq!(
        (row.currency.as_str(), row.customer_id, row.agent_id),
        ("EUR", Some(buyer), Some(agent))
    );
    assert_eq!(
        Some(row.transaction_date),
        half.id.instant().map(|at| at.date_naive())
    );
    assert_eq!(orders::pay(db, half.clone()).await.unwrap(), first, "sent again");
    let error = orders::pay(db, PayOrder::new(order.id, amount("49.51")))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PayError::TooMuch { due, amount: asked } if due == amount("49.5") && asked == amount("49.51")),
        "{error:?}"
    );
    let rest = orders::pay(db, PayOrder::new(order.id, amount("49.5")))
        .await
        .unwrap();
    assert_eq!(rest.order.financial_status, OrderFinancialStatus::Paid);
    assert_eq!(rest.due, amount("0"));
    assert_eq!(
        orders::pay(db, half).await.unwrap().order,
        rest.order,
        "as it is by then"
    );
    let read = orders::get(db, order.id).await.unwrap();
    assert_eq!(read.transactions, [first.transaction, rest.transaction]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_refused_for_what_it_names(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let [id, other] = [
        placed(db, &[(noir, 1)]).await.order.id,
        placed(db, &[(noir, 1)]).await.order.id,
    ];
    let pay = PayOrder::new(id, amount("10"));
    orders::pay(db, pay.clone()).await.unwrap();
    for conflict in [
        PayOrder {
            amount: amount("11"),
            ..pay.clone()
        },
        PayOrder {
            order: other,
            ..pay.clone()
        },
        PayOrder {
            payment_method: Some("card".into()),
            ..pay.clone()
        },
    ] {
        let error = orders::pay(db, conflict).await.unwrap_err();
        assert!(matches!(error, PayError::Conflict(_)), "{error:?}");
    }
    let nobody = AgentId::new();
    let together = transaction::begin(db).await.unwrap();
    let unknown = PayOrder {
        agent: Some(nobody),
        ..PayOrder::new(id, amount("1"))
    };
    let error = orders::pay(&together, unknown).await.unwrap_err();
    assert!(
        matches!(error, PayError::UnknownAgent { id } if id == nobody),
        "{error:?}"
    );
    orders::pay(&together, PayOrder::new(id, amount("1")))
        .await
        .unwrap();
    together.rollback().await.unwrap();
    assert_eq!(orders::get(db, id).await.unwrap().transactions.len(), 1);
    let absent = OrderId::new();
    let error = orders::pay(db, PayOrder::new(absent, amount("1")))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PayError::NotFound { id } if id == absent),
        "{error:?}"
    );
    orders::cancel(db, CancelOrder { id: other }).await.unwrap();
    let error = orders::pay(db, PayOrder::new(other, amount("1")))
        .await
        .unwrap_err();
    assert!(matches!(error, PayError::Cancelled), "{error:?}");
    let bad = PayOrder {
        id: TransactionId::from(uuid::Uuid::new_v4()),
        category: " ".into(),
        ..PayOrder::new(id, amount("0"))
    };
    let PayError::Invalid(input) = orders::pay(db, bad).await.unwrap_err() else {
        panic!()
    };
    let rules: Vec<_> = input.problems.into_iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, [Rule::NotTimeOrdered, Rule::NotPositive, Rule::Blank]);
}
