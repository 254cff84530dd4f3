//! Pages of customers.

use entity::{CustomerId, customers};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::tags::has_tag;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};

/// Which customers to list; no filter lists all. Those that fit every filter are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCustomers {
    /// Only VIPs.
    pub vip_only: bool,
    /// Only those with this phone number, written exactly so.
    pub phone: Option<String>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// In which order, and which page.
    pub page: CustomerPage,
}

/// The order of a list of customers, and the page of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerPage {
    /// The newest first, by id.
    Newest(PageRequest<CustomerId>),
    /// By e-mail address, in the order in which the database sorts text.
    ByEmail(PageRequest<String>),
}

impl Default for CustomerPage {
    fn default() -> Self {
        Self::Newest(PageRequest::default())
    }
}

/// One page of customers, and what to ask for to get the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerList {
    /// The customers of the page.
    pub items: Vec<customers::Model>,
    /// The next page in the same order; `None` when this is the last.
    pub next: Option<CustomerPage>,
}

/// Lists customers.
///
/// One statement. The primary key serves the newest first, `idx_customers_email` the order by address, and
/// `idx_customers_vip`, `idx_customers_phone` and (on PostgreSQL) `idx_customers_tags` the filters. SQLite has no index of JSON: it
/// reads in the list's order until the page is full of customers with the tag.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(db: &C, query: ListCustomers) -> Result<CustomerList, DatabaseError> {
    use customers::Column;
    let db = &operation::named(db, "customers.list");
    let filters = [&query.phone, &query.tag];
    if filters.into_iter().flatten().any(|text| !is_storable(text)) {
        return Ok(CustomerList {
            items: Vec::new(),
            next: None,
        });
    }
    let mut select = customers::Entity::find();
    if query.vip_only {
        select = select.filter(Column::VipStatus.eq(true));
    }
    if let Some(phone) = query.phone {
        select = select.filter(Column::Phone.eq(phone));
    }
    if let Some(tag) = &query.tag {
        select = select.filter(has_tag(db.get_database_backend(), tag));
    }
    match query.page {
        CustomerPage::Newest(request) => {
            let limit = request.clamped();
            let select = page::by_key(select, Direction::Descending, Column::Id, request.after);
            let rows = select.limit(limit + 1).all(db).await?;
            let page = Page::cut(rows, limit, |row| row.id);
            let next = page.next.map(|after| {
                CustomerPage::Newest(PageRequest {
                    after: Some(after),
                    limit,
                })
            });
            Ok(CustomerList {
                items: page.items,
                next,
            })
        }
        CustomerPage::ByEmail(request) => {
            let limit = request.clamped();
            let select = page::by_key(select, Direction::Ascending, Column::Email, request.after);
            let rows = select.limit(limit + 1).all(db).await?;
            let page = Page::cut(rows, limit, |row| row.email.clone());
            let next = page.next.map(|after| {
                CustomerPage::ByEmail(PageRequest {
                    after: Some(after),
                    limit,
                })
            });
            Ok(CustomerList {
                items: page.items,
                next,
            })
        }
    }
}
