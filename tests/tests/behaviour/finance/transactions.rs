//! Recording and finding transactions.

use entity::{AgentId, CustomerId, OrderId, TransactionId, TransactionType, transactions};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::finance::transactions::{
    self as journal, GetError, ListTransactions, NewTransaction, Record, RecordError,
};
use service::idempotency::Conflict;
use service::{Class, Classified, PageRequest, transaction};
use tests::{Engine, TestDatabase, rows};

use super::books::{agent, day, expense, noon, order, recorded, revenue};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_dated_by_its_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (agent, order) = (agent(db).await, order(db).await);
    let back_dated = NewTransaction {
        id: TransactionId::at(noon("2019-02-28")),
        agent: Some(agent),
        order: Some(order),
        description: Some("postage".into()),
        ..expense("shipping", "12.30")
    };
    let today = revenue("99.99");
    let command = Record {
        transactions: vec![today.clone(), back_dated.clone()],
    };
    let recorded = journal::record(db, command).await.unwrap().transactions;
    assert_eq!([recorded[0].id, recorded[1].id], [today.id, back_dated.id]);
    assert_eq!(recorded[1].transaction_date, day("2019-02-28"));
    assert_eq!(
        (recorded[1].agent_id, recorded[1].order_id),
        (Some(agent), Some(order))
    );
    assert_eq!(recorded[1].description.as_deref(), Some("postage"));
    assert_eq!(recorded[0].amount, amount("99.99"));
    assert_eq!(journal::get(db, today.id).await.unwrap(), recorded[0]);
    let absent = TransactionId::new();
    assert!(matches!(journal::get(db, absent).await, Err(GetError::NotFound { id }) if id == absent));
    assert_eq!(journal::find(db, absent).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_is_recorded_once_and_other_content_is_a_conflict(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let first = NewTransaction {
        agent: Some(agent(db).await),
        ..expense("rent", "1200")
    };
    let record = |transactions: Vec<NewTransaction>| journal::record(db, Record { transactions });
    let outcome = record(vec![first.clone()]).await.unwrap();
    assert_eq!(record(vec![first.clone()]).await.unwrap(), outcome);
    let second = expense("rent", "1300");
    let both = record(vec![second.clone(), first.clone()])
        .await
        .unwrap()
        .transactions;
    assert_eq!((both[0].id, &both[1]), (second.id, &outcome.transactions[0]));
    let changes: [fn(&mut NewTransaction); 5] = [
        |t| t.amount = amount("1200.01"),
        |t| t.category = "office".into(),
        |t| t.currency = "EUR".into(),
        |t| t.agent = None,
        |t| t.description = Some("november".into()),
    ];
    for change in changes {
        let mut other = first.clone();
        change(&mut other);
        let third = expense("rent", "1");
        let error = record(vec![third, other]).await.unwrap_err();
        assert_eq!(error.class(), Class::Refused);
        assert!(matches!(error, RecordError::Conflict(Conflict { id }) if id == first.id.as_uuid()));
    }
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_agent_is_gone_is_still_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let new = NewTransaction {
        agent: Some(agent),
        ..expense("rent", "1200")
    };
    recorded(db, new.clone()).await;
    entity::agents::Entity::delete_by_id(agent)
        .exec(db)
        .await
        .unwrap();
    let again = Record {
        transactions: vec![new],
    };
    assert_eq!(
        journal::record(db, again).await.unwrap().transactions[0].agent_id,
        None
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_orders_money_is_recorded_by_the_order_and_rows_that_do_not_exist_are_all_named(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let order = order(db).await;
    for kind in [TransactionType::Revenue, TransactionType::Refund] {
        let new = NewTransaction {
            kind,
            order: Some(order),
            ..revenue("5")
        };
        let id = new.id;
        let error = journal::record(
            db,
            Record {
                transactions: vec![new],
            },
        )
        .await
        .unwrap_err();
        assert!(
            matches!(error, RecordError::BelongsToOrder { transaction, order: o } if (transaction, o) == (id, order))
        );
    }
    let (no_order, no_customer, no_agent) = (OrderId::new(), CustomerId::new(), AgentId::new());
    let batch = vec![
        NewTransaction {
            order: Some(no_order),
            ..expense("shipping", "5")
        },
        NewTransaction {
            customer: Some(no_customer),
            agent: Some(no_agent),
            ..revenue("5")
        },
    ];
    let together = transaction::begin(db).await.unwrap();
    let error = journal::record(&together, Record { transactions: batch })
        .await
        .unwrap_err();
    let RecordError::Unknown {
        orders,
        customers,
        agents,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (orders, customers, agents),
        (vec![no_order], vec![no_customer], vec![no_agent])
    );
    // The caller's transaction goes on, and what happens in it goes with it.
    let kept = Record {
        transactions: vec![revenue("5")],
    };
    journal::record(&together, kept).await.unwrap();
    together.rollback().await.unwrap();
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lists_run_from_the_newest_and_filters_combine(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let customer: CustomerId = rows::insert(db, "customers", []).await.id().into();
    let order = order(db).await;
    let mut ids = Vec::new();
    for (date, new) in [
        ("2026-08-31", revenue("1")),
        ("2026-09-01", expense("rent", "2")),
        ("2026-09-30", expense("shipping", "3")),
        ("2026-10-01", revenue("4")),
    ] {
        let new = NewTransaction {
            id: TransactionId::at(noon(date)),
            agent: (date > "2026-09-01").then_some(agent),
            customer: (new.kind == TransactionType::Revenue).then_some(customer),
            order: (new.category == "shipping").then_some(order),
            ..new
        };
        ids.push(recorded(db, new).await);
    }
    let listed = |query: ListTransactions| async move {
        let page = journal::list(db, query).await.unwrap();
        page.items.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = ListTransactions::default;
    assert_eq!(listed(all()).await, [ids[3], ids[2], ids[1], ids[0]]);
    let kind = Some(TransactionType::Expense);
    assert_eq!(listed(ListTransactions { kind, ..all() }).await, [ids[2], ids[1]]);
    let category = Some("rent".to_owned());
    assert_eq!(
        listed(ListTransactions {
            kind,
            category,
            ..all()
        })
        .await,
        [ids[1]]
    );
    let agent = Some(agent);
    assert_eq!(
        listed(ListTransactions { agent, ..all() }).await,
        [ids[3], ids[2]]
    );
    let customer = Some(customer);
    assert_eq!(
        listed(ListTransactions {
            customer,
            agent,
            ..all()
        })
        .await,
        [ids[3]]
    );
    let order = Some(order);
    assert_eq!(listed(ListTransactions { order, ..all() }).await, [ids[2]]);
    let (from, to) = (Some(day("2026-09-01")), Some(day("2026-09-30")));
    assert_eq!(
        listed(ListTransactions { from, to, ..all() }).await,
        [ids[2], ids[1]]
    );
    let category = Some("nul\0".to_owned());
    assert_eq!(listed(ListTransactions { category, ..all() }).await, []);
    let mut page = PageRequest {
        after: None,
        limit: 3,
    };
    let first = journal::list(db, ListTransactions { page, ..all() })
        .await
        .unwrap();
    assert_eq!((first.items.len(), first.next), (3, Some(ids[1])));
    page.after = first.next;
    let second = journal::list(db, ListTransactions { page, ..all() })
        .await
        .unwrap();
    assert_eq!((second.items[0].id, second.next), (ids[0], None));
}
