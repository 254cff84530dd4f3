//! Both sides of every foreign key are variants that tell the truth, and that can be joined through.

use migration::catalogue::{self, Catalogue, ForeignKey, Table};
use rstest::rstest;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, Iden, Iterable, JoinType, QuerySelect,
    QueryTrait, RelationDef, RelationTrait, RelationType,
};
use tests::{Engine, TestDatabase, rows};

/// The table that a variant leads to, in its join.
const JOINED: &str = "joined";

/// A variant of some entity's `Relation`.
struct Variant {
    table: String,
    name: String,
    def: RelationDef,
    /// The entity's columns that the entity says may be NULL.
    nullable: Vec<String>,
    /// `SELECT … FROM table JOIN … AS joined`.
    join: SelectStatement,
}

impl Variant {
    fn from(&self) -> (String, String) {
        let column = Vec::from_iter(self.def.from_col.iter().map(ToString::to_string)).join(",");
        (self.def.from_tbl.sea_orm_table().to_string(), column)
    }

    fn to(&self) -> (String, String) {
        let column = Vec::from_iter(self.def.to_col.iter().map(ToString::to_string)).join(",");
        (self.def.to_tbl.sea_orm_table().to_string(), column)
    }
}

fn variants_of<E: EntityTrait>() -> Vec<Variant> {
    let nullable = E::Column::iter().filter(|column| column.def().is_null());
    let nullable: Vec<_> = nullable.map(|column| column.to_string()).collect();
    E::Relation::iter()
        .map(|relation| Variant {
            table: E::default().table_name().to_owned(),
            name: relation.name(),
            def: relation.def(),
            nullable: nullable.clone(),
            join: E::find()
                .join_as(JoinType::InnerJoin, relation.def(), JOINED)
                .into_query(),
        })
        .collect()
}

macro_rules! variants {
    ($($module:ident)*) => {
        vec![$(variants_of::<entity::$module::Entity>()),*].into_iter().flatten().collect()
    };
}

fn all_variants() -> Vec<Variant> {
    entity::for_each_table!(variants)
}

fn keys(catalogue: &Catalogue) -> Vec<(&Table, &ForeignKey)> {
    catalogue
        .tables
        .iter()
        .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_is_a_variant_on_both_sides(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let catalogue = catalogue::read(database.connection()).await.unwrap();
    let keys = keys(&catalogue);
    let mut variants = all_variants();
    assert_eq!((keys.len(), variants.len()), (40, 80));
    for (child, key) in keys {
        let child_end = (child.name.clone(), key.columns.join(","));
        let parent_end = (key.parent.clone(), key.parent_columns.join(","));

        let belongs_to = take(&mut variants, &child_end, &parent_end, &key.name);
        assert_eq!(belongs_to.table, child.name, "{}", key.name);
        assert_eq!(belongs_to.def.rel_type, RelationType::HasOne, "{}", key.name);
        assert!(!belongs_to.def.is_owner, "{}", key.name);
        let on_delete = belongs_to.def.on_delete.map(|action| format!("{action:?}"));
        assert_eq!(on_delete, Some(format!("{:?}", key.on_delete)), "{}", key.name);
        assert_eq!(belongs_to.def.fk_name.as_ref(), Some(&key.name));
        let optional = child.column(&child_end.1).unwrap().nullable;
        assert_eq!(
            belongs_to.nullable.contains(&child_end.1),
            optional,
            "{}",
            key.name
        );

        // Many is right where nothing keeps a second child away.
        assert!(
            !child.unique_keys().any(|unique| unique == key.columns),
            "{}",
            key.name
        );
        let has_many = take(&mut variants, &parent_end, &child_end, &key.name);
        assert_eq!(has_many.table, key.parent, "{}", key.name);
        assert_eq!(has_many.def.rel_type, RelationType::HasMany, "{}", key.name);
        assert!(has_many.def.is_owner, "{}", key.name);
    }
}

/// Takes out the one variant with those ends.
fn take(variants: &mut Vec<Variant>, from: &(String, String), to: &(String, String), key: &str) -> Variant {
    let found: Vec<_> = (0..variants.len())
        .filter(|at| variants[*at].from() == *from && variants[*at].to() == *to)
        .collect();
    match found.as_slice() {
        [at] => variants.remove(*at),
        _ => panic!("{key}: {} variants lead from {from:?} to {to:?}", found.len()),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_join_through_every_variant_finds_the_row_on_the_other_side(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let catalogue = catalogue::read(db).await.unwrap();
    let mut variants = all_variants();
    for (child, key) in keys(&catalogue) {
        let column: &'static str = key.columns[0].clone().leak();
        let parent = rows::insert(db, &key.parent, []).await.id();
        rows::insert(db, &child.name, [(column, parent.into())]).await;
        let child_end = (child.name.clone(), column.to_owned());
        let parent_end = (key.parent.clone(), "id".to_owned());

        let belongs_to = take(&mut variants, &child_end, &parent_end, &key.name);
        let has_many = take(&mut variants, &parent_end, &child_end, &key.name);

        for variant in [belongs_to, has_many] {
            let ends = [
                (Alias::new(&variant.table), variant.from().1),
                (Alias::new(JOINED), variant.to().1),
            ];
            let mut join = variant.join.clone();
            for (table, column) in ends {
                join.and_where(Expr::col((table, Alias::new(column))).eq(parent));
            }
            assert_eq!(
                count(db, &join).await,
                1,
                "{}::Relation::{}",
                variant.table,
                variant.name
            );
        }
    }
    assert!(variants.is_empty());
}

async fn count(db: &DatabaseConnection, select: &SelectStatement) -> usize {
    db.query_all(select).await.unwrap().len()
}
