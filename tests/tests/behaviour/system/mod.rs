//! Events and configurations.
