//! E-mail addresses: one spelling for each, and only what is one.

use email_address::EmailAddress;

use super::{Checks, Rule};

/// The longest address that a column holds, in characters.
const MAX: usize = 255;

/// The spelling under which an address is stored and looked up: without surrounding white space, in lower case.
///
/// The part before the `@` is lowered as well. A provider that tells `Ann@` from `ann@` exists on paper only, while a customer
/// who writes the address differently each time exists in every shop.
pub(crate) fn normalized_email(address: &str) -> String {
    // ASCII alone, as SQLite's lower() does: the CHECK of the column has to hold on both engines.
    address.trim().to_ascii_lowercase()
}

impl Checks {
    /// An address in the spelling of [`normalized_email`].
    pub(crate) fn email(&mut self, field: impl Into<String>, address: &str) {
        let field = field.into();
        let actual = address.chars().count();
        if address.contains('\0') {
            self.refuse(field, Rule::Nul);
        } else if actual > MAX {
            self.refuse(field, Rule::TooLong { max: MAX, actual });
        } else if !is_address(address) {
            self.refuse(field, Rule::NotAnEmail);
        }
    }
}

/// A plain address of a mailbox: no display name, no quoted local part, a domain with a dot. PostgreSQL lowers letters beyond
/// ASCII and SQLite does not, so an address that has any is refused until it is written in Punycode.
fn is_address(address: &str) -> bool {
    address.is_ascii()
        && !address.contains(['"', '<', '>', '[', ']', ' '])
        && EmailAddress::is_valid(address)
        && address
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        assert_eq!(normalized_email("  Ann.Lee@Example.COM\n"), "ann.lee@example.com");
    }

    #[test]
    fn what_nobody_can_be_mailed_at_is_no_address() {
        let is_refused = |address: &str| {
            let mut checks = Checks::default();
            checks.email("email", address);
            checks.finish().is_err()
        };
        for address in [
            "ann@example.com",
            "ann+wall@mail.example.co.uk",
            "o'neil@example.com",
        ] {
            assert!(!is_refused(address), "{address}");
        }
        let long = format!("{}@example.com", "a".repeat(255));
        for address in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@localhost",
            "a..b@example.com",
            "ann @example.com",
            "Ann <ann@example.com>",
            "änn@example.com",
            "ann@example.com\0",
            &long,
        ] {
            assert!(is_refused(address), "{address}");
        }
    }
}
