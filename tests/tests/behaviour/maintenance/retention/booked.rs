//! Orders and their money, as they lie in a month.

use chrono::{DateTime, Utc};
use entity::{
    OrderFinancialStatus, OrderId, OrderStatus, TransactionId, TransactionType, orders, transactions,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, DatabaseConnection, EntityTrait, Set};
use tests::rows;

pub(in crate::maintenance) async fn order(
    db: &DatabaseConnection,
    status: OrderStatus,
    financial: OrderFinancialStatus,
) -> OrderId {
    let id = rows::insert(db, "orders", []).await.id().into();
    let order = orders::ActiveModel {
        id: Set(id),
        status: Set(status),
        financial_status: Set(financial),
        ..Default::default()
    };
    order.update(db).await.unwrap();
    id
}

pub(in crate::maintenance) async fn book(
    db: &DatabaseConnection,
    order: OrderId,
    kind: TransactionType,
    at: &str,
) -> TransactionId {
    let at: DateTime<Utc> = at.parse().unwrap();
    let id = TransactionId::at(at);
    let row = transactions::ActiveModel {
        id: Set(id),
        r#type: Set(kind),
        category: Set("order".into()),
        amount: Set(Decimal::TEN),
        order_id: Set(Some(order)),
        transaction_date: Set(at.date_naive()),
        created_at: Set(at),
        ..Default::default()
    };
    transactions::Entity::insert(row).exec(db).await.unwrap();
    id
}
