//! Customers, and how they agreed to be mailed.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{CustomerId, EmailListId, EmailSubscriberStatus, customers, email_subscribers};
use serde_json::json;

use super::calendar::{Calendar, Day, after, minutes, start};
use super::dice::{Dice, Of, Source};
use super::rows::Rows;

const FIRST: [&str; 32] = [
    "Ada", "Ben", "Clara", "David", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam",
    "Maya", "Noah", "Olga", "Pablo", "Quinn", "Rosa", "Samir", "Tara", "Uma", "Victor", "Wendy", "Xenia",
    "Yusuf", "Zoe", "Aiko", "Bruno", "Chloe", "Diego", "Emma", "Felix",
];
const LAST: [&str; 32] = [
    "Abbott", "Bauer", "Castillo", "Dubois", "Ekwueme", "Fischer", "Garcia", "Hansen", "Ito", "Jensen",
    "Kowalski", "Lopez", "Moreau", "Nguyen", "Okafor", "Patel", "Quist", "Rossi", "Schmidt", "Tanaka",
    "Urbano", "Varga", "Weber", "Xu", "Yilmaz", "Zhang", "Andersen", "Brown", "Cohen", "Diaz", "Evans",
    "Ferrari",
];
const COMPANIES: [&str; 8] = [
    "Interiors",
    "Hotels",
    "Studios",
    "Clinics",
    "Estates",
    "Architects",
    "Offices",
    "Galleries",
];
/// Domains that belong to nobody.
const DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

/// When the `i`-th customer of a day registered: just before his first order, or any time for who only looks around.
fn registered_at(calendar: &Calendar, dice: &mut Dice, day: &Day, i: u64) -> DateTime<Utc> {
    if i < day.buyers {
        let order = calendar.order_time(day, Calendar::first_order_of(day, i));
        minutes(order, -dice.between(2, 30))
    } else {
        after(start(day.date), dice.below(86_000_000))
    }
}

/// Whose order it is: the customer of that number.
pub(super) fn id_of(source: &Source, calendar: &Calendar, customer: u64) -> Option<CustomerId> {
    let day = calendar.day_of_customer(customer)?;
    let mut dice = source.of(Of::Customer, customer);
    let at = registered_at(calendar, &mut dice, day, customer - day.first_customer);
    Some(dice.id(at))
}

/// Whether the customer comes again and again.
pub(super) const fn is_loyal(customer: u64) -> bool {
    customer.is_multiple_of(17)
}

/// The customers who register on that day, and what they subscribe to.
pub(super) fn register(
    source: &Source,
    calendar: &Calendar,
    day: &Day,
    lists: &[EmailListId],
    rows: &mut Rows,
) {
    for i in 0..day.buyers + day.visitors {
        let number = day.first_customer + i;
        let mut dice = source.of(Of::Customer, number);
        let at = registered_at(calendar, &mut dice, day, i);
        let id = dice.id(at);
        let (first, last) = (*dice.pick(&FIRST), *dice.pick(&LAST));
        // The first is one of everything, so that the smallest shop has something of everything as well.
        let is_trade = dice.chance(90) || number == 0;
        let company = is_trade.then(|| format!("{last} {}", dice.pick(&COMPANIES)));
        let mut tags: Vec<String> = Vec::new();
        tags.extend(is_trade.then(|| "trade".to_owned()));
        tags.extend(dice.chance(150).then(|| "gift buyer".to_owned()));
        let accepts_marketing = i >= day.buyers || dice.chance(550) || number == 0;
        let customer = customers::Model {
            id,
            shopify_customer_id: Some(format!("gid://shopify/Customer/{}", 7_000_000_000_u64 + number)),
            email: format!("{}.{}.{number}@{}", first, last, dice.pick(&DOMAINS)).to_lowercase(),
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            company,
            phone: dice
                .chance(400)
                .then(|| format!("+1 555 {:07}", number % 10_000_000)),
            tags: tags.into(),
            accepts_marketing,
            vip_status: is_loyal(number) && dice.chance(500),
            created_at: at,
            updated_at: at,
        };
        if accepts_marketing {
            subscribe(source, calendar, &customer, number, lists, rows);
        }
        rows.customers.push(customer);
    }
}

fn subscribe(
    source: &Source,
    calendar: &Calendar,
    customer: &customers::Model,
    number: u64,
    lists: &[EmailListId],
    rows: &mut Rows,
) {
    let mut dice = source.of(Of::Subscription, number);
    let at = minutes(customer.created_at, 1);
    let first = dice.index(lists.len());
    let both = usize::from(dice.chance(300));
    for list_id in lists.iter().cycle().skip(first).take(1 + both) {
        let ended = at + TimeDelta::hours(dice.between(48, 24 * 300));
        let status = match dice.below(100) {
            _ if ended >= calendar.until() => match dice.below(40) {
                0 => EmailSubscriberStatus::Pending,
                _ => EmailSubscriberStatus::Subscribed,
            },
            0..7 => EmailSubscriberStatus::Unsubscribed,
            7..9 => EmailSubscriberStatus::Bounced,
            9 => EmailSubscriberStatus::Complained,
            _ => EmailSubscriberStatus::Subscribed,
        };
        let has_ended = matches!(
            status,
            EmailSubscriberStatus::Unsubscribed
                | EmailSubscriberStatus::Bounced
                | EmailSubscriberStatus::Complained
        );
        rows.email_subscribers.push(email_subscribers::Model {
            email: customer.email.clone(),
            list_id: *list_id,
            customer_id: Some(customer.id),
            status,
            consent: json!({ "given_at": at, "source": "checkout", "text_version": "2" }),
            subscribed_at: at,
            unsubscribed_at: has_ended.then_some(ended),
        });
    }
}
