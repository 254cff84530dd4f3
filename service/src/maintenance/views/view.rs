//! Which views there are.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

/// A view of the schema that PostgreSQL materializes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Tasks, interactions and credited revenue by agent.
    AgentPerformance,
    /// Orders and refunds by customer.
    CustomerLifetimeValue,
    /// Sales, views and stock by product.
    ProductPerformance,
}

/// No view has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no view {name}; there are {}", View::ALL.map(View::name).join(", "))]
pub struct UnknownView {
    /// What was asked for.
    pub name: String,
}

impl View {
    /// Every one, by name.
    pub const ALL: [Self; 3] = [
        Self::AgentPerformance,
        Self::CustomerLifetimeValue,
        Self::ProductPerformance,
    ];

    /// As the schema calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgentPerformance => "agent_performance",
            Self::CustomerLifetimeValue => "customer_lifetime_value",
            Self::ProductPerformance => "product_performance",
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for View {
    type Err = UnknownView;

    fn from_str(name: &str) -> Result<Self, UnknownView> {
        Self::ALL
            .into_iter()
            .find(|view| view.name() == name)
            .ok_or_else(|| UnknownView {
                name: name.to_owned(),
            })
    }
}
