//! How an address stands with a list, over all that is known of it.

use chrono::{DateTime, Utc};
use entity::{EmailListId, EmailSubscriberStatus, email_subscribers::Model};

use super::state::has_ended;
use crate::customers::suppression::is_suppressed;

/// How an address stands with a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Standing {
    /// Its row, if it has one under its own name.
    pub(super) own: Option<Model>,
    /// What counts: the row's state while it has not ended, else the gravest of what ended it here, of what ended it here before
    /// its owner was erased, and of bounces and complaints anywhere.
    pub(super) status: Option<EmailSubscriberStatus>,
    /// The last time that one of them did.
    pub(super) ended_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// Reads it from every subscription of the address and of what stands for it since an erasure.
    pub(super) fn of(rows: &[Model], list: EmailListId) -> Self {
        let own = rows
            .iter()
            .find(|row| row.list_id == list && !is_suppressed(&row.email))
            .cloned();
        if let Some(row) = &own
            && !has_ended(row.status)
        {
            return Self {
                status: Some(row.status),
                own,
                ended_at: None,
            };
        }
        // Mail was read there since, so the mailbox lives and its owner does not mind.
        let wanted_at = rows
            .iter()
            .filter(|row| row.status == EmailSubscriberStatus::Subscribed)
            .map(|row| row.subscribed_at)
            .max();
        let counts = |row: &&Model| match row.status {
            EmailSubscriberStatus::Pending | EmailSubscriberStatus::Subscribed => false,
            _ if row.list_id == list => true,
            EmailSubscriberStatus::Unsubscribed => false,
            EmailSubscriberStatus::Bounced | EmailSubscriberStatus::Complained => {
                wanted_at.is_none_or(|wanted_at| ended_at(row) >= wanted_at)
            }
        };
        Self {
            status: rows.iter().filter(counts).map(|row| row.status).max(),
            ended_at: rows.iter().filter(counts).map(ended_at).max(),
            own,
        }
    }
}

fn ended_at(row: &Model) -> DateTime<Utc> {
    row.unsubscribed_at.unwrap_or(row.subscribed_at)
}

#[cfg(test)]
mod tests {
    use entity::EmailSubscriberStatus::{Bounced, Complained, Subscribed, Unsubscribed};

    use super::*;
    use crate::customers::suppression::suppression_address;

    const EMAIL: &str = "ann@example.com";

    fn at(hour: u32) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::hours(hour.into())
    }

    /// A subscription that began at one hour and, if it has ended, did so at another.
    fn row(email: &str, list_id: EmailListId, status: EmailSubscriberStatus, hours: [u32; 2]) -> Model {
        Model {
            email: email.into(),
            list_id,
            customer_id: None,
            status,
            consent: serde_json::json!({}),
            subscribed_at: at(hours[0]),
            unsubscribed_at: has_ended(status).then(|| at(hours[1])),
        }
    }

    #[test]
    fn an_end_counts_on_its_list_and_under_the_name_of_an_erased_person() {
        let (list, other) = (EmailListId::new(), EmailListId::new());
        let erased = suppression_address(EMAIL);
        let rows = [row(&erased, list, Unsubscribed, [1, 2])];
        let standing = Standing::of(&rows, list);
        assert_eq!(
            (standing.own, standing.status, standing.ended_at),
            (None, Some(Unsubscribed), Some(at(2)))
        );
        assert_eq!(Standing::of(&rows, other), Standing::default());
    }

    #[test]
    fn a_bounce_counts_on_every_list_until_mail_is_wanted_again() {
        let (list, other, third) = (EmailListId::new(), EmailListId::new(), EmailListId::new());
        let mut rows = vec![
            row(EMAIL, list, Unsubscribed, [1, 5]),
            row(EMAIL, other, Complained, [1, 3]),
        ];
        let standing = Standing::of(&rows, list);
        assert_eq!(
            (standing.status, standing.ended_at),
            (Some(Complained), Some(at(5)))
        );
        assert_eq!(Standing::of(&rows, third).status, Some(Complained));
        rows.push(row(EMAIL, third, Subscribed, [4, 0]));
        assert_eq!(Standing::of(&rows, list).status, Some(Unsubscribed));
        assert_eq!(Standing::of(&rows, third).status, Some(Subscribed));
        rows.push(row(EMAIL, EmailListId::new(), Bounced, [1, 6]));
        assert_eq!(Standing::of(&rows, list).status, Some(Bounced));
    }
}
