//! Attributing revenue.

use entity::{AgentId, CampaignId, RevenueAttributionModel, TransactionId, TransactionType};
use rstest::rstest;
use service::finance::attribution::{
    self, Attribute, AttributeError, AttributionModel, Share, Touch, attribute, reattribute,
};
use service::idempotency::Conflict;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::books::{agent, agents, archive, campaign, credited, expense, noon, recorded, revenue, touches};
use crate::finance::books;
use crate::shop::amount;

const LINEAR: AttributionModel = AttributionModel::Linear;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_third_each_adds_up_to_a_hundred_percent_and_to_the_cent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 3).await;
    let payment = recorded(db, revenue("100.01")).await;
    let outcome = attribute(db, books::attribute(payment, LINEAR, &agents))
        .await
        .unwrap();
    assert_eq!(outcome.model, RevenueAttributionModel::Linear);
    let share = |n: usize, percentage: &str, value: &str| Share {
        agent: agents[n],
        campaign: None,
        percentage: amount(percentage),
        amount: amount(value),
        touches: vec![touches(&agents)[n].at],
    };
    assert_eq!(
        outcome.shares,
        [
            share(0, "33.34", "33.35"),
            share(1, "33.33", "33.33"),
            share(2, "33.33", "33.33")
        ]
    );
    assert_eq!(attribution::find(db, payment).await.unwrap(), Some(outcome));
    assert_eq!(attribution::find(db, TransactionId::new()).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn campaigns_share_apart_and_a_touch_that_gets_nothing_is_kept(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (agent, campaign) = (agent(db).await, campaign(db).await);
    let payment = recorded(db, revenue("10")).await;
    let command = Attribute {
        transaction: payment,
        model: AttributionModel::LastTouch,
        touches: vec![
            Touch::new(agent, noon("2026-11-02")).by(campaign),
            Touch::new(agent, noon("2026-11-01")),
            Touch::new(agent, noon("2026-10-31")).by(campaign),
        ],
    };
    let outcome = attribute(db, command.clone()).await.unwrap();
    let shares = &outcome.shares;
    assert_eq!((shares[0].campaign, shares[0].percentage), (None, amount("0")));
    assert_eq!(
        (shares[1].campaign, shares[1].amount),
        (Some(campaign), amount("10"))
    );
    assert_eq!(shares[1].touches, [noon("2026-10-31"), noon("2026-11-02")]);
    assert_eq!(
        credited(db, payment).await,
        [(agent, None, amount("0")), (agent, Some(campaign), amount("100"))]
    );
    // The order of the touches does not matter.
    let mut turned = command;
    turned.touches.reverse();
    assert_eq!(attribute(db, turned).await.unwrap(), outcome);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_changes_nothing_and_anything_else_has_to_be_said(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 2).await;
    let payment = recorded(db, revenue("50")).await;
    let half_life = std::time::Duration::from_secs(3_600);
    let model = AttributionModel::TimeDecay { half_life };
    let first = books::attribute(payment, model, &agents);
    let outcome = attribute(db, first.clone()).await.unwrap();
    assert_eq!(outcome.shares[1].percentage, amount("66.67"));
    archive(db, agents[0]).await;
    assert_eq!(attribute(db, first.clone()).await.unwrap(), outcome);
    assert_eq!(reattribute(db, first.clone()).await.unwrap(), outcome);
    let half_life = half_life * 2;
    for other in [
        books::attribute(payment, LINEAR, &agents),
        books::attribute(payment, AttributionModel::TimeDecay { half_life }, &agents),
        books::attribute(payment, model, &agents[1..]),
    ] {
        let error = attribute(db, other).await.unwrap_err();
        assert!(matches!(error, AttributeError::Conflict(Conflict { id }) if id == payment.as_uuid()));
    }
    let anew = reattribute(db, books::attribute(payment, LINEAR, &agents[1..]))
        .await
        .unwrap();
    assert_eq!(credited(db, payment).await, [(agents[1], None, amount("100"))]);
    assert_eq!(attribution::find(db, payment).await.unwrap(), Some(anew));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_attributed_is_refused_with_the_reason(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let good = agent(db).await;
    let archived = rows::insert(db, "agents", [("status", "archived".into())])
        .await
        .id()
        .into();
    let unknown = AgentId::new();
    let no_campaign = CampaignId::new();
    let payment = recorded(db, revenue("50")).await;
    let spent = recorded(db, expense("rent", "50")).await;
    let together = transaction::begin(db).await.unwrap();
    let refusal = |transaction, touches: Vec<Touch>| {
        let command = Attribute {
            transaction,
            model: LINEAR,
            touches,
        };
        let together = &together;
        async move {
            let error = attribute(together, command).await.unwrap_err();
            assert_eq!(error.class(), Class::Refused);
            error
        }
    };
    let absent = TransactionId::new();
    let error = refusal(absent, touches(&[good])).await;
    assert!(matches!(error, AttributeError::NotFound { transaction } if transaction == absent));
    let error = refusal(spent, touches(&[good])).await;
    assert!(
        matches!(error, AttributeError::NotRevenue { transaction, kind: TransactionType::Expense } if transaction == spent)
    );
    let error = refusal(payment, touches(&[good, unknown, archived])).await;
    assert!(matches!(error, AttributeError::UnknownAgents { agents } if agents == [unknown]));
    let error = refusal(payment, touches(&[good, archived])).await;
    assert!(matches!(error, AttributeError::ArchivedAgents { agents } if agents == [archived]));
    let error = refusal(payment, vec![touches(&[good])[0].by(no_campaign)]).await;
    assert!(matches!(error, AttributeError::UnknownCampaigns { campaigns } if campaigns == [no_campaign]));
    assert!(matches!(
        refusal(payment, vec![]).await,
        AttributeError::Invalid(_)
    ));
    // The caller's transaction goes on, and what happens in it goes with it.
    attribute(&together, books::attribute(payment, LINEAR, &[good]))
        .await
        .unwrap();
    assert_eq!(credited(&together, payment).await.len(), 1);
    together.rollback().await.unwrap();
    assert_eq!(credited(db, payment).await, []);
}
