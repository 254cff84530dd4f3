//! Money, stock and credit agree, and the operations go on from there.

use std::collections::BTreeMap;

use entity::{
    OrderFinancialStatus, OrderStatus, TransactionType, budgets, campaigns, inventory, order_items, orders,
    revenue_attribution, system_events, transactions,
};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait as _, EntityTrait, QueryFilter as _};
use service::maintenance::doctor::{Selection, examine};
use service::orders::{CancelOrder, ConfirmOrder, OrderLine, PayOrder, PlaceOrder};
use service::seed::Seed;
use service::segments::RecomputeSegment;
use tests::{Engine, TestDatabase};

use super::{all, fill, small};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn money_and_stock_agree_to_the_cent_and_to_the_piece(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    fill(db, small(250)).await;
    let books = all::<transactions::Entity>(db).await;
    let items = all::<order_items::Entity>(db).await;
    let mut reserved: BTreeMap<_, i32> = BTreeMap::new();
    for order in all::<orders::Entity>(db).await {
        let lines: Vec<_> = items.iter().filter(|item| item.order_id == order.id).collect();
        let sum =
            |of: &dyn Fn(&order_items::Model) -> Decimal| lines.iter().map(|line| of(line)).sum::<Decimal>();
        assert_eq!(
            order.subtotal_amount,
            sum(&|line| line.price * Decimal::from(line.quantity))
        );
        assert_eq!(
            order.total_amount - order.shipping_amount,
            sum(&|line| line.total_amount)
        );
        let booked = |kind| {
            let of = |row: &&transactions::Model| row.order_id == Some(order.id) && row.r#type == kind;
            books.iter().filter(of).map(|row| row.amount).sum::<Decimal>()
        };
        let (paid, refunded) = (booked(TransactionType::Revenue), booked(TransactionType::Refund));
        let expected = match order.financial_status {
            OrderFinancialStatus::Unpaid => paid.is_zero() && refunded.is_zero(),
            OrderFinancialStatus::Paid => paid == order.total_amount && refunded.is_zero(),
            OrderFinancialStatus::Refunded => paid == order.total_amount && refunded == paid,
            OrderFinancialStatus::PartiallyRefunded => refunded < paid && !refunded.is_zero(),
        };
        assert!(expected, "{order:?}: {paid} paid, {refunded} refunded");
        for line in lines {
            let open = line.quantity - line.quantity_fulfilled - line.quantity_cancelled;
            let ended = matches!(order.status, OrderStatus::Completed | OrderStatus::Cancelled);
            assert!(open == 0 || !ended, "{line:?}");
            if open > 0 {
                let place = (line.product_variant_id.unwrap(), line.location.clone().unwrap());
                *reserved.entry(place).or_default() += open;
            }
        }
    }
    assert!(!reserved.is_empty());
    for row in all::<inventory::Entity>(db).await {
        let expected = reserved.remove(&(row.product_variant_id, row.location.clone()));
        assert_eq!(row.quantity_reserved, expected.unwrap_or(0), "{row:?}");
    }
    assert!(reserved.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn credit_adds_up_and_budgets_have_spent_what_the_books_say(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    fill(db, small(250)).await;
    let mut credit: BTreeMap<_, Decimal> = BTreeMap::new();
    for row in all::<revenue_attribution::Entity>(db).await {
        *credit.entry(row.transaction_id).or_default() += row.attribution_percentage;
    }
    assert!(credit.len() > 50 && credit.values().all(|sum| *sum == Decimal::ONE_HUNDRED));

    let books = all::<transactions::Entity>(db).await;
    let mut notes: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for event in all::<system_events::Entity>(db).await {
        let of = match event.event_type.as_str() {
            "budget.spent" => "budget",
            "campaign.spent" => "campaign",
            _ => continue,
        };
        let id = event.details["command"][of].as_str().unwrap().to_owned();
        let spent = books
            .iter()
            .find(|row| row.id.as_uuid() == event.id.as_uuid())
            .unwrap();
        *notes.entry((of.to_owned(), id)).or_default() += spent.amount;
    }
    for budget in all::<budgets::Entity>(db).await {
        let booked = books.iter().filter(|row| {
            let month = (budget.fiscal_year, budget.fiscal_month);
            row.category == budget.category
                && month
                    == (
                        chrono::Datelike::year(&row.transaction_date),
                        chrono::Datelike::month(&row.transaction_date) as i32,
                    )
        });
        assert_eq!(booked.map(|row| row.amount).sum::<Decimal>(), budget.spent_amount);
        assert!(budget.spent_amount <= budget.allocated_amount);
        assert_eq!(
            notes.remove(&("budget".into(), budget.id.to_string())),
            Some(budget.spent_amount)
        );
    }
    for campaign in all::<campaigns::Entity>(db).await {
        let noted = notes.remove(&("campaign".into(), campaign.id.to_string()));
        assert_eq!(noted.unwrap_or_default(), campaign.spent);
        assert!(campaign.spent <= campaign.budget.unwrap());
    }
    assert!(notes.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    // Until today, as somebody seeds it.
    fill(
        database.connection(),
        Seed {
            months: 6,
            ..Seed::new(200)
        },
    )
    .await;
    let mut examination = examine(database.connection(), &Selection::default())
        .await
        .unwrap();
    // The harness has a server and sessions of its own.
    examination
        .findings
        .retain(|finding| !finding.check.starts_with("server."));
    assert!(examination.is_healthy(), "{examination:#?}");
    // And upkeep that comes after it has nothing to look at again.
    let due = service::maintenance::vacuum::due(database.connection())
        .await
        .unwrap();
    assert!(due.is_empty(), "{due:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_shop_goes_on_where_the_seed_ends(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let seeded = fill(db, small(150)).await;

    let shelf = inventory::Entity::find()
        .filter(inventory::Column::QuantityAvailable.gt(3))
        .all(db)
        .await
        .unwrap();
    let sold: Vec<_> = all::<entity::product_variants::Entity>(db).await;
    let offered = shelf
        .iter()
        .find(|row| {
            row.location == "main"
                && sold
                    .iter()
                    .any(|v| v.id == row.product_variant_id && v.is_available)
        })
        .unwrap();
    let order = PlaceOrder::new(vec![OrderLine::new(offered.product_variant_id, 1)]);
    let placed = service::orders::place(db, order).await.unwrap();
    assert_eq!(placed.order.order_number, "VW-1151");

    // Its open orders are ordinary ones.
    let open = orders::Entity::find()
        .filter(orders::Column::Status.eq(OrderStatus::Pending))
        .all(db)
        .await
        .unwrap();
    for order in open {
        if order.financial_status == OrderFinancialStatus::Unpaid {
            service::orders::pay(db, PayOrder::new(order.id, order.total_amount))
                .await
                .unwrap();
        }
        service::orders::confirm(db, ConfirmOrder { id: order.id })
            .await
            .unwrap();
        service::orders::cancel(db, CancelOrder { id: order.id })
            .await
            .unwrap();
    }

    // Nobody joins and nobody leaves a segment that is computed again.
    for segment in all::<entity::customer_segments::Entity>(db).await {
        let now = seeded.until.and_time(chrono::NaiveTime::MIN).and_utc();
        let again = service::segments::recompute(db, RecomputeSegment { id: segment.id, now })
            .await
            .unwrap();
        assert_eq!(
            (again.left, again.rescored),
            (0, 0),
            "{}: {again:?}",
            segment.name
        );
        assert!(again.members > 0, "{}", segment.name);
    }
}
