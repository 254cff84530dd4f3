#![doc = include_str!("../README.md")]

mod behaviour;
mod closed_set;
#[expect(
    missing_docs,
    reason = "a field or variant without a comment is the column or value of the schema's data dictionary"
)]
mod generated;
mod id;
mod string_list;

pub(crate) use behaviour::{identified, read_only, time_keyed};
pub(crate) use closed_set::closed_set;
pub(crate) use id::typed_id;

pub use closed_set::UnknownValue;
pub use generated::*;
pub use string_list::StringList;
