//! What is not given back.

use entity::{AgentId, OrderId, OrderItemId, TransactionId};
use rstest::rstest;
use service::orders::{self, FulfilOrder, Goods, PayOrder, RefundError, RefundOrder};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::refund::line;
use super::{paid, placed};
use crate::shop::{amount, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_given_back_than_was_paid(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = placed(db, &[(noir, 2)]).await;
    let (id, item) = (order.order.id, order.items[0].id);
    orders::pay(db, PayOrder::new(id, amount("100"))).await.unwrap();
    orders::refund(db, RefundOrder::amount(id, amount("30")))
        .await
        .unwrap();
    let together = transaction::begin(db).await.unwrap();
    for refund in [
        RefundOrder::amount(id, amount("70.01")),
        RefundOrder::lines(id, vec![line(item, 1, Goods::Unsent)]),
    ] {
        let error = orders::refund(&together, refund).await.unwrap_err();
        assert!(
            matches!(error, RefundError::TooMuch { refundable, .. } if refundable == amount("70")),
            "{error:?}"
        );
    }
    let less = RefundOrder {
        amount: Some(amount("70")),
        ..RefundOrder::lines(id, vec![line(item, 1, Goods::Unsent)])
    };
    orders::refund(&together, less).await.unwrap();
    together.rollback().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_more_comes_back_than_was_sent(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 3)]).await;
    let (id, item) = (order.order.id, order.items[0].id);
    let part = orders::FulfilLine {
        line: item,
        quantity: 2,
    };
    orders::fulfil(db, FulfilOrder::new(id, vec![part]))
        .await
        .unwrap();
    orders::refund(
        db,
        RefundOrder::lines(id, vec![line(item, 1, Goods::NotRestocked)]),
    )
    .await
    .unwrap();
    let lines = vec![
        line(item, 1, Goods::Restocked(None)),
        line(item, 1, Goods::NotRestocked),
        line(item, 2, Goods::Unsent),
    ];
    let RefundError::TooMany { lines } = orders::refund(db, RefundOrder::lines(id, lines))
        .await
        .unwrap_err()
    else {
        panic!()
    };
    let lines: Vec<_> = lines
        .iter()
        .map(|l| (l.unsent, l.line.present, l.line.asked))
        .collect();
    assert_eq!(lines, [(true, 1, 2), (false, 1, 2)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_refused_for_what_it_names(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 3)]).await;
    let id = order.order.id;
    let command = RefundOrder::amount(id, amount("1"));
    orders::refund(db, command.clone()).await.unwrap();
    let payment = orders::get(db, id).await.unwrap().transactions[0].id;
    for conflict in [
        RefundOrder {
            amount: Some(amount("2")),
            ..command.clone()
        },
        RefundOrder {
            lines: vec![line(order.items[0].id, 1, Goods::Unsent)],
            ..command.clone()
        },
        RefundOrder {
            id: payment,
            ..command.clone()
        },
    ] {
        let error = orders::refund(db, conflict).await.unwrap_err();
        assert!(matches!(error, RefundError::Conflict(_)), "{error:?}");
    }
    let absent = OrderId::new();
    let error = orders::refund(db, RefundOrder::amount(absent, amount("1")))
        .await
        .unwrap_err();
    assert!(
        matches!(error, RefundError::NotFound { id } if id == absent),
        "{error:?}"
    );
    let nobody = AgentId::new();
    let unknown = RefundOrder {
        agent: Some(nobody),
        ..RefundOrder::amount(id, amount("1"))
    };
    let error = orders::refund(db, unknown).await.unwrap_err();
    assert!(
        matches!(error, RefundError::UnknownAgent { id } if id == nobody),
        "{error:?}"
    );
    let foreign = OrderItemId::new();
    let lines = vec![line(foreign, 1, Goods::Unsent)];
    let error = orders::refund(db, RefundOrder::lines(id, lines))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, RefundError::UnknownLines { lines } if *lines == [foreign]),
        "{error:?}"
    );
    let bad = RefundOrder {
        id: TransactionId::from(uuid::Uuid::new_v4()),
        ..RefundOrder::lines(id, Vec::new())
    };
    let RefundError::Invalid(input) = orders::refund(db, bad).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(input.to_string(), "id is no UUIDv7; lines is empty");
}
