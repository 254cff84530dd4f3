//! Catalogues of other systems, read into this one.

pub mod shopify;
