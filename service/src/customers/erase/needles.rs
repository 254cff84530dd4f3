//! What is known of a person, and where it stands in a text.

use std::ops::Range;

use entity::customers;

use super::phone::Phone;

/// What to look for.
pub(super) struct Needles {
    /// Addresses in lower case, also as URLs spell them.
    emails: Vec<String>,
    phone: Option<Phone>,
    /// Ids and full names, in lower case: words of their own that name nobody else, or nearly.
    names: Vec<String>,
    /// First name, last name, company, in lower case: replaced only where the person is known to be meant.
    parts: Vec<String>,
}

/// Shopify's ids are long numbers; a short one would be found everywhere.
const SHORTEST_ID: usize = 8;

impl Needles {
    pub(super) fn of(customer: &customers::Model, emails: &[String]) -> Self {
        let known = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
            (text.chars().count() > 1).then_some(text)
        };
        let (first, last) = (known(&customer.first_name), known(&customer.last_name));
        let mut names = Vec::new();
        if let Some(id) = known(&customer.shopify_customer_id) {
            names.push(format!("gid://shopify/customer/{id}"));
            if id.len() >= SHORTEST_ID {
                names.push(id);
            }
        }
        if let (Some(first), Some(last)) = (&first, &last) {
            names.extend([format!("{first} {last}"), format!("{last}, {first}")]);
        }
        let urls = emails.iter().map(|email| email.replace('@', "%40"));
        Self {
            emails: emails.iter().cloned().chain(urls).collect(),
            phone: customer.phone.as_deref().and_then(Phone::read),
            names,
            parts: [first, last, known(&customer.company)]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    /// The patterns of LIKE, on lower-case text, that every text has in which something is [named](Self::names_in).
    pub(super) fn patterns(&self) -> Vec<String> {
        let texts = self.emails.iter().chain(&self.names);
        let mut patterns: Vec<_> = texts.map(|text| format!("%{}%", escaped(text))).collect();
        patterns.extend(self.phone.iter().flat_map(Phone::patterns));
        patterns
    }

    /// Where the person is named beyond doubt.
    pub(super) fn names_in(&self, text: &str) -> Vec<Range<usize>> {
        let text = text.to_ascii_lowercase();
        let mut found = Vec::new();
        for email in &self.emails {
            found.extend(occurrences(&text, email).filter(|at| is_whole_address(&text, at)));
        }
        for name in &self.names {
            found.extend(occurrences(&text, name).filter(|at| is_whole_word(&text, at)));
        }
        if let Some(phone) = &self.phone {
            found.extend(phone.find(&text));
        }
        found
    }

    /// Where the person is named, in a text that is known to be about the person.
    pub(super) fn all_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = self.names_in(text);
        let text = text.to_ascii_lowercase();
        for part in &self.parts {
            found.extend(occurrences(&text, part).filter(|at| is_whole_word(&text, at)));
        }
        found
    }
}

fn occurrences<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(needle).map(|(at, found)| at..at + found.len())
}

fn before(text: &str, at: &Range<usize>) -> Option<char> {
    text.get(..at.start)?.chars().next_back()
}

/// `ann@example.com` is neither in `joann@example.com` nor in `ann@example.com.au`.
fn is_whole_address(text: &str, at: &Range<usize>) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut after = text.get(at.end..).unwrap_or_default().chars();
    let ends = match after.next() {
        Some('.') => !after.next().is_some_and(goes_on),
        Some(next) => !goes_on(next),
        None => true,
    };
    ends && !before(text, at).is_some_and(|c| goes_on(c) || ".+".contains(c))
}

fn is_whole_word(text: &str, at: &Range<usize>) -> bool {
    let after = text.get(at.end..).and_then(|rest| rest.chars().next());
    !before(text, at).is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// A text in a pattern of LIKE whose escape is the backslash.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\%_".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
