//! Orders, from the cart to the refund.
