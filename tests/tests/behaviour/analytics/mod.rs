//! KPIs and reports.
