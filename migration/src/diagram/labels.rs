//! What the lines of the diagram say. The database does not know it: a label reads from the parent to the child, "a goal is
//! achieved by workflows".

/// The label of every foreign key, by the key's name, in the order in which the tables were made.
pub(super) const LABELS: &[(&str, &str)] = &[
    ("fk_agents_parent_id", "parent_id"),
    ("fk_agent_capabilities_agent_id", "has"),
    ("fk_agent_collaborations_requesting_agent_id", "requests"),
    ("fk_agent_collaborations_responding_agent_id", "responds"),
    ("fk_goals_owner_agent_id", "owns"),
    ("fk_goals_parent_goal_id", "parent_goal"),
    ("fk_workflows_goal_id", "achieved_by"),
    ("fk_workflows_owner_agent_id", "owns"),
    ("fk_workflow_executions_workflow_id", "executed"),
    ("fk_tasks_workflow_execution_id", "contains"),
    ("fk_tasks_assigned_agent_id", "assigned_to"),
    ("fk_product_variants_product_id", "has"),
    ("fk_inventory_product_variant_id", "tracked"),
    ("fk_product_metrics_product_id", "measured"),
    ("fk_orders_customer_id", "places"),
    ("fk_order_items_order_id", "contains"),
    ("fk_order_items_product_variant_id", "ordered"),
    ("fk_customer_segment_members_customer_id", "belongs_to"),
    ("fk_customer_segment_members_segment_id", "has"),
    ("fk_customer_interactions_customer_id", "interacts"),
    ("fk_customer_interactions_agent_id", "handles"),
    ("fk_campaigns_goal_id", "drives"),
    ("fk_campaigns_owner_agent_id", "owns"),
    ("fk_campaigns_target_segment_id", "targets"),
    ("fk_content_created_by_agent_id", "creates"),
    ("fk_content_campaign_id", "uses"),
    ("fk_email_subscribers_list_id", "has"),
    ("fk_email_subscribers_customer_id", "subscribes"),
    ("fk_kpis_owner_agent_id", "owns"),
    ("fk_kpi_measurements_kpi_id", "measured"),
    ("fk_reports_created_by_agent_id", "creates"),
    ("fk_transactions_order_id", "generates"),
    ("fk_transactions_customer_id", "involved_in"),
    ("fk_transactions_agent_id", "processes"),
    ("fk_budgets_owner_agent_id", "manages"),
    ("fk_revenue_attribution_transaction_id", "attributed"),
    ("fk_revenue_attribution_agent_id", "credited"),
    ("fk_revenue_attribution_campaign_id", "drives"),
    ("fk_system_events_source_agent_id", "generates"),
    ("fk_configurations_updated_by_agent_id", "updates"),
];

/// The label of a key, if somebody gave it one.
pub(super) fn label(key: &str) -> Option<&'static str> {
    LABELS
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, label)| *label)
}
