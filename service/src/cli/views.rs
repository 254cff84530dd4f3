//! `service views`.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::READING;
use super::bar::Bar;
use super::context::Context;
use super::error::CliError;
use super::outcome::Outcome;
use super::output::{self, ForPeople};
use crate::maintenance::views::{
    self, Changes, IfBusy, Refresh, RefreshOutcome, Unknown, View, ViewRefresh, ViewState, ViewStatus,
};

/// What can be done with the views.
#[derive(Subcommand)]
pub(super) enum Views {
    /// Bring materialized views up to date.
    ///
    /// Readers go on reading what was there before, and never wait. A view that somebody else is refreshing is left to
    /// them, unless --wait says otherwise. Ctrl-C stops between two views; a second time it ends the process, and the
    /// view stays as it was.
    ///
    /// Exit status: 0 when every view is fresh, 1 when one was left to somebody else, 2 when it failed, 130 when it was
    /// interrupted.
    Refresh(RefreshViews),

    /// Say how far behind each view is.
    ///
    /// Exit status: 0 when no view is stale, 1 when one is: rows changed since, or the day turned, or it has no data.
    Status,
}

/// What a refresh takes.
#[derive(Args)]
pub(super) struct RefreshViews {
    /// The views; without a name, all of them.
    #[arg(value_name = "NAME")]
    names: Vec<View>,

    /// Wait for whoever is refreshing a view, instead of leaving it to them.
    #[arg(long)]
    wait: bool,
}

pub(super) async fn run(command: &Views, context: &Context) -> Result<Outcome, CliError> {
    match command {
        Views::Refresh(options) => refresh(options, context).await,
        Views::Status => context.unless_asked(READING, status(context)).await,
    }
}

async fn refresh(options: &RefreshViews, context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let mut names = options.names.clone();
    if names.is_empty() {
        names = View::ALL.to_vec();
    }
    names.sort_unstable();
    names.dedup();
    let if_busy = if options.wait { IfBusy::Wait } else { IfBusy::Leave };
    let bar = Bar::of(Some(names.len() as u64), "views");
    let mut done = Vec::new();
    let mut failure = None;
    for (at, view) in names.iter().enumerate() {
        if context.interrupt.is_asked() {
            break;
        }
        bar.show(at as u64, view.name());
        let one = Refresh {
            views: vec![*view],
            if_busy,
        };
        match views::refresh(&database.connection, one).await {
            Ok(one) => done.extend(one),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    drop(bar);
    let is_fresh = !done.iter().any(|view| view.outcome == RefreshOutcome::Busy);
    let refreshed = done.len();
    if failure.is_none() || refreshed > 0 {
        context.output.show(&Refreshed { views: done })?;
    }
    match failure {
        Some(error) => Err(CliError::of("views refresh", error)),
        None if refreshed == names.len() => Ok(Outcome::of(is_fresh)),
        None => {
            context.output.interrupted(&format!(
                "after {refreshed} of {} views: the others stayed as they were",
                names.len()
            ));
            Ok(Outcome::Interrupted)
        }
    }
}

async fn status(context: &Context) -> Result<Outcome, CliError> {
    let database = context.open().await?;
    let statuses = views::status(&database.connection)
        .await
        .map_err(|error| CliError::of("views status", error))?;
    let is_fresh = !statuses.iter().any(|status| status.state.is_stale());
    let views = statuses.into_iter().map(Line::from).collect();
    context.output.show(&Statuses { views })?;
    Ok(Outcome::of(is_fresh))
}

#[derive(Serialize)]
struct Refreshed {
    views: Vec<ViewRefresh>,
}

impl ForPeople for Refreshed {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["view", "", "ms"]);
        for ViewRefresh { view, outcome } in &self.views {
            let (what, took) = match outcome {
                RefreshOutcome::Refreshed(record) => ("refreshed", Some(record.milliseconds)),
                RefreshOutcome::ByAnother(record) => {
                    ("refreshed by somebody else", Some(record.milliseconds))
                }
                RefreshOutcome::Busy => ("left to somebody else, who is refreshing it", None),
                RefreshOutcome::AlwaysFresh => ("computed on every read, always fresh", None),
            };
            let took = took.map(|took| took.to_string()).unwrap_or_default();
            table.add_row([view.name().to_owned(), what.to_owned(), took]);
        }
        output::align_right(&mut table, [2]);
        writeln!(out, "{table}")
    }
}

#[derive(Serialize)]
struct Statuses {
    views: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    status: ViewStatus,
    stale: bool,
    age_seconds: Option<i64>,
}

impl From<ViewStatus> for Line {
    fn from(status: ViewStatus) -> Self {
        Self {
            status,
            stale: status.state.is_stale(),
            age_seconds: status.state.age().map(|age| age.num_seconds()),
        }
    }
}

impl ForPeople for Statuses {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["view", "", "last refreshed", "took ms", "rows changed since"]);
        for line in &self.views {
            let [state, last, took, changed] = cells(&line.status.state, line.stale);
            table.add_row([line.status.view.name().to_owned(), state, last, took, changed]);
        }
        output::align_right(&mut table, [3, 4]);
        writeln!(out, "{table}")
    }
}

fn cells(state: &ViewState, stale: bool) -> [String; 4] {
    match state {
        ViewState::AlwaysFresh => ["computed on every read, always fresh", "", "", ""].map(String::from),
        ViewState::Missing => ["missing: apply the migrations", "", "", ""].map(String::from),
        ViewState::Materialized {
            filled,
            last,
            changes,
            ..
        } => {
            let state = match (filled, stale) {
                (false, _) => "has no data: refresh it",
                (true, true) => "stale",
                (true, false) => "fresh",
            };
            let changed = match changes {
                Changes::Rows(rows) => rows.to_string(),
                Changes::Unknown(Unknown::NotRecorded) => "unknown: no refresh on record".to_owned(),
                Changes::Unknown(Unknown::StatisticsReset) => "unknown: the counters were reset".to_owned(),
                Changes::Unknown(Unknown::PartitionGone) => "unknown: a partition has gone".to_owned(),
            };
            [
                state.to_owned(),
                last.map(|last| last.started_at.format("%Y-%m-%d %H:%M:%S UTC").to_string())
                    .unwrap_or_default(),
                last.map(|last| last.milliseconds.to_string()).unwrap_or_default(),
                changed,
            ]
        }
    }
}
