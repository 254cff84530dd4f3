//! What PostgreSQL makes of the reads on a hundred thousand customers, contacts, orders and memberships.

use chrono::{DateTime, Utc};
use entity::{CustomerId, CustomerSegmentId};
use rust_decimal::Decimal;
use service::PageRequest;
use service::customers::{
    self as operations, CustomerKey, CustomerPage, ListCustomers, ListInteractions, ListTimeline,
};
use service::segments::{self, ListMembers};

use crate::plan::{Watched, id};

/// One customer has twenty thousand contacts and as many orders; one segment has half of the customers.
const FILL: &str = "
INSERT INTO customers (id, email, phone, vip_status, tags)
SELECT pg_temp.id(n), 'c' || n || '@example.com', '+1 555 ' || n, n % 500 = 0,
       CASE WHEN n % 1000 = 0 THEN '[\"trade\"]'::jsonb ELSE '[]'::jsonb END
FROM generate_series(1, 100000) n;
INSERT INTO customer_interactions (id, customer_id, interaction_type, channel, created_at)
SELECT pg_temp.id(n), pg_temp.id(CASE WHEN n % 5 = 0 THEN 77 ELSE n % 10000 + 1 END), 'question', 'chat', timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM generate_series(1, 100000) n;
INSERT INTO orders (id, order_number, customer_id, subtotal_amount, total_amount, created_at)
SELECT pg_temp.id(n), 'o' || n, pg_temp.id(CASE WHEN n % 5 = 0 THEN 77 ELSE n % 10000 + 1 END), 1, 1, timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM generate_series(1, 100000) n;
INSERT INTO customer_segments (id, name, type, criteria)
SELECT pg_temp.id(n), 'segment ' || n, 'online', '{}' FROM generate_series(1, 101) n;
INSERT INTO customer_segment_members (customer_id, segment_id, score)
SELECT pg_temp.id(n), pg_temp.id(CASE WHEN n % 2 = 0 THEN 1 ELSE n / 2 % 100 + 2 END), n % 100
FROM generate_series(1, 100000) n;
INSERT INTO email_lists (id, name, type) VALUES (pg_temp.id(1), 'news', 'news');
INSERT INTO email_subscribers (email, list_id, customer_id)
SELECT 'c' || n || '@example.com', pg_temp.id(1), pg_temp.id(n) FROM generate_series(1, 100000) n;
INSERT INTO agents (id, name, type) VALUES (pg_temp.id(1), 'mailer', 'specialist');
INSERT INTO campaigns (id, name, type, owner_agent_id, status, target_segment_id)
SELECT pg_temp.id(n), 'campaign', 'email', pg_temp.id(1), 'active', pg_temp.id(n % 101 + 1)
FROM generate_series(1, 2000) n";

fn noon() -> DateTime<Utc> {
    "2026-02-01T12:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_customers_and_members_walk_through_no_big_table() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    lists_of_customers(&watched).await;
    reads_of_one_customer(&watched, id(77).into()).await;
    members_of_segments(&watched).await;
}

async fn lists_of_customers(watched: &Watched) {
    let after = PageRequest {
        after: Some(id(50_000).into()),
        limit: 50,
    };
    let by_email = PageRequest {
        after: Some("c5@example.com".to_owned()),
        limit: 50,
    };
    for (page, sorted) in [
        (CustomerPage::Newest(after), "customers_pkey"),
        (CustomerPage::ByEmail(by_email), "email"),
    ] {
        let query = ListCustomers {
            page,
            ..Default::default()
        };
        operations::list(&watched.db, query).await.unwrap();
        let plan = watched.read_no_whole_table().await;
        assert!(plan.contains(sorted) && !plan.contains("Sort"), "{plan}");
    }
    for (query, index) in [
        (
            ListCustomers {
                vip_only: true,
                ..Default::default()
            },
            "idx_customers_vip",
        ),
        (
            ListCustomers {
                phone: Some("+1 555 77".into()),
                ..Default::default()
            },
            "idx_customers_phone",
        ),
        (
            ListCustomers {
                tag: Some("trade".into()),
                ..Default::default()
            },
            "idx_customers_tags",
        ),
    ] {
        operations::list(&watched.db, query).await.unwrap();
        let plan = watched.read_no_whole_table().await;
        assert!(plan.contains(index), "no {index}:\n{plan}");
    }
}

async fn reads_of_one_customer(watched: &Watched, customer: CustomerId) {
    let db = &watched.db;
    operations::get(db, CustomerKey::Email("c77@example.com".into()))
        .await
        .unwrap();
    watched.read_no_whole_table().await;
    for after in [None, Some((noon(), id(7).into()))] {
        let page = PageRequest { after, limit: 50 };
        operations::interactions(db, ListInteractions { customer, page })
            .await
            .unwrap();
        let plan = watched.read_no_whole_table().await;
        assert!(plan.contains("created") && !plan.contains("Sort"), "{plan}");
    }
    let mut page = PageRequest {
        after: None,
        limit: 5,
    };
    for _ in 0..2 {
        let timeline = ListTimeline { customer, page };
        page.after = operations::timeline(db, timeline).await.unwrap().next;
        assert!(page.after.is_some());
        let plans = watched.plans().await;
        assert_eq!(plans.len(), 5);
        for plan in plans {
            assert!(!plan.contains("Seq Scan"), "{plan}");
        }
    }
    segments::of_customer(db, customer).await.unwrap();
    let plan = watched.plan().await;
    // A shop has tens of segments.
    assert!(!plan.contains("Seq Scan on customer_segment_members"), "{plan}");
}

async fn members_of_segments(watched: &Watched) {
    let all: CustomerSegmentId = id(1).into();
    for (segment, after) in [
        (all, None),
        (all, Some((Decimal::from(50), id(50_000).into()))),
        (id(7).into(), None),
    ] {
        let page = PageRequest { after, limit: 50 };
        segments::members(&watched.db, ListMembers { segment, page })
            .await
            .unwrap();
        let plan = watched.read_no_whole_table().await;
        assert!(
            plan.contains("idx_customer_segment_members_segment_score"),
            "{plan}"
        );
        assert!(!plan.contains("Sort"), "{plan}");
    }
}
