/// Lets an enum of a closed set be printed and parsed as the database writes it.
macro_rules! closed_set {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&sea_orm::ActiveEnum::to_value(self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as sea_orm::ActiveEnum>::try_from_value(&text.to_owned()).map_err(|_| {
                    $crate::UnknownValue {
                        of: stringify!($name),
                        value: text.to_owned(),
                    }
                })
            }
        }
    };
}

pub(crate) use closed_set;

/// A text that is no value of a closed set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is no {of}")]
pub struct UnknownValue {
    /// The enum.
    pub of: &'static str,
    /// The text.
    pub value: String,
}
