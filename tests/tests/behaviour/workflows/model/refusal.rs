//! The operations' refusals, as the model names them.

use service::workflows::executions::{ExecutionError, StartError};
use service::workflows::tasks::{CancelTaskError, EnqueueError, LeaseError};

use super::world::Outcome;

pub(super) fn of_cancel(error: CancelTaskError) -> Outcome {
    match error {
        CancelTaskError::NotFound { .. } => Outcome::Refused("unknown"),
        CancelTaskError::IllegalMove { .. } => Outcome::Refused("illegal move"),
        error => panic!("{error:?}"),
    }
}

pub(super) fn of_start(error: StartError) -> Outcome {
    match error {
        StartError::Conflict(_) => Outcome::Refused("conflict"),
        StartError::ArchivedAgents { .. } => Outcome::Refused("archived"),
        StartError::InactiveWorkflow { .. } => Outcome::Refused("inactive"),
        error => panic!("{error:?}"),
    }
}

pub(super) fn of_enqueue(error: EnqueueError) -> Outcome {
    match error {
        EnqueueError::Conflict(_) => Outcome::Refused("conflict"),
        EnqueueError::ArchivedAgents { .. } => Outcome::Refused("archived"),
        EnqueueError::UnknownExecution { .. } => Outcome::Refused("unknown"),
        EnqueueError::ExecutionFinished { .. } => Outcome::Refused("finished"),
        error => panic!("{error:?}"),
    }
}

pub(super) fn of_execution(error: ExecutionError) -> Outcome {
    match error {
        ExecutionError::Conflict(_) => Outcome::Refused("conflict"),
        ExecutionError::NotFound { .. } => Outcome::Refused("unknown"),
        ExecutionError::IllegalMove { .. } => Outcome::Refused("illegal move"),
        ExecutionError::OpenTasks { .. } => Outcome::Refused("open tasks"),
        error => panic!("{error:?}"),
    }
}

pub(super) fn of_lease(error: LeaseError) -> Outcome {
    match error {
        LeaseError::Conflict(_) => Outcome::Refused("conflict"),
        LeaseError::NotFound { .. } => Outcome::Refused("unknown"),
        LeaseError::Lost { .. } => Outcome::Refused("lost"),
        error => panic!("{error:?}"),
    }
}
