//! What makes a workflow run, and when.

use chrono::{Datelike as _, NaiveDate, Weekday};
use entity::WorkflowTriggerType;
use serde_json::{Value, json};

/// What makes a workflow run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// A call from outside, by its path, after something happened.
    Webhook(Cause, &'static str),
    /// Something in the shop, by its name.
    Event(Cause, &'static str),
    /// An hour (UTC) of such days.
    Schedule(u32, On),
    /// Somebody.
    Manual,
}

/// After what a workflow runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Cause {
    Ordered,
    Paid,
    Asked,
    Returned,
    Enquired,
}

/// Days of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    EveryDay,
    Tuesdays,
    FirstOfMonth,
}

impl Cause {
    /// One execution of so many is kept. Work that goes well by itself leaves little behind, and what somebody has to look at more.
    pub(super) const fn kept_of(self) -> u64 {
        match self {
            Self::Ordered | Self::Paid => 30,
            Self::Asked | Self::Returned => 3,
            // Of orders: so many come with an enquiry.
            Self::Enquired => 100,
        }
    }
}

impl Trigger {
    /// What it runs after.
    pub(super) const fn cause(self) -> Option<Cause> {
        match self {
            Self::Webhook(cause, _) | Self::Event(cause, _) => Some(cause),
            Self::Schedule(..) | Self::Manual => None,
        }
    }

    /// At which hour of the day it runs, if it does that day.
    pub(super) fn hour_on(self, date: NaiveDate) -> Option<u32> {
        let Self::Schedule(hour, on) = self else {
            return None;
        };
        let runs = match on {
            On::EveryDay => true,
            On::Tuesdays => date.weekday() == Weekday::Tue,
            On::FirstOfMonth => date.day() == 1,
        };
        runs.then_some(hour)
    }

    pub(super) const fn kind(self) -> WorkflowTriggerType {
        match self {
            Self::Webhook(..) => WorkflowTriggerType::Webhook,
            Self::Event(..) => WorkflowTriggerType::Event,
            Self::Schedule(..) => WorkflowTriggerType::Schedule,
            Self::Manual => WorkflowTriggerType::Manual,
        }
    }

    pub(super) fn config(self) -> Value {
        match self {
            Self::Webhook(_, path) => json!({ "path": path }),
            Self::Event(_, event) => json!({ "event": event }),
            Self::Manual => json!({}),
            Self::Schedule(hour, on) => {
                let days = match on {
                    On::EveryDay => "* * *",
                    On::Tuesdays => "* * 2",
                    On::FirstOfMonth => "1 * *",
                };
                json!({ "cron": format!("0 {hour} {days}") })
            }
        }
    }
}
