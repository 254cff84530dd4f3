//! The schema is what the migrations build.

use super::super::registry::{Check, Engines, Mend};
use super::super::schema::Kind;

pub(super) const CHECKS: &[Check] = &[
    Check::schema(
        "schema.migrations",
        "Every migration of this release is applied, and none of a later one.",
        Kind::Migration,
    ),
    Check::schema(
        "schema.tables",
        "The tables are those of the migrations, with their rows logged and shown to everybody who may read.",
        Kind::Table,
    ),
    Check::schema(
        "schema.settings",
        "Each table and partition has the storage settings of the migrations, and perhaps more.",
        Kind::Setting,
    )
    .only_on(Engines::Postgres)
    .warns(),
    Check::schema(
        "schema.columns",
        "Each column has its type, its collation, its default and accepts NULL only where it should.",
        Kind::Column,
    ),
    Check::schema(
        "schema.constraints",
        "Each primary key, foreign key, unique key and CHECK is there, by name and by definition.",
        Kind::Constraint,
    ),
    Check::schema(
        "schema.indexes",
        "Each index is there, by name and by definition.",
        Kind::Index,
    ),
    Check::schema(
        "schema.triggers",
        "Each trigger is there, by name and by definition, and no partition has its own.",
        Kind::Trigger,
    ),
    Check::schema(
        "schema.rules",
        "There are no rules, which would change what is written.",
        Kind::Rule,
    )
    .only_on(Engines::Postgres),
    Check::schema(
        "schema.functions",
        "Each function is there, with its text.",
        Kind::Function,
    )
    .only_on(Engines::Postgres),
    Check::schema("schema.views", "Each view is there, with its query.", Kind::View),
    Check::schema(
        "schema.comments",
        "The comments by which the columns of views are known as never NULL are there.",
        Kind::Comment,
    )
    .only_on(Engines::Postgres),
    Check::schema(
        "schema.sequences",
        "Each sequence is there, with its owner and its limits.",
        Kind::Sequence,
    )
    .only_on(Engines::Postgres),
    Check::schema(
        "schema.types",
        "There are no types but those of the migrations.",
        Kind::Type,
    )
    .only_on(Engines::Postgres),
    Check::schema(
        "schema.partitions",
        "Each partition has the bounds and the window that its name says.",
        Kind::Partition,
    )
    .only_on(Engines::Postgres),
    Check::rows(
        "schema.partition_indexes",
        "Each partition has the indexes of its table.",
        include_str!("../sql/schema_partition_indexes.sql"),
        Mend::EachRow,
    )
    .only_on(Engines::Postgres),
    Check::rows(
        "schema.unvalidated",
        "No constraint is still to be validated: it would hold for new rows alone.",
        include_str!("../sql/schema_unvalidated.sql"),
        Mend::EachRow,
    )
    .only_on(Engines::Postgres),
    Check::rows(
        "schema.invalid_indexes",
        "Each index is valid, so that it is used and a unique one is true.",
        include_str!("../sql/schema_invalid_indexes.sql"),
        Mend::EachRow,
    )
    .only_on(Engines::Postgres),
    Check::each(
        "schema.unindexed_keys",
        "Each foreign key has an index: without it a deletion of the parent reads the whole table.",
        [
            include_str!("../sql/schema_unindexed_keys.postgres.sql"),
            include_str!("../sql/schema_unindexed_keys.sqlite.sql"),
        ],
        Mend::EachRow,
    )
    .warns(),
    Check::rows(
        "schema.disabled_triggers",
        "Each trigger is enabled, those of the foreign keys as well.",
        include_str!("../sql/schema_disabled_triggers.sql"),
        Mend::EachRow,
    )
    .only_on(Engines::Postgres),
];
