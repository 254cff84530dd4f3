//! Any row of any table.

use std::fmt;

use entity::{
    AgentCapabilityId, AgentCollaborationId, AgentId, BudgetId, CampaignId, ConfigurationId, ContentId,
    CustomerId, CustomerInteractionId, CustomerSegmentId, EmailListId, GoalId, InventoryId, KpiId,
    KpiMeasurementId, OrderId, OrderItemId, ProductId, ProductMetricId, ProductVariantId, ReportId,
    RevenueAttributionId, SystemEventId, TaskId, TransactionId, WorkflowExecutionId, WorkflowId,
};
use sea_orm::sea_query::Value;
use sea_orm::{DbErr, QueryResult};
use uuid::Uuid;

use crate::input::normalized_email;

macro_rules! rows {
    ($($variant:ident($id:ident) in $table:ident,)*) => {
        /// A row of any of the 29 tables, by its key.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Row {
            $(
                #[doc = concat!("A row of `", stringify!($table), "`.")]
                $variant($id),
            )*
            /// A row of `customer_segment_members`.
            SegmentMember {
                /// Who is in the segment.
                customer: CustomerId,
                /// The segment.
                segment: CustomerSegmentId,
            },
            /// A row of `email_subscribers`.
            Subscriber {
                /// The address.
                email: String,
                /// The list.
                list: EmailListId,
            },
        }

        impl Row {
            /// The table that it is in.
            #[must_use]
            pub fn table(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($table),)*
                    Self::SegmentMember { .. } => "customer_segment_members",
                    Self::Subscriber { .. } => "email_subscribers",
                }
            }

            /// The row of this table with this id; `None` when there is no such table, or its key is no single id.
            #[must_use]
            pub fn with_id(table: &str, id: Uuid) -> Option<Self> {
                $(
                    if table == stringify!($table) {
                        return Some(Self::$variant(id.into()));
                    }
                )*
                None
            }

            /// The row of this table whose [`key_of`] was read; `None` when there is no such table.
            pub(super) fn read(table: &str, key: &QueryResult) -> Result<Option<Self>, DbErr> {
                Ok(match table {
                    "customer_segment_members" => Some(Self::SegmentMember {
                        customer: key.try_get("", "customer_id")?,
                        segment: key.try_get("", "segment_id")?,
                    }),
                    "email_subscribers" => Some(Self::Subscriber {
                        email: key.try_get("", "email")?,
                        list: key.try_get("", "list_id")?,
                    }),
                    table => Self::with_id(table, key.try_get("", "id")?),
                })
            }

            /// The columns of its key and their values.
            pub(super) fn key(&self) -> Vec<(&'static str, Value)> {
                match self {
                    $(Self::$variant(id) => vec![("id", (*id).into())],)*
                    Self::SegmentMember { customer, segment } => {
                        vec![("customer_id", (*customer).into()), ("segment_id", (*segment).into())]
                    }
                    Self::Subscriber { email, list } => {
                        vec![("email", normalized_email(email).into()), ("list_id", (*list).into())]
                    }
                }
            }
        }

        impl fmt::Display for Row {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(id) => write!(f, concat!(stringify!($table), " {}"), id),)*
                    Self::SegmentMember { customer, segment } => {
                        write!(f, "customer_segment_members {customer} {segment}")
                    }
                    // Addresses are personal, and errors end up in logs.
                    Self::Subscriber { list, .. } => write!(f, "email_subscribers of {list}"),
                }
            }
        }

        $(
            impl From<$id> for Row {
                fn from(id: $id) -> Self {
                    Self::$variant(id)
                }
            }
        )*
    };
}

rows! {
    Agent(AgentId) in agents,
    AgentCapability(AgentCapabilityId) in agent_capabilities,
    AgentCollaboration(AgentCollaborationId) in agent_collaborations,
    Attribution(RevenueAttributionId) in revenue_attribution,
    Budget(BudgetId) in budgets,
    Campaign(CampaignId) in campaigns,
    Configuration(ConfigurationId) in configurations,
    Content(ContentId) in content,
    Customer(CustomerId) in customers,
    EmailList(EmailListId) in email_lists,
    Event(SystemEventId) in system_events,
    Execution(WorkflowExecutionId) in workflow_executions,
    Goal(GoalId) in goals,
    Interaction(CustomerInteractionId) in customer_interactions,
    Inventory(InventoryId) in inventory,
    Kpi(KpiId) in kpis,
    Measurement(KpiMeasurementId) in kpi_measurements,
    Order(OrderId) in orders,
    OrderItem(OrderItemId) in order_items,
    Product(ProductId) in products,
    ProductMetric(ProductMetricId) in product_metrics,
    Report(ReportId) in reports,
    Segment(CustomerSegmentId) in customer_segments,
    Task(TaskId) in tasks,
    Transaction(TransactionId) in transactions,
    Variant(ProductVariantId) in product_variants,
    Workflow(WorkflowId) in workflows,
}

/// The columns of a table's key.
pub(super) fn key_of(table: &str) -> &'static [&'static str] {
    match table {
        "customer_segment_members" => &["customer_id", "segment_id"],
        "email_subscribers" => &["email", "list_id"],
        _ => &["id"],
    }
}

/// The columns of a key of a table, in the order in which its rows are locked: that of every operation which locks several.
pub(super) fn order_of(table: &str) -> &'static [&'static str] {
    match table {
        "customer_segment_members" => &["customer_id", "segment_id"],
        "email_subscribers" => &["list_id", "email"],
        "inventory" => &["product_variant_id", "location"],
        _ => &["id"],
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{EntityName, EntityTrait, Iterable, PrimaryKeyToColumn};

    use super::*;

    #[test]
    fn every_table_has_its_row_and_the_row_its_key() {
        let rows = |table: &str| match table {
            "customer_segment_members" => Some(Row::SegmentMember {
                customer: CustomerId::new(),
                segment: CustomerSegmentId::new(),
            }),
            "email_subscribers" => Some(Row::Subscriber {
                email: "a@example.com".into(),
                list: EmailListId::new(),
            }),
            table => Row::with_id(table, Uuid::now_v7()),
        };
        let mut number = 0;
        macro_rules! hold {
            ($($table:ident)*) => {$(
                let entity = entity::$table::Entity;
                let row = rows(entity.table_name()).unwrap();
                assert_eq!(row.table(), entity.table_name());
                let mut given: Vec<_> = row.key().into_iter().map(|(column, _)| column.to_owned()).collect();
                let mut key: Vec<String> = <entity::$table::Entity as EntityTrait>::PrimaryKey::iter()
                    .map(|key| sea_orm::IdenStatic::as_str(&key.into_column()).to_owned())
                    .collect();
                given.sort();
                key.sort();
                assert_eq!(given, key);
                let mut read = key_of(entity.table_name()).to_vec();
                read.sort_unstable();
                assert_eq!(read, key);
                number += 1;
            )*};
        }
        entity::for_each_table!(hold);
        assert_eq!(number, 29);
    }
}
