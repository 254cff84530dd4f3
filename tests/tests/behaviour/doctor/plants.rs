//! The faults to plant in a shop that has traded.

use tests::Engine;

/// What the schema would refuse is written past it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Past {
    /// The schema has nothing against it.
    Nothing,
    /// Triggers and foreign keys.
    Triggers(&'static str),
    /// A CHECK, by table and name.
    Check(&'static str, &'static str),
}

/// A fault.
pub(super) struct Plant {
    pub(super) check: &'static str,
    pub(super) past: Past,
    pub(super) sql: &'static str,
    /// The id of a row that must be named; none where a name tells.
    pub(super) row: &'static str,
    /// What takes it back; `None` where the repair does.
    pub(super) undo: Option<&'static str>,
    /// Where it can be planted by these words.
    pub(super) on: Option<Engine>,
}

const fn plant(check: &'static str, sql: &'static str, row: &'static str, undo: &'static str) -> Plant {
    Plant {
        check,
        past: Past::Nothing,
        sql,
        row,
        undo: Some(undo),
        on: None,
    }
}

/// One whose repair is SQL.
const fn mended(check: &'static str, sql: &'static str, row: &'static str) -> Plant {
    Plant {
        undo: None,
        ..plant(check, sql, row, "")
    }
}

impl Plant {
    const fn past(self, past: Past) -> Self {
        Self { past, ..self }
    }

    const fn on(self, engine: Engine) -> Self {
        Self {
            on: Some(engine),
            ..self
        }
    }
}

const STOCK: &str = "SELECT product_variant_id FROM inventory";
const OPEN: &str = "SELECT id FROM orders WHERE status = 'pending'";
const DONE: &str = "SELECT id FROM orders WHERE status = 'completed'";
const DONE_LINE: &str =
    "SELECT i.id FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.status = 'completed'";
pub(super) const PAYMENT: &str = "SELECT t.id FROM transactions t JOIN orders o ON o.id = t.order_id WHERE o.status = 'completed' AND t.type = 'revenue'";
pub(super) const PACKER: &str = "SELECT id FROM agents WHERE name = 'packer'";
const CLAIMED: &str = "SELECT id FROM tasks WHERE status = 'in_progress'";
const FINISHED: &str = "SELECT id FROM workflow_executions WHERE status = 'succeeded'";

