//! Campaigns, content and mailing lists.
