#![doc = include_str!("../README.md")]

use sea_orm_migration::prelude::*;

mod connect;
mod database_url;
mod migrator;
mod pause;
mod schema;

#[cfg(feature = "cli")]
pub mod catalogue;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod diagram;
#[cfg(feature = "cli")]
pub mod entities;

pub use connect::{ConnectError, connect};
pub use database_url::{DatabaseUrl, UrlError};
pub use migrator::{
    Blocked, Event, Holder, MigrateError, Refused, Report, Runner, Session, Status, Step, up, up_on,
};

mod m20261122_000001_create_functions;
mod m20261122_000002_create_agents;
mod m20261122_000003_create_goals;
mod m20261122_000004_create_workflows;
mod m20261122_000005_create_catalogue;
mod m20261122_000006_create_customers;
mod m20261122_000007_create_orders;
mod m20261122_000008_create_marketing;
mod m20261122_000009_create_analytics;
mod m20261122_000010_create_finance;
mod m20261122_000011_create_system;
mod m20261122_000012_create_views;
mod m20261122_000013_guard_agents;
mod m20261122_000014_index_work;
mod m20261122_000015_number_orders;
mod m20261122_000016_index_customers;
mod m20261122_000017_index_marketing;
mod m20261122_000018_serve_analytics;
mod m20261122_000019_index_finance;
mod m20261122_000020_index_system;
mod m20261122_000022_tune_storage;
mod m20261122_000024_index_stock_and_mail;

/// Every migration of the schema, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_functions::Migration),
            Box::new(m20261122_000002_create_agents::Migration),
            Box::new(m20261122_000003_create_goals::Migration),
            Box::new(m20261122_000004_create_workflows::Migration),
            Box::new(m20261122_000005_create_catalogue::Migration),
            Box::new(m20261122_000006_create_customers::Migration),
            Box::new(m20261122_000007_create_orders::Migration),
            Box::new(m20261122_000008_create_marketing::Migration),
            Box::new(m20261122_000009_create_analytics::Migration),
            Box::new(m20261122_000010_create_finance::Migration),
            Box::new(m20261122_000011_create_system::Migration),
            Box::new(m20261122_000012_create_views::Migration),
            Box::new(m20261122_000013_guard_agents::Migration),
            Box::new(m20261122_000014_index_work::Migration),
            Box::new(m20261122_000015_number_orders::Migration),
            Box::new(m20261122_000016_index_customers::Migration),
            Box::new(m20261122_000017_index_marketing::Migration),
            Box::new(m20261122_000018_serve_analytics::Migration),
            Box::new(m20261122_000019_index_finance::Migration),
            Box::new(m20261122_000020_index_system::Migration),
            Box::new(m20261122_000022_tune_storage::Migration),
            Box::new(m20261122_000024_index_stock_and_mail::Migration),
        ]
    }
}
