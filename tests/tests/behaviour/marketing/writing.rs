//! Content, from the first draft to the archive.

use chrono::SubsecRound;
use entity::{CampaignId, ContentId, ContentStatus, campaigns as campaign_table, content as table};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::json;
use service::marketing::Missing;
use service::marketing::content::{
    self, CreateContent, CreateError, TransitionContent, TransitionError, UpdateContent, UpdateError,
};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{drafted, noon, plan};

pub(super) async fn written(db: &DatabaseConnection, command: CreateContent) -> table::Model {
    content::create(db, command).await.unwrap().content
}

pub(super) fn text() -> CreateContent {
    CreateContent {
        title: Some("Walls that glow".into()),
        ..CreateContent::new("email")
    }
}

pub(super) async fn go(
    db: &DatabaseConnection,
    id: ContentId,
    to: ContentStatus,
) -> Result<content::TransitionedContent, TransitionError> {
    let at = noon("2026-10-01");
    content::transition(db, TransitionContent { id, to, at }).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn content_that_is_sent_twice_is_written_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = text();
    command.created_by = Some(rows::insert(db, "agents", []).await.id().into());
    command.campaign = Some(drafted(db, plan()).await.id);
    command.metadata = json!({"language": "en"});
    let first = written(db, command.clone()).await;
    assert_eq!(first.status, ContentStatus::Draft);
    assert_eq!(written(db, command.clone()).await, first);
    assert_eq!(content::get(db, first.id).await.unwrap(), first);
    let other = CreateContent {
        title: None,
        ..command.clone()
    };
    let error = content::create(db, other).await.unwrap_err();
    assert!(matches!(error, CreateError::Conflict(conflict) if conflict.id == command.id.as_uuid()));
    let together = transaction::begin(db).await.unwrap();
    let absent = CampaignId::new();
    let orphan = CreateContent {
        campaign: Some(absent),
        ..text()
    };
    let error = content::create(&together, orphan).await.unwrap_err();
    assert!(matches!(error, CreateError::Missing { missing } if missing == Missing::Campaign(absent)));
    let lost = content::create(&together, text()).await.unwrap().content.id;
    transaction::finish(together, Err::<(), _>(service::DatabaseError::Busy))
        .await
        .unwrap_err();
    assert_eq!(content::find(db, lost).await.unwrap(), None, "rolled back");
    let invalid = CreateContent {
        title: Some("t".repeat(501)),
        metadata: json!([]),
        ..CreateContent::new("")
    };
    let Err(CreateError::Invalid(input)) = content::create(db, invalid).await else {
        panic!()
    };
    let fields: Vec<_> = input.problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["kind", "title", "metadata"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn content_goes_through_review_and_is_published_as_it_was_approved(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use ContentStatus::{Approved, Archived, Draft, Published, Review};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let blank = written(db, CreateContent::new("post")).await.id;
    let error = go(db, blank, Review).await.unwrap_err();
    assert!(matches!(error, TransitionError::Blank { id } if id == blank));
    let id = written(db, text()).await.id;
    let edit = |title: &str| {
        let title = Some(Some(title.to_owned()));
        async move {
            let command = UpdateContent {
                title,
                ..UpdateContent::new(id)
            };
            content::update(db, command).await
        }
    };
    assert_eq!(edit("one").await.unwrap().title.as_deref(), Some("one"));
    let error = go(db, id, Published).await.unwrap_err();
    assert!(matches!(
        error,
        TransitionError::Illegal {
            from: Draft,
            to: Published
        }
    ));
    go(db, id, Review).await.unwrap();
    edit("two").await.unwrap();
    for to in [Draft, Review, Approved] {
        go(db, id, to).await.unwrap();
    }
    let error = edit("three").await.unwrap_err();
    assert!(matches!(error, UpdateError::Settled { status: Approved }));
    for to in [Draft, Review, Approved] {
        go(db, id, to).await.unwrap();
    }
    let at = chrono::Utc::now();
    let published = content::transition(
        db,
        TransitionContent {
            id,
            to: Published,
            at,
        },
    )
    .await
    .unwrap();
    assert_eq!(published.from, Approved);
    assert_eq!(published.content.published_at, Some(at.trunc_subsecs(6)));
    // Again, at another time, it stays as it is.
    let again = go(db, id, Published).await.unwrap();
    assert_eq!(
        (again.from, again.content),
        (Published, published.content.clone())
    );
    let error = edit("four").await.unwrap_err();
    assert!(matches!(error, UpdateError::Settled { status: Published }));
    let archived = go(db, id, Archived).await.unwrap().content;
    assert_eq!(
        (archived.published_at, archived.title.as_deref()),
        (Some(at.trunc_subsecs(6)), Some("two"))
    );
    let absent = ContentId::new();
    assert!(matches!(
        go(db, absent, Review).await,
        Err(TransitionError::NotFound { id }) if id == absent
    ));
    let error = content::update(db, UpdateContent::new(absent)).await.unwrap_err();
    assert!(matches!(error, UpdateError::NotFound { id } if id == absent));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn content_survives_its_campaign(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let campaign = drafted(db, plan()).await.id;
    let id = written(db, text()).await.id;
    let command = UpdateContent {
        campaign: Some(Some(campaign)),
        ..UpdateContent::new(id)
    };
    let assigned = content::update(db, command).await.unwrap();
    assert_eq!(assigned.campaign_id, Some(campaign));
    campaign_table::Entity::delete_by_id(campaign)
        .exec(db)
        .await
        .unwrap();
    let left = content::get(db, id).await.unwrap();
    assert_eq!(
        left,
        table::Model {
            campaign_id: None,
            ..assigned
        }
    );
    let command = UpdateContent {
        campaign: Some(Some(campaign)),
        ..UpdateContent::new(id)
    };
    let error = content::update(db, command).await.unwrap_err();
    assert!(matches!(error, UpdateError::Missing { missing } if missing == Missing::Campaign(campaign)));
}
