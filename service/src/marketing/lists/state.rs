//! What happens to a subscription.

use entity::EmailSubscriberStatus;
use entity::EmailSubscriberStatus::{Bounced, Complained, Pending, Subscribed, Unsubscribed};

/// What a subscription is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A consent, not older than the end of the subscription if it has ended, that needs no confirmation.
    Subscribe,
    /// The same, to be confirmed.
    Request,
    /// A consent that is older than the end of the subscription.
    OldConsent,
    Confirm,
    Unsubscribe,
    Bounce,
    Complain,
}

/// What it does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    To(EmailSubscriberStatus),
    Stay,
    /// It has ended, and begins again with a newer consent only.
    NeedsConsent,
    /// The address bounced or complained, and begins again with a confirmation only.
    NeedsConfirmation,
    /// There is nothing to confirm.
    NothingPending,
}

/// `None` is an address that was never on the list.
pub(super) fn step(from: Option<EmailSubscriberStatus>, event: Event) -> Step {
    use Step::{NeedsConfirmation, NeedsConsent, NothingPending, Stay, To};
    match (from, event) {
        (None | Some(Pending), Event::Subscribe) => To(Subscribed),
        (None | Some(Pending), Event::Request) => To(Pending),
        (None, Event::Confirm) => NothingPending,
        (None, Event::Unsubscribe) => To(Unsubscribed),
        (None, Event::Bounce | Event::Complain) => Stay,
        (Some(Pending), Event::Confirm) => To(Subscribed),
        (Some(Pending | Subscribed), Event::Unsubscribe) => To(Unsubscribed),
        (Some(Pending | Subscribed), Event::Bounce) => To(Bounced),
        (Some(Pending | Subscribed), Event::Complain) => To(Complained),
        (Some(Subscribed), Event::Subscribe | Event::Request | Event::OldConsent | Event::Confirm) => Stay,
        (Some(Unsubscribed), Event::Subscribe) => To(Subscribed),
        (Some(Bounced | Complained), Event::Subscribe) => NeedsConfirmation,
        (Some(Unsubscribed | Bounced | Complained), Event::Request) => To(Pending),
        // What has not ended knows no consent that is older than its end.
        (None | Some(Pending | Unsubscribed | Bounced | Complained), Event::OldConsent) => NeedsConsent,
        (Some(Unsubscribed | Bounced | Complained), Event::Confirm) => NothingPending,
        // Whoever unsubscribes reads the mail, so the mailbox lives.
        (Some(Bounced), Event::Unsubscribe) => To(Unsubscribed),
        (Some(Unsubscribed | Bounced), Event::Complain) => To(Complained),
        (Some(Unsubscribed | Bounced | Complained), Event::Bounce)
        | (Some(Unsubscribed | Complained), Event::Unsubscribe)
        | (Some(Complained), Event::Complain) => Stay,
    }
}

/// Whether it has ended.
pub(super) fn has_ended(status: EmailSubscriberStatus) -> bool {
    match status {
        Pending | Subscribed => false,
        Unsubscribed | Bounced | Complained => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        const EVENTS: [Event; 7] = [
            Event::Subscribe,
            Event::Request,
            Event::OldConsent,
            Event::Confirm,
            Event::Unsubscribe,
            Event::Bounce,
            Event::Complain,
        ];
        // A row for each state, a column for each event, in the order of EVENTS: the state it goes to (p, s, u, b, c), stays (-),
        // needs a newer consent (!), needs a confirmation (?), has nothing to confirm (0).
        const TABLE: [(Option<EmailSubscriberStatus>, &str); 6] = [
            (None, "sp!0u--"),
            (Some(Pending), "sp!subc"),
            (Some(Subscribed), "----ubc"),
            (Some(Unsubscribed), "sp!0--c"),
            (Some(Bounced), "?p!0u-c"),
            (Some(Complained), "?p!0---"),
        ];
        for (from, row) in TABLE {
            for (event, cell) in EVENTS.into_iter().zip(row.chars()) {
                let expected = match cell {
                    'p' => Step::To(Pending),
                    's' => Step::To(Subscribed),
                    'u' => Step::To(Unsubscribed),
                    'b' => Step::To(Bounced),
                    'c' => Step::To(Complained),
                    '!' => Step::NeedsConsent,
                    '?' => Step::NeedsConfirmation,
                    '0' => Step::NothingPending,
                    _ => Step::Stay,
                };
                assert_eq!(step(from, event), expected, "{from:?}, {event:?}");
            }
        }
    }
}
