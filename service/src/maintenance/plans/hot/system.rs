//! Events and configurations.

use serde_json::Value;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::HotOperation;
use crate::system::configuration::{self, ListConfigurations, SetConfiguration};
use crate::system::{self, AppendEvent, ListEvents};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("system.append", (1, 1), |p| Box::pin(append(p))).within(300),
    HotOperation::new("system.list", (1, 1), |p| Box::pin(list(p)))
        .using(&["idx_system_events_event_type_id"])
        .within(400),
    HotOperation::new("system.configuration.get", (1, 1), |p| Box::pin(get(p)))
        .using(&["idx_configurations_key"])
        .within(300),
    HotOperation::new("system.configuration.list", (1, 1), |p| {
        Box::pin(configurations(p))
    })
    .using(&["idx_configurations_key_bytes"])
    .within(300),
];

const TYPE: &str = "trial";

async fn append(probe: &Probe) -> Result<(), TrialError> {
    system::append(probe, AppendEvent::new(TYPE, "tried")).await?;
    Ok(())
}

async fn list(probe: &Probe) -> Result<(), TrialError> {
    let query = ListEvents {
        event_type: Some(String::from(TYPE)),
        ..ListEvents::default()
    };
    system::list(probe, query).await?;
    Ok(())
}

async fn get(probe: &Probe) -> Result<(), TrialError> {
    const KEY: &str = "a trial of get";
    configuration::set(probe.quiet(), SetConfiguration::new(KEY, Value::Null)).await?;
    configuration::get::<Value, _>(probe, KEY).await?;
    Ok(())
}

async fn configurations(probe: &Probe) -> Result<(), TrialError> {
    configuration::list(probe, ListConfigurations::default()).await?;
    Ok(())
}
