-- As vividwalls_owner or a superuser, after the migrations; again after each migration that makes a table. It replaces what was granted.
BEGIN;

-- Before PostgreSQL 15, and in databases that were upgraded from there, everybody may create tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO vividwalls_app, vividwalls_readonly;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vividwalls_app, vividwalls_readonly;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM vividwalls_app, vividwalls_readonly;

-- Both read everything and compute ids; only the application takes numbers for orders.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO vividwalls_app, vividwalls_readonly;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO vividwalls_app, vividwalls_readonly;
GRANT USAGE ON SEQUENCE order_numbers TO vividwalls_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO vividwalls_app, vividwalls_readonly;

-- What the owner makes later, partitions among it, is read by both. Rows go into partitions through their table, whose rights count.
ALTER DEFAULT PRIVILEGES FOR ROLE vividwalls_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO vividwalls_app, vividwalls_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE vividwalls_owner IN SCHEMA public
    GRANT SELECT ON SEQUENCES TO vividwalls_app, vividwalls_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE vividwalls_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO vividwalls_app, vividwalls_readonly;

-- What can be set up, changed and taken away.
GRANT INSERT, UPDATE, DELETE ON
    agent_collaborations, configurations, customer_segment_members, customers, inventory, product_metrics, product_variants,
    products, workflows
TO vividwalls_app;

-- What is archived, cancelled or ended instead of taken away.
GRANT INSERT, UPDATE ON
    agent_capabilities, agents, budgets, campaigns, content, customer_segments, email_lists, email_subscribers, goals,
    kpi_measurements, kpis, reports
TO vividwalls_app;

-- History: written once. What goes on changes in the columns that say how far it is; a merged customer's rows change hands.
GRANT INSERT ON
    customer_interactions, order_items, orders, revenue_attribution, system_events, tasks, transactions, workflow_executions
TO vividwalls_app;
GRANT UPDATE (customer_id, status, financial_status, fulfillment_status) ON orders TO vividwalls_app;
GRANT UPDATE (product_variant_id, location, quantity_fulfilled, quantity_returned, quantity_cancelled) ON order_items TO vividwalls_app;
GRANT UPDATE (status, output_data, metrics, error_message, started_at, completed_at) ON workflow_executions TO vividwalls_app;
GRANT UPDATE (assigned_agent_id, status, output_data, error_message, attempts, lease_expires_at, started_at, completed_at)
ON tasks TO vividwalls_app;
GRANT UPDATE (customer_id) ON customer_interactions, transactions TO vividwalls_app;
-- Credit is given anew when money comes back; who may change one column of a row may lock it.
GRANT UPDATE (touchpoint_data), DELETE ON revenue_attribution TO vividwalls_app;

COMMIT;
