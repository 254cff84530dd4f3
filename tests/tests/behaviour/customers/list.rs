//! Pages of customers.

use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::PageRequest;
use service::customers::{self as operations, CustomerPage, ListCustomers, RegisterCustomer};
use tests::{Engine, TestDatabase};

use super::registered;

/// The addresses of all pages, one after another.
async fn addresses(db: &DatabaseConnection, mut query: ListCustomers) -> Vec<String> {
    let mut addresses = Vec::new();
    loop {
        let page = operations::list(db, query.clone()).await.unwrap();
        assert!(page.items.len() <= 2);
        addresses.extend(page.items.into_iter().map(|customer| customer.email));
        match page.next {
            Some(next) => query.page = next,
            None => return addresses,
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn customers_are_listed_newest_first_or_by_address_and_filtered(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (email, vip, phone, tag) in [
        ("dora@example.com", true, Some("1"), "trade"),
        ("abel@example.com", false, None, "trade"),
        ("cleo@example.com", true, Some("1"), "tr"),
        ("bert@example.com", true, None, "trade"),
        ("emil@example.com", true, None, "say \"hi\""),
    ] {
        let command = RegisterCustomer {
            vip_status: vip,
            phone: phone.map(Into::into),
            tags: vec!["all".into(), tag.into()],
            ..RegisterCustomer::new(email)
        };
        registered(db, command).await;
    }
    let newest = || {
        CustomerPage::Newest(PageRequest {
            after: None,
            limit: 2,
        })
    };
    let by_email = || {
        CustomerPage::ByEmail(PageRequest {
            after: None,
            limit: 2,
        })
    };
    let names =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| format!("{name}@example.com")).collect() };
    let all = ListCustomers {
        page: newest(),
        ..Default::default()
    };
    assert_eq!(
        addresses(db, all).await,
        names(&["emil", "bert", "cleo", "abel", "dora"])
    );
    let all = ListCustomers {
        page: by_email(),
        ..Default::default()
    };
    assert_eq!(
        addresses(db, all).await,
        names(&["abel", "bert", "cleo", "dora", "emil"])
    );
    let vips = ListCustomers {
        vip_only: true,
        page: by_email(),
        ..Default::default()
    };
    assert_eq!(
        addresses(db, vips).await,
        names(&["bert", "cleo", "dora", "emil"])
    );
    let tagged = |tag: &str| ListCustomers {
        tag: Some(tag.into()),
        page: newest(),
        ..Default::default()
    };
    assert_eq!(
        addresses(db, tagged("trade")).await,
        names(&["bert", "abel", "dora"])
    );
    assert_eq!(addresses(db, tagged("say \"hi\"")).await, names(&["emil"]));
    assert_eq!(addresses(db, tagged("nul\0")).await, names(&[]));
    let both = ListCustomers {
        vip_only: true,
        phone: Some("1".into()),
        tag: Some("trade".into()),
        page: newest(),
    };
    assert_eq!(addresses(db, both).await, names(&["dora"]));
}