#[rustfmt::skip]
pub(super) const PLANTS: &[Plant] = &[
    plant("stock.reserved", "UPDATE inventory SET quantity_reserved = 1, quantity_available = quantity_available + 100", STOCK,
          "UPDATE inventory SET quantity_reserved = 13, quantity_available = quantity_available - 100"),
    plant("stock.unexplained", "UPDATE inventory SET quantity_reserved = quantity_reserved + 1", STOCK,
          "UPDATE inventory SET quantity_reserved = quantity_reserved - 1"),
    plant("stock.counts", "UPDATE inventory SET quantity_incoming = -1", "SELECT id FROM inventory",
          "UPDATE inventory SET quantity_incoming = 0").past(Past::Check("inventory", "chk_inventory_quantity_incoming")),
    plant("orders.quantities", "UPDATE order_items SET quantity_returned = quantity WHERE order_id IN (SELECT id FROM orders WHERE status = 'pending')",
          "SELECT i.id FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.status = 'pending'",
          "UPDATE order_items SET quantity_returned = 0 WHERE order_id IN (SELECT id FROM orders WHERE status = 'pending')"),
    mended("orders.line_totals", "UPDATE order_items SET total_amount = total_amount + 0.01 WHERE order_id IN (SELECT id FROM orders WHERE status = 'completed')", DONE_LINE),
    mended("orders.totals", "UPDATE orders SET total_amount = total_amount + 0.01, financial_status = financial_status WHERE status = 'completed'", DONE),
    plant("orders.shares", "UPDATE order_items SET tax_amount = 5, total_amount = total_amount + 5 WHERE order_id IN (SELECT id FROM orders WHERE status = 'completed')",
          DONE, "UPDATE order_items SET tax_amount = 0, total_amount = total_amount - 5 WHERE order_id IN (SELECT id FROM orders WHERE status = 'completed')"),
    plant("orders.subtotals", "UPDATE orders SET subtotal_amount = subtotal_amount + 1, shipping_amount = shipping_amount - 1 WHERE status = 'completed'", DONE,
          "UPDATE orders SET subtotal_amount = subtotal_amount - 1, shipping_amount = shipping_amount + 1 WHERE status = 'completed'"),
    mended("orders.fulfillment_status", "UPDATE orders SET fulfillment_status = 'partial' WHERE status = 'pending'", OPEN),
    plant("orders.status", "UPDATE orders SET status = 'completed' WHERE status = 'confirmed'", "SELECT id FROM orders WHERE status = 'completed' AND fulfillment_status = 'unfulfilled'",
          "UPDATE orders SET status = 'confirmed' WHERE status = 'completed' AND fulfillment_status = 'unfulfilled'"),
    mended("payments.financial_status", "UPDATE orders SET financial_status = 'paid' WHERE status = 'completed'", DONE),
    plant("payments.financial_status", "UPDATE orders SET financial_status = 'paid' WHERE status = 'pending'", OPEN,
          "UPDATE orders SET financial_status = 'unpaid' WHERE status = 'pending'"),
    plant("payments.refunded", "UPDATE transactions SET amount = amount + 2000 WHERE type = 'refund' AND order_id IN (SELECT id FROM orders WHERE status = 'completed');
          UPDATE orders SET financial_status = 'refunded' WHERE status = 'completed'", DONE,
          "UPDATE transactions SET amount = amount - 2000 WHERE type = 'refund' AND order_id IN (SELECT id FROM orders WHERE status = 'completed');
          UPDATE orders SET financial_status = 'partially_refunded' WHERE status = 'completed'"),
    plant("payments.due", "UPDATE transactions SET amount = amount + 1000 WHERE type = 'revenue' AND order_id IN (SELECT id FROM orders WHERE status = 'completed')", DONE,
          "UPDATE transactions SET amount = amount - 1000 WHERE type = 'revenue' AND order_id IN (SELECT id FROM orders WHERE status = 'completed')"),
    mended("payments.currency", "UPDATE transactions SET currency = 'EUR' WHERE type = 'revenue' AND order_id IN (SELECT id FROM orders WHERE status = 'completed')", PAYMENT),
    plant("attribution.totals", "UPDATE revenue_attribution SET attribution_percentage = attribution_percentage + 0.01 WHERE attribution_percentage = 33.34
          AND transaction_id IN (SELECT id FROM transactions WHERE type = 'revenue')", PAYMENT,
          "UPDATE revenue_attribution SET attribution_percentage = 33.34 WHERE attribution_percentage > 33.345"),
    plant("attribution.parties", "INSERT INTO revenue_attribution (transaction_id, agent_id, attribution_percentage)
          SELECT transaction_id, agent_id, 0 FROM revenue_attribution WHERE attribution_percentage = 33.34 AND transaction_id IN (SELECT id FROM transactions WHERE type = 'revenue')",
          PAYMENT, "DELETE FROM revenue_attribution WHERE attribution_percentage = 0"),
    mended("budgets.spent", "UPDATE budgets SET spent_amount = spent_amount - 0.01", "SELECT id FROM budgets"),
    plant("budgets.spent", "UPDATE budgets SET spent_amount = spent_amount + 0.01", "SELECT id FROM budgets", "UPDATE budgets SET spent_amount = spent_amount - 0.01"),
    mended("campaigns.spent", "UPDATE campaigns SET spent = spent - 0.01", "SELECT id FROM campaigns"),
    plant("campaigns.spent", "UPDATE campaigns SET spent = spent + 0.01", "SELECT id FROM campaigns", "UPDATE campaigns SET spent = spent - 0.01"),
    plant("campaigns.budget", "UPDATE campaigns SET budget = 33.32", "SELECT id FROM campaigns", "UPDATE campaigns SET budget = 90"),
    plant("agents.places", "UPDATE agents SET parent_id = (SELECT a.id FROM agents a WHERE a.name = 'chief') WHERE name = 'packer'", PACKER,
          "UPDATE agents SET parent_id = (SELECT a.id FROM agents a WHERE a.name = 'sales two') WHERE name = 'packer'").past(Past::Triggers("agents")),
    plant("agents.archived", "UPDATE goals SET owner_agent_id = (SELECT id FROM agents WHERE name = 'sales')", "SELECT id FROM goals",
          "UPDATE goals SET owner_agent_id = (SELECT id FROM agents WHERE name = 'sales two')").past(Past::Triggers("goals")),
    plant("goals.archived", "INSERT INTO goals (name, type, parent_goal_id) SELECT 'below', 'growth', id FROM goals; UPDATE goals SET status = 'archived' WHERE name <> 'below'",
          "SELECT id FROM goals WHERE name = 'below'", "DELETE FROM goals WHERE name = 'below'; UPDATE goals SET status = 'active'"),
    plant("tasks.leases", "UPDATE tasks SET lease_expires_at = '2026-01-01T00:00:00.000+00:00' WHERE status = 'in_progress'", CLAIMED,
          "UPDATE tasks SET lease_expires_at = '2036-01-01T00:00:00.000+00:00' WHERE status = 'in_progress'"),
    plant("tasks.state", "UPDATE tasks SET lease_expires_at = NULL WHERE status = 'in_progress'", CLAIMED,
          "UPDATE tasks SET lease_expires_at = '2036-01-01T00:00:00.000+00:00' WHERE status = 'in_progress'"),
    plant("executions.state", "UPDATE workflow_executions SET completed_at = NULL WHERE status = 'succeeded'", FINISHED,
          "UPDATE workflow_executions SET completed_at = started_at WHERE status = 'succeeded'"),
    plant("executions.open_tasks", "UPDATE tasks SET workflow_execution_id = (SELECT id FROM workflow_executions WHERE status = 'succeeded') WHERE status = 'in_progress'", CLAIMED,
          "UPDATE tasks SET workflow_execution_id = (SELECT id FROM workflow_executions WHERE status = 'running') WHERE status = 'in_progress'"),
    plant("metrics.overlaps", "UPDATE product_metrics SET period_start = '2026-10-31' WHERE period_start = '2026-11-01'", "SELECT id FROM product_metrics WHERE period_start = '2026-10-31'",
          "UPDATE product_metrics SET period_start = '2026-11-01' WHERE period_start = '2026-10-31'").past(Past::Triggers("product_metrics")),
    plant("dates.order", "UPDATE reports SET sent_at = '2001-01-01T00:00:00.000+00:00'", "SELECT id FROM reports", "UPDATE reports SET sent_at = NULL"),
    mended("content.published", "UPDATE content SET status = 'published'", "SELECT id FROM content"),
    plant("subscriptions.ended", "UPDATE email_subscribers SET unsubscribed_at = subscribed_at WHERE email = 'ann@example.com'", "SELECT list_id FROM email_subscribers WHERE email = 'ann@example.com'",
          "UPDATE email_subscribers SET unsubscribed_at = NULL WHERE email = 'ann@example.com'"),
    plant("subscriptions.unlinked", "UPDATE email_subscribers SET customer_id = NULL WHERE email = 'ann@example.com'", "SELECT list_id FROM email_subscribers WHERE email = 'ann@example.com'",
          "UPDATE email_subscribers SET customer_id = (SELECT id FROM customers WHERE email = 'ann@example.com') WHERE email = 'ann@example.com'"),
    mended("numbers.orders", "UPDATE orders SET order_number = 'VW-5000' WHERE status = 'pending'", ""),
    plant("ids.times", "INSERT INTO system_events (event_type, message, created_at) VALUES ('x', 'misdated', '2001-01-01T00:00:00.000+00:00')", "SELECT id FROM system_events WHERE message = 'misdated'",
          "DELETE FROM system_events WHERE message = 'misdated'").on(Engine::Sqlite),
    plant("json.lists", "UPDATE products SET tags = '[1]' WHERE handle IN (SELECT min(handle) FROM products)", "SELECT id FROM products WHERE handle IN (SELECT min(handle) FROM products)", "UPDATE products SET tags = '[]'"),
    plant("json.objects", "UPDATE customer_segments SET criteria = '[]'", "SELECT id FROM customer_segments", "UPDATE customer_segments SET criteria = '{}'"),
    plant("json.valid", "UPDATE workflows SET trigger_config = '{'", "SELECT id FROM workflows", "UPDATE workflows SET trigger_config = '{}'").on(Engine::Sqlite),
    plant("reports.recipients", "UPDATE reports SET recipient_agents = '[\"01931dab-8400-7872-8a99-e9bb2ab94aec\"]'", "SELECT id FROM reports", "UPDATE reports SET recipient_agents = '[]'"),
];
