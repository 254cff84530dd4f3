//! Mailing lists.

use chrono::{DateTime, TimeDelta, Utc};
use entity::EmailListId;
use sea_orm::DatabaseConnection;
use service::deletion::{self, Delete, Row};
use service::marketing::lists::{
    self, Bounce, Confirm, Consent, CreateList, Import, ImportLine, LinkCustomer, OptIn, Subscribe,
    Unsubscribe, UpdateList,
};

use super::Shop;
use crate::composition::case::{Case, obliging};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";

fn ago(hours: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::hours(hours)
}

pub(super) async fn cases(db: &DatabaseConnection, shop: &Shop) -> Vec<Case> {
    let (here, there) = (list(db, "here").await, list(db, "there").await);
    for (list, email) in [(here, ANN), (here, BOB), (there, BOB)] {
        let command = subscribe(list, email, OptIn::Single, 3);
        lists::subscribe(db, command).await.unwrap();
    }
    let request = subscribe(here, EVE, OptIn::Double, 3);
    lists::subscribe(db, request).await.unwrap();
    let (email, at) = (EVE.to_owned(), ago(1));
    let list = here;
    let mut cases = vec![
        obliging(lists::subscribe, subscribe(there, ANN, OptIn::Single, 3)),
        obliging(lists::subscribe, subscribe(there, EVE, OptIn::Single, 2)),
        obliging(lists::confirm, Confirm { list, email, at }),
        obliging(lists::import, import(here)),
        obliging(lists::import, import(there)),
    ];
    cases.extend(ends(shop));
    for id in [here, there] {
        let renamed = UpdateList {
            name: Some("everywhere".into()),
            ..UpdateList::new(id)
        };
        cases.push(obliging(lists::update, renamed));
        let row = Row::EmailList(id);
        cases.push(obliging(deletion::delete, Delete { row }));
    }
    cases
}

async fn list(db: &DatabaseConnection, name: &str) -> EmailListId {
    let command = CreateList::new(name, "newsletter");
    lists::create(db, command).await.unwrap().list.id
}

fn subscribe(list: EmailListId, email: &str, opt_in: OptIn, hours: i64) -> Subscribe {
    Subscribe {
        list,
        email: email.into(),
        consent: Consent::new(ago(hours), "form"),
        opt_in,
    }
}

fn import(list: EmailListId) -> Import {
    let lines = ["zoe@example.com", BOB, "dan@example.com", ANN].map(|email| ImportLine {
        email: email.into(),
        given_at: ago(2),
    });
    Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: lines.to_vec(),
    }
}

fn ends(shop: &Shop) -> Vec<Case> {
    let email = BOB.to_owned();
    let bounce = Bounce {
        email: email.clone(),
        at: ago(1),
    };
    let (list, at) = (None, None);
    let customer = shop.customers[1];
    vec![
        obliging(lists::bounce, bounce),
        obliging(lists::unsubscribe, Unsubscribe { email, list, at }),
        obliging(lists::link, LinkCustomer { customer }),
    ]
}
