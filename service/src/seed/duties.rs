//! What there is to do in the shop, and who is fit for it.

use super::teams::Team;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Duty {
    Stock,
    Parcels,
    Storefront,
    Answers,
    Moods,
    Letters,
    Offers,
    Words,
    Posts,
    Figures,
    Costs,
    Yields,
    Range,
    Trends,
    Watch,
    Connections,
    Trade,
    Homes,
}

impl Duty {
    pub(super) const ALL: [Self; 18] = [
        Self::Stock,
        Self::Parcels,
        Self::Storefront,
        Self::Answers,
        Self::Moods,
        Self::Letters,
        Self::Offers,
        Self::Words,
        Self::Posts,
        Self::Figures,
        Self::Costs,
        Self::Yields,
        Self::Range,
        Self::Trends,
        Self::Watch,
        Self::Connections,
        Self::Trade,
        Self::Homes,
    ];

    /// The team whose work it is, and how the names of those in it begin who do it; where there are none, the whole team does.
    pub(super) const fn fits(self) -> (Team, &'static [&'static str]) {
        match self {
            Self::Stock => (Team::Operations, &["stock", "inventory", "warehouse"]),
            Self::Parcels => (Team::Operations, &["parcel", "fulfil", "ship"]),
            Self::Storefront => (Team::Operations, &["storefront", "shopify"]),
            Self::Answers => (Team::Care, &["question", "support", "service", "help"]),
            Self::Moods => (Team::Care, &["mood", "satisfaction"]),
            Self::Letters => (Team::Marketing, &["newsletter", "email", "mail"]),
            Self::Offers => (Team::Marketing, &["launch", "campaign"]),
            Self::Words => (Team::Marketing, &["story", "content", "writ"]),
            Self::Posts => (Team::Social, &[]),
            Self::Figures => (Team::Insight, &[]),
            Self::Costs => (Team::Finance, &["cost", "budget"]),
            Self::Yields => (Team::Finance, &["yield", "roi"]),
            Self::Range => (Team::Product, &["range", "product"]),
            Self::Trends => (Team::Product, &["trend", "research"]),
            Self::Watch => (Team::Technology, &["watch", "system"]),
            Self::Connections => (Team::Technology, &["connection", "integrat"]),
            Self::Trade => (
                Team::Sales,
                &[
                    "hotel",
                    "hospitality",
                    "office",
                    "corporate",
                    "clinic",
                    "health",
                    "store",
                    "retail",
                    "property",
                    "real",
                ],
            ),
            Self::Homes => (
                Team::Sales,
                &["house", "home", "flat", "rent", "present", "gift", "collect"],
            ),
        }
    }
}
