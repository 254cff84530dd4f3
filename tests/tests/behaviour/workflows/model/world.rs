//! The model: executions and tasks as one would explain them, by number and in the order of their ids.

use std::collections::BTreeSet;

use entity::{TaskStatus, WorkflowExecutionStatus};

use super::command::{End, WORKFLOWS};
use super::request::{Job, Request};

/// What a request led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done {
        /// The tasks that the answer names, in its order.
        tasks: Vec<usize>,
        /// The executions that ended with them.
        finished: Vec<usize>,
    },
    /// It happened before, and nothing happens.
    Again,
    /// There is nothing that the request could be about.
    Nothing,
    Refused(&'static str),
}

impl Outcome {
    pub(super) fn done(tasks: impl IntoIterator<Item = usize>) -> Self {
        Self::Done {
            tasks: tasks.into_iter().collect(),
            finished: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lease {
    None,
    /// So many hours from when it was written.
    Lasts(i64),
    /// It was the so many-th to expire.
    Over(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) execution: usize,
    pub(super) agent: usize,
    pub(super) priority: i32,
    pub(super) status: TaskStatus,
    pub(super) attempts: i32,
    pub(super) lease: Lease,
    pub(super) output: Option<i64>,
    pub(super) error: Option<String>,
}

impl Task {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, TaskStatus::Pending | TaskStatus::InProgress)
    }

    /// Held by a worker, abandoned by one, or at rest.
    pub(super) fn is_leased(&self) -> bool {
        self.lease != Lease::None
    }
}

/// What an execution's error message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    None,
    Told(&'static str),
    /// That of the first of its tasks that failed.
    OfTask,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Execution {
    pub(super) workflow: usize,
    pub(super) input: i64,
    pub(super) status: WorkflowExecutionStatus,
    pub(super) output: Option<i64>,
    pub(super) message: Message,
}

impl Execution {
    pub(super) fn is_open(&self) -> bool {
        use WorkflowExecutionStatus::{Pending, Running};
        matches!(self.status, Pending | Running)
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct World {
    pub(super) executions: Vec<Execution>,
    pub(super) tasks: Vec<Task>,
    /// Each task and attempt that a worker was ever given.
    pub(super) handed_out: BTreeSet<(usize, i32)>,
    /// How many leases and rests have expired.
    pub(super) expired: i64,
}

pub(super) struct Expected {
    pub(super) outcome: Outcome,
    pub(super) world: World,
}

impl World {
    /// What the request must lead to.
    pub(super) fn expect(&self, request: &Request) -> Expected {
        let mut world = self.clone();
        let outcome = match request {
            Request::Start {
                execution,
                workflow,
                input,
                jobs,
                running,
            } => world.start(*execution, (*workflow, *input), jobs, *running),
            Request::Begin { execution } => world.begin(*execution),
            Request::Finish {
                execution,
                end,
                output,
            } => world.finish(*execution, *end, *output),
            of_tasks => world.queue(of_tasks),
        };
        if !matches!(outcome, Outcome::Done { .. }) {
            world = self.clone();
        }
        Expected { outcome, world }
    }

    fn start(
        &mut self,
        execution: usize,
        (workflow, input): (usize, i64),
        jobs: &[Job],
        running: bool,
    ) -> Outcome {
        let numbers = jobs.iter().map(|job| job.task);
        if let Some(row) = self.executions.get(execution) {
            let same = (row.workflow, row.input) == (workflow, input);
            return match self.replay(execution, jobs) {
                None if same => Outcome::done(numbers),
                _ => Outcome::Refused("conflict"),
            };
        }
        if Self::any_archived(jobs) {
            return Outcome::Refused("archived");
        }
        if workflow == WORKFLOWS - 1 {
            return Outcome::Refused("inactive");
        }
        self.executions.push(Execution {
            workflow,
            input,
            status: if running {
                WorkflowExecutionStatus::Running
            } else {
                WorkflowExecutionStatus::Pending
            },
            output: None,
            message: Message::None,
        });
        if jobs.iter().any(|job| job.task < self.tasks.len()) {
            return Outcome::Refused("conflict");
        }
        self.add(execution, jobs);
        Outcome::done(numbers)
    }

    fn begin(&mut self, execution: usize) -> Outcome {
        use WorkflowExecutionStatus::{Pending, Running};
        let Some(row) = self.executions.get_mut(execution) else {
            return Outcome::Refused("unknown");
        };
        match row.status {
            Pending => row.status = Running,
            Running => {}
            _ => return Outcome::Refused("illegal move"),
        }
        Outcome::done([])
    }

    fn finish(&mut self, execution: usize, end: End, output: i64) -> Outcome {
        use WorkflowExecutionStatus::{Cancelled, Failed, Pending, Succeeded};
        let open = self.numbers(|task| task.execution == execution && task.is_open());
        let Some(row) = self.executions.get_mut(execution) else {
            return Outcome::Refused("unknown");
        };
        let (to, message) = match end {
            End::Success => (Succeeded, Message::None),
            End::Failure => (Failed, Message::Told("failure")),
            End::Cancellation => (Cancelled, Message::None),
        };
        if row.status == to {
            return match (row.output, &row.message) {
                made if made == (Some(output), &message) => Outcome::Again,
                _ => Outcome::Refused("conflict"),
            };
        }
        if !row.is_open() || row.status == Pending && end != End::Cancellation {
            return Outcome::Refused("illegal move");
        }
        if end == End::Success && !open.is_empty() {
            return Outcome::Refused("open tasks");
        }
        (row.status, row.output, row.message) = (to, Some(output), message);
        for task in &open {
            let task = &mut self.tasks[*task];
            (task.status, task.lease) = (TaskStatus::Cancelled, Lease::None);
        }
        Outcome::done(open)
    }

    pub(super) fn numbers(&self, of: impl Fn(&Task) -> bool) -> Vec<usize> {
        (0..self.tasks.len()).filter(|n| of(&self.tasks[*n])).collect()
    }

    /// What holds in every queue, whatever was sent to it.
    pub(super) fn assert_invariants(&self) {
        for (n, task) in self.tasks.iter().enumerate() {
            let execution = &self.executions[task.execution];
            assert!(
                execution.is_open() || !task.is_open(),
                "{n}: {task:?} of {execution:?}"
            );
            match task.status {
                TaskStatus::InProgress => {
                    assert!(task.is_leased() && self.handed_out.contains(&(n, task.attempts)));
                    assert_eq!(execution.status, WorkflowExecutionStatus::Running);
                }
                TaskStatus::Completed => assert!(task.attempts > 0 && task.error.is_none()),
                TaskStatus::Failed => assert!(task.attempts > 0 && task.error.is_some()),
                TaskStatus::Pending | TaskStatus::Cancelled => {}
            }
            assert!(task.is_open() || !task.is_leased(), "{n}: {task:?}");
            let attempts = self.handed_out.range((n, 0)..(n + 1, 0)).count();
            assert_eq!(
                i32::try_from(attempts).unwrap(),
                task.attempts,
                "each is handed out once"
            );
        }
    }

    /// What is over stays as it is, and attempts never fall.
    pub(super) fn assert_follows(&self, before: &Self) {
        for (was, is) in before.tasks.iter().zip(&self.tasks) {
            assert!(
                is.attempts >= was.attempts && (was.is_open() || was == is),
                "{was:?} to {is:?}"
            );
        }
        for (was, is) in before.executions.iter().zip(&self.executions) {
            assert!(was.is_open() || was == is, "{was:?} to {is:?}");
        }
        assert!(self.tasks.len() >= before.tasks.len() && self.executions.len() >= before.executions.len());
    }
}
