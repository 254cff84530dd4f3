//! The operations of mailing lists.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{CustomerId, EmailListId};
use sea_orm::DatabaseConnection;
use service::marketing::lists::{
    self, Bounce, Complain, Confirm, Consent, CreateList, Import, ImportLine, LinkCustomer, OptIn, Subscribe,
    Unsubscribe, UpdateList,
};
use tests::rows;

use crate::composition::case::{Case, case};

const ANN: &str = "ann@example.com";

fn ago(hours: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::hours(hours)
}

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let here = lists::create(db, CreateList::new("here", "newsletter")).await;
    let (here, nowhere) = (here.unwrap().list.id, EmailListId::new());
    let subscribe = |list, email: &str, opt_in| Subscribe {
        list,
        email: email.into(),
        consent: Consent::new(ago(3), "form"),
        opt_in,
    };
    lists::subscribe(db, subscribe(here, ANN, OptIn::Single))
        .await
        .unwrap();
    let eve = "eve@example.com";
    lists::subscribe(db, subscribe(here, eve, OptIn::Double))
        .await
        .unwrap();
    let customer = rows::insert(db, "customers", [("email", eve.into())]).await.id();
    let renamed = |id| UpdateList {
        name: Some("everywhere".into()),
        ..UpdateList::new(id)
    };
    let confirm = |email: &str| Confirm {
        list: here,
        email: email.into(),
        at: ago(1),
    };
    let import = |list| Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: vec![ImportLine {
            email: "bob@example.com".into(),
            given_at: ago(2),
        }],
    };
    let mut cases = ends(here);
    cases.extend([
        case(
            lists::create,
            CreateList::new("there", "newsletter"),
            CreateList::new("here", "newsletter"),
        ),
        case(lists::update, renamed(here), renamed(nowhere)),
        case(
            lists::subscribe,
            subscribe(here, "dan@example.com", OptIn::Single),
            subscribe(nowhere, "dan@example.com", OptIn::Single),
        ),
        case(lists::confirm, confirm(eve), confirm("dan@example.com")),
        case(lists::import, import(here), import(nowhere)),
        link(customer.into()),
    ]);
    cases
}

fn ends(here: EmailListId) -> Vec<Case> {
    let at = ago(1);
    let unsubscribe = |list| Unsubscribe {
        email: ANN.into(),
        list: Some(list),
        at: Some(at),
    };
    // Whoever is on no list is told nothing: only what is no address is refused.
    let bounce = |email: &str| Bounce {
        email: email.into(),
        at,
    };
    let complain = |email: &str| Complain {
        email: email.into(),
        at,
    };
    vec![
        case(
            lists::unsubscribe,
            unsubscribe(here),
            unsubscribe(EmailListId::new()),
        ),
        case(lists::bounce, bounce(ANN), bounce("nobody")),
        case(lists::complain, complain(ANN), complain("nobody")),
    ]
}

fn link(customer: CustomerId) -> Case {
    crate::composition::case::obliging(lists::link, LinkCustomer { customer })
}
