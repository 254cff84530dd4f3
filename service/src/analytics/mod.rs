//! What is measured, and what is told about it.
//!
//! Owns `kpis`, `kpi_measurements` and `reports`. What a product did in a period belongs to the
//! [`catalogue`](crate::catalogue::record_metrics).
//!
//! A KPI has one value per moment (`idx_kpi_measurements_kpi_id_measured_at`), which makes recording it again harmless, and its
//! measurements go with it (CASCADE). A report stays when the agent that wrote it goes (SET NULL).

pub mod calculation;
pub mod kpis;
pub mod measurements;
pub mod reports;
