//! Who may be mailed for a campaign.

use entity::{CampaignId, CampaignStatus, CampaignType, CustomerId, EmailListId, customer_segment_members};
use futures_util::TryStreamExt;
use rstest::rstest;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use service::marketing::campaigns::{
    self, CreateCampaign, MailingLists, Recipient, Recipients, RecipientsError,
};
use service::marketing::lists::{self, Import, ImportLine, OptIn, Unsubscribe, UpdateList};
use tests::{Engine, TestDatabase, rows};

use super::{drafted, join, list, moved, noon, plan, segment, subscribed};
use crate::shop::counting;

async fn streamed(db: &DatabaseConnection, campaign: CampaignId, lists: MailingLists) -> Vec<Recipient> {
    let command = Recipients { campaign, lists };
    let stream = campaigns::recipients(db, command.clone()).await.unwrap();
    let recipients: Vec<Recipient> = stream.try_collect().await.unwrap();
    let count = campaigns::count_recipients(db, command).await.unwrap();
    assert_eq!(count, recipients.len() as u64);
    recipients
}

fn names(recipients: &[Recipient]) -> Vec<&str> {
    let name = |r: &'_ Recipient| r.email.find('@').unwrap_or_default();
    recipients.iter().map(|r| &r.email[..name(r)]).collect()
}

/// A customer called that, at example.com.
async fn customer(db: &DatabaseConnection, name: &str) -> CustomerId {
    let email = format!("{name}@example.com");
    rows::insert(db, "customers", [("email", email.into())])
        .await
        .id()
        .into()
}

