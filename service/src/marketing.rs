//! Campaigns, what they say, and the lists of those who want to hear it.
//!
//! Owns `campaigns`, `content`, `email_lists` and `email_subscribers`.
//!
//! A subscription is an address on a list, not a customer on a list: it survives the deletion of the customer (SET NULL), because
//! an unsubscribe must. Subscriptions go with their list (CASCADE). Content survives its campaign (SET NULL). A campaign that
//! revenue is attributed to cannot be deleted (NO ACTION), ends no earlier than it starts and never spends below zero.
