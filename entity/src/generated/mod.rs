//! One module for every table and view.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

pub mod agent_capabilities;
pub mod agent_collaborations;
pub mod agent_performance;
pub mod agents;
pub mod budgets;
pub mod campaigns;
pub mod configurations;
pub mod content;
pub mod customer_interactions;
pub mod customer_lifetime_value;
pub mod customer_segment_members;
pub mod customer_segments;
pub mod customers;
pub mod email_lists;
pub mod email_subscribers;
pub mod goals;
pub mod inventory;
pub mod kpi_measurements;
pub mod kpis;
pub mod order_items;
pub mod orders;
pub mod product_metrics;
pub mod product_performance;
pub mod product_variants;
pub mod products;
pub mod reports;
pub mod revenue_attribution;
pub mod system_events;
pub mod tasks;
pub mod transactions;
pub mod workflow_executions;
pub mod workflows;

pub use agent_capabilities::AgentCapabilityId;
pub use agent_collaborations::AgentCollaborationId;
pub use agents::{AgentId, AgentStatus, AgentType};
pub use budgets::BudgetId;
pub use campaigns::{CampaignId, CampaignStatus, CampaignType};
pub use configurations::ConfigurationId;
pub use content::{ContentId, ContentStatus};
pub use customer_interactions::CustomerInteractionId;
pub use customer_segments::{CustomerSegmentId, CustomerSegmentType};
pub use customers::CustomerId;
pub use email_lists::EmailListId;
pub use email_subscribers::EmailSubscriberStatus;
pub use goals::{GoalId, GoalStatus, GoalType};
pub use inventory::InventoryId;
pub use kpi_measurements::KpiMeasurementId;
pub use kpis::{KpiFrequency, KpiId};
pub use order_items::OrderItemId;
pub use orders::{OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderStatus};
pub use product_metrics::ProductMetricId;
pub use product_variants::ProductVariantId;
pub use products::{ProductId, ProductStatus};
pub use reports::ReportId;
pub use revenue_attribution::{RevenueAttributionId, RevenueAttributionModel};
pub use system_events::{SystemEventId, SystemEventSeverity};
pub use tasks::{TaskId, TaskStatus};
pub use transactions::{TransactionId, TransactionType};
pub use workflow_executions::{WorkflowExecutionId, WorkflowExecutionStatus};
pub use workflows::{WorkflowId, WorkflowTriggerType};

/// Calls a macro with the module name of every table, separated by spaces.
#[macro_export]
macro_rules! for_each_table {
    ($callback:ident) => {
        $callback! {
            agent_capabilities
            agent_collaborations
            agents
            budgets
            campaigns
            configurations
            content
            customer_interactions
            customer_segment_members
            customer_segments
            customers
            email_lists
            email_subscribers
            goals
            inventory
            kpi_measurements
            kpis
            order_items
            orders
            product_metrics
            product_variants
            products
            reports
            revenue_attribution
            system_events
            tasks
            transactions
            workflow_executions
            workflows
        }
    };
}

/// Calls a macro with the module name of every view, separated by spaces.
#[macro_export]
macro_rules! for_each_view {
    ($callback:ident) => {
        $callback! {
            agent_performance
            customer_lifetime_value
            product_performance
        }
    };
}
