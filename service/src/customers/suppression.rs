//! Addresses that must not be mailed, of people whose address is no longer known.
//!
//! Somebody who unsubscribed and was then erased must stay unsubscribed, and must not stay known. Erasure therefore keeps such
//! a row of `email_subscribers` under a digest in place of the address: whoever brings the address again can be checked against
//! it, and nobody can read the address out of it. It is a pseudonym, not nothing: whoever holds the database *and* a list of
//! addresses can try them. It is kept because honouring the objection needs it, and nothing else is kept with it.

use sha2::{Digest, Sha256};

use crate::input::normalized_email;

/// The domain of a suppressed address. RFC 2606 reserves `.invalid`, so nothing can ever be delivered there.
const DOMAIN: &str = "erased.invalid";

/// Keeps the digests apart from plain ones of the same addresses, which other lists may hold.
const PREFIX: &str = "vividwalls/suppressed-address/1:";

/// What stands in `email_subscribers.email` for an address whose owner was erased: its digest, as an address of no domain.
///
/// The spelling does not matter: the address is normalised first. A suppressed address stands for itself.
pub(crate) fn suppression_address(email: &str) -> String {
    use std::fmt::Write as _;

    let email = normalized_email(email);
    if is_suppressed(&email) {
        return email;
    }
    let digest = Sha256::new().chain_update(PREFIX).chain_update(&email).finalize();
    let mut address = String::with_capacity(80);
    for byte in digest {
        // Writing to a String cannot fail.
        let _ = write!(address, "{byte:02x}");
    }
    address.push('@');
    address.push_str(DOMAIN);
    address
}

/// Whether this is what [`suppression_address`] gives, and no address at all.
pub(crate) fn is_suppressed(email: &str) -> bool {
    email
        .strip_suffix(DOMAIN)
        .is_some_and(|local| local.ends_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_suppressed_as_one() {
        let address = suppression_address("ann.lee@example.com");
        assert_eq!(suppression_address("  Ann.Lee@Example.COM\n"), address);
        assert_ne!(suppression_address("ann@example.com"), address);
        assert_eq!(
            address,
            "8efa39ef92b4880a381df6f7b4b7804dfe363bb701cfa17b15184ae707e2a62a@erased.invalid"
        );
    }

    #[test]
    fn what_is_suppressed_stays_as_it_is() {
        let address = suppression_address("ann.lee@example.com");
        assert!(is_suppressed(&address));
        assert!(!is_suppressed("ann@notquite-erased.invalid"));
        assert_eq!(suppression_address(&address), address);
    }
}
