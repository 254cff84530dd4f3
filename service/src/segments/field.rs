//! What criteria may ask about: the columns of a customer, and the figures of its lifetime.

/// A field of the criteria language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "columns of customers and of customer_lifetime_value")]
pub enum Field {
    Email,
    FirstName,
    LastName,
    Company,
    Phone,
    ShopifyCustomerId,
    Tags,
    AcceptsMarketing,
    VipStatus,
    CreatedAt,
    UpdatedAt,
    Orders,
    Gross,
    Refunded,
    Net,
    AverageOrder,
    Currency,
    FirstOrderAt,
    LastOrderAt,
    DaysSinceLastOrder,
}

/// What a field holds, which decides how it may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// `eq`, `ne`, `in`.
    Text,
    /// `eq`, `ne`.
    Flag,
    /// `contains`.
    Tags,
    /// `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `in`, with at most two decimals.
    Amount,
    /// The same, without decimals.
    Count,
    /// `before`, `after`, `lt`, `lte`, `gt`, `gte`.
    Time,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 20] = [
        Self::Email,
        Self::FirstName,
        Self::LastName,
        Self::Company,
        Self::Phone,
        Self::ShopifyCustomerId,
        Self::Tags,
        Self::AcceptsMarketing,
        Self::VipStatus,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::Orders,
        Self::Gross,
        Self::Refunded,
        Self::Net,
        Self::AverageOrder,
        Self::Currency,
        Self::FirstOrderAt,
        Self::LastOrderAt,
        Self::DaysSinceLastOrder,
    ];

    /// The field's name in criteria, which is that of its column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Company => "company",
            Self::Phone => "phone",
            Self::ShopifyCustomerId => "shopify_customer_id",
            Self::Tags => "tags",
            Self::AcceptsMarketing => "accepts_marketing",
            Self::VipStatus => "vip_status",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::Orders => "orders",
            Self::Gross => "gross",
            Self::Refunded => "refunded",
            Self::Net => "net",
            Self::AverageOrder => "average_order",
            Self::Currency => "currency",
            Self::FirstOrderAt => "first_order_at",
            Self::LastOrderAt => "last_order_at",
            Self::DaysSinceLastOrder => "days_since_last_order",
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// What it holds.
    #[must_use]
    pub const fn holds(self) -> FieldType {
        match self {
            Self::Email
            | Self::FirstName
            | Self::LastName
            | Self::Company
            | Self::Phone
            | Self::ShopifyCustomerId
            | Self::Currency => FieldType::Text,
            Self::Tags => FieldType::Tags,
            Self::AcceptsMarketing | Self::VipStatus => FieldType::Flag,
            Self::CreatedAt | Self::UpdatedAt | Self::FirstOrderAt | Self::LastOrderAt => FieldType::Time,
            Self::Gross | Self::Refunded | Self::Net | Self::AverageOrder => FieldType::Amount,
            Self::Orders | Self::DaysSinceLastOrder => FieldType::Count,
        }
    }

    /// Whether a customer may be without it, so that `is_null` says something.
    #[must_use]
    pub const fn may_be_absent(self) -> bool {
        matches!(
            self,
            Self::FirstName
                | Self::LastName
                | Self::Company
                | Self::Phone
                | Self::ShopifyCustomerId
                | Self::AverageOrder
                | Self::Currency
                | Self::FirstOrderAt
                | Self::LastOrderAt
                | Self::DaysSinceLastOrder
        )
    }

    /// Whether it is a sum over the customer's orders.
    pub(super) const fn is_of_orders(self) -> bool {
        matches!(
            self,
            Self::Orders
                | Self::Gross
                | Self::Net
                | Self::AverageOrder
                | Self::Currency
                | Self::FirstOrderAt
                | Self::LastOrderAt
                | Self::DaysSinceLastOrder
        )
    }

    /// Whether it is a sum over the customer's refunds.
    pub(super) const fn is_of_refunds(self) -> bool {
        matches!(self, Self::Refunded | Self::Net)
    }
}
