//! What may be sent to the queue. Numbers that name a row are taken modulo how many there are.

use proptest::collection::vec;
use proptest::prelude::*;

/// How many agents there are. The last one is archived.
pub(super) const AGENTS: usize = 3;

/// How many workflows there are. The last one is switched off.
pub(super) const WORKFLOWS: usize = 2;

/// Which row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pick {
    /// One that the command can do something to.
    Fit(usize),
    /// Whichever, and sometimes one that does not exist.
    Any(usize),
}

/// How an execution is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Success,
    Failure,
    Cancellation,
}

/// Agents and priorities of tasks.
pub(super) type Jobs = Vec<(usize, i32)>;

/// `late` says how many attempts before the latest one the worker's was.
#[derive(Clone, Debug)]
pub(super) enum Command {
    Start {
        workflow: usize,
        jobs: Jobs,
        running: bool,
    },
    Enqueue {
        execution: Pick,
        jobs: Jobs,
    },
    Claim {
        agent: usize,
        limit: usize,
    },
    Heartbeat {
        task: Pick,
        late: i32,
    },
    Complete {
        task: Pick,
        late: i32,
        output: i64,
        finish: bool,
    },
    Fail {
        task: Pick,
        late: i32,
        error: i64,
        max_attempts: i32,
        rests: bool,
        finish: bool,
    },
    Cancel {
        task: Pick,
        reason: bool,
        finish: bool,
    },
    /// A lease or a rest is over.
    Expire {
        task: Pick,
    },
    Release {
        agent: Option<usize>,
        max_attempts: i32,
        limit: usize,
        finish: bool,
    },
    Begin {
        execution: Pick,
    },
    Finish {
        execution: Pick,
        end: End,
        output: i64,
    },
    /// A command that went through before, once more.
    Again {
        back: usize,
    },
    /// Its ids, with other content.
    Twisted {
        back: usize,
        way: usize,
    },
}

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![8 => of_executions(), 21 => of_tasks(), 5 => repetition()]
}

fn of_executions() -> impl Strategy<Value = Command> {
    let workflow = prop_oneof![9 => Just(0), 1 => Just(WORKFLOWS - 1)];
    let end = prop_oneof![
        2 => Just(End::Success),
        1 => Just(End::Failure),
        1 => Just(End::Cancellation),
    ];
    prop_oneof![
        3 => (workflow, vec(job(), 0..4), any::<bool>())
            .prop_map(|(workflow, jobs, running)| Command::Start { workflow, jobs, running }),
        3 => (pick(), vec(job(), 1..4)).prop_map(|(execution, jobs)| Command::Enqueue { execution, jobs }),
        1 => pick().prop_map(|execution| Command::Begin { execution }),
        1 => (pick(), end, 0..3_i64)
            .prop_map(|(execution, end, output)| Command::Finish { execution, end, output }),
    ]
}

fn of_tasks() -> impl Strategy<Value = Command> {
    let late = || prop_oneof![6 => Just(0), 2 => Just(1), 1 => -1..4_i32];
    let agent = 0..AGENTS - 1;
    // Most ask for it.
    let finish = || prop::bool::weighted(0.8);
    prop_oneof![
        6 => (agent.clone(), 1..4_usize).prop_map(|(agent, limit)| Command::Claim { agent, limit }),
        1 => (pick(), late()).prop_map(|(task, late)| Command::Heartbeat { task, late }),
        4 => (pick(), late(), 0..3_i64, finish()).prop_map(|(task, late, output, finish)| {
            Command::Complete { task, late, output, finish }
        }),
        4 => (pick(), late(), 0..3_i64, 1..4_i32, any::<bool>(), finish()).prop_map(
            |(task, late, error, max_attempts, rests, finish)| Command::Fail {
                task,
                late,
                error,
                max_attempts,
                rests,
                finish,
            },
        ),
        1 => (pick(), any::<bool>(), finish())
            .prop_map(|(task, reason, finish)| Command::Cancel { task, reason, finish }),
        4 => pick().prop_map(|task| Command::Expire { task }),
        2 => (prop::option::of(agent), 1..4_i32, 1..4_usize, finish()).prop_map(
            |(agent, max_attempts, limit, finish)| Command::Release { agent, max_attempts, limit, finish },
        ),
    ]
}

fn repetition() -> impl Strategy<Value = Command> {
    let back = || prop_oneof![2 => 0..6_usize, 1 => 0..200_usize];
    prop_oneof![
        3 => back().prop_map(|back| Command::Again { back }),
        2 => (back(), 0..3_usize).prop_map(|(back, way)| Command::Twisted { back, way }),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![
        5 => (0..64_usize).prop_map(Pick::Fit),
        1 => (0..512_usize).prop_map(Pick::Any),
    ]
}

fn job() -> impl Strategy<Value = (usize, i32)> {
    let agent = prop_oneof![19 => 0..AGENTS - 1, 1 => Just(AGENTS - 1)];
    (agent, 1..4_i32)
}
