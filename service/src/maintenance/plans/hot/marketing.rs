//! Who is mailed.

use chrono::Utc;
use entity::CampaignType;
use futures_util::TryStreamExt;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::HotOperation;
use crate::marketing::campaigns::{self, CreateCampaign, MailingLists, Recipients};
use crate::marketing::lists::{self, Consent, CreateList, OptIn, Subscribe};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("marketing.lists.subscribe", (5, 5), |p| Box::pin(subscribe(p)))
        .using(&["idx_customers_email"])
        .within(300),
    HotOperation::new("marketing.campaigns.recipients", (3, 3), |p| {
        Box::pin(recipients(p))
    })
    .using(&["email_subscribers_pkey", "idx_email_subscribers_status_email"])
    .within(8000),
];

async fn subscribe(probe: &Probe) -> Result<(), TrialError> {
    let list = CreateList::new("a trial of subscribe", "trial");
    let list = lists::create(probe.quiet(), list).await?.list.id;
    let command = Subscribe {
        list,
        email: String::from("trial@trial.invalid"),
        consent: Consent::new(Utc::now(), "trial"),
        opt_in: OptIn::Double,
    };
    lists::subscribe(probe, command).await?;
    Ok(())
}

/// The first thousand subscriptions; a batch costs the same wherever it lies.
async fn recipients(probe: &Probe) -> Result<(), TrialError> {
    let draft = CreateCampaign::new("trial", CampaignType::Email);
    let campaign = campaigns::create(probe.quiet(), draft).await?.campaign.id;
    let lists = MailingLists::Active;
    let all = campaigns::recipients(probe, Recipients { campaign, lists }).await?;
    std::pin::pin!(all).try_next().await?;
    Ok(())
}
