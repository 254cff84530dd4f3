//! Which part of the shop an agent works in, by the words of its name.

/// A part of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Team {
    /// All of it: what nobody but the top answers for.
    Whole,
    Sales,
    Finance,
    Technology,
    Insight,
    Social,
    Product,
    Operations,
    Care,
    Marketing,
    Creative,
}

/// By what a team is known. The first that fits is taken: "Social Media Marketing" is Social, "Customer Experience" is Care.
const WORDS: [(Team, &[&str]); 10] = [
    (
        Team::Sales,
        &["sales", "partner", "adviser", "advisor", "account executive"],
    ),
    (
        Team::Finance,
        &[
            "financ", "budget", "roi", "account", "cost", "yield", "controll", "treasur",
        ],
    ),
    (
        Team::Technology,
        &[
            "tech",
            "system",
            "integrat",
            "platform",
            "watch",
            "connection",
            "engineer",
            "it",
        ],
    ),
    (
        Team::Insight,
        &["analy", "insight", "data", "figure", "pattern", "statistic"],
    ),
    (
        Team::Social,
        &[
            "social",
            "channel",
            "poster",
            "instagram",
            "facebook",
            "pinterest",
            "tiktok",
        ],
    ),
    (
        Team::Product,
        &[
            "product",
            "assortment",
            "range",
            "trend",
            "research",
            "merchandis",
        ],
    ),
    (
        Team::Operations,
        &[
            "operation",
            "logistic",
            "inventory",
            "stock",
            "fulfil",
            "parcel",
            "warehouse",
            "ship",
            "shopify",
            "storefront",
        ],
    ),
    (
        Team::Care,
        &[
            "care",
            "customer",
            "support",
            "satisfaction",
            "service",
            "question",
            "mood",
            "help",
        ],
    ),
    (
        Team::Marketing,
        &[
            "marketing",
            "promotion",
            "campaign",
            "content",
            "email",
            "newsletter",
            "sms",
            "launch",
            "advert",
            "brand",
            "writ",
        ],
    ),
    (Team::Creative, &["creativ", "studio", "design", "art"]),
];

impl Team {
    /// The team whose words are in the name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let mut teams = WORDS.iter();
        teams
            .find(|(_, words)| has_word(name, words))
            .map(|(team, _)| *team)
    }
}

/// Whether a word of the name begins with one of these. Two letters are an abbreviation, which has to be the whole word.
pub(super) fn has_word(name: &str, beginnings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        let begins = |beginning: &&&str| match beginning.len() {
            0..3 => word == **beginning,
            _ => word.starts_with(**beginning),
        };
        beginnings.iter().any(|beginning| begins(&beginning))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_known_by_the_words_of_a_name() {
        for (name, team) in [
            ("Customer Experience Director", Some(Team::Care)),
            ("Social Media Marketing", Some(Team::Social)),
            ("Studio Adviser", Some(Team::Sales)),
            ("Satisfaction Monitoring", Some(Team::Care)),
            ("System Monitoring", Some(Team::Technology)),
            ("Market Research", Some(Team::Product)),
            ("E-Mail Marketing", Some(Team::Marketing)),
            ("Head of IT", Some(Team::Technology)),
            ("Italian Desk", None),
            ("Chief", None),
        ] {
            assert_eq!(Team::of(name), team, "{name}");
        }
    }
}
