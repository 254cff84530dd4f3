//! Orders and the deletion of what they are about, at the same moment.

use entity::{ProductId, ProductVariantId};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use service::catalogue::deletion::{self as of_product, DeleteProduct, DeletionError};
use service::customers::{self, MergeCustomers};
use service::deletion::{self, Delete, Row};
use service::orders::{
    self, FulfilOrder, Goods, PayOrder, PlaceError, PlaceOrder, RefundError, RefundLine, RefundOrder,
};
use tests::{Engine, TestDatabase};

use super::{customer, of, paid};
use crate::race::{behind, wait_for};
use crate::shop::{amount, stocked};

const STOCK: &str = "UPDATE inventory SET location = location";

async fn product_of(db: &DatabaseConnection, variant: ProductVariantId) -> ProductId {
    let variant = entity::product_variants::Entity::find_by_id(variant)
        .one(db)
        .await
        .unwrap();
    variant.unwrap().product_id
}

/// Whether the product was deleted, by the one operation or by the other; refused only because it is reserved.
async fn deleted(db: &DatabaseConnection, id: ProductId, n: usize) -> bool {
    if n.is_multiple_of(4) {
        match of_product::delete(db, DeleteProduct { id }).await {
            Ok(_) => true,
            Err(DeletionError::Reserved { .. } | DeletionError::NotFound { .. }) => false,
            Err(other) => panic!("{other:?}"),
        }
    } else {
        match deletion::delete(
            db,
            Delete {
                row: Row::Product(id),
            },
        )
        .await
        {
            Ok(_) => true,
            Err(deletion::DeletionError::Blocked { .. } | deletion::DeletionError::NotFound { .. }) => false,
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_ordered_or_deleted_and_nothing_in_between(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..4 {
        let noir = stocked(db, &format!("NOIR-{round}"), 2).await;
        let product = product_of(db, noir).await;
        let outcomes = behind(db, STOCK, 8, |n| {
            let db = db.clone();
            async move {
                if n % 2 == 0 {
                    return (0, u32::from(deleted(&db, product, n).await));
                }
                match orders::place(&db, PlaceOrder::new(of(&[(noir, 1)]))).await {
                    Ok(_) => (1, 0),
                    Err(PlaceError::Short { .. } | PlaceError::UnknownVariants { .. }) => (0, 0),
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
        .await;
        let ordered: u32 = outcomes.iter().map(|(ordered, _)| ordered).sum();
        let deleted: u32 = outcomes.iter().map(|(_, deleted)| deleted).sum();
        assert!(
            matches!((ordered, deleted), (2, 0) | (0, 1)),
            "{ordered} orders, {deleted} deletions"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pieces_come_back_to_a_product_that_is_there_or_not_at_all(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..4 {
        let noir = stocked(db, &format!("NOIR-{round}"), 4).await;
        let product = product_of(db, noir).await;
        let order = paid(db, &[(noir, 4)]).await;
        let (id, line) = (order.order.id, order.items[0].id);
        orders::fulfil(db, FulfilOrder::all(id)).await.unwrap();
        let outcomes = behind(db, STOCK, 8, |n| {
            let db = db.clone();
            let goods = Goods::Restocked(None);
            let lines = vec![RefundLine {
                line,
                quantity: 1,
                goods,
            }];
            async move {
                if n % 2 == 0 {
                    return (0, u32::from(deleted(&db, product, n).await));
                }
                match orders::refund(&db, RefundOrder::lines(id, lines)).await {
                    Ok(_) => (1, 0),
                    Err(RefundError::NoVariant { .. } | RefundError::Stock(_)) => (0, 0),
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
        .await;
        let refunded: usize = outcomes.iter().map(|(refunded, _)| refunded).sum();
        assert_eq!(outcomes.iter().map(|(_, deleted)| deleted).sum::<u32>(), 1);
        let order = orders::get(db, id).await.unwrap();
        assert_eq!(order.transactions.len(), 1 + refunded);
        assert_eq!(order.items[0].quantity_returned, i32::try_from(refunded).unwrap());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_goes_is_ordered_for_before_or_not_at_all(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 40).await;
    for _ in 0..4 {
        let buyer = customer(db).await;
        let outcomes = behind(db, STOCK, 6, |n| {
            let db = db.clone();
            async move {
                if n == 3 {
                    let row = Row::Customer(buyer);
                    deletion::delete(&db, Delete { row }).await.unwrap();
                    return None;
                }
                let command = PlaceOrder {
                    customer: Some(buyer),
                    ..PlaceOrder::new(of(&[(noir, 1)]))
                };
                match orders::place(&db, command).await {
                    Ok(placed) => Some(placed.order.id),
                    Err(PlaceError::UnknownCustomer { id }) if id == buyer => None,
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
        .await;
        for id in outcomes.into_iter().flatten() {
            assert_eq!(orders::get(db, id).await.unwrap().order.customer_id, None);
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn payments_of_a_customer_who_is_being_merged_are_those_of_the_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 40).await;
    for _ in 0..4 {
        let (from, into) = (customer(db).await, customer(db).await);
        let command = PlaceOrder {
            customer: Some(from),
            ..PlaceOrder::new(of(&[(noir, 1)]))
        };
        let id = orders::place(db, command).await.unwrap().order.id;
        behind(db, "UPDATE orders SET status = status", 6, |n| {
            let db = db.clone();
            async move {
                if n == 3 {
                    customers::merge(&db, MergeCustomers::new(from, into))
                        .await
                        .unwrap();
                } else {
                    orders::pay(&db, PayOrder::new(id, amount("9"))).await.unwrap();
                }
            }
        })
        .await;
        let order = orders::get(db, id).await.unwrap();
        assert_eq!(order.order.customer_id, Some(into));
        assert_eq!(order.transactions.len(), 5);
        for payment in order.transactions {
            assert_eq!(payment.customer_id, Some(into));
        }
    }
}

/// While one waits for the customer of an order, he is merged into another, who is about to be merged himself.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_while_its_customer_is_merged_twice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(false, true)] refunds: bool,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..3 {
        let noir = stocked(db, &format!("NOIR-{round}"), 4).await;
        let [one, two, three] = [customer(db).await, customer(db).await, customer(db).await];
        let command = PlaceOrder {
            customer: Some(one),
            ..PlaceOrder::new(of(&[(noir, 2)]))
        };
        let order = orders::place(db, command).await.unwrap().order.id;
        orders::pay(db, PayOrder::new(order, amount("9"))).await.unwrap();
        let merging = service::transaction::begin(db).await.unwrap();
        customers::merge(&merging, MergeCustomers::new(one, two))
            .await
            .unwrap();
        let own = db.clone();
        let paying = tokio::spawn(async move {
            if refunds {
                let refund = RefundOrder::amount(order, amount("9"));
                orders::refund(&own, refund).await.unwrap().transaction
            } else {
                let pay = PayOrder::new(order, amount("9"));
                orders::pay(&own, pay).await.unwrap().transaction
            }
        });
        wait_for(db, 1).await;
        let own = db.clone();
        let merge = MergeCustomers::new(two, three);
        let second = tokio::spawn(async move { customers::merge(&own, merge).await });
        wait_for(db, 2).await;
        merging.commit().await.unwrap();
        let paid = paying.await.unwrap();
        second.await.unwrap().unwrap();
        let row = entity::transactions::Entity::find_by_id(paid.id).one(db).await;
        assert_eq!(row.unwrap().unwrap().customer_id, Some(three));
    }
}
