//! A command with the rows that it names: what is sent to both sides, and can be sent again.

use super::command::{AGENTS, Command, End, Jobs, Pick};
use super::world::World;

/// A task as it is handed in, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) task: usize,
    pub(super) agent: usize,
    pub(super) priority: i32,
}

#[derive(Clone, Debug)]
pub(super) enum Request {
    Start {
        execution: usize,
        workflow: usize,
        input: i64,
        jobs: Vec<Job>,
        running: bool,
    },
    Enqueue {
        execution: usize,
        jobs: Vec<Job>,
    },
    Claim {
        agent: usize,
        limit: usize,
    },
    Heartbeat {
        task: usize,
        attempt: i32,
    },
    Complete {
        task: usize,
        attempt: i32,
        output: i64,
        finish: bool,
    },
    Fail {
        task: usize,
        attempt: i32,
        error: String,
        max_attempts: i32,
        rests: bool,
        finish: bool,
    },
    Cancel {
        task: usize,
        reason: Option<String>,
        finish: bool,
    },
    Expire {
        task: usize,
    },
    Release {
        agent: Option<usize>,
        max_attempts: i32,
        limit: usize,
        finish: bool,
    },
    Begin {
        execution: usize,
    },
    Finish {
        execution: usize,
        end: End,
        output: i64,
    },
}

impl Request {
    /// What the command asks for in this world; nothing, when there is no such row.
    pub(super) fn of(command: &Command, world: &World, sent: &[Self]) -> Option<Self> {
        let earlier = |back: usize| sent.iter().nth_back(back.checked_rem(sent.len())?).cloned();
        match command.clone() {
            Command::Start {
                workflow,
                jobs,
                running,
            } => Some(Self::Start {
                execution: world.executions.len(),
                workflow,
                input: 0,
                jobs: numbered(jobs, world),
                running,
            }),
            Command::Enqueue { execution, jobs } => Some(Self::Enqueue {
                execution: execution_of(execution, world)?,
                jobs: numbered(jobs, world),
            }),
            Command::Begin { execution } => Some(Self::Begin {
                execution: execution_of(execution, world)?,
            }),
            Command::Finish {
                execution,
                end,
                output,
            } => Some(Self::Finish {
                execution: execution_of(execution, world)?,
                end,
                output,
            }),
            Command::Again { back } => earlier(back),
            Command::Twisted { back, way } => Some(earlier(back)?.twisted(way, world)),
            of_task => Self::of_task(of_task, world),
        }
    }

    fn of_task(command: Command, world: &World) -> Option<Self> {
        let leased = |pick| choose(pick, world.tasks.len(), |n| world.tasks[n].is_leased());
        let attempt = |task: usize, late| world.tasks.get(task).map_or(1, |row| row.attempts) - late;
        Some(match command {
            Command::Heartbeat { task, late } => {
                let task = leased(task)?;
                let attempt = attempt(task, late);
                Self::Heartbeat { task, attempt }
            }
            Command::Complete {
                task,
                late,
                output,
                finish,
            } => {
                let task = leased(task)?;
                Self::Complete {
                    task,
                    attempt: attempt(task, late),
                    output,
                    finish,
                }
            }
            Command::Fail {
                task,
                late,
                error,
                max_attempts,
                rests,
                finish,
            } => {
                let task = leased(task)?;
                Self::Fail {
                    task,
                    attempt: attempt(task, late),
                    error: format!("error {error}"),
                    max_attempts,
                    rests,
                    finish,
                }
            }
            Command::Cancel { task, reason, finish } => Self::Cancel {
                task: choose(task, world.tasks.len(), |n| world.tasks[n].is_open())?,
                reason: reason.then(|| "no need".into()),
                finish,
            },
            Command::Expire { task } => Self::Expire { task: leased(task)? },
            Command::Claim { agent, limit } => Self::Claim { agent, limit },
            Command::Release {
                agent,
                max_attempts,
                limit,
                finish,
            } => Self::Release {
                agent,
                max_attempts,
                limit,
                finish,
            },
            _ => return None,
        })
    }

    /// The same ids with other content, where a request has both.
    fn twisted(mut self, way: usize, world: &World) -> Self {
        match &mut self {
            Self::Start { execution, input, .. } => match way {
                0 => *execution = world.executions.len(),
                _ => *input += 1,
            },
            Self::Enqueue { jobs, .. } => match way {
                0 => jobs[0].priority += 1,
                1 => jobs[0].agent = (jobs[0].agent + 1) % AGENTS,
                // Some of them are there, and one is not.
                _ => jobs.push(Job {
                    task: world.tasks.len(),
                    ..jobs[0].clone()
                }),
            },
            Self::Complete { output, .. } | Self::Finish { output, .. } => *output += 1,
            Self::Fail { error, .. } => error.push('!'),
            _ => {}
        }
        self
    }
}

fn numbered(jobs: Jobs, world: &World) -> Vec<Job> {
    let numbers = world.tasks.len()..;
    let numbered = numbers.zip(jobs).map(|(task, (agent, priority))| Job {
        task,
        agent,
        priority,
    });
    numbered.collect()
}

fn execution_of(pick: Pick, world: &World) -> Option<usize> {
    choose(pick, world.executions.len(), |n| world.executions[n].is_open())
}

fn choose(pick: Pick, rows: usize, fit: impl Fn(usize) -> bool) -> Option<usize> {
    match pick {
        Pick::Any(n) => Some(n % (rows + 1)),
        Pick::Fit(n) => {
            let fit: Vec<_> = (0..rows).filter(|row| fit(*row)).collect();
            Some(fit[n.checked_rem(fit.len())?])
        }
    }
}
