//! Every table in which somebody may be named.

use std::collections::BTreeMap;

use entity::{
    CustomerId, agent_capabilities, agent_collaborations, agents, budgets, campaigns, configurations,
    content, customer_interactions, customer_segments, customers, email_lists, goals, inventory,
    kpi_measurements, kpis, order_items, orders, product_metrics, product_variants, products, reports,
    revenue_attribution, system_events, tasks, transactions, workflow_executions, workflows,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityName, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::needles::Needles;
use super::sweep::{Which, sweep};
use crate::error::DatabaseError;

/// Searches all of them, in this order, and says in how many rows of which something was replaced.
///
/// Not among them: `email_subscribers`, of which the person's rows have gone before, and `customer_segment_members`, which has no text.
pub(super) async fn sweep_all<C: ConnectionTrait>(
    db: &C,
    needles: &Needles,
    customer: CustomerId,
) -> Result<BTreeMap<String, u64>, DatabaseError> {
    let mut changed = BTreeMap::new();
    macro_rules! sweep {
        ($($table:ident: $which:expr),* $(,)?) => {
            $(
                let rows = sweep::<$table::Entity, C>(db, needles, $which).await?;
                if rows > 0 {
                    *changed.entry($table::Entity.table_name().to_owned()).or_default() += rows;
                }
            )*
        };
        ($($table:ident),* $(,)?) => { sweep!($($table: Which::Naming),*) };
    }
    sweep!(transactions: Which::These(own_transactions(customer)), revenue_attribution: Which::These(own_attribution(customer)));
    sweep!(
        agents,
        agent_capabilities,
        agent_collaborations,
        goals,
        workflows,
        workflow_executions,
        tasks,
        products,
        product_variants,
        inventory,
        product_metrics,
        customers,
        orders,
        order_items,
        customer_segments,
        customer_interactions,
    );
    sweep!(
        campaigns,
        content,
        email_lists,
        kpis,
        kpi_measurements,
        reports,
        transactions,
        budgets,
        revenue_attribution,
        system_events,
        configurations,
    );
    Ok(changed)
}

/// Transactions of the customer, or of one of its orders.
fn own_transactions(customer: CustomerId) -> Condition {
    let orders = orders::Entity::find()
        .select_only()
        .column(orders::Column::Id)
        .filter(orders::Column::CustomerId.eq(customer))
        .into_query();
    Condition::any()
        .add(transactions::Column::CustomerId.eq(customer))
        .add(transactions::Column::OrderId.in_subquery(orders))
}

/// Who is credited with them, and for which contacts.
fn own_attribution(customer: CustomerId) -> Condition {
    let transactions = transactions::Entity::find()
        .select_only()
        .column(transactions::Column::Id)
        .filter(own_transactions(customer))
        .into_query();
    Condition::all().add(revenue_attribution::Column::TransactionId.in_subquery(transactions))
}
