//! Pages of orders.

use entity::{OrderFinancialStatus, OrderFulfillmentStatus, OrderStatus};
use rstest::rstest;
use service::PageRequest;
use service::orders::{self, CancelOrder, ConfirmOrder, ListOrders, OrdersOf, PayOrder, PlaceOrder};
use tests::{Engine, TestDatabase};

use super::{customer, of, placed};
use crate::shop::{amount, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_from_the_newest_by_owner_state_and_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 99).await;
    let buyer = customer(db).await;
    let mut all = Vec::new();
    for n in 0..7 {
        let command = PlaceOrder {
            customer: (n % 2 == 0).then_some(buyer),
            ..PlaceOrder::new(of(&[(noir, 1)]))
        };
        all.push(orders::place(db, command).await.unwrap().order);
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    orders::cancel(db, CancelOrder { id: all[1].id }).await.unwrap();
    orders::confirm(db, ConfirmOrder { id: all[2].id }).await.unwrap();
    orders::pay(db, PayOrder::new(all[3].id, amount("99")))
        .await
        .unwrap();
    let ids = |of, from, until, limit| {
        let all = all.clone();
        async move {
            let mut page = PageRequest { after: None, limit };
            let mut found = Vec::new();
            loop {
                let query = ListOrders {
                    of,
                    from,
                    until,
                    page,
                };
                let answer = orders::list(db, query).await.unwrap();
                found.extend(
                    answer
                        .items
                        .iter()
                        .map(|order| all.iter().position(|o| o.id == order.id).unwrap()),
                );
                match answer.next {
                    Some(next) => page.after = Some(next),
                    None => return found,
                }
            }
        }
    };
    for limit in [1, 3, 50] {
        assert_eq!(
            ids(OrdersOf::Anybody, None, None, limit).await,
            [6, 5, 4, 3, 2, 1, 0]
        );
        assert_eq!(
            ids(OrdersOf::Customer(buyer), None, None, limit).await,
            [6, 4, 2, 0]
        );
        let status = OrdersOf::Status(OrderStatus::Pending);
        assert_eq!(ids(status, None, None, limit).await, [6, 5, 4, 3, 0]);
        let paid = OrdersOf::FinancialStatus(OrderFinancialStatus::Paid);
        assert_eq!(ids(paid, None, None, limit).await, [3]);
        let unsent = OrdersOf::FulfillmentStatus(OrderFulfillmentStatus::Unfulfilled);
        let (from, until) = (Some(all[1].created_at), Some(all[4].created_at));
        assert_eq!(ids(unsent, from, until, limit).await, [3, 2, 1]);
    }
    let page = orders::page(db, ListOrders::default()).await.unwrap();
    for details in page.items {
        assert_eq!(details, orders::get(db, details.order.id).await.unwrap());
    }
    placed(db, &[(noir, 1)]).await;
}