async fn on(db: &DatabaseConnection, list: EmailListId, name: &str) {
    subscribed(db, list, &format!("{name}@example.com")).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_reaches_who_is_subscribed_and_in_its_segment(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale, idle) = (
        list(db, "news").await,
        list(db, "sale").await,
        list(db, "idle").await,
    );
    let (target, _) = segment(db, 0).await;
    for name in ["ann", "bea", "cleo", "dora", "eva", "fay"] {
        let customer = customer(db, name).await;
        if name != "bea" {
            join(db, target, customer).await;
        }
    }
    for name in ["ann", "bea", "cleo", "dora", "eva", "stranger"] {
        on(db, news, name).await;
    }
    for name in ["ann", "cleo", "eva"] {
        on(db, sale, name).await;
    }
    on(db, idle, "fay").await;
    let inactive = UpdateList {
        is_active: Some(false),
        ..UpdateList::new(idle)
    };
    lists::update(db, inactive).await.unwrap();
    let unsubscribe = |list, name: &str| {
        let command = Unsubscribe {
            email: format!("{name}@example.com"),
            list,
            at: Some(noon("2026-02-01")),
        };
        async move { lists::unsubscribe(db, command).await.unwrap() }
    };
    unsubscribe(Some(news), "cleo").await;
    unsubscribe(None, "eva").await;
    let bounce = lists::Bounce {
        email: "dora@example.com".into(),
        at: noon("2026-02-01"),
    };
    lists::bounce(db, bounce).await.unwrap();
    let mut command = plan();
    command.target_segment = Some(target);
    let id = drafted(db, command).await.id;
    // Once each, on the first of their lists that has them.
    let reached = streamed(db, id, MailingLists::Active).await;
    assert_eq!(names(&reached), ["ann", "cleo"]);
    assert_eq!((reached[0].list, reached[1].list), (news, sale));
    assert!(reached.iter().all(|r| r.customer.is_some()));
    let only = MailingLists::Only(vec![news]);
    assert_eq!(names(&streamed(db, id, only).await), ["ann"]);
    // Without a segment it reaches everybody, customers or not.
    let all = drafted(db, plan()).await.id;
    let reached = streamed(db, all, MailingLists::Active).await;
    assert_eq!(names(&reached), ["ann", "bea", "cleo", "stranger"]);
    // Once it has begun, who joins or leaves the segment makes no difference.
    moved(db, id, CampaignStatus::Active).await;
    customer_segment_members::Entity::delete_many()
        .filter(customer_segment_members::Column::SegmentId.eq(target))
        .exec(db)
        .await
        .unwrap();
    assert_eq!(
        names(&streamed(db, id, MailingLists::Active).await),
        ["ann", "cleo"]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_on_any_list_counts_until_mail_is_wanted_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale) = (list(db, "news").await, list(db, "sale").await);
    let id = drafted(db, plan()).await.id;
    // Written past the operations, which would not have let ann stay on sale, and bea not have made her wait.
    for (name, began, bounced) in [
        ("ann", "2026-01-01", "2026-02-01"),
        ("bea", "2026-03-01", "2026-02-01"),
    ] {
        let email = format!("{name}@example.com");
        for (list, status, at) in [(news, "bounced", bounced), (sale, "subscribed", began)] {
            let mut columns = vec![
                ("email", email.clone().into()),
                ("list_id", list.as_uuid().into()),
                ("status", status.into()),
                ("subscribed_at", noon(began).into()),
            ];
            if status == "bounced" {
                columns.push(("unsubscribed_at", noon(at).into()));
            }
            rows::insert(db, "email_subscribers", columns).await;
        }
    }
    assert_eq!(names(&streamed(db, id, MailingLists::Active).await), ["bea"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_in_batches_and_nobody_twice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let (news, sale) = (list(&db, "news").await, list(&db, "sale").await);
    for list in [news, sale] {
        let line = |n: usize| ImportLine {
            email: format!("a{n:04}@example.com"),
            given_at: noon("2026-01-01"),
        };
        let command = Import {
            list,
            source: "fair".into(),
            text_version: None,
            opt_in: OptIn::Single,
            lines: (0..1_250).map(line).collect(),
        };
        statements.sent();
        assert_eq!(lists::import(&db, command).await.unwrap().added.len(), 1_250);
        assert_eq!(statements.sent(), 4, "import");
    }
    let campaign = drafted(&db, plan()).await.id;
    let lists = MailingLists::Active;
    let command = Recipients {
        campaign,
        lists: lists.clone(),
    };
    statements.sent();
    campaigns::count_recipients(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 3, "count_recipients");
    let stream = campaigns::recipients(&db, Recipients { campaign, lists })
        .await
        .unwrap();
    let reached: Vec<Recipient> = stream.try_collect().await.unwrap();
    assert_eq!(statements.sent(), 2 + 3, "recipients");
    let expected: Vec<_> = (0..1_250).map(|n| format!("a{n:04}")).collect();
    assert_eq!(names(&reached), expected);
    assert!(reached.iter().all(|r| r.list == news));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_mails_nobody_says_why(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let refused = |campaign, lists| async move {
        let command = Recipients { campaign, lists };
        let error = campaigns::count_recipients(db, command.clone())
            .await
            .unwrap_err();
        match campaigns::recipients(db, command).await {
            Ok(_) => panic!("not refused"),
            Err(other) => assert_eq!(other.to_string(), error.to_string()),
        }
        error
    };
    let absent = CampaignId::new();
    let error = refused(absent, MailingLists::Active).await;
    assert!(matches!(error, RecipientsError::NotFound { id } if id == absent));
    let ads = drafted(db, CreateCampaign::new("Ads", CampaignType::Ads))
        .await
        .id;
    let error = refused(ads, MailingLists::Active).await;
    assert!(matches!(
        error,
        RecipientsError::NotByEmail {
            kind: CampaignType::Ads
        }
    ));
    let id = drafted(db, plan()).await.id;
    let (news, unknown) = (list(db, "news").await, EmailListId::new());
    let error = refused(id, MailingLists::Only(vec![news, unknown])).await;
    assert!(
        matches!(&error, RecipientsError::UnknownLists { lists } if *lists == [unknown]),
        "{error:?}"
    );
    moved(db, id, CampaignStatus::Active).await;
    moved(db, id, CampaignStatus::Paused).await;
    let error = refused(id, MailingLists::Active).await;
    assert!(
        matches!(
            error,
            RecipientsError::NotMailing {
                status: CampaignStatus::Paused
            }
        ),
        "{error:?}"
    );
}
