//! Whether a customer has a tag, as both engines can ask it of a JSON array.

use entity::customers;
use sea_orm::DbBackend;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use serde_json::json;

/// `customers.tags` holds the tag, spelled exactly so. PostgreSQL serves it from `idx_customers_tags`.
pub(crate) fn has_tag(engine: DbBackend, tag: &str) -> Expr {
    let tags = Expr::col((customers::Entity, customers::Column::Tags));
    if engine == DbBackend::Postgres {
        return tags.contains(Expr::value(json!([tag])));
    }
    let each = Alias::new("tag");
    let found = Query::select()
        .expr(Expr::value(1))
        .from_function(Func::cust("json_each").arg(tags), each.clone())
        .and_where(Expr::col((each, Alias::new("value"))).eq(tag))
        .take();
    Expr::exists(found)
}
