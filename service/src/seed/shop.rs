//! The shop as it stands before the first day: everything of which there is a fixed number.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{EmailListId, GoalId, KpiId};

use super::audiences::{self, Audience};
use super::calendar::Calendar;
use super::campaigns::Running;
use super::catalogue::{self, Catalogue, Reserved};
use super::dice::Source;
use super::goals;
use super::kpis;
use super::organisation;
use super::plans::{self, Plan};
use super::rows::Rows;
use super::scale::Scale;
use super::staff::Staff;
use crate::agents::{OrganisationLine, RefusedLine};

/// What the rows of every day refer to.
#[derive(Debug)]
pub(super) struct Shop {
    pub(super) source: Source,
    pub(super) calendar: Calendar,
    pub(super) scale: Scale,
    pub(super) staff: Staff,
    pub(super) goals: Vec<GoalId>,
    pub(super) plans: Vec<Plan>,
    pub(super) catalogue: Catalogue,
    pub(super) audiences: Vec<Audience>,
    pub(super) lists: Vec<EmailListId>,
    /// In the order of [`kpis`](super::kpis).
    pub(super) kpis: Vec<KpiId>,
}

impl Shop {
    pub(super) fn open(
        source: Source,
        calendar: Calendar,
        orders: u64,
        agents: Option<Vec<OrganisationLine>>,
        rows: &mut Rows,
    ) -> Result<Self, Vec<RefusedLine>> {
        let from = calendar.from();
        let staff = organisation::staff(&source, from, agents, rows)?;
        let catalogue = catalogue::catalogue(&source, from, orders, rows);
        let scale = Scale::new(&catalogue, &calendar);
        let goals = goals::goals(&source, &calendar, &scale, &staff, rows);
        Ok(Self {
            plans: plans::workflows(&source, from, &staff, &goals, rows),
            audiences: audiences::segments(&source, from, rows),
            lists: audiences::lists(&source, from, rows),
            kpis: kpis::kpis(&source, from, &scale, &staff, rows),
            source,
            calendar,
            staff,
            goals,
            catalogue,
            scale,
        })
    }
}

/// What adds up while the days go by.
#[derive(Debug, Default)]
pub(super) struct Sales {
    /// Pieces of open orders.
    pub(super) reserved: Reserved,
    /// Of the month, by product: orders that contained it, and what they brought in cents.
    pub(super) products: BTreeMap<usize, (i32, i64)>,
    /// Of the day.
    pub(super) day: Takings,
    /// Of the month.
    pub(super) month: Takings,
    /// The campaigns that may have brought an order: of this month and the last.
    pub(super) campaigns: Vec<Running>,
}

/// Orders that were not cancelled, and what they came to in cents.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Takings {
    pub(super) orders: u64,
    pub(super) revenue: i64,
    pub(super) refunds: i64,
}

impl Takings {
    pub(super) fn add(&mut self, other: Self) {
        self.orders += other.orders;
        self.revenue += other.revenue;
        self.refunds += other.refunds;
    }
}

impl Sales {
    /// The campaigns that ran that day.
    pub(super) fn running(&self, date: NaiveDate) -> Vec<Running> {
        let runs = |campaign: &&Running| (campaign.from..=campaign.to).contains(&date);
        self.campaigns.iter().filter(runs).copied().collect()
    }
}
