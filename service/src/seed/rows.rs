//! Rows on their way into the database.

use std::collections::BTreeMap;

use super::write::Writer;
use crate::error::DatabaseError;

macro_rules! rows {
    ($($table:ident)*) => {
        /// Rows of every table but `customer_segment_members`, which are computed from the others.
        #[derive(Debug, Default)]
        pub(super) struct Rows {
            $(pub(super) $table: Vec<entity::$table::Model>,)*
        }

        impl Rows {
            pub(super) fn len(&self) -> usize {
                0 $(+ self.$table.len())*
            }

            /// Writes the rows, those that are referred to first, and forgets them.
            pub(super) async fn write(
                &mut self,
                writer: &mut Writer,
                counts: &mut BTreeMap<&'static str, u64>,
            ) -> Result<(), DatabaseError> {
                $(
                    writer.put::<entity::$table::Entity>(&self.$table).await?;
                    *counts.entry(stringify!($table)).or_default() += self.$table.len() as u64;
                    self.$table.clear();
                )*
                Ok(())
            }
        }
    };
}

// In an order in which no row refers to one that comes later.
rows! {
    agents
    agent_capabilities
    agent_collaborations
    goals
    workflows
    products
    product_variants
    inventory
    product_metrics
    customers
    customer_segments
    email_lists
    email_subscribers
    campaigns
    content
    orders
    order_items
    customer_interactions
    workflow_executions
    tasks
    transactions
    revenue_attribution
    budgets
    kpis
    kpi_measurements
    reports
    system_events
    configurations
}
