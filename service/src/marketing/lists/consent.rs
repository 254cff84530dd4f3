//! The consent that a subscription stands on.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::input::Checks;
use crate::marketing::stored;

/// How an address agreed to be mailed; kept with the subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When.
    pub given_at: DateTime<Utc>,
    /// Where, such as `checkout` or the address of a form; at most 255 characters.
    pub source: String,
    /// Which wording was agreed to; at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_version: Option<String>,
    /// From which address of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<IpAddr>,
}

impl Consent {
    /// A consent that says no more than when and where.
    pub fn new(given_at: DateTime<Utc>, source: impl Into<String>) -> Self {
        Self {
            given_at,
            source: source.into(),
            text_version: None,
            ip: None,
        }
    }

    pub(super) fn check(&self, checks: &mut Checks, field: &str) {
        checks.instant(format!("{field}.given_at"), self.given_at);
        checks.name(format!("{field}.source"), &self.source, 255);
        if let Some(version) = &self.text_version {
            checks.text(format!("{field}.text_version"), version, 100);
        }
    }

    /// Its form in `email_subscribers.consent`.
    pub(super) fn as_json(&self) -> Value {
        let mut consent = serde_json::to_value(self).unwrap_or_default();
        consent["given_at"] = json!(stored(self.given_at));
        consent
    }
}
