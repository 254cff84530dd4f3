-- A shop of a hundred thousand orders with all that belongs to them. Its keys hold; nobody has to look at each.
SET LOCAL session_replication_role = replica;
INSERT INTO agents (id, name, type) SELECT pg_temp.id(n), 'agent ' || n, 'specialist' FROM generate_series(1, 200) n;
INSERT INTO agent_capabilities (agent_id, capability_type, capability_name)
SELECT pg_temp.id(n % 200 + 1), 'tool', 'tool ' || n FROM generate_series(1, 20000) n;
INSERT INTO products (id, handle, title, base_price)
SELECT pg_temp.id(n), 'p' || n, 'title', 10 FROM generate_series(1, 20000) n;
INSERT INTO product_variants (id, product_id, sku, price)
SELECT pg_temp.id(n), pg_temp.id(n % 20000 + 1), 'sku' || n, 10 FROM generate_series(1, 50000) n;
-- One in ten has a reorder point, and one in two hundred has reached it.
INSERT INTO inventory (id, product_variant_id, location, quantity_available, reorder_point)
SELECT pg_temp.id(n), pg_temp.id(n), 'main', CASE WHEN n % 200 = 0 THEN 1 ELSE 50 END, CASE WHEN n % 10 = 0 THEN 5 END
FROM generate_series(1, 50000) n;
INSERT INTO customers (id, email, vip_status)
SELECT pg_temp.id(n), 'c' || n || '@example.com', n % 500 = 0 FROM generate_series(1, 100000) n;
INSERT INTO orders (id, order_number, customer_id, status, financial_status, fulfillment_status, subtotal_amount, total_amount,
                    created_at)
SELECT pg_temp.id(n), 'o' || n, pg_temp.id(n % 10000 + 90001), CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'completed' END,
       CASE WHEN n % 50 = 0 THEN 'unpaid' ELSE 'paid' END, 'fulfilled', 1, 1,
       timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM generate_series(1, 100000) n;
INSERT INTO order_items (id, order_id, product_variant_id, sku, title, quantity, price, total_amount)
SELECT pg_temp.id(n), pg_temp.id(n), pg_temp.id(n % 50000 + 1), 'sku', 'title', 1, 1, 1 FROM generate_series(1, 100000) n;
INSERT INTO transactions (id, type, category, amount, order_id, customer_id, agent_id, transaction_date)
SELECT uuid_v7_lowest(at), 'revenue', 'order', 1, pg_temp.id(n), pg_temp.id(n % 10000 + 90001), pg_temp.id(n % 200 + 1),
       (at AT TIME ZONE 'UTC')::date
FROM (SELECT n, date_trunc('month', now()) - interval '1 month' + n * interval '6 minutes' AS at
      FROM generate_series(1, 100000) n) e;
INSERT INTO revenue_attribution (transaction_id, agent_id, attribution_model, attribution_percentage)
SELECT id, agent_id, 'linear', 100 FROM transactions LIMIT 40000;
INSERT INTO customer_interactions (customer_id, interaction_type, channel, created_at)
SELECT pg_temp.id(n % 10000 + 90001), 'question', 'chat', timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM generate_series(1, 40000) n;
INSERT INTO customer_segments (id, name, type, criteria)
SELECT pg_temp.id(n), 'segment ' || n, 'online', '{}' FROM generate_series(1, 10) n;
INSERT INTO customer_segment_members (customer_id, segment_id, score)
SELECT pg_temp.id(n), pg_temp.id(n % 10 + 1), n % 100 FROM generate_series(1, 40000) n;
INSERT INTO email_lists (id, name, type) SELECT pg_temp.id(n), 'list ' || n, 'news' FROM generate_series(1, 10) n;
INSERT INTO email_subscribers (email, list_id, customer_id)
SELECT 'c' || n || '@example.com', pg_temp.id(n % 10 + 1), pg_temp.id(n) FROM generate_series(1, 40000) n;
INSERT INTO kpis (id, name, category) SELECT pg_temp.id(n), 'kpi ' || n, 'sales' FROM generate_series(1, 100) n;
INSERT INTO kpi_measurements (kpi_id, measured_at, value)
SELECT pg_temp.id(n % 100 + 1), now() - n * interval '10 minutes', n FROM generate_series(1, 100000) n;
INSERT INTO system_events (id, event_type, message, created_at)
SELECT uuid_v7_lowest(at), 'type ' || n % 50, 'x', at
FROM (SELECT n, date_trunc('month', now()) - interval '1 month' + n * interval '6 minutes' AS at
      FROM generate_series(1, 100000) n) e;
INSERT INTO configurations (key, value) SELECT 'group ' || n % 1000 || '.' || n, '1' FROM generate_series(1, 20000) n;
INSERT INTO workflows (id, name, owner_agent_id, trigger_type, is_active)
SELECT pg_temp.id(n), 'workflow', pg_temp.id(n), 'manual', true FROM generate_series(1, 100) n;
INSERT INTO workflow_executions (id, workflow_id, status, created_at)
SELECT uuid_v7_lowest(at), pg_temp.id(n % 100 + 1), 'running', at
FROM (SELECT n, date_trunc('month', now()) + n * interval '1 hour' AS at FROM generate_series(1, 2000) n) e;
INSERT INTO tasks (workflow_execution_id, assigned_agent_id, task_type, status, lease_expires_at)
SELECT e.id, pg_temp.id(n % 200 + 1), 'count', CASE n % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'in_progress' ELSE 'completed' END,
       CASE n % 100 WHEN 1 THEN now() + interval '1 hour' END
FROM generate_series(1, 100000) n JOIN (SELECT id, row_number() OVER (ORDER BY id) AS k FROM workflow_executions) e
     ON e.k = n % 2000 + 1;
