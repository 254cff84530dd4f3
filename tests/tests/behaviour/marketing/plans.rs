//! What PostgreSQL makes of the reads on a hundred thousand campaigns, texts and subscriptions.

use entity::{CampaignStatus, ContentStatus, EmailListId, EmailSubscriberStatus};
use futures_util::StreamExt;
use service::PageRequest;
use service::marketing::campaigns::{self, CreateCampaign, ListCampaigns, MailingLists, Recipients};
use service::marketing::content::{self, ListContent};
use service::marketing::lists::{self, ListSubscribers};
use service::page::Direction;

use super::{drafted, plan};
use crate::plan::{Watched, id};

/// A thousand agents own the campaigns, and five thousand campaigns have texts.
const CAMPAIGNS: &str = "
INSERT INTO agents (id, name, type) SELECT pg_temp.id(n), 'agent ' || n, 'director' FROM generate_series(1, 1000) n;
INSERT INTO campaigns (id, name, type, owner_agent_id, status, start_date)
SELECT pg_temp.id(n), 'campaign', 'email', pg_temp.id(n % 1000 + 1),
       CASE WHEN n % 100 = 0 THEN 'scheduled' WHEN n % 3 = 0 THEN 'active' ELSE 'completed' END, '2026-10-01'
FROM generate_series(1, 100000) n;
INSERT INTO content (id, type, created_by_agent_id, campaign_id, status)
SELECT pg_temp.id(n), 'post', pg_temp.id(n % 1000 + 1), pg_temp.id(n % 5000 + 1),
       CASE WHEN n % 200 = 0 THEN 'review' ELSE 'published' END
FROM generate_series(1, 100000) n";

/// One list of ten has most subscriptions; one segment has a hundred members, another twenty thousand.
const SUBSCRIPTIONS: &str = "
INSERT INTO customers (id, email) SELECT pg_temp.id(n), 'c' || n || '@example.com' FROM generate_series(1, 20000) n;
INSERT INTO customer_segments (id, name, type, criteria)
SELECT pg_temp.id(n), 'segment ' || n, 'online', '{}' FROM generate_series(1, 2) n;
INSERT INTO customer_segment_members (customer_id, segment_id)
SELECT pg_temp.id(n * 200), pg_temp.id(1) FROM generate_series(1, 100) n;
INSERT INTO customer_segment_members (customer_id, segment_id)
SELECT pg_temp.id(n), pg_temp.id(2) FROM generate_series(1, 20000) n;
INSERT INTO email_lists (id, name, type) SELECT pg_temp.id(n), 'list ' || n, 'news' FROM generate_series(1, 10) n;
INSERT INTO email_subscribers (email, list_id, customer_id, status)
SELECT 'c' || n || '@example.com', pg_temp.id(CASE WHEN n % 10 = 0 THEN n / 10 % 9 + 2 ELSE 1 END),
       CASE WHEN n <= 20000 THEN pg_temp.id(n) END, CASE WHEN n % 1000 = 7 THEN 'bounced' ELSE 'subscribed' END
FROM generate_series(1, 100000) n";

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_campaigns_and_content_walk_through_no_big_table() {
    let Some(watched) = Watched::filled(CAMPAIGNS).await else {
        return;
    };
    let db = &watched.db;
    let page = PageRequest {
        after: Some(id(50_000).into()),
        limit: 50,
    };
    for query in [
        ListCampaigns::default(),
        ListCampaigns {
            status: Some(CampaignStatus::Scheduled),
            direction: Direction::Descending,
            page,
            ..Default::default()
        },
        ListCampaigns {
            owner: Some(id(7).into()),
            status: Some(CampaignStatus::Active),
            ..Default::default()
        },
        ListCampaigns {
            target_segment: Some(id(1).into()),
            ..Default::default()
        },
    ] {
        campaigns::list(db, query).await.unwrap();
        watched.read_no_whole_table().await;
    }
    for query in [
        ListContent {
            status: Some(ContentStatus::Review),
            ..Default::default()
        },
        ListContent {
            campaign: Some(id(7).into()),
            status: Some(ContentStatus::Published),
            ..Default::default()
        },
        ListContent {
            created_by: Some(id(7).into()),
            ..Default::default()
        },
    ] {
        content::list(db, query).await.unwrap();
        watched.read_no_whole_table().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_and_recipients_are_read_along_an_index() {
    let Some(watched) = Watched::filled(SUBSCRIPTIONS).await else {
        return;
    };
    let (db, quiet) = (&watched.db, watched.quiet());
    let list: EmailListId = id(1).into();
    for (status, after) in [
        (
            EmailSubscriberStatus::Subscribed,
            Some("c5@example.com".to_owned()),
        ),
        (EmailSubscriberStatus::Bounced, None),
    ] {
        let query = ListSubscribers {
            status,
            page: PageRequest { after, limit: 50 },
            ..ListSubscribers::new(list)
        };
        lists::subscribers(db, query).await.unwrap();
        let plan = watched.read_no_whole_table().await;
        assert!(!plan.contains("Sort"), "{plan}");
    }
    lists::subscriptions(db, "c7@example.com").await.unwrap();
    watched.read_no_whole_table().await;
    for target_segment in [None, Some(id(1).into())] {
        let command = CreateCampaign {
            target_segment,
            ..plan()
        };
        let campaign = drafted(quiet, command).await.id;
        let lists = MailingLists::Active;
        let recipients = campaigns::recipients(db, Recipients { campaign, lists })
            .await
            .unwrap();
        let first = std::pin::pin!(recipients).next().await;
        assert!(first.unwrap().is_ok());
        watched.read_no_whole_table().await;
    }
}
