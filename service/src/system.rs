//! What happened in the machinery, and how it is set up.
//!
//! Owns `system_events` and `configurations`.
//!
//! A configuration has a unique key. Both tables remember an agent and outlive it (SET NULL). `system_events` is partitioned by
//! month on PostgreSQL, by the time in its id, like `workflow_executions` and `transactions`.
